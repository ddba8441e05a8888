#include "cli/forecast_input.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

class ForecastInputTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("weir-forecast-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<SeriesInput> Read(const std::string& bytes, const ForecastColumns& columns = {}) const {
    std::ofstream(folder_ / "series.csv", std::ios::binary) << bytes;
    return ReadSeries((folder_ / "series.csv").string(), columns, [](const Phrase&, double) {});
  }
  std::string Refusal(const std::string& bytes, const ForecastColumns& columns = {}) const {
    const auto read = Read(bytes, columns);
    return read ? "it was read" : read.error().ToString();
  }

  fs::path folder_;
};

TEST_F(ForecastInputTest, ReadsSeriesInAnyOrderOfRowsAndColumns) {
  const auto read = Read("y,ds,unique_id\n3,2026-03-01,a\n1,2026-01-01,a\n10,2026-02-01,b\n2,2026-02-01,a\n");
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(read->names, ElementsAre("a", "b"));
  EXPECT_THAT(read->values[0], ElementsAre(1, 2, 3));
  EXPECT_THAT(read->values[1], ElementsAre(10));
  EXPECT_EQ(forecast::FormatTime(read->axis.kind, read->axis.TimeOf(read->LastStep(1) + 1)), "2026-03-01");
  EXPECT_EQ(read->gaps, 0U);
}

TEST_F(ForecastInputTest, WhatIsLeftOutIsMissingAndSoIsAnEmptyCell) {
  const auto read = Read("unique_id,ds,y\na,1,1\na,2,\na,4,NA\na,5,5\n");
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(read->values[0], ElementsAre(1, IsNan(), IsNan(), IsNan(), 5));
  EXPECT_EQ(read->gaps, 1U);
}

TEST_F(ForecastInputTest, ATableOfTwoColumnsIsOneSeries) {
  const auto read = Read("Monat;Umsatz\n2026-01;1.234,5\n2026-02;2.000,5\n");
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(read->names, ElementsAre(""));
  EXPECT_THAT(read->values[0], ElementsAre(1234.5, 2000.5));
  EXPECT_THAT(read->axis.Seasons(), ElementsAre(12));
}

TEST_F(ForecastInputTest, QuartersAndColumnsByName) {
  const auto read =
      Read("team,quarter,won,lost\nx,2025Q4,1,9\nx,2026-Q1,2,8\n", {.id = "team", .time = "quarter", .value = "lost"});
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(read->values[0], ElementsAre(9, 8));
  EXPECT_THAT(read->axis.Seasons(), ElementsAre(4));
}

TEST_F(ForecastInputTest, ReadsWhatRWrites) {
  const auto read = Read("\"\",\"time\",\"value\"\n1,1949,112\n2,1949.08333333333,118\n3,1949.16666666667,132\n");
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_THAT(read->names, ElementsAre(""));
  EXPECT_THAT(read->values[0], ElementsAre(112, 118, 132));
  EXPECT_THAT(read->axis.Seasons(), ElementsAre(12));
  const auto quarters = Read("t,y\n1996.25,1\n1996.5,2\n1996.75,3\n1997,4\n");
  ASSERT_TRUE(quarters) << quarters.error().ToString();
  EXPECT_THAT(quarters->axis.Seasons(), ElementsAre(4));
  EXPECT_EQ(forecast::FormatTime(quarters->axis.kind, quarters->axis.TimeOf(quarters->LastStep(0) + 1)), "1997-04-01");
}

TEST_F(ForecastInputTest, WhatCannotBeReadIsRefusedWithItsPlace) {
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\na,2,abc\n"), HasSubstr("series.csv:3:3"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\na,2,abc\n"), HasSubstr("is no number"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\na,soon,2\n"), HasSubstr("neither a date nor a whole number"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\na,soon,2\n"), HasSubstr("series.csv:3:2"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,01/02/2026,1\na,03/02/2026,2\n"), HasSubstr("cannot be told apart"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\nb,1,1\na,1,2\n"), HasSubstr("'a' has two values"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\nb,1,1\na,1,2\n"), HasSubstr("line 2"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\na,2,2\na,900000000,3\n"), HasSubstr("mostly gaps"));
  EXPECT_THAT(Refusal("a,b,c,d\n1,2,3,4\n"), HasSubstr("no column that is known to hold times"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\n", {.value = "z"}), HasSubstr("'z'"));
  EXPECT_THAT(Refusal("unique_id,ds,y\na,1,1\n", {.time = "y"}), HasSubstr("both times and values"));
  EXPECT_THAT(Refusal("unique_id,ds,y\n"), HasSubstr("no row"));
}

}  // namespace
}  // namespace weir::cli
