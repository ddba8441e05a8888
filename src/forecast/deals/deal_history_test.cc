#include "forecast/deals/deal_history.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

DealState State(Day from, Day known, int stage, double amount, DealKind kind = DealKind::kOpen) {
  return {.from_day = from, .known_day = known, .stage = stage, .kind = kind, .amount = amount};
}

TEST(DealHistoryTest, TheLastStateThatBeganAndWasKnown) {
  DealHistory deal{.created_day = 10, .states = {State(20, 20, 1, 100), State(10, 10, 0, 50)}};
  SortStates(&deal);
  EXPECT_EQ(StateAt(deal, 9, 99), nullptr);
  EXPECT_EQ(StateAt(deal, 19, 99)->stage, 0);
  EXPECT_EQ(StateAt(deal, 20, 99)->stage, 1);
  EXPECT_EQ(StateAt(deal, 99, 19)->stage, 0);
}

// A field that leaks the future: the amount at the end was written over the whole history, and the win is dated back.
TEST(DealHistoryTest, WhatWasLearntLaterIsNotSeenBefore) {
  DealHistory deal{.created_day = 10,
                   .states = {State(10, 10, 0, 50), State(10, 40, 0, 9999), State(25, 40, 3, 9999, DealKind::kWon)}};
  SortStates(&deal);
  EXPECT_EQ(StateAt(deal, 30, 30)->amount, 50);
  EXPECT_EQ(StateAt(deal, 30, 39)->kind, DealKind::kOpen);
  EXPECT_EQ(ClosingAfter(deal, 12, 39), nullptr);
  EXPECT_EQ(StateAt(deal, 30, 40)->kind, DealKind::kWon);
  EXPECT_EQ(StateAt(deal, 12, 40)->amount, 9999);
  ASSERT_NE(ClosingAfter(deal, 12, 40), nullptr);
  EXPECT_EQ(ClosingAfter(deal, 12, 40)->from_day, 25);
  // On day 30 it was open by what was known then and closed in truth.
  EXPECT_EQ(ClosingAfter(deal, 30, 40)->from_day, 25);
}

TEST(DealHistoryTest, TheFirstClosingCountsAndADayIsWhatItEndedWith) {
  DealHistory deal{.created_day = 0,
                   .states = {State(0, 0, 0, 1), State(5, 5, 1, 1, DealKind::kLost), State(5, 6, 1, 1, DealKind::kOpen),
                              State(8, 8, 1, 1, DealKind::kLost), State(9, 9, 0, 1, DealKind::kOpen),
                              State(12, 12, 2, 1, DealKind::kWon)}};
  EXPECT_EQ(ClosingAfter(deal, 1, 5)->from_day, 5);
  EXPECT_EQ(ClosingAfter(deal, 1, 20)->from_day, 8);
  EXPECT_EQ(ClosingAfter(deal, 9, 20)->from_day, 12);
  EXPECT_EQ(ClosingAfter(deal, 9, 11), nullptr);
  EXPECT_EQ(StatesUntil(deal, 20, 20).size(), 5U);
}

TEST(DealHistoryTest, PushesStageAndSilenceByTheDay) {
  DealHistory deal{.created_day = 0, .contact_days = {3, 15, 90}};
  const auto add = [&](Day from, int stage, std::optional<Day> close) {
    deal.states.push_back({.from_day = from, .known_day = from, .stage = stage, .close_day = close});
  };
  add(0, 0, 30);
  add(4, 1, 30);
  add(10, 1, 45);
  add(12, 1, 40);
  add(20, 1, 70);
  deal.states.push_back({.from_day = 21, .known_day = 60, .stage = 2, .close_day = 400});
  const DealConduct conduct = ConductAt(deal, 50);
  EXPECT_EQ(conduct.pushes, 2);
  EXPECT_EQ(conduct.stage_since, 4);
  EXPECT_EQ(conduct.last_contact, 15);
  EXPECT_EQ(ConductAt(deal, 2).last_contact, std::nullopt);
  EXPECT_EQ(ConductAt(deal, 60).pushes, 3);
}

// Against a look at every state, on random histories; and states that come to be known later change nothing before.
TEST(DealHistoryTest, AsALookAtEveryStateSays) {
  RandomStream random(3, "histories");
  for (int round = 0; round < 300; ++round) {
    DealHistory deal;
    const auto count = random.Integer(0, 12);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto from = static_cast<Day>(random.Integer(0, 20));
      const auto known = from + static_cast<Day>(random.Integer(0, 2) == 0 ? random.Integer(0, 10) : 0);
      deal.states.push_back(State(from, known, static_cast<int>(i), 0));
    }
    SortStates(&deal);
    for (Day day = 0; day < 25; ++day) {
      const auto known_by = static_cast<Day>(random.Integer(0, 30));
      const DealState* best = nullptr;
      DealHistory seen;
      for (const DealState& state : deal.states) {
        if (state.known_day <= known_by) seen.states.push_back(state);
        if (state.from_day > day || state.known_day > known_by) continue;
        if (best == nullptr || state.from_day > best->from_day ||
            (state.from_day == best->from_day && state.known_day >= best->known_day)) {
          best = &state;
        }
      }
      EXPECT_EQ(StateAt(deal, day, known_by), best);
      const DealState* without = StateAt(seen, day, known_by);
      EXPECT_EQ(without == nullptr ? -1 : without->stage, best == nullptr ? -1 : best->stage);
    }
  }
}

}  // namespace
}  // namespace weir::forecast
