#include "sources/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/records.h"
#include "sources/records.h"
#include "sources/schema.h"
#include "sources/test_parquet.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view kHead = R"(
source = "crm"
object = "deal"
[recognise]
require = ["stage"]
[key]
columns = ["id"]
natural = ["name"]
[observed]
modified = ["modified_at"]
)";

constexpr std::string_view kColumns = R"(
[columns]
id = { type = "id", names = ["Id"] }
name = { type = "name", names = ["Name"] }
stage = { type = "text", names = ["Stage"] }
amount = { type = "money", names = ["Amount", "Бюджет"], currency = "currency" }
currency = { type = "text", names = ["Currency"] }
close_date = { type = "date", names = ["Close Date", "Дата закрытия"], nulls = ["не закрыта"] }
modified_at = { type = "instant", names = ["Modified"] }
phone = { type = "phone", names = ["Phone"] }
source = { type = "text", names = ["utm_source"] }
[[emit]]
table = "deal"
[emit.set]
key = "id"
name = "name"
stage = "stage"
amount = "amount"
)";

class ImportTest : public testing::Test {
 protected:
  ImportTest() {
    for (const std::string_view statement : SourceMigrations()) Run(statement);
    context_.default_region = "DE";
    context_.now = *ParseIsoInstant("2024-12-31T00:00:00Z");
    Use(kColumns);
  }

  void Use(std::string_view columns, const std::string& head = "") {
    auto mapping = ParseMapping(head + std::string(kHead) + std::string(columns), "crm-deal.toml");
    ASSERT_TRUE(mapping.has_value()) << mapping.error().ToString();
    mapping_ = std::move(*mapping);
  }

  void Run(std::string_view sql) {
    const auto done = connection_.Execute(sql);
    ASSERT_TRUE(done.has_value()) << done.error().ToString() << "\n" << sql;
  }

  // Rows as text, columns parted by '|'.
  std::vector<std::string> Query(const std::string& sql) {
    const auto rows = connection_.Query(sql);
    EXPECT_TRUE(rows.has_value()) << rows.error().ToString() << "\n" << sql;
    std::vector<std::string> texts;
    for (std::size_t i = 0; rows && i < rows->size(); ++i) {
      std::string text;
      for (std::size_t j = 0; j < rows->columns.size(); ++j) text += (j == 0 ? "" : "|") + rows->TextAt(i, j);
      texts.push_back(text);
    }
    return texts;
  }

  // Imports a file as of a day in 2024 ("03-01"), or by its own time if that is empty.
  ImportReport Import(std::string_view bytes, const std::string& day = "", const std::string& name = "deals.csv") {
    context_.exported_at = day.empty() ? std::nullopt : ParseIsoInstant("2024-" + day + "T00:00:00Z");
    ++context_.data_version;
    context_.import_id = *BeginImport(connection_, "import", context_.data_version, context_.now);
    FileInput file = folder_.Write(name, bytes);
    file.modified_at = *ParseIsoInstant("2024-06-01T12:00:00Z");
    auto transaction = store::Transaction::Begin(connection_);
    EXPECT_TRUE(transaction.has_value());
    auto report = ImportFile(connection_, mapping_, file, context_);
    EXPECT_TRUE(report.has_value()) << report.error().ToString();
    if (!report) return {};
    EXPECT_TRUE(transaction->Commit().has_value());
    EXPECT_EQ(report->read, report->added + report->updated + report->unchanged + report->quarantined);
    return std::move(*report);
  }

  static std::string Counts(const ImportReport& report) {
    return fmt::format("read {} new {} updated {} unchanged {} quarantined {} deleted {}", report.read, report.added,
                       report.updated, report.unchanged, report.quarantined, report.deleted);
  }

  // History of the stage by key, as "key@day=stage", gone ones as "key@day-".
  std::vector<std::string> History() {
    return Query(
        "SELECT _key || '@' || strftime(_observed_at, '%m-%d') || CASE WHEN _deleted THEN '-' ELSE '=' || "
        "coalesce(stage, '') END FROM obs.crm__deal WHERE _file NOT IN (SELECT file_id FROM meta.import_file WHERE "
        "state = 'undone') ORDER BY _key, _observed_at, _obs");
  }
  std::vector<std::string> Rejects() {
    return Query(
        "SELECT line, col, coalesce(header, ''), code FROM meta.reject WHERE state = 'open' ORDER BY reject_id");
  }

  store::Database database_ = *store::Database::Open({});
  store::Connection connection_ = *database_.Connect();
  TestFolder folder_;
  Mapping mapping_;
  ImportContext context_;
};

TEST_F(ImportTest, CountsEveryRow) {
  const ImportReport report = Import("Id,Name,Stage,Amount\n1,a,Open,10.5\n2,b,Won,x\n3,c,Lost,\n", "03-01");
  EXPECT_EQ(Counts(report), "read 3 new 2 updated 0 unchanged 0 quarantined 1 deleted 0");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "3@03-01=Lost"));
  EXPECT_THAT(
      Query("SELECT line, col, header, code, reason, raw, state FROM meta.reject"),
      ElementsAre("3|4|Amount|not_a_number|'x' is not a number; if it means nothing, say so by nulls = [...] in "
                  "the mapping|2,b,Won,x|open"));
  EXPECT_THAT(
      Query("SELECT rows_read, rows_new, rows_quarantined, key_kind, observed_from, format FROM meta.import_file"),
      ElementsAre("3|2|1|key|exported_at|csv"));
  ASSERT_THAT(report.problems, SizeIs(1));
  EXPECT_EQ(report.problems[0].line, 3U);
}

// Rule 11: the same file again changes nothing; a later one adds what differs.
TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
  const std::string text = "Id,Stage,Amount\n1,Open,10\n2,Won,20\n";
  Import(text, "03-01");
  EXPECT_EQ(Counts(Import(text, "03-01")), "read 2 new 0 updated 0 unchanged 2 quarantined 0 deleted 0");
  EXPECT_EQ(Counts(Import("Stage,Id,Amount\nWon,2,20.00\nOpen,1,\"10,0\"\n", "03-02")),
            "read 2 new 0 updated 0 unchanged 2 quarantined 0 deleted 0")
      << "other order of columns and rows, other forms of the same amounts";
  EXPECT_EQ(Counts(Import("Id,Stage,Amount\n1,Won,10\n2,Won,20\n3,Open,1\n", "03-03")),
            "read 3 new 1 updated 1 unchanged 1 quarantined 0 deleted 0");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "1@03-03=Won", "2@03-01=Won", "3@03-03=Open"));
}

TEST_F(ImportTest, AnOlderFileFillsHistoryAndDoesNotOverwrite) {
  Import("Id,Stage\n1,Won\n", "03-10");
  const ImportReport older = Import("Id,Stage\n1,Open\n2,Open\n", "03-01");
  EXPECT_EQ(Counts(older), "read 2 new 1 updated 1 unchanged 0 quarantined 0 deleted 0");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "1@03-10=Won", "2@03-01=Open"));
}

TEST_F(ImportTest, AFileBetweenTwoEqualOnesLeavesTheNewerState) {
  Import("Id,Stage\n1,Open\n2,Open\n", "03-01");
  Import("Id,Stage\n1,Open\n2,Open\n", "03-10");  // seen unchanged: nothing is stored
  EXPECT_EQ(Counts(Import("Id,Stage\n1,Hold\n", "03-05")),
            "read 1 new 0 updated 1 unchanged 0 quarantined 0 deleted 0");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "1@03-05=Hold", "1@03-10=Open", "2@03-01=Open"));
  EXPECT_EQ(Counts(Import("Id,Stage\n1,Open\n", "03-20")),
            "read 1 new 0 updated 0 unchanged 1 quarantined 0 deleted 0");
}

TEST_F(ImportTest, TwoFilesOfTheSameTimeSettle) {
  const std::string one = "Id,Stage\n1,Open\n2,Open\n";
  const std::string two = "Id,Stage\n1,Won\n2,Open\n";
  Import("Id,Stage\n1,Open\n", "02-01");
  Import(one, "03-01");
  EXPECT_EQ(Counts(Import(two, "03-01")), "read 2 new 0 updated 1 unchanged 1 quarantined 0 deleted 0");
  for (const std::string& text : {one, two, one}) {
    EXPECT_EQ(Counts(Import(text, "03-01")), "read 2 new 0 updated 0 unchanged 2 quarantined 0 deleted 0");
  }
  EXPECT_THAT(History(), ElementsAre("1@02-01=Open", "1@03-01=Won", "2@03-01=Open"));
}

TEST_F(ImportTest, PiecesOfATableDeleteNothing) {
  Use(kColumns, "extent = \"full\"\n");
  Import(ParquetBytes("SELECT 1 AS id"), "03-01", "deals/stage=Open/part-0.parquet");
  Import("Id,Stage\n2,Open\n", "03-01", "deals/part-00000.csv");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "2@03-01=Open"));
}

TEST_F(ImportTest, AFullFileDeletesWhatItLacks) {
  Use(kColumns, "extent = \"full\"\n");
  Import("Id,Stage\n1,Open\n2,Open\n3,Open\n", "03-01");
  EXPECT_EQ(Counts(Import("Id,Stage\n1,Open\n3,Won\n", "03-02")),
            "read 2 new 0 updated 1 unchanged 1 quarantined 0 deleted 1");
  EXPECT_EQ(Counts(Import("Id,Stage\n1,Open\n2,Open\n3,Won\n", "03-03")),
            "read 3 new 0 updated 1 unchanged 2 quarantined 0 deleted 0")
      << "it is back";
  EXPECT_THAT(History(),
              ElementsAre("1@03-01=Open", "2@03-01=Open", "2@03-02-", "2@03-03=Open", "3@03-01=Open", "3@03-02=Won"));
}

TEST_F(ImportTest, AFullFileWithoutRowsDeletesNothing) {
  Use(kColumns, "extent = \"full\"\n");
  Import("Id,Stage\n1,Open\n2,Open\n", "03-01");
  EXPECT_EQ(Counts(Import("Id,Stage\n", "03-02")), "read 0 new 0 updated 0 unchanged 0 quarantined 0 deleted 0");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "2@03-01=Open"));
}

TEST_F(ImportTest, ARefusedRowIsNotAbsent) {
  Use(kColumns, "extent = \"full\"\n");
  Import("Id,Stage,Amount\n1,Open,1\n2,Open,2\n", "03-01");
  EXPECT_EQ(Counts(Import("Id,Stage,Amount\n1,Open,1\n2,Open,x\n", "03-02")),
            "read 2 new 0 updated 0 unchanged 1 quarantined 1 deleted 0");
  EXPECT_EQ(Counts(Import("Id,Stage,Amount\n1,Open,1\nbroken\n", "03-03")),
            "read 2 new 0 updated 0 unchanged 1 quarantined 1 deleted 0")
      << "the broken row may be the missing one";
}

TEST_F(ImportTest, AnOlderFullFileMeetsLaterOnes) {
  Use(kColumns, "extent = \"full\"\n");
  Import("Id,Stage\n1,Open\n", "03-01");
  Import("Id,Stage\n1,Open\n", "03-10");
  Import("Id,Stage\n2,Open\n", "03-05");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "1@03-05-", "1@03-10=Open", "2@03-05=Open", "2@03-10-"));
}

TEST_F(ImportTest, AWindowDeletesOnlyWithinItself) {
  Use(kColumns, "extent = \"window\"\nwindow = \"close_date\"\n");
  Import("Id,Stage,Close Date\n1,Open,2024-01-05\n2,Open,2024-02-05\n3,Open,2024-02-06\n", "03-01");
  EXPECT_EQ(Counts(Import("Id,Stage,Close Date\n3,Open,2024-02-06\n4,Open,2024-02-01\n", "03-02")),
            "read 2 new 1 updated 0 unchanged 1 quarantined 0 deleted 1");
  EXPECT_THAT(History(), testing::Contains("2@03-02-"));
  EXPECT_THAT(History(), testing::Not(testing::Contains("1@03-02-")));
}

// Several accounts, each with an export of its own for the same days.
TEST_F(ImportTest, AWindowMayBeThatOfOneAccount) {
  Use(kColumns, "extent = \"window\"\nwindow = \"close_date\"\nwindow_by = [\"stage\"]\n");
  Import("Id,Stage,Close Date\n1,A,2024-02-05\n2,A,2024-02-06\n3,B,2024-02-05\n4,,2024-02-05\n", "03-01");
  EXPECT_EQ(Counts(Import("Id,Stage,Close Date\n1,A,2024-02-05\n5,A,2024-02-06\n", "03-02")),
            "read 2 new 1 updated 0 unchanged 1 quarantined 0 deleted 1");
  EXPECT_THAT(History(), testing::Contains("2@03-02-"));
  EXPECT_EQ(Counts(Import("Id,Close Date\n6,2024-02-05\n", "03-03")),
            "read 1 new 1 updated 0 unchanged 0 quarantined 0 deleted 1")
      << "a file that does not say whose it is replaces what nobody said either";
  EXPECT_THAT(History(), testing::Contains("4@03-03-"));
}

TEST_F(ImportTest, RepeatedKeysInOneFile) {
  const ImportReport report =
      Import("Id,Stage,Modified\n1,Open,2024-01-01\n1,Won,2024-01-05\n2,Open,2024-01-01\n2,Open,2024-01-01\n", "03-01");
  EXPECT_EQ(Counts(report), "read 4 new 2 updated 0 unchanged 1 quarantined 1 deleted 0");
  EXPECT_THAT(History(), ElementsAre("1@03-01=Won", "2@03-01=Open"));
  EXPECT_THAT(Query("SELECT line, code, reason, raw FROM meta.reject"),
              ElementsAre("2|duplicate_key|line 3 has the same key and was modified later|1,Open,2024-01-01"));
  const ImportReport without = Import("Id,Stage\n5,Open\n5,Won\n", "03-02");
  EXPECT_EQ(Counts(without), "read 2 new 1 updated 0 unchanged 0 quarantined 1 deleted 0");
  EXPECT_EQ(
      without.problems.at(0).reason.text,
      "line 2 has the same key and other values, and nothing says which is newer; export the time of modification "
      "too, or remove one of them in the source");
}

// Rule 8: no ids: the natural key, else the content and its occurrence.
TEST_F(ImportTest, KeysWithoutIds) {
  EXPECT_EQ(Import("Name,Stage\nAcme,Open\n,Won\n,Won\n", "03-01").key_kind, "natural");
  EXPECT_THAT(Query("SELECT regexp_replace(_key, '[0-9a-f]{16}', 'hash') FROM obs.crm__deal ORDER BY 1"),
              ElementsAre("#hash.1", "#hash.2", "Acme"));
  Use(kColumns);
  mapping_.object = "visit";
  EXPECT_EQ(Import("Stage,Amount\nOpen,1\nOpen,1\nWon,2\n", "03-01").key_kind, "content");
  EXPECT_EQ(Counts(Import("Stage,Amount\nOpen,1\nOpen,1\nOpen,1\nWon,2\n", "03-02")),
            "read 4 new 1 updated 0 unchanged 3 quarantined 0 deleted 0");
}

TEST_F(ImportTest, ObservationTimeByRule) {
  EXPECT_EQ(NameOf(Import("Id,Stage\n1,Open\n", "03-01").observed_from), "exported_at");
  const ImportReport modified =
      Import("Id,Stage,Modified\n1,Open,2024-05-01T10:00:00Z\n2,Open,2099-01-01\n", "", "2024-07-01.csv");
  EXPECT_EQ(FormatInstant(modified.observed_at), "2024-05-01T10:00:00Z") << "a stamp in the future is an error";
  EXPECT_EQ(NameOf(modified.observed_from), "modified");
  const ImportReport named = Import("Id,Stage\n1,Open\n", "", "deals_2024-07-01.csv");
  EXPECT_EQ(FormatInstant(named.observed_at), "2024-07-01T00:00:00Z");
  EXPECT_EQ(NameOf(named.observed_from), "file_name");
  const ImportReport plain = Import("Id,Stage\n1,Open\n", "", "deals.csv");
  EXPECT_EQ(FormatInstant(plain.observed_at), "2024-06-01T12:00:00Z");
  EXPECT_EQ(NameOf(plain.observed_from), "file_time");
}

// Rules 3, 4, 5, 7 and 9 in one amoCRM-like file.
TEST_F(ImportTest, ReadsWhatCrmExportsHold) {
  const ImportReport report = Import(
      "Id;Stage;Бюджет, ₽;Дата закрытия;Phone;utm_source;utm_source;Свой столбец \n"
      "1;Open;1 234,56;не закрыта;030 123456, 030 987654;;google;x\n"
      "2;Won;75,5;31.12.2023;нет;direct;;\n",
      "03-01");
  EXPECT_EQ(Counts(report), "read 2 new 2 updated 0 unchanged 0 quarantined 0 deleted 0");
  EXPECT_THAT(
      Query("SELECT _key, amount, currency, close_date, phone, source, \"x_свой_столбец\", x_phone FROM obs.crm__deal "
            "ORDER BY _key"),
      ElementsAre("1|1234.56|RUB||+4930123456|google|x|030 123456, 030 987654", "2|75.5|RUB|2023-12-31||direct||нет"));
  EXPECT_EQ(report.softened, 1U);
}

TEST_F(ImportTest, KeepsColumnsThatNoMappingNames) {
  Import("Id,Stage,Score,Started,Empty\n1,Open,5,2024-01-01,\n2,Open,7,2024-01-02,\n", "03-01");
  Import("Id,Stage,Score,Other\n3,Open,7.5,x\n", "03-02");
  EXPECT_THAT(Query("SELECT column_name, type, row_count, filled_count FROM meta.source_column WHERE mapped_to IS NULL "
                    "ORDER BY 1, first_version"),
              ElementsAre("x_empty|text|2|0", "x_other|text|1|1", "x_score|integer|2|2", "x_score|decimal|3|3",
                          "x_started|date|2|2"));
  EXPECT_THAT(Query("SELECT _key, x_score, x_other FROM obs.crm__deal ORDER BY _key"),
              ElementsAre("1|5|", "2|7|", "3|7.5|x"));
  EXPECT_THAT(Query("SELECT count(*) FROM information_schema.columns WHERE column_name = 'x_empty'"), ElementsAre("0"));
  EXPECT_EQ(Counts(Import("Id,Stage,Score\n1,Open,6\n", "03-03")),
            "read 1 new 0 updated 1 unchanged 0 quarantined 0 deleted 0")
      << "a change of an unmapped column is a change";
}

TEST_F(ImportTest, DoubtfulDatesAreQuarantinedAndColumnsDecide) {
  const ImportReport mixed =
      Import("Id,Stage,Close Date\n1,Open,10/20/2016\n2,Open,3/1/2017\n3,Open,03-01-17\n4,Open,05-05-17\n", "03-01");
  EXPECT_EQ(Counts(mixed), "read 4 new 3 updated 0 unchanged 0 quarantined 1 deleted 0");
  EXPECT_THAT(Rejects(), ElementsAre("4|3|Close Date|date_ambiguous"));
  EXPECT_THAT(Query("SELECT _key, close_date FROM obs.crm__deal ORDER BY _key"),
              ElementsAre("1|2016-10-20", "2|2017-03-01", "4|2017-05-05"));
}

TEST_F(ImportTest, ReplaysWhenTheMappingIsMended) {
  Import("Id,Stage,Close Date\n1,Open,10/20/2016\n3,Open,03-01-17\n4,Open,03-01-18\n5,Open,2/2/2017\nbroken\n",
         "03-01");
  EXPECT_THAT(Rejects(),
              ElementsAre("3|3|Close Date|date_ambiguous", "4|3|Close Date|date_ambiguous", "6|2||column_count"));
  mapping_.columns[*mapping_.Find("close_date")].formats = {"%m/%d/%Y", "%m-%d-%y"};
  ++context_.data_version;
  context_.import_id = *BeginImport(connection_, "replay", context_.data_version, context_.now);
  const auto reports = ReplayRejects(connection_, mapping_, context_);
  ASSERT_TRUE(reports.has_value()) << reports.error().ToString();
  ASSERT_THAT(*reports, SizeIs(1));
  EXPECT_EQ(Counts(reports->at(0)), "read 3 new 2 updated 0 unchanged 0 quarantined 1 deleted 0");
  EXPECT_THAT(Rejects(), ElementsAre("6|2||column_count"));
  EXPECT_THAT(
      Query("SELECT _key, close_date, _line, strftime(_observed_at, '%m-%d') FROM obs.crm__deal ORDER BY _key"),
      ElementsAre("1|2016-10-20|2|03-01", "3|2017-03-01|3|03-01", "4|2018-03-01|4|03-01", "5|2017-02-02|5|03-01"));
  ASSERT_TRUE(UndoImport(connection_, context_.import_id, ++context_.data_version).has_value());
  EXPECT_THAT(Rejects(), SizeIs(3)) << "an undone replay opens its rows again";
  EXPECT_THAT(History(), ElementsAre("1@03-01=Open", "5@03-01=Open"));
}

TEST_F(ImportTest, UndoTakesAnImportBackAndKeepsWhatLaterOnesSaw) {
  Import("Id,Stage\n1,Open\n2,Open\n", "03-01");
  const std::int64_t first = context_.import_id;
  Import("Id,Stage\n1,Open\n2,Won\n", "03-02");
  const std::int64_t second = context_.import_id;
  Import("Id,Stage\n1,Open\n", "03-03");
  ASSERT_TRUE(UndoImport(connection_, first, ++context_.data_version).has_value());
  EXPECT_THAT(History(), ElementsAre("1@03-02=Open", "2@03-02=Won"));
  ASSERT_TRUE(UndoImport(connection_, second, ++context_.data_version).has_value());
  EXPECT_THAT(History(), ElementsAre("1@03-03=Open"));
  EXPECT_FALSE(UndoImport(connection_, second, ++context_.data_version).has_value());
  EXPECT_FALSE(UndoImport(connection_, 99, ++context_.data_version).has_value());
  EXPECT_EQ(Counts(Import("Id,Stage\n1,Open\n2,Won\n", "03-02")),
            "read 2 new 1 updated 1 unchanged 0 quarantined 0 deleted 0")
      << "imported again";
}

TEST_F(ImportTest, ADryRunLeavesNothing) {
  const FileInput file = folder_.Write("deals.csv", "Id,Stage,Extra\n1,Open,x\n");
  {
    auto transaction = store::Transaction::Begin(connection_);
    ASSERT_TRUE(transaction.has_value());
    const auto report = ImportFile(connection_, mapping_, file, context_);
    ASSERT_TRUE(report.has_value()) << report.error().ToString();
    EXPECT_EQ(report->columns.front().samples, std::vector<std::string>{"1"});
    EXPECT_EQ(report->columns.back().stored_as, "x_extra");
  }
  EXPECT_THAT(Query("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'obs'"), ElementsAre("0"));
  EXPECT_THAT(Query("SELECT count(*) FROM meta.import_file"), ElementsAre("0"));
}

TEST_F(ImportTest, StopsWhenAsked) {
  std::stop_source source;
  context_.stop = source.get_token();
  source.request_stop();
  const auto report = ImportFile(connection_, mapping_, folder_.Write("deals.csv", "Id,Stage\n1,Open\n"), context_);
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code(), Code::kCancelled);
}

TEST_F(ImportTest, ExtremeValuesAreQuarantinedWithTheirCode) {
  Import(
      "Id,Stage,Amount,Close Date\n"
      "1,Open,1000000000000000000000000000000,2024-01-01\n"
      "2,Open,1,0000-00-00\n"
      "3,Open,1,9999-12-31\n"
      "4,Open,99999999999999.9999,2024-01-01\n"
      "1.23E+15,Open,1,2024-01-01\n"
      ",Open,1,2024-01-01\n",
      "03-01");
  EXPECT_THAT(Rejects(), ElementsAre("2|3|Amount|amount_range", "3|4|Close Date|date_range",
                                     "4|4|Close Date|date_range", "6|1|Id|id_mangled", "7|1|id|key_empty"));
  EXPECT_THAT(Query("SELECT amount FROM obs.crm__deal"), ElementsAre("99999999999999.9999"));
}

TEST_F(ImportTest, SeveralFilesInOneTransaction) {
  auto transaction = store::Transaction::Begin(connection_);
  ASSERT_TRUE(transaction.has_value());
  context_.exported_at = ParseIsoInstant("2024-03-01T00:00:00Z");
  for (const char* text : {"Id,Stage\n1,Open\n", "Id,Stage,Extra\n1,Open,x\n2,Open,y\n", "Id,Stage,More\n1,Open,z\n"}) {
    const auto report = ImportFile(connection_, mapping_, folder_.Write("deals.csv", text), context_);
    ASSERT_TRUE(report.has_value()) << report.error().ToString();
  }
  ASSERT_TRUE(transaction->Commit().has_value());
  EXPECT_THAT(History(), SizeIs(4));
}

TEST_F(ImportTest, AMendedTypeConvertsOldValuesOrRefuses) {
  Import("Id,Stage\n1,5\n2,6\n", "03-01");
  mapping_.columns[*mapping_.Find("stage")].type = ColumnType::kInteger;
  EXPECT_EQ(Counts(Import("Id,Stage\n3,7\n", "03-02")), "read 1 new 1 updated 0 unchanged 0 quarantined 0 deleted 0");
  mapping_.columns[*mapping_.Find("stage")].type = ColumnType::kDate;
  const auto refused = ImportFile(connection_, mapping_, folder_.Write("x.csv", "Id,Stage\n3,2024-01-01\n"), context_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message(), HasSubstr("column 'stage' of crm deal holds 3 values"));
}

TEST_F(ImportTest, HundredsOfNewColumnsAreAddedAtOnce) {
  Import("Id,Stage,Colour\n1,Open,red\n", "01-10");
  std::string head = "Id,Stage";
  std::string row = "2,Won";
  for (int i = 0; i < 300; ++i) {
    head += fmt::format(",Field {}", i);
    row += fmt::format(",v{}", i);
  }
  const ImportReport report = Import(head + "\n" + row + "\n", "02-10");
  EXPECT_EQ(report.added, 1U);
  EXPECT_THAT(Query("SELECT _key, stage, x_colour, x_field_0, x_field_299 FROM obs.crm__deal ORDER BY _obs"),
              ElementsAre("1|Open|red||", "2|Won||v0|v299"));
  EXPECT_THAT(Query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'obs'"),
              ElementsAre("crm__deal"));
}

TEST_F(ImportTest, RecordViewsShowObservationsOfCommittedImports) {
  ASSERT_TRUE(CreateSourceFunctions(connection_).has_value());
  MappingCatalog catalog;
  catalog.mappings.push_back(mapping_);
  const auto views = [&] {
    const auto statements = RecordViewStatements(connection_, catalog, "UTC");
    ASSERT_TRUE(statements.has_value()) << statements.error().ToString();
    EXPECT_THAT(*statements, SizeIs(model::RecordTables().size() + 6)) << "four before they are cleaned, two of people";
    for (const std::string& statement : *statements) Run(statement);
  };
  views();
  EXPECT_THAT(Query("SELECT count(*) FROM rec.deal"), ElementsAre("0"));
  Import("Id,Name,Stage,Amount,Modified\n1,a,Open,10.5,2024-02-01\n", "03-01");
  Import("Id,Name,Stage,Amount,Modified\n1,a,Won,10.5,2024-02-20\n", "03-02");
  views();
  EXPECT_THAT(Query("SELECT _source, _object, _version, _recorded_at, _line, _deleted, key, stage, amount, owner_key "
                    "FROM rec.deal "
                    "ORDER BY _obs"),
              ElementsAre("crm|deal|1|2024-02-01T00:00:00Z|2|false|1|Open|10.5|",
                          "crm|deal|2|2024-02-20T00:00:00Z|2|false|1|Won|10.5|"));
  ASSERT_TRUE(UndoImport(connection_, context_.import_id, ++context_.data_version).has_value());
  EXPECT_THAT(Query("SELECT stage FROM rec.deal"), ElementsAre("Open"));
}

// A history says when each state began; a stamp after the export is no moment at which anything was so.
TEST_F(ImportTest, RecordViewsSayFromWhenAStateHolds) {
  ASSERT_TRUE(CreateSourceFunctions(connection_).has_value());
  Import("Id,Stage,Modified\n1,Open,2024-02-01\n", "03-01");
  MappingCatalog catalog;
  const auto since = [&] {
    catalog.mappings.assign(1, mapping_);
    const auto statements = RecordViewStatements(connection_, catalog, "UTC");
    EXPECT_TRUE(statements.has_value()) << statements.error().ToString();
    for (const std::string& statement : *statements) Run(statement);
    return Query("SELECT _since FROM rec.deal ORDER BY _obs");
  };
  EXPECT_THAT(since(), ElementsAre(""));
  mapping_.since = "modified_at";
  EXPECT_THAT(since(), ElementsAre("2024-02-01T00:00:00Z"));
  Import("Id,Stage,Modified\n2,Open,2034-02-01\n", "03-02");
  EXPECT_THAT(since(), ElementsAre("2024-02-01T00:00:00Z", "2024-03-02T00:00:00Z"));
}

TEST_F(ImportTest, SqlFunctionsAgreeWithTheProgram) {
  ASSERT_TRUE(CreateSourceFunctions(connection_).has_value());
  ASSERT_TRUE(CreateSourceFunctions(connection_).has_value()) << "again";
  for (const std::string name :
       {"  ACME,  Inc. ", "Søren Müller-Lüdenscheidt", "ООО «Ромашка»", "Straße", "Йод Ёлка", "O'Brien & Co"}) {
    EXPECT_THAT(Query("SELECT name_key(" + store::QuoteText(name) + ")"), ElementsAre(NameKey(name)));
  }
  EXPECT_THAT(Query("SELECT name_key('...') IS NULL"), ElementsAre("true"));
  EXPECT_THAT(
      Query(
          "SELECT email_domain('Ann@Mail.Acme.co.uk'), email_domain('ann@gmail.com'), email_domain('ann@x.acme.com'), "
          "email_domain('n/a'), email_domain(NULL), email_domain('Ann <ann@acme.de>')"),
      ElementsAre("acme.co.uk||acme.com|||acme.de"));
}

}  // namespace
}  // namespace weir::sources
