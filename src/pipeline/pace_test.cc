#include "pipeline/pace.h"

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::pipeline {
namespace {

TEST(PaceTest, CountsUpToTheSameDay) {
  const std::vector<DayWon> days{{9, 100, 1}, {10, 1, 1}, {12, 2, 1}, {15, 4, 2}, {18, 8, 1}, {19, 100, 1}};
  const Pace pace = PaceOf(days, 10, 18, 3);
  EXPECT_TRUE(pace.by_then == 3 && pace.whole == 15);
  EXPECT_EQ(pace.deals_by_then, 2);
  EXPECT_EQ(pace.deals, 5);
  EXPECT_TRUE(pace.thirds[0] == 3 && pace.thirds[1] == 4 && pace.thirds[2] == 8);
  EXPECT_TRUE(PaceOf(days, 10, 18, 99).by_then == 15) << "beyond the period";
  EXPECT_TRUE(PaceOf({}, 10, 18, 5).whole == 0);
  // Ten days: the last third takes the tenth.
  EXPECT_TRUE(PaceOf(days, 10, 19, 10).thirds[2] == 108);
  EXPECT_TRUE(PaceOf(days, 10, 10, 1).thirds[0] == 1) << "a day alone";
}

TEST(PaceTest, RunningSumsEndAtTheWhole) {
  RandomStream random(2, "pace");
  for (int run = 0; run < 100; ++run) {
    std::vector<DayWon> days;
    for (std::int32_t day = 0; day < 120; ++day) {
      if (random.Chance(.4)) days.push_back({day, random.Integer(-100, 900), random.Integer(1, 3)});
    }
    const auto first = static_cast<std::int32_t>(random.Integer(0, 60));
    const auto last = first + static_cast<std::int32_t>(random.Integer(0, 90));
    const std::vector<Int128> running = RunningOf(days, first, last);
    ASSERT_EQ(running.size(), static_cast<std::size_t>(last - first + 1));
    for (std::size_t i = 0; i < running.size(); ++i) {
      Int128 sum = 0;
      for (const DayWon& day : days) {
        if (day.day >= first && day.day <= first + static_cast<std::int32_t>(i)) sum += day.units;
      }
      ASSERT_TRUE(running[i] == sum);
      ASSERT_TRUE(PaceOf(days, first, last, static_cast<std::int32_t>(i) + 1).by_then == sum);
    }
    const Pace pace = PaceOf(days, first, last, 5);
    ASSERT_TRUE(pace.thirds[0] + pace.thirds[1] + pace.thirds[2] == pace.whole && running.back() == pace.whole);
  }
}

TEST(FactorsTest, WhatDidNotChangeAddsNothing) {
  EXPECT_THAT(PartsOf({{10, .5, 100}, 20}, {{12, .5, 100}, 20}, 5), ::testing::ElementsAre(5, 0, 0, 0));
  EXPECT_THAT(PartsOf({{10, .5, 100}, 20}, {{10, .5, 100}, 10}, 25), ::testing::ElementsAre(0, 0, 0, 25));
  // Two factors doubled: 25 becomes 100, and each has half of it, as far as whole units go.
  EXPECT_THAT(PartsOf({{10, .5, 100}, 20}, {{20, 1, 100}, 20}, 75), ::testing::ElementsAre(37, 38, 0, 0));
}

TEST(FactorsTest, PartsAddUpAndFavourNoPlace) {
  RandomStream random(4, "factors");
  const auto some = [&] {
    return Factors{{random.Uniform(0, 500), random.Uniform(0, 1), random.Uniform(0, 1e6)}, random.Uniform(1, 90)};
  };
  for (int run = 0; run < 500; ++run) {
    const Factors before = some();
    const Factors after = some();
    const auto value = [](const Factors& of) {
      return of.multiplied[0] * of.multiplied[1] * of.multiplied[2] / of.divisor;
    };
    const std::int64_t change = std::llround(value(after)) - std::llround(value(before));
    const auto parts = PartsOf(before, after, change);
    ASSERT_EQ(std::accumulate(parts.begin(), parts.end(), std::int64_t{0}), change);
    const auto back = PartsOf(after, before, -change);
    for (std::size_t i = 0; i < parts.size(); ++i) ASSERT_LE(std::abs(parts[i] + back[i]), 4);
    const auto swapped = [](Factors of) {
      std::swap(of.multiplied[0], of.multiplied[2]);
      return of;
    };
    const auto other = PartsOf(swapped(before), swapped(after), change);
    ASSERT_LE(std::abs(other[0] - parts[2]), 4);
    ASSERT_LE(std::abs(other[3] - parts[3]), 4);
  }
}

}  // namespace
}  // namespace weir::pipeline
