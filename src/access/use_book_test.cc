// What is counted, when it counts once, and that nothing of it is lost or kept for too long.
#include "access/use_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/tables.h"

namespace weir::access {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class UseBookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto connection = *database_.Connect();
    for (const std::string_view step : Migrations()) ASSERT_TRUE(connection.Execute(step));
    book_.Switch(true);
  }

  void Note(const std::string& who, const std::string& thing) {
    book_.Note({{.day = DateOf(now_), .who = who, .department = "sales", .kind = "metric", .thing = thing}}, now_);
  }
  void Keep() {
    const Status kept = book_.Maintain(now_);
    ASSERT_TRUE(kept) << kept.error().ToString();
  }
  std::vector<std::string> Lines(const std::string& sql) {
    auto connection = *database_.Connect();
    const auto rows = connection.Query(sql);
    EXPECT_TRUE(rows) << rows.error().ToString();
    std::vector<std::string> lines;
    for (std::size_t i = 0; rows && i < rows->size(); ++i) lines.push_back(rows->TextAt(i, 0));
    return lines;
  }
  std::vector<std::string> Kept() {
    return Lines("SELECT concat_ws(' ', day, who, thing, asks) FROM access.use ORDER BY day, who, thing, asks");
  }
  std::vector<std::string> Spans() {
    return Lines("SELECT concat_ws(' ', began_on, kept_until, is_on) FROM access.use_span ORDER BY number");
  }
  void Pass(std::int64_t seconds) { now_.micros += seconds * kMicrosPerSecond; }
  static constexpr std::int64_t kDay = 24 * 3600;

  store::Database database_ = *store::Database::Open({});
  Instant now_ = *ParseIsoInstant("2026-03-01T09:00:00Z");
  Tables tables_{*database_.Connect(), true};
  UseBook book_{tables_};
};

TEST_F(UseBookTest, TheSameAskCountsOnceAMinute) {
  Note("ann", "won_amount");
  Pass(30);
  Note("ann", "won_amount");
  Note("bob", "won_amount");
  EXPECT_THAT(Kept(), IsEmpty()) << "noting writes nothing";
  Pass(30);
  Note("ann", "won_amount");
  Keep();
  EXPECT_THAT(Kept(), ElementsAre("2026-03-01 ann won_amount 2", "2026-03-01 bob won_amount 1"));
  Keep();
  EXPECT_EQ(Kept().size(), 2) << "what is written is not written again";
}

TEST_F(UseBookTest, DaysBeforeBecomeOneRowAUse) {
  for (int i = 0; i < 3; ++i) {
    Note("ann", "won_amount");
    Keep();
    Pass(60);
  }
  EXPECT_EQ(Kept().size(), 3);
  Pass(kDay);
  Note("ann", "won_amount");
  Keep();
  EXPECT_THAT(Kept(), ElementsAre("2026-03-01 ann won_amount 3", "2026-03-02 ann won_amount 1"));
  EXPECT_THAT(Spans(), ElementsAre("2026-03-01 2026-03-02 true"));
}

TEST_F(UseBookTest, OfLongAgoTheLastDayIsKeptAndNobodysName) {
  Note("ann", "won_amount");
  Keep();
  Pass(kDay);
  Note("bob", "won_amount");
  Keep();
  Pass((kUseDays + 1) * kDay);
  Note("ann", "deals_won");
  Keep();
  EXPECT_THAT(Kept(), ElementsAre("2026-03-02  won_amount 1", "2027-04-07 ann deals_won 1"));
}

TEST_F(UseBookTest, OffNothingIsCountedAndTheRecordBeginsAnew) {
  Keep();
  Pass(kDay);
  book_.Switch(false);
  Note("ann", "won_amount");
  Keep();
  EXPECT_THAT(Kept(), IsEmpty());
  EXPECT_THAT(Spans(), ElementsAre("2026-03-01 2026-03-02 false"));
  Pass(kDay);
  book_.Switch(true);
  Note("ann", "won_amount");
  Keep();
  EXPECT_THAT(Kept(), ElementsAre("2026-03-03 ann won_amount 1"));
  EXPECT_THAT(Spans(), ElementsAre("2026-03-01 2026-03-02 false", "2026-03-03 2026-03-03 true"));
}

TEST_F(UseBookTest, WhatCannotBeWrittenIsKeptForLater) {
  Tables unwritable(*database_.Connect(), false);
  UseBook book(unwritable);
  book.Switch(true);
  book.Note({{.day = DateOf(now_), .who = "ann", .department = "", .kind = "metric", .thing = "mrr"}}, now_);
  EXPECT_FALSE(book.Maintain(now_));
  const std::vector<CountedUse> taken = book.TakeNoted();
  ASSERT_EQ(taken.size(), 1);
  EXPECT_EQ(taken.front().use.thing, "mrr");
  book_.Add(taken);
  Keep();
  EXPECT_THAT(Kept(), ElementsAre("2026-03-01 ann mrr 1"));
}

}  // namespace
}  // namespace weir::access
