// Known answers of the worth of a value, and what it must not depend on.
#include "workspace/predictive_worth.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/random.h"

namespace weir::workspace {
namespace {

using store::Value;

std::vector<Case> Cases(std::size_t count, std::uint64_t seed, const std::function<Value(RandomStream&, bool)>& value) {
  RandomStream random(seed, "worth");
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) {
    const bool is_won = random.Integer(0, 9) < 4;
    cases.push_back({value(random, is_won), is_won});
  }
  return cases;
}

TEST(PredictiveWorth, WhatEqualsTheOutcomeSettlesIt) {
  const auto equal =
      Cases(400, 1, [](RandomStream&, bool is_won) { return Value(std::string(is_won ? "hot" : "cold")); });
  EXPECT_NEAR(WorthOf(equal).share, 1, 1e-9);
  EXPECT_LT(WorthOf(equal).chance, 1e-12);
  // A number does as well: the two values lie apart.
  const auto number = Cases(400, 1, [](RandomStream&, bool is_won) { return Value(std::int64_t{is_won ? 1 : 0}); });
  EXPECT_NEAR(WorthOf(number).share, 1, 1e-9);
}

TEST(PredictiveWorth, WhatHasNothingToDoWithItIsWorthNothing) {
  double sum = 0;
  int told = 0;
  constexpr int kTrials = 200;
  for (int trial = 0; trial < kTrials; ++trial) {
    const auto cases = Cases(300, 100 + static_cast<std::uint64_t>(trial), [](RandomStream& random, bool) {
      return Value(std::string(1, static_cast<char>('a' + random.Integer(0, 19))));
    });
    const Worth worth = WorthOf(cases);
    EXPECT_LT(worth.share, 0.08);
    sum += worth.share;
    told += worth.chance < 0.01 ? 1 : 0;
  }
  // Twenty groups of 300 cases would take away 0.05 by chance; with chance taken off nothing is left. A share below
  // nothing is told as nothing, so that the mean stays a little above it.
  EXPECT_LT(sum / kTrials, 0.01);
  EXPECT_LE(told, 10) << "of 200 trials two are expected";
}

TEST(PredictiveWorth, StandsBetweenByHowMuchIsTold) {
  double last = -1;
  for (const int faithful : {0, 3, 6, 9}) {
    const auto cases = Cases(3000, 7, [&](RandomStream& random, bool is_won) {
      const bool shown = random.Integer(0, 9) < faithful ? is_won : random.Integer(0, 1) == 1;
      return Value(std::string(shown ? "yes" : "no"));
    });
    const Worth worth = WorthOf(cases);
    EXPECT_GT(worth.share, last);
    last = worth.share + 0.01;
  }
}

TEST(PredictiveWorth, AgreesWithTheTableDoneByHand) {
  // 40 of 50 with "a" won, 10 of 50 without: I = ln 2 - H(0.2) = 0.192745 of H = 0.693147; by chance 0.005076.
  std::vector<Case> cases;
  cases.reserve(100);
  for (int i = 0; i < 100; ++i) cases.push_back({std::string(i < 50 ? "a" : "b"), i < 50 ? i < 40 : i < 60});
  const Worth worth = WorthOf(cases);
  EXPECT_EQ(worth.cases, 100);
  EXPECT_EQ(worth.won, 50);
  EXPECT_EQ(worth.groups, 2);
  EXPECT_NEAR(worth.share, (0.192745 - 0.005076) / (0.693147 - 0.005076), 2e-5);
  EXPECT_LT(worth.chance, 1e-8);
}

TEST(PredictiveWorth, NeitherTheOrderOfRowsNorTheNamesOfValuesMatter) {
  RandomStream random(11, "order");
  for (int trial = 0; trial < 50; ++trial) {
    const auto cases =
        Cases(200, 500 + static_cast<std::uint64_t>(trial), [](RandomStream& made, bool is_won) -> Value {
          const int drawn = static_cast<int>(made.Integer(0, 29));
          if (drawn == 0) return {};
          return std::string(1, static_cast<char>('a' + (is_won ? drawn / 3 : drawn / 2)));
        });
    const Worth worth = WorthOf(cases);
    auto shuffled = cases;
    for (std::size_t i = shuffled.size(); i > 1; --i) {
      std::swap(shuffled[i - 1], shuffled[static_cast<std::size_t>(random.Integer(0, static_cast<int>(i) - 1))]);
    }
    // "z" is renamed to come first, and so on.
    for (Case& one : shuffled) {
      if (auto* text = std::get_if<std::string>(&one.value))
        *text = "x" + std::string(1, static_cast<char>(219 - (*text)[0]));
    }
    const Worth other = WorthOf(shuffled);
    EXPECT_EQ(worth.share, other.share);
    EXPECT_EQ(worth.chance, other.chance);
    EXPECT_EQ(worth.groups, other.groups);
  }
}

TEST(PredictiveWorth, AValueOfItsOwnForEachCaseTellsNothing) {
  int number = 0;
  const auto cases = Cases(300, 3, [&](RandomStream&, bool) { return Value("name " + std::to_string(++number)); });
  EXPECT_EQ(WorthOf(cases).groups, 1);
  EXPECT_EQ(WorthOf(cases).share, 0);
  EXPECT_EQ(WorthOf({}).share, 0);
}

}  // namespace
}  // namespace weir::workspace
