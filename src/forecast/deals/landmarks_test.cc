#include "forecast/deals/landmarks.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <gtest/gtest.h>

#include "forecast/deals/company_for_tests.h"

namespace weir::forecast {
namespace {

constexpr std::size_t kStageGroup = 0;

std::vector<Day> Quarters() {
  std::vector<Day> starts;
  for (Day day = 0; day < 3000; day += 91) starts.push_back(day);
  return starts;
}

bool Equal(const CodedRows& one, const CodedRows& other) {
  return one.codes == other.codes && std::equal(one.counts.begin(), one.counts.end(), other.counts.begin(),
                                                other.counts.end(), [](const auto& a, const auto& b) {
                                                  return a.none == b.none && a.won == b.won && a.lost == b.lost;
                                                });
}

TEST(LandmarksTest, OneDealByHand) {
  DealHistory deal{.created_day = 100};
  deal.states = {
      {.from_day = 100, .known_day = 100, .stage = 0, .amount = 5, .close_day = 130},
      {.from_day = 110, .known_day = 110, .stage = 1, .amount = 5, .close_day = 137},
      {.from_day = 125, .known_day = 126, .stage = 1, .kind = DealKind::kWon, .amount = 5, .close_day = 125}};
  const std::vector deals{deal};
  const FeatureSpace space = FeatureSpace::Make(deals, 135, Quarters());
  // Snapshots on days 100, 107, 114, 121 (135 less 35, 28, 21, 14), in stage 0, 0, 1, 1; the win of day 125 is in the
  // fourth, third, second and first week after them.
  const Landmarks made = BuildLandmarks(deals, space, {.as_of = 135});
  const OutcomeCounts total = TotalOf(made.rows);
  EXPECT_EQ(total.won, 4);
  EXPECT_EQ(total.none, 3 + 2 + 1 + 0);
  EXPECT_EQ(total.lost, 0);
  double in_second = 0;
  for (std::size_t row = 0; row < made.rows.size(); ++row) {
    if (made.rows.CodesOf(row)[kStageGroup] == 2) in_second += made.rows.counts[row].All();
  }
  EXPECT_EQ(in_second, 3);
  // Four weeks of the deal, told by ten rows.
  EXPECT_DOUBLE_EQ(made.repeats, 10.0 / 4);
  // A day before the win is known it is open, and its last week is not over.
  const Landmarks before = BuildLandmarks(deals, space, {.as_of = 125});
  EXPECT_EQ(TotalOf(before.rows).won, 0);
  EXPECT_EQ(TotalOf(before.rows).none, 1 + 2 + 3);
}

TEST(LandmarksTest, TheClosingDateAndTheQuarterMoveWithTheWeek) {
  const std::vector deals{
      DealHistory{.created_day = 0, .states = {{.from_day = 0, .known_day = 0, .stage = 0, .close_day = 10}}}};
  const FeatureSpace space = FeatureSpace::Make(deals, 0, {0, 28});
  const DealFeatures features = space.At(deals[0], 0);
  EXPECT_EQ(features.days_to_close, 10);
  const auto code = [&](int week, std::size_t group) { return space.CodesOf(features, 0, week)[group]; };
  // Day 10 is in the second week (days 8 to 14): one week off, due, one overdue.
  EXPECT_EQ(code(1, kFixedFeatures), code(2, kFixedFeatures) + 1);
  EXPECT_EQ(code(3, kFixedFeatures), code(2, kFixedFeatures) - 1);
  EXPECT_EQ(code(1, kFeatures), 3);
  EXPECT_EQ(code(4, kFeatures), 0);
  EXPECT_EQ(code(5, kFeatures), 14);  // beyond the quarters that are known
  EXPECT_NE(code(1, kFeatures + 2), code(2, kFeatures + 2));
  const auto groups = space.Groups();
  ASSERT_EQ(groups.size(), kFeatureGroups);
  for (int week = 1; week <= 60; ++week) {
    for (std::size_t group = 0; group < groups.size(); ++group) EXPECT_LT(code(week, group), groups[group].codes);
  }
}

// The planted leak: each won deal's last amount and stage written over its whole history on the day it closed. Features
// must be those of before; read without regard to known_day they would be others.
TEST(LandmarksTest, AFieldThatLeaksTheFutureChangesNothing) {
  const std::vector<DealHistory> clean = MakeCompany({.deals = 200, .seed = 4});
  std::vector<DealHistory> leaking = clean;
  std::vector<DealHistory> blind = clean;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const DealState closing = clean[i].states.back();
    for (DealState state : clean[i].states) {
      if (state.kind != DealKind::kOpen) continue;
      state.amount = closing.kind == DealKind::kWon ? 1e7 : 1;
      state.known_day = closing.known_day;
      leaking[i].states.push_back(state);
      state.known_day = state.from_day;
      blind[i].states.push_back(state);
    }
    SortStates(&leaking[i]);
    SortStates(&blind[i]);
  }
  const Day as_of = 600;
  const FeatureSpace space = FeatureSpace::Make(clean, as_of, Quarters());
  const LandmarkOptions options{.as_of = as_of, .horizon_weeks = 13};
  const Landmarks truth = BuildLandmarks(clean, space, options);
  EXPECT_GT(truth.rows.size(), 100U);
  EXPECT_TRUE(Equal(truth.rows, BuildLandmarks(leaking, space, options).rows));
  EXPECT_FALSE(Equal(truth.rows, BuildLandmarks(blind, space, options).rows));
}

// What is learnt after as_of, closings above all, does not exist yet.
TEST(LandmarksTest, TheFutureOfTheSnapshotIsCutOff) {
  const std::vector<DealHistory> whole = MakeCompany({.deals = 300, .seed = 5});
  std::vector<DealHistory> cut = whole;
  const Day as_of = 400;
  for (DealHistory& deal : cut) {
    std::erase_if(deal.states, [&](const DealState& state) { return state.known_day > as_of; });
    std::erase_if(deal.contact_days, [&](Day day) { return day > as_of; });
  }
  const FeatureSpace space = FeatureSpace::Make(whole, as_of, Quarters());
  EXPECT_TRUE(Equal(BuildLandmarks(whole, space, {.as_of = as_of}).rows,
                    BuildLandmarks(cut, FeatureSpace::Make(cut, as_of, Quarters()), {.as_of = as_of}).rows));
}

// Against a count deal by deal and week by week; and the weeks from a day on are the difference of two such counts.
TEST(LandmarksTest, OutcomesAreThoseOfACountByWeeks) {
  const std::vector<DealHistory> deals = MakeCompany({.deals = 150, .days = 300, .seed = 6});
  const Day as_of = 350;
  const int horizon = 9;
  const FeatureSpace space = FeatureSpace::Make(deals, as_of, Quarters());
  OutcomeCounts expected;
  OutcomeCounts late;
  for (const DealHistory& deal : deals) {
    const DealState& last = deal.states.back();
    for (Day day = as_of - 7; day >= deal.created_day; day -= 7) {
      for (int week = 1; week <= horizon && day + 7 * week <= as_of; ++week) {
        const Day begins = day + 7 * (week - 1);
        if (last.from_day <= begins) break;
        const bool closes = last.from_day <= begins + 7;
        for (OutcomeCounts* counts : {&expected, &late}) {
          if (counts == &late && begins < 200) continue;
          (!closes ? counts->none : last.kind == DealKind::kWon ? counts->won : counts->lost) += 1;
        }
      }
    }
  }
  const OutcomeCounts all = TotalOf(BuildLandmarks(deals, space, {.as_of = as_of, .horizon_weeks = horizon}).rows);
  EXPECT_EQ(all.none, expected.none);
  EXPECT_EQ(all.won, expected.won);
  EXPECT_EQ(all.lost, expected.lost);
  const OutcomeCounts from_200 =
      TotalOf(BuildLandmarks(deals, space, {.as_of = as_of, .horizon_weeks = horizon, .weeks_from = 200}).rows);
  EXPECT_EQ(from_200.none, late.none);
  EXPECT_EQ(from_200.won, late.won);
  EXPECT_EQ(from_200.lost, late.lost);
}

TEST(LandmarksTest, RowsAreBoundedAndThinnedEvenly) {
  const std::vector<DealHistory> deals = MakeCompany({.deals = 400, .seed = 7});
  const FeatureSpace space = FeatureSpace::Make(deals, 700, Quarters());
  const OutcomeCounts all = TotalOf(BuildLandmarks(deals, space, {.as_of = 700}).rows);
  for (const std::size_t most : {20'000U, 5'000U, 1'000U}) {
    const Landmarks few = BuildLandmarks(deals, space, {.as_of = 700, .max_rows = most});
    const OutcomeCounts some = TotalOf(few.rows);
    EXPECT_LE(some.All(), static_cast<double>(most));
    EXPECT_GT(some.All(), .4 * static_cast<double>(most));
    EXPECT_GT(few.weeks_apart, 1);
    // The share of wins stays what it is, within four standard errors of a draw of deals.
    const double share = all.won / all.All();
    EXPECT_NEAR(some.won / some.All(), share, 4 * std::sqrt(share / some.All() * few.repeats + share * share / 20));
  }
  EXPECT_EQ(BuildLandmarks({}, space, {.as_of = 700}).rows.size(), 0U);
}

TEST(CodedRowsTest, EqualRowsAreAddedUp) {
  const CodedRows rows{.groups = {{.codes = 3}, {.codes = 2}},
                       .codes = {2, 0, 0, 1, 2, 0, 0, 0},
                       .counts = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 0}}};
  const CodedRows merged = Merged(rows);
  ASSERT_EQ(merged.size(), 3U);
  EXPECT_EQ(merged.codes, (std::vector<std::uint16_t>{0, 0, 0, 1, 2, 0}));
  EXPECT_EQ(merged.counts[2].none, 1);
  EXPECT_EQ(merged.counts[2].lost, 1);
  // -(ln .5 + ln .2 + ln .25) / 3.
  const std::vector<OutcomeCounts> counts{{1, 1, 0}, {0, 0, 1}};
  const std::vector<WeeklyHazard> hazards{{.2, .3}, {.1, .25}};
  EXPECT_NEAR(LogLoss(counts, hazards), -(std::log(.5) + std::log(.2) + std::log(.25)) / 3, 1e-12);
}

}  // namespace
}  // namespace weir::forecast
