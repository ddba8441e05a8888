#include "journey/log/table_log.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/log/directly_follows.h"
#include "journey/log/log_for_tests.h"
#include "journey/log/variants.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TableLogTest : public ::testing::Test {
 protected:
  // One file for each test: tests may run beside each other.
  Result<TableReading> Read(std::string_view text, const TableOptions& options = {}) {
    path_ = std::filesystem::temp_directory_path() /
            fmt::format("weir-{}.csv", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::ofstream(path_, std::ios::binary) << text;
    return ReadLogTable({.name = "log.csv", .path = path_}, options);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::filesystem::path path_;
};

TEST_F(TableLogTest, ByHand) {
  const auto table = Read(
      "Case ID,Activity,Complete Timestamp,Resource\n"
      "7,ask,2024-03-01 10:00:00+02:00,Ann\n"
      "8,ask,2024-03-01T10:00:00Z,\n"
      "7,answer,1948-01-01,Ann\n",
      {.event_attributes = {"resource"}});
  ASSERT_TRUE(table) << table.error().ToString();
  EXPECT_EQ(table->columns.case_id, "Case ID");
  EXPECT_EQ(table->columns.time, "Complete Timestamp");
  const EventLog& log = table->reading.log;
  EXPECT_THAT(log.case_names, ElementsAre("7", "8"));
  EXPECT_THAT(log.activity_names, ElementsAre("ask", "answer"));
  EXPECT_THAT(log.case_of, ElementsAre(0, 1, 0));
  EXPECT_THAT(log.activity_of, ElementsAre(0, 0, 1));
  EXPECT_THAT(log.at, ElementsAre(1'709'280'000'000'000, 1'709'287'200'000'000, -694'310'400'000'000));
  ASSERT_EQ(log.event_columns.size(), 1U);
  EXPECT_THAT(log.event_columns[0].codes, ElementsAre(0U, kNoValue, 0U));
}

TEST_F(TableLogTest, DaysThatComeBeforeMonthsAreSeenByTheColumn) {
  const auto table = Read("case;activity;time\n1;a;03/04/2024 10:00\n1;b;23/04/2024 10:00\n");
  ASSERT_TRUE(table) << table.error().ToString();
  EXPECT_EQ((table->reading.log.at[1] - table->reading.log.at[0]) / kMicrosPerDay, 20);
  const auto unclear = Read("case;activity;time\n1;a;03/04/2024 10:00\n1;b;05/04/2024 10:00\n");
  ASSERT_FALSE(unclear);
  EXPECT_EQ(unclear.error().place().line, 2U);
  EXPECT_THAT(unclear.error().message(), HasSubstr("cannot be told apart"));
}

TEST_F(TableLogTest, WhatHasNoPlaceIsCountedWithItsReason) {
  const auto table = Read(
      "case_id,activity,timestamp\n"
      ",a,2024-01-01\n"
      "1,,2024-01-01\n"
      "1,a,\n"
      "1,a,never\n"
      "1,a,2024-01-01\n"
      "1,b,2024-01-02\n"
      "1,c,2024-01-03\n");
  ASSERT_TRUE(table) << table.error().ToString();
  EXPECT_EQ(table->reading.events, 7U);
  EXPECT_THAT(table->reading.log.case_of, ElementsAre(0, 0, 0));
  std::vector<std::string> codes;
  for (const SetAside& aside : table->reading.set_aside) codes.emplace_back(aside.code);
  EXPECT_THAT(codes, ElementsAre("no_case", "no_activity", "no_time", "bad_time"));
  EXPECT_EQ(table->reading.set_aside[3].first_line, 5U);
}

TEST_F(TableLogTest, ColumnsThatCannotBeFoundAreSaidWithAllThereAre) {
  const auto none = Read("who,what,when\n1,a,2024-01-01\n");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().hint(), HasSubstr("--case"));
  EXPECT_THAT(none.error().hint(), HasSubstr("who, what, when"));
  EXPECT_TRUE(Read("who,what,when\n1,a,2024-01-01\n", {.columns = {"who", "what", "when"}}));
  const auto typed = Read("who,what,when\n1,a,2024-01-01\n", {.columns = {"who", "whatt", "when"}});
  ASSERT_FALSE(typed);
  EXPECT_THAT(typed.error().hint(), HasSubstr("Did you mean 'what'?"));
  const auto twice = Read("case,case,activity,time\n1,1,a,2024-01-01\n");
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message(), HasSubstr("may both hold cases"));
  const auto same = Read("case,activity,time\n1,a,2024-01-01\n", {.columns = {.case_id = "activity"}});
  ASSERT_FALSE(same);
}

TEST_F(TableLogTest, AColumnWithoutTimesIsNoColumnOfTimes) {
  const auto wrong = Read("case,activity,time\n1,a,x\n1,b,y\n2,a,2024-01-01\n");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("2 of 3"));
  const auto empty = Read("case,activity,time\n,a,2024-01-01\n");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message(), HasSubstr("no event"));
}

TEST(SharedTableLogTest, HoldsWhatIsPublished) {
  const std::filesystem::path folder = SharedData() / "eventlogs";
  if (!std::filesystem::exists(folder / "helpdesk.csv.gz")) GTEST_SKIP() << "helpdesk.csv.gz is not here";
  const auto helpdesk = ReadLogTable({.name = "helpdesk.csv.gz", .path = folder / "helpdesk.csv.gz"});
  ASSERT_TRUE(helpdesk) << helpdesk.error().ToString();
  EXPECT_EQ(helpdesk->reading.log.size(), 13'710U);
  EXPECT_EQ(helpdesk->reading.log.case_names.size(), 3'804U);
  const auto running = ReadLogTable({.name = "running-example.csv", .path = folder / "running-example.csv"});
  ASSERT_TRUE(running) << running.error().ToString();
  const auto variants = VariantsOf(Sorted(running->reading.log));
  ASSERT_TRUE(variants);
  EXPECT_EQ(variants->size(), 6U);
  const DirectlyFollows graph = DirectlyFollowsOf(*variants);
  EXPECT_EQ(graph.arcs.size(), 16U);
  EXPECT_EQ(running->reading.log.activity_names.size(), 8U);
}

}  // namespace
}  // namespace weir::journey
