#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/import.h"
#include "sources/schema.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr std::string_view kTable = "obs.phone__call";

std::string MappingText(std::string_view key) {
  return fmt::format(R"(
source = "phone"
object = "call"
extent = "full"
[recognise]
require = ["agent"]
[key]
{}
[columns]
id = {{ type = "id", names = ["Id"] }}
agent = {{ type = "text", names = ["Agent"] }}
at = {{ type = "instant", names = ["At"] }}
day = {{ type = "date", names = ["Day"] }}
amount = {{ type = "decimal", names = ["Amount"] }}
seconds = {{ type = "integer", names = ["Seconds"] }}
note = {{ type = "text", names = ["Note"] }}
)",
                     key);
}

class KeyLayoutTest : public testing::Test {
 protected:
  KeyLayoutTest() {
    for (const std::string_view statement : SourceMigrations()) Run(statement);
    context_.now = *ParseIsoInstant("2024-12-31T00:00:00Z");
  }

  void Use(std::string_view key) {
    auto mapping = ParseMapping(MappingText(key), "phone-call.toml");
    ASSERT_TRUE(mapping.has_value()) << mapping.error().ToString();
    mapping_ = std::move(*mapping);
  }

  void Run(std::string_view sql) {
    const auto done = connection_.Execute(sql);
    ASSERT_TRUE(done.has_value()) << done.error().ToString() << "\n" << sql;
  }

  // One column of texts.
  std::vector<std::string> Query(const std::string& sql) {
    const auto rows = connection_.Query(sql);
    EXPECT_TRUE(rows.has_value()) << rows.error().ToString() << "\n" << sql;
    std::vector<std::string> texts;
    for (std::size_t i = 0; rows && i < rows->size(); ++i) texts.push_back(rows->TextAt(i, 0));
    return texts;
  }

  std::string Import(std::string_view bytes, const std::string& day) {
    context_.exported_at = ParseIsoInstant("2024-" + day + "T00:00:00Z");
    ++context_.data_version;
    context_.import_id = *BeginImport(connection_, "import", context_.data_version, context_.now);
    auto transaction = store::Transaction::Begin(connection_);
    EXPECT_TRUE(transaction.has_value());
    auto report = ImportFile(connection_, mapping_, folder_.Write("calls.csv", bytes), context_);
    EXPECT_TRUE(report.has_value()) << report.error().ToString();
    if (!report) return {};
    EXPECT_TRUE(transaction->Commit().has_value());
    return fmt::format("new {} updated {} unchanged {} quarantined {} deleted {}", report->added, report->updated,
                       report->unchanged, report->quarantined, report->deleted);
  }

  std::vector<std::string> Keys() { return Query(fmt::format("SELECT _key FROM {} ORDER BY _obs", kTable)); }
  // Of the rows whose key is stored.
  std::vector<std::string> KeptKeys() {
    return Query(fmt::format("SELECT _kept_key FROM {} WHERE _kept_key IS NOT NULL ORDER BY _obs", kTable));
  }

  // The table as an older workspace has it: every key stored.
  void StoreEachKey() {
    Run(fmt::format("CREATE TABLE obs.older AS SELECT * EXCLUDE (_kept_key) FROM {} ORDER BY _obs", kTable));
    Run(fmt::format("DROP TABLE {}", kTable));
    Run("ALTER TABLE obs.older RENAME TO phone__call");
  }

  TestFolder folder_;
  store::Database database_ = *store::Database::Open({});
  store::Connection connection_ = *database_.Connect();
  ImportContext context_;
  Mapping mapping_;
};

TEST_F(KeyLayoutTest, AnIdIsNotStoredTwice) {
  Use("columns = [\"id\"]");
  EXPECT_EQ(Import("Id,Agent,Seconds\na,Ann,1\nb|c,Bob,2\n", "03-01"),
            "new 2 updated 0 unchanged 0 quarantined 0 deleted 0");
  EXPECT_THAT(Keys(), ElementsAre("a", "b|c"));
  EXPECT_THAT(KeptKeys(), SizeIs(0));
}

TEST_F(KeyLayoutTest, KeysOfSeveralColumnsAreStoredOnlyWhereTheyAreUnusual) {
  Use("natural = [\"agent\", \"at\", \"day\", \"seconds\"]");
  constexpr std::string_view kFile =
      "Agent,At,Day,Seconds,Note\n"
      "Ann,2024-02-01T10:00:00Z,2024-02-01,7,x\n"
      "Ann,,2024-02-01,7,x\n"
      "Ann|Bob,2024-02-01T10:00:00Z,2024-02-01,7,x\n"
      "Ann\\,2024-02-01T10:00:00.25Z,,7,x\n"
      ",,,,x\n"
      ",,,,x\n";
  EXPECT_EQ(Import(kFile, "03-01"), "new 6 updated 0 unchanged 0 quarantined 0 deleted 0");
  const std::vector<std::string> keys = Keys();
  ASSERT_THAT(keys, SizeIs(6));
  EXPECT_EQ(keys[0], "Ann|2024-02-01T10:00:00Z|2024-02-01|7");
  EXPECT_EQ(keys[1], "Ann||2024-02-01|7");
  EXPECT_EQ(keys[2], "Ann\\|Bob|2024-02-01T10:00:00Z|2024-02-01|7");
  EXPECT_EQ(keys[3], "Ann\\\\|2024-02-01T10:00:00.25Z||7");
  EXPECT_EQ(keys[4].substr(0, 1), "#");
  EXPECT_EQ(keys[5], keys[4].substr(0, keys[4].size() - 1) + "2");
  EXPECT_THAT(KeptKeys(), ElementsAre(keys[2], keys[3], keys[4], keys[5]));
  EXPECT_EQ(Import(kFile, "03-02"), "new 0 updated 0 unchanged 6 quarantined 0 deleted 0");
}

TEST_F(KeyLayoutTest, AKeyOfAnAmountIsStoredAsItIsWritten) {
  Use("natural = [\"agent\", \"amount\"]");
  constexpr std::string_view kFile = "Agent,Amount\nAnn,2.50\nAnn,2.5\nBob,3\n";
  EXPECT_EQ(Import(kFile, "03-01"), "new 2 updated 0 unchanged 1 quarantined 0 deleted 0");
  EXPECT_THAT(Keys(), ElementsAre("Ann|2.5", "Bob|3"));
  EXPECT_EQ(Import(kFile, "03-02"), "new 0 updated 0 unchanged 3 quarantined 0 deleted 0");
}

TEST_F(KeyLayoutTest, ContentIsItsOwnKey) {
  Use("natural = [\"id\"]");
  EXPECT_EQ(Import("Agent,Seconds\nAnn,1\nAnn,2\nAnn,1\n", "03-01"),
            "new 3 updated 0 unchanged 0 quarantined 0 deleted 0");
  const std::vector<std::string> keys = Keys();
  ASSERT_THAT(keys, SizeIs(3));
  EXPECT_THAT(KeptKeys(), ElementsAre(keys[2])) << "the second of the same content";
  EXPECT_THAT(Query(fmt::format("SELECT _key FROM {} WHERE _key LIKE '#________________.1' ORDER BY _obs", kTable)),
              ElementsAre(keys[0], keys[1]));
}

// A later file by another kind of key, and a table whose keys are all stored: what is known stays known.
TEST_F(KeyLayoutTest, KeysAreTheSameHoweverTheyAreStored) {
  for (const bool stores_each : {false, true}) {
    Run(fmt::format("DROP TABLE IF EXISTS {}", kTable));
    for (const char* table : {"import_file", "source_object", "source_column", "sighting"})
      Run(fmt::format("DELETE FROM meta.{}", table));
    Use("columns = [\"id\"]\nnatural = [\"agent\", \"day\"]");
    EXPECT_EQ(Import("Agent,Day,Seconds\nAnn,2024-01-01,1\nBob,2024-01-01,2\n", "03-01"),
              "new 2 updated 0 unchanged 0 quarantined 0 deleted 0");
    if (stores_each) StoreEachKey();
    EXPECT_EQ(Import("Id,Agent,Day,Seconds\n7,Cid,2024-01-01,1\n", "03-02"),
              "new 1 updated 0 unchanged 0 quarantined 0 deleted 2");
    EXPECT_EQ(Import("Agent,Day,Seconds\nAnn,2024-01-01,1\nBob,2024-01-01,3\n", "03-03"),
              "new 0 updated 2 unchanged 0 quarantined 0 deleted 1");
    EXPECT_THAT(
        Query(fmt::format("SELECT _key || CASE WHEN _deleted THEN '-' ELSE '' END FROM {} ORDER BY _obs", kTable)),
        ElementsAre("Ann|2024-01-01", "Bob|2024-01-01", "7", "Ann|2024-01-01-", "Bob|2024-01-01-", "Ann|2024-01-01",
                    "Bob|2024-01-01", "7-"));
  }
}

// The column that keys were made of gets another type: the keys stay, and hundreds of new columns lay the table anew.
TEST_F(KeyLayoutTest, KeysOutliveTheirColumn) {
  Use("columns = [\"id\"]");
  Import("Id,Agent\n1,Ann\n2,Bob\n", "03-01");
  std::string text = MappingText("columns = [\"id\"]");
  text.replace(text.find("type = \"id\""), 11, "type = \"integer\"");
  mapping_ = *ParseMapping(text, "phone-call.toml");
  std::string head = "Id,Agent";
  std::string row = "2,Bea";
  for (int i = 0; i < 100; ++i) {
    head += fmt::format(",Field {}", i);
    row += ",v";
  }
  EXPECT_EQ(Import(head + "\n" + row + "\n", "03-02"), "new 0 updated 1 unchanged 0 quarantined 0 deleted 1");
  EXPECT_THAT(Keys(), ElementsAre("1", "2", "2", "1"));
  EXPECT_EQ(Import(head + "\n" + row + "\n", "03-03"), "new 0 updated 0 unchanged 1 quarantined 0 deleted 0");
}

}  // namespace
}  // namespace weir::sources
