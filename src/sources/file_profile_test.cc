#include "sources/file_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;

class FileProfileTest : public testing::Test {
 protected:
  // The column of a file that has but one, its cells in quotes.
  ProfiledColumn Of(const std::vector<std::string>& cells, const std::string& header = "value") {
    std::string text = "n;" + header + "\n";
    for (std::size_t i = 0; i < cells.size(); ++i) text += std::to_string(i) + ";\"" + cells[i] + "\"\n";
    auto profile = ProfileFile(folder_.Write("column.csv", text));
    EXPECT_TRUE(profile.has_value()) << (profile ? "" : profile.error().ToString());
    return profile ? profile->columns.at(1) : ProfiledColumn{};
  }
  Holding HoldingOf(const std::vector<std::string>& cells) { return Of(cells).holding; }

  TestFolder folder_;
};

TEST_F(FileProfileTest, TellsWhatCellsAre) {
  EXPECT_EQ(HoldingOf({"1", "2", "37"}), Holding::kInteger);
  EXPECT_EQ(HoldingOf({"1,5", "2,25", "3,75"}), Holding::kDecimal);
  EXPECT_EQ(HoldingOf({"$1,200.50", "$7.00"}), Holding::kMoney);
  EXPECT_EQ(HoldingOf({"12 %", "7 %"}), Holding::kPercent);
  EXPECT_EQ(HoldingOf({"2024-03-31", "2024-04-01"}), Holding::kDate);
  EXPECT_EQ(HoldingOf({"2024-03-31 14:05", "2024-04-01 9:00"}), Holding::kInstant);
  EXPECT_EQ(HoldingOf({"9:12:58", "0:00:07"}), Holding::kClock);
  EXPECT_EQ(HoldingOf({"ann@acme.com", "bob@globex.org"}), Holding::kEmail);
  EXPECT_EQ(HoldingOf({"+49 30 901820", "8 (495) 123-45-67"}), Holding::kPhone);
  EXPECT_EQ(HoldingOf({"https://acme.com/x", "globex.org"}), Holding::kUrl);
  EXPECT_EQ(HoldingOf({"EUR", "USD", "EUR"}), Holding::kCurrency);
  EXPECT_EQ(HoldingOf({"Germany", "FR", "Россия"}), Holding::kCountry);
  EXPECT_EQ(HoldingOf({"yes", "no", "yes"}), Holding::kBoolean);
  EXPECT_EQ(HoldingOf({"A-2e4581", "A-43a9e3", "A-0a282f"}), Holding::kId);
  EXPECT_EQ(HoldingOf({"Ann Lee", "Пётр Иванов", "Mary-Jane O'Brien"}), Holding::kPersonName);
  EXPECT_EQ(HoldingOf({"", "", ""}), Holding::kNothing);
  EXPECT_EQ(HoldingOf({"02.Medium", "01.High", "03.Low"}), Holding::kId) << "no address";
}

TEST_F(FileProfileTest, ACategoryComesAgainAndAgain) {
  std::vector<std::string> cells;
  cells.reserve(40);
  for (int i = 0; i < 40; ++i) cells.emplace_back(i % 3 == 0 ? "Closed Won" : i % 3 == 1 ? "In Progress" : "Select");
  const ProfiledColumn column = Of(cells);
  EXPECT_EQ(column.holding, Holding::kCategory);
  EXPECT_EQ(column.distinct, 3U);
  EXPECT_EQ(column.values.front().first, "Closed Won");
  EXPECT_EQ(column.values.front().second, 14U);
  EXPECT_THAT(column.placeholders, ElementsAre("Select"));
}

TEST_F(FileProfileTest, TheOrderOfDayAndMonthIsSeenOrLeftOpen) {
  const ProfiledColumn open = Of({"03/04/2024", "05/06/2024"});
  EXPECT_EQ(open.holding, Holding::kDate);
  EXPECT_EQ(open.days.order, DayForm::Order::kUndecided);
  EXPECT_EQ(open.days.evidence, "03/04/2024");
  const ProfiledColumn day_first = Of({"03/04/2024", "25/06/2024"});
  EXPECT_EQ(day_first.days.order, DayForm::Order::kDayFirst);
  EXPECT_EQ(day_first.days.evidence, "25/06/2024") << "the cell that decides";
  EXPECT_EQ(Of({"03/04/2024", "06/25/2024"}).days.order, DayForm::Order::kMonthFirst);
  EXPECT_EQ(Of({"13/04/2024", "06/25/2024"}).days.order, DayForm::Order::kContradictory);
  EXPECT_EQ(Of({"03.04.2024", "05.06.2024"}).days.order, DayForm::Order::kDayFirst) << "dots are day first everywhere";
}

TEST_F(FileProfileTest, PackedDaysHaveAForm) {
  EXPECT_EQ(Of({"990201", "990228"}).days.format, "%y%m%d");
  EXPECT_EQ(Of({"101112", "111210"}).days.format, "") << "read in several ways";
}

TEST_F(FileProfileTest, TheDecimalMarkIsSeenOrLeftOpen) {
  EXPECT_EQ(Of({"1,5", "2,75"}).decimal_mark, ',');
  EXPECT_TRUE(Of({"1,234", "2,345"}).has_doubtful_numbers);
  EXPECT_FALSE(Of({"1,234", "2,5"}).has_doubtful_numbers) << "another cell says which mark it is";
}

TEST_F(FileProfileTest, RowsThatEndEarlyAreLookedAtWhereTheyAreMany) {
  const auto profile = ProfileFile(folder_.Write("short.csv", "a,b,c\n1,2,3\n4,5\n6,7\n8,9,10\n"));
  ASSERT_TRUE(profile.has_value()) << profile.error().ToString();
  EXPECT_EQ(profile->rows, 4U);
  EXPECT_EQ(profile->short_rows, 2U);
  EXPECT_EQ(profile->columns[2].filled, 2U);
}

TEST_F(FileProfileTest, TheSampleIsBounded) {
  std::string text = "id,value\n";
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ",x\n";
  const FileInput file = folder_.Write("long.csv", text);
  ProfileOptions options;
  options.rows = 100;
  auto profile = ProfileFile(file, options);
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(profile->rows, 100U);
  EXPECT_FALSE(profile->is_whole);
  options.rows = 100'000;
  options.cells = 400;
  profile = ProfileFile(file, options);
  ASSERT_TRUE(profile.has_value());
  EXPECT_EQ(profile->rows, 200U) << "wide files have fewer rows";
}

TEST_F(FileProfileTest, AKeyTellsRowsApart) {
  const auto profile = ProfileFile(folder_.Write("key.csv", "a,b,c\n1,1,x\n1,2,x\n2,1,\n"));
  ASSERT_TRUE(profile.has_value());
  EXPECT_FALSE(profile->IsKey(std::vector<std::size_t>{0}));
  EXPECT_TRUE(profile->IsKey(std::vector<std::size_t>{0, 1}));
  EXPECT_FALSE(profile->IsKey(std::vector<std::size_t>{0, 1, 2})) << "an empty cell is no part of a key";
}

}  // namespace
}  // namespace weir::sources
