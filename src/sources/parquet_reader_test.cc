#include "sources/parquet_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/test_files.h"
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

}  // namespace
}  // namespace weir::sources
