#include "sources/parquet_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/discover.h"
#include "sources/known_files.h"
#include "sources/partition.h"
#include "sources/test_parquet.h"
#include "store/database.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;

// As JSON is read: a record within a record is columns, a list is its text.
TEST(ParquetReader, ReadsRecordsWithinRecords) {
  TestFolder folder;
  store::OpenOptions open;
  open.external_access = true;
  auto database = store::Database::Open({}, open);
  ASSERT_TRUE(database.has_value());
  auto connection = database->Connect();
  const std::string path = (folder.path() / "events.parquet").string();
  ASSERT_TRUE(connection->Execute(
      "COPY (SELECT 1 AS id, {'source': 'news', 'campaign': {'id': 7, \"Odd name\": 'it''s'}} AS traffic, "
      "[{'key': 'a', 'value': {'s': NULL::VARCHAR, 'i': 5}}] AS params UNION ALL SELECT 2, NULL, NULL) TO '" +
      path + "' (FORMAT parquet)"));
  FileInput file;
  file.path = path;
  const ReadRows read = ReadAll(file);
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.columns,
              ElementsAre("id", "traffic_source", "traffic_campaign_id", "traffic_campaign_odd_name", "params"));
  EXPECT_THAT(read.rows, ElementsAre(R"(1|1|news|7|it's|[{"key":"a","value":{"s":null,"i":5}}])", "2|2||||"));
}

class ParquetTable : public ::testing::Test {
 protected:
  FileInput Write(const std::string& name, const std::string& select) {
    return folder.Write(name, ParquetBytes(select));
  }

  TestFolder folder;
};

TEST_F(ParquetTable, FoldersNamedAsKeyAndValueAreColumns) {
  const ReadRows read =
      ReadAll(Write("crm/deals/region=north%2Fwest/day=2025-03-01/part-0.parquet", "SELECT 1 AS id, 'x' AS name"));
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.columns, ElementsAre("id", "name", "region", "day"));
  EXPECT_THAT(read.rows, ElementsAre("1|1|x|north/west|2025-03-01"));
  const ReadRows own = ReadAll(Write("deals/Day=2025-03-01/kind=__HIVE_DEFAULT_PARTITION__/data_0.parquet",
                                     "SELECT 1 AS id, '2025-03-02' AS day"));
  EXPECT_THAT(own.columns, ElementsAre("id", "day", "kind"));
  EXPECT_THAT(own.rows, ElementsAre("1|1|2025-03-02|")) << "what the file says goes before what its folder says";
}

TEST_F(ParquetTable, APieceIsKnownByTheNameOfItsTable) {
  const FileInput piece = Write("crm/deals/day=2025-03-01/part-0.parquet", "SELECT 1 AS id");
  EXPECT_TRUE(IsPartOfTable(piece));
  EXPECT_EQ(TableNameOf(piece), "crm/deals.parquet");
  EXPECT_FALSE(IsPartOfTable(Write("crm/deals.parquet", "SELECT 1 AS id")));
  const std::vector<std::pair<const char*, const char*>> pieces{
      {"crm/day=2025-03-01/deals.csv", "crm/deals.csv"},
      {"crm/deals/day=2025-03-01/part-00000-7f1c.csv.gz", "crm/deals.csv.gz"},
      {"crm/deals/part-00000.json", "crm/deals.json"},
      {"crm/deals/data_0_1_0.csv", "crm/deals.csv"},
      {"crm/deals-000000000012.jsonl", "crm/deals.jsonl"},
      {"crm/deals/000000000012.csv", "crm/deals.csv"},
      {"crm/deals0001_part_00.parquet", "crm/deals.parquet"},
      {"crm/deals/0001_part_00.parquet", "crm/deals.parquet"},
      {"crm/deals/region=eu/x.parquet", "crm/deals.parquet"},
  };
  for (const auto& [name, table] : pieces) {
    const FileInput file{.name = name, .path = {}, .member = {}, .sheet = {}, .records = {}, .modified_at = {}};
    EXPECT_TRUE(IsPartOfTable(file)) << name;
    EXPECT_EQ(TableNameOf(file), table);
  }
  // What people call their exports.
  for (const char* name : {"crm/deals.csv", "crm/data_2025.csv", "crm/deals-202603011230.csv", "crm/deals_part_1.csv",
                           "crm/part-of-deals.csv", "crm/day=2025-03-01/deals.xlsx", "crm/10.csv"}) {
    EXPECT_FALSE(IsPartOfTable({.name = name, .path = {}, .member = {}, .sheet = {}, .records = {}, .modified_at = {}}))
        << name;
  }
}

TEST_F(ParquetTable, WhatEnginesLeaveIsNoFileOfATable) {
  Write("lake/deals/part-0.parquet", "SELECT 1 AS id");
  for (const char* left :
       {"lake/deals/_SUCCESS", "lake/deals/_temporary/0/part-0.csv", "lake/deals/.part-0.parquet.crc",
        "lake/delta/_delta_log/00000.json", "lake/delta/part-0.csv", "lake/ice/data/a.csv",
        "lake/ice/metadata/v1.metadata.json", "lake/hudi/.hoodie/x.json", "lake/hudi/part-0.csv"}) {
    folder.Write(left, "id\n1\n");
  }
  const auto listed = ListFiles(folder.path() / "lake", {.is_recursive = true});
  ASSERT_TRUE(listed.has_value());
  ASSERT_EQ(listed->files.size(), 1U);
  EXPECT_EQ(listed->files[0].name, "deals/part-0.parquet");
  ASSERT_EQ(listed->problems.size(), 3U);
  EXPECT_THAT(listed->problems[0].ToString(), ::testing::StartsWith("delta: this is a table of Delta Lake"));
  EXPECT_EQ(listed->problems[1].place().file, "hudi");
  EXPECT_EQ(listed->problems[2].place().file, "ice");
  const auto alone = ListFiles(folder.path() / "lake" / "delta");
  ASSERT_TRUE(alone.has_value());
  EXPECT_TRUE(alone->files.empty());
  EXPECT_EQ(alone->problems.size(), 1U);
}

// Equal bytes in two partitions are two pieces.
TEST_F(ParquetTable, TheSameBytesInAnotherPartitionAreOtherRows) {
  const FileInput one = Write("deals/day=2025-03-01/part-0.parquet", "SELECT 1 AS id");
  const FileInput two = Write("deals/day=2025-03-02/part-0.parquet", "SELECT 1 AS id");
  FileDigests digests;
  const auto first = digests.Of(one);
  const auto second = digests.Of(two);
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_NE(*first, *second);
  EXPECT_EQ(first->substr(0, first->find('/')), second->substr(0, second->find('/')));
}

}  // namespace
}  // namespace weir::sources
