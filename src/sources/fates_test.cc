#include "sources/fates.h"

#include <gtest/gtest.h>

#include "sources/import.h"
#include "sources/schema.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

constexpr std::string_view kDeals = R"(
source = "crm"
object = "deal"
extent = "full"
[recognise]
require = ["stage"]
[key]
columns = ["id"]
[columns]
id = { type = "id", names = ["Id"] }
stage = { type = "text", names = ["Stage"] }
[[emit]]
table = "deal"
[emit.set]
key = "id"
stage = "stage"
)";

// A store that cannot hold all keys of these files at once.
class FatesTest : public testing::Test {
 protected:
  static constexpr std::int64_t kRows = 70'000;
  static constexpr std::int64_t kChangedOf = 7;   // every so many rows
  static constexpr std::int64_t kMissingOf = 10;  // likewise

  FatesTest() {
    for (const std::string_view statement : SourceMigrations()) EXPECT_TRUE(connection_.Execute(statement).has_value());
    context_.now = *ParseIsoInstant("2024-12-31T00:00:00Z");
  }

  static store::Database SmallStore(const TestFolder& folder) {
    store::OpenOptions options;
    options.memory_limit = "32MiB";
    return *store::Database::Open(folder.path() / "small.duckdb", options);
  }

  std::string Import(const std::string& text, const std::string& day) {
    context_.exported_at = ParseIsoInstant("2024-" + day + "T00:00:00Z");
    ++context_.data_version;
    context_.import_id = *BeginImport(connection_, "import", context_.data_version, context_.now);
    auto transaction = store::Transaction::Begin(connection_);
    const auto report = ImportFile(connection_, mapping_, folder_.Write("deals.csv", text), context_);
    if (!report) return report.error().ToString();
    EXPECT_TRUE(transaction->Commit().has_value());
    return Counts(report->added, report->updated, report->unchanged, report->deleted);
  }

  static std::string Counts(std::uint64_t added, std::uint64_t updated, std::uint64_t unchanged,
                            std::uint64_t deleted) {
    return fmt::format("new {} updated {} unchanged {} deleted {}", added, updated, unchanged, deleted);
  }

  std::int64_t Number(const std::string& sql) { return *connection_.QueryInteger(sql); }

  TestFolder folder_;
  store::Database database_ = SmallStore(folder_);
  store::Connection connection_ = *database_.Connect();
  Mapping mapping_ = *ParseMapping(kDeals, "crm-deal.toml");
  ImportContext context_;
};

TEST_F(FatesTest, KeysThatDoNotFitIntoMemoryAreLookedAtInParts) {
  std::string first = "Id,Stage\n";
  std::string later = first;
  std::uint64_t added = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t deleted = 0;
  for (std::int64_t i = 0; i < kRows; ++i) {
    first += fmt::format("{},Open\n", i);
    if (i % kMissingOf == 0) {
      ++deleted;
      later += fmt::format("{},Open\n", kRows + i);
      ++added;
    } else {
      const bool is_changed = i % kChangedOf == 0;
      later += fmt::format("{},{}\n", i, is_changed ? "Won" : "Open");
      ++(is_changed ? updated : unchanged);
    }
  }
  EXPECT_EQ(Import(first, "03-01"), Counts(kRows, 0, 0, 0));
  const auto parts = CountParts(connection_, kRows, {.all = 1, .known_rows = kRows});
  ASSERT_TRUE(parts.has_value());
  EXPECT_GT(*parts, 1) << "else what follows says nothing of parts";
  EXPECT_EQ(Import(first, "03-02"), Counts(0, 0, kRows, 0));
  EXPECT_EQ(Number("SELECT count(*) FROM meta.sighting"), 1) << "neighbours all";
  EXPECT_EQ(Import(later, "03-03"), Counts(added, updated, unchanged, deleted));
  EXPECT_EQ(Import(later, "03-03"), Counts(0, 0, kRows, 0)) << "every key is known twice, or once";
  // At the time of the file before; only what that one did not say is news.
  EXPECT_EQ(Import(first, "03-03"), Counts(0, updated + deleted, kRows - updated - deleted, added));
  EXPECT_EQ(Number("SELECT count(*) FROM (SELECT _key FROM obs.crm__deal GROUP BY _key)"),
            kRows + static_cast<std::int64_t>(added));
}

}  // namespace
}  // namespace weir::sources
