#include "pipeline/movement.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "pipeline/movement_story.h"

namespace weir::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::State;
using testing::States;

constexpr std::int64_t kUnit = 10'000;  // one unit of money
// From the moment 100 to the moment 200; day 10 to day 20.
constexpr Window kWindow{.start = 100, .end = 200, .start_day = 10, .end_day = 20};
// With a period from day 15 to day 30.
Window InPeriod() {
  Window window = kWindow;
  window.has_period = true;
  window.first_close_day = 15;
  window.last_close_day = 30;
  return window;
}
const std::vector<Rate> kOneForOne{
    {.currency = 0, .from_day = -1'000'000, .until_day = 1'000'000, .units = 1'000'000'000}};

std::vector<std::string> Told(const Movement& movement) {
  std::vector<std::string> lines;
  lines.reserve(movement.parts.size());
  for (const DealPart& part : movement.parts) {
    lines.push_back(fmt::format("{}{} {} {}", part.deal,
                                part.currency == kReporting ? "" : fmt::format("/{}", part.currency), NameOf(part.part),
                                FormatDecimal({part.units, 4})));
  }
  return lines;
}

std::vector<std::string> Move(const std::vector<State>& states, const Window& window = kWindow,
                              const std::vector<Rate>& rates = kOneForOne) {
  const States made(states, window);
  return Told(MovementOf(made.columns(), made.scope(), rates, window));
}

TEST(MovementTest, WhatIsOpenAtBothMomentsChangesByItsAmount) {
  EXPECT_THAT(Move({{.deal = 0, .since = 50, .amount = 100 * kUnit},
                    {.deal = 0, .since = 120, .amount = 150 * kUnit},
                    {.deal = 1, .since = 50, .amount = 100 * kUnit},
                    {.deal = 1, .since = 150, .amount = 30 * kUnit},
                    {.deal = 2, .since = 50, .amount = 100 * kUnit}}),
              ElementsAre("0 amount_up 50", "1 amount_down -70"));
}

TEST(MovementTest, WhatCameAndWhatLeftHaveTheirReasons) {
  EXPECT_THAT(Move({{.deal = 0, .since = 120},
                    {.deal = 1, .since = 50, .standing = Standing::kLost},
                    {.deal = 1, .since = 130},
                    {.deal = 2, .since = 50, .in_scope = false},
                    {.deal = 2, .since = 130},
                    {.deal = 3, .since = 50, .in_category = false},
                    {.deal = 3, .since = 130},
                    {.deal = 4, .since = 50},
                    {.deal = 4, .since = 130, .standing = Standing::kWon, .amount = 90 * kUnit},
                    {.deal = 5, .since = 50},
                    {.deal = 5, .since = 130, .standing = Standing::kLost},
                    {.deal = 6, .since = 50},
                    {.deal = 6, .since = 130, .in_scope = false},
                    {.deal = 7, .since = 50},
                    {.deal = 7, .since = 130, .in_category = false},
                    {.deal = 8, .since = 50},
                    {.deal = 8, .since = 130, .standing = Standing::kGone},
                    {.deal = 9, .since = 50, .standing = Standing::kGone},
                    {.deal = 9, .since = 130}}),
              ElementsAre("0 created 100", "1 reopened 100", "2 joined_scope 100", "3 moved_in 100",
                          "4 amount_down -10", "4 won -90", "5 lost -100", "6 left_scope -100", "7 moved_out -100",
                          "8 removed -100", "9 joined_scope 100"));
}

TEST(MovementTest, DatesMoveIntoAndOutOfThePeriod) {
  EXPECT_THAT(Move({{.deal = 0, .since = 50, .close_day = 40},
                    {.deal = 0, .since = 130, .close_day = 30},
                    {.deal = 1, .since = 50, .close_day = 15},
                    {.deal = 1, .since = 130, .close_day = 31},
                    {.deal = 2, .since = 50, .close_day = kNoDay},
                    // Moved out and back: nothing came of it.
                    {.deal = 3, .since = 50, .close_day = 20},
                    {.deal = 3, .since = 130, .close_day = 50},
                    {.deal = 3, .since = 140, .close_day = 21},
                    // Won after the period: it slipped out of it. Won before its planned period: it is won.
                    {.deal = 4, .since = 50, .close_day = 20},
                    {.deal = 4, .since = 180, .standing = Standing::kWon, .close_day = 31},
                    {.deal = 5, .since = 50, .close_day = 20},
                    {.deal = 5, .since = 180, .standing = Standing::kWon, .close_day = 14}},
                   InPeriod()),
              ElementsAre("0 pulled_in 100", "1 pushed_out -100", "4 pushed_out -100", "5 won -100"));
}

TEST(MovementTest, WhatCameAndLeftBetweenTheMomentsIsToldTwice) {
  EXPECT_THAT(Move(
                  {// Created, pushed, raised and won.
                   {.deal = 0, .since = 110, .amount = 10 * kUnit, .close_day = 20},
                   {.deal = 0, .since = 120, .amount = 10 * kUnit, .close_day = 29},
                   {.deal = 0, .since = 150, .standing = Standing::kWon, .amount = 12 * kUnit, .close_day = 19},
                   // Created and pushed out.
                   {.deal = 1, .since = 110, .close_day = 20},
                   {.deal = 1, .since = 120, .close_day = 31},
                   // Created for a later period and never in this one.
                   {.deal = 2, .since = 110, .close_day = 31},
                   // Planned for later and won now, in one step.
                   {.deal = 3, .since = 50, .close_day = 90},
                   {.deal = 3, .since = 160, .standing = Standing::kWon, .close_day = 19},
                   // Lost, reopened, lost again.
                   {.deal = 4, .since = 50, .standing = Standing::kLost, .close_day = 9},
                   {.deal = 4, .since = 110, .close_day = 20},
                   {.deal = 4, .since = 120, .standing = Standing::kLost, .close_day = 15},
                   // Closed all the time.
                   {.deal = 5, .since = 50, .standing = Standing::kWon, .close_day = 16},
                   {.deal = 5, .since = 120, .standing = Standing::kWon, .amount = 7, .close_day = 16}},
                  InPeriod()),
              ElementsAre("0 created 12", "0 won -12", "1 created 100", "1 pushed_out -100", "3 pulled_in 100",
                          "3 won -100", "4 reopened 100", "4 lost -100"));
}

TEST(MovementTest, TheRateIsAPartOfItsOwn) {
  const std::vector<Rate> rates{{.currency = 0, .from_day = 0, .until_day = 15, .units = 1'100'000'000},
                                {.currency = 0, .from_day = 15, .until_day = 18, .units = 1'200'000'000},
                                {.currency = 0, .from_day = 18, .until_day = 99, .units = 1'500'000'000}};
  EXPECT_THAT(
      Move({{.deal = 0, .since = 50},  // 110, then 150
            {.deal = 1, .since = 50},  // and raised to 200, which is 300
            {.deal = 1, .since = 120, .amount = 200 * kUnit},
            {.deal = 2, .since = 50},  // won at the rate of its day
            {.deal = 2, .since = 160, .standing = Standing::kWon, .close_day = 16}},
           kWindow, rates),
      ElementsAre("0 exchange_rate 40", "1 amount_up 150", "1 exchange_rate 40", "2 exchange_rate 10", "2 won -120"));
}

TEST(MovementTest, ACurrencyWithoutARateHasATotalOfItsOwn) {
  const States made({{.deal = 0, .since = 50},
                     {.deal = 1, .since = 50, .amount = 7 * kUnit, .currency = 3},
                     {.deal = 1, .since = 120, .amount = 9 * kUnit, .currency = 3},
                     // From the one to the other.
                     {.deal = 2, .since = 50, .amount = 5 * kUnit, .currency = 3},
                     {.deal = 2, .since = 120, .amount = 6 * kUnit},
                     {.deal = 3, .since = 110, .amount = 1 * kUnit, .currency = 2}},
                    kWindow);
  const Movement movement = MovementOf(made.columns(), made.scope(), kOneForOne, kWindow);
  EXPECT_THAT(Told(movement), ElementsAre("1/3 amount_up 2", "2/3 amount_down -5", "2 amount_up 6", "3/2 created 1"));
  ASSERT_EQ(movement.totals.size(), 3U);
  EXPECT_EQ(movement.totals[0].start, 100 * kUnit);
  EXPECT_EQ(movement.totals[0].end, 106 * kUnit);
  EXPECT_EQ(movement.totals[1].currency, 2);
  EXPECT_EQ(movement.totals[2].start, 12 * kUnit);
  EXPECT_EQ(movement.totals[2].end, 9 * kUnit);
  EXPECT_THAT(movement.start_rows, ElementsAre(0, 1, 3));
  EXPECT_THAT(movement.end_rows, ElementsAre(0, 2, 4, 5));
}

TEST(MovementTest, AnAmountThatWasNotKnownDidNotGrow) {
  const States made({{.deal = 0, .since = 50, .amount = kNoAmount},
                     {.deal = 0, .since = 120, .standing = Standing::kWon, .amount = 40 * kUnit},
                     {.deal = 1, .since = 50, .amount = kNoAmount},
                     {.deal = 2, .since = 50, .amount = 3 * kUnit},
                     {.deal = 2, .since = 120, .amount = kNoAmount},
                     {.deal = 3, .since = 120, .amount = kNoAmount}},
                    kWindow);
  const Movement movement = MovementOf(made.columns(), made.scope(), kOneForOne, kWindow);
  EXPECT_THAT(Told(movement), ElementsAre("0 first_known 40", "0 won -40", "2 amount_down -3", "3 created 0"));
  EXPECT_EQ(movement.totals[0].start_unknown, 2);
  EXPECT_EQ(movement.totals[0].end_unknown, 3);
}

TEST(MovementTest, NegativeAmountsAndNoneAtAllClose) {
  EXPECT_THAT(Move({{.deal = 0, .since = 50, .amount = -10 * kUnit},
                    {.deal = 0, .since = 120, .amount = -4 * kUnit},
                    {.deal = 1, .since = 120, .amount = -5 * kUnit},
                    {.deal = 2, .since = 50, .amount = 0},
                    {.deal = 2, .since = 120, .standing = Standing::kLost, .amount = 0}}),
              ElementsAre("0 amount_up 6", "1 created -5", "2 lost 0"));
  EXPECT_THAT(Move({}), IsEmpty());
}

TEST(MovementTest, TeamsThatChangeMoveDealsWithoutAState) {
  States made({{.deal = 0, .since = 50}, {.deal = 1, .since = 50}}, kWindow);
  made.at_start = {1, 0};
  made.at_end = {0, 1};
  const Movement movement = MovementOf(made.columns(), made.scope(), kOneForOne, kWindow);
  EXPECT_THAT(Told(movement), ElementsAre("0 left_scope -100", "1 joined_scope 100"));
  EXPECT_EQ(movement.parts.front().cause, -1);
}

TEST(MovementTest, TheCauseIsTheLastStateThatChangedWhatThePartIsOf) {
  const States made({{.deal = 0, .since = 50, .close_day = 20},
                     {.deal = 0, .since = 110, .amount = 5 * kUnit, .close_day = 20},
                     {.deal = 0, .since = 120, .amount = 5 * kUnit, .close_day = 50},
                     {.deal = 0, .since = 130, .amount = 5 * kUnit, .close_day = 50, .in_category = false},
                     {.deal = 0, .since = 250, .standing = Standing::kWon}},
                    InPeriod());
  const Movement movement = MovementOf(made.columns(), made.scope(), kOneForOne, InPeriod());
  ASSERT_THAT(Told(movement), ElementsAre("0 amount_down -95", "0 pushed_out -5"));
  EXPECT_EQ(movement.parts[0].cause, 1);
  EXPECT_EQ(movement.parts[1].cause, 2);
  EXPECT_EQ(movement.parts[1].before, 0);
  EXPECT_EQ(movement.parts[1].after, 3);
}

TEST(MovementTest, RoundsHalfToEven) {
  EXPECT_EQ(AtRate(125, 1'000'000'000, 2), 125) << "a rate of 1 leaves an amount as it is";
  EXPECT_EQ(AtRate(100, 2'500'000'000, 2), 200) << "0.01 x 2.5 is 0.025";
  EXPECT_EQ(AtRate(100, 3'500'000'000, 2), 400);
  EXPECT_EQ(AtRate(-100, 2'500'000'000, 2), -200);
  EXPECT_EQ(AtRate(999'999'999'999'999'999, 2'000'000'000, 2), kNoAmount);
  RandomStream random(7, "rates");
  for (int i = 0; i < 2000; ++i) {
    const std::int64_t amount = random.Integer(-1'000'000'000'000, 1'000'000'000'000);
    const std::int64_t rate = random.Integer(1, 9'000'000'000);
    const auto decimals = static_cast<std::uint8_t>(random.Integer(0, 4));
    const auto expected = Rescale(*Rescale({Int128{amount} * rate, 13}, decimals), 4);
    if (rate != 1'000'000'000) {
      ASSERT_EQ(AtRate(amount, rate, decimals), static_cast<std::int64_t>(expected->units));
    }
  }
}

// --- Any history ----------------------------------------------------------------------------------------------------

struct World {
  std::vector<State> states;
  std::vector<Rate> rates;
  Window window;
};

World RandomWorld(std::uint64_t seed) {
  RandomStream random(seed, "movement");
  const auto small = [&](int low, int high) { return static_cast<std::int32_t>(random.Integer(low, high)); };
  World world;
  world.window = kWindow;
  world.window.end = random.Integer(100, 300);
  world.window.decimals = small(0, 3);
  if (random.Chance(.5)) world.window = {100, 200, 10, 20, true, small(5, 20), small(15, 40), 2};
  const std::int64_t currencies = random.Integer(0, 2);
  for (std::int32_t currency = 0; currency <= currencies; ++currency) {
    for (std::int32_t day = -10; day < 60; day += 7) {
      world.rates.push_back({static_cast<std::uint16_t>(currency), day, day + 7,
                             currency == 0 ? 1'000'000'000 : random.Integer(100'000'000, 3'000'000'000)});
    }
  }
  for (std::int32_t deal = small(0, 1); deal < 40; deal += small(1, 2)) {
    State state{.deal = deal, .since = random.Integer(0, 220)};
    for (std::int64_t left = random.Integer(1, 6); left > 0; --left) {
      if (random.Chance(.5)) state.standing = static_cast<Standing>(small(0, 4));
      if (random.Chance(.5)) state.standing = Standing::kOpen;
      if (random.Chance(.4)) state.amount = random.Chance(.15) ? kNoAmount : random.Integer(-500'000, 9'000'000);
      if (random.Chance(.4)) state.close_day = random.Chance(.1) ? kNoDay : small(0, 50);
      if (random.Chance(.2)) state.currency = static_cast<std::uint16_t>(small(0, 3));
      if (random.Chance(.2)) state.in_category = random.Chance(.6);
      if (random.Chance(.2)) state.in_scope = random.Chance(.6);
      world.states.push_back(state);
      state.since += random.Integer(1, 60);
    }
  }
  return world;
}

// What stands at a moment, looked up state by state.
std::optional<State> StateAt(const World& world, std::int32_t deal, std::int64_t moment) {
  std::optional<State> found;
  for (const State& state : world.states) {
    if (state.deal == deal && state.since <= moment) found = state;
  }
  return found;
}

bool IsCounted(const World& world, const State& state) {
  const Window& window = world.window;
  const bool in_period =
      !window.has_period || (state.close_day >= window.first_close_day && state.close_day <= window.last_close_day);
  return state.standing == Standing::kOpen && state.in_scope && state.in_category && in_period;
}

// The value of an open deal by the currency of its total.
std::pair<std::uint16_t, Int128> NaiveValue(const World& world, const State& state, std::int32_t day) {
  const Int128 amount = state.amount == kNoAmount ? 0 : state.amount;
  bool has_rates = false;
  for (const Rate& rate : world.rates) {
    has_rates = has_rates || rate.currency == state.currency;
    if (rate.currency != state.currency || day < rate.from_day || day >= rate.until_day) continue;
    if (rate.units == 1'000'000'000) return {kReporting, amount};
    const auto decimals = static_cast<std::uint8_t>(world.window.decimals);
    return {kReporting, Rescale(*Rescale({amount * rate.units, 13}, decimals), 4)->units};
  }
  return {has_rates ? kReporting : state.currency, has_rates ? 0 : amount};
}

class AnyHistory : public ::testing::TestWithParam<int> {};

TEST_P(AnyHistory, ClosesToTheLastDigit) {
  for (std::uint64_t run = 0; run < 200; ++run) {
    const World world = RandomWorld(static_cast<std::uint64_t>(GetParam()) * 1000 + run);
    const States made(world.states, world.window);
    const Movement movement = MovementOf(made.columns(), made.scope(), world.rates, world.window);
    std::map<std::pair<std::int32_t, std::uint16_t>, Int128> changes;  // by deal and total
    std::map<std::uint16_t, std::pair<Int128, Int128>> sums;
    for (std::int32_t deal = 0; deal < 50; ++deal) {
      const auto before = StateAt(world, deal, world.window.start);
      const auto after = StateAt(world, deal, world.window.end);
      if (before && IsCounted(world, *before)) {
        const auto [currency, value] = NaiveValue(world, *before, world.window.start_day);
        changes[{deal, currency}] -= value;
        sums[currency].first += value;
      }
      if (after && IsCounted(world, *after)) {
        const auto [currency, value] = NaiveValue(world, *after, world.window.end_day);
        changes[{deal, currency}] += value;
        sums[currency].second += value;
      }
    }
    for (const DealPart& part : movement.parts) changes[{part.deal, part.currency}] -= part.units;
    for (const auto& [of, rest] : changes) {
      ASSERT_TRUE(rest == 0) << "run " << run << ", deal " << of.first << ", currency " << of.second;
    }
    for (const Total& total : movement.totals) {
      Int128 end = total.start;
      for (const Int128 units : total.units) end += units;
      ASSERT_TRUE(end == total.end) << run;
      ASSERT_TRUE(sums[total.currency].first == total.start && sums[total.currency].second == total.end) << run;
      sums.erase(total.currency);
    }
    for (const auto& [currency, rest] : sums) ASSERT_TRUE(rest.first == 0 && rest.second == 0) << currency;
  }
}

// A deal comes at most once and leaves at most once; whoever came and left was not counted at either moment.
TEST_P(AnyHistory, EachDealComesAndLeavesOnceAtMost) {
  for (std::uint64_t run = 0; run < 200; ++run) {
    const World world = RandomWorld(static_cast<std::uint64_t>(GetParam()) * 1000 + run);
    const States made(world.states, world.window);
    std::map<std::int32_t, std::pair<int, int>> moves;
    for (const DealPart& part : MovementOf(made.columns(), made.scope(), world.rates, world.window).parts) {
      auto& [came, left] = moves[part.deal];
      if (part.part == Part::kAmountUp) {
        ASSERT_GT(part.units, 0);
      } else if (part.part == Part::kAmountDown) {
        ASSERT_LT(part.units, 0);
      } else if (part.part == Part::kCreated || part.part == Part::kReopened || part.part == Part::kPulledIn ||
                 part.part == Part::kMovedIn || part.part == Part::kJoinedScope) {
        ++came;
      } else if (part.part != Part::kFirstKnown && part.part != Part::kExchangeRate) {
        ++left;
      }
    }
    for (std::int32_t deal = 0; deal < 50; ++deal) {
      const auto before = StateAt(world, deal, world.window.start);
      const auto after = StateAt(world, deal, world.window.end);
      const bool is_start = before && IsCounted(world, *before);
      const bool is_end = after && IsCounted(world, *after);
      const auto [came, left] = moves[deal];
      ASSERT_EQ(came - left, (is_end ? 1 : 0) - (is_start ? 1 : 0)) << run << " " << deal;
      ASSERT_LE(came, is_start ? 0 : 1);
      ASSERT_LE(left, is_end ? 0 : 1);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyHistory, ::testing::Range(0, 5));

}  // namespace
}  // namespace weir::pipeline
