#include "leaks/effect.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::leaks {
namespace {

TEST(EffectTest, AShareThatFellIsWorseAndOneThatDidNotMoveCannotBeTold) {
  const EffectSide before{.cases = 200, .hits = 120};
  const auto fell = EffectOf(Measure::kShare, before, {.cases = 200, .hits = 80}, 1);
  ASSERT_TRUE(fell);
  EXPECT_DOUBLE_EQ(fell->before, 0.6);
  EXPECT_DOUBLE_EQ(fell->after, 0.4);
  // Of a difference of two shares of 200 the deviation is 0.049: the middle 80 % ends 1.28 of them away.
  EXPECT_NEAR(fell->change.low, -0.2 - 1.28 * 0.049, 0.01);
  EXPECT_NEAR(fell->change.high, -0.2 + 1.28 * 0.049, 0.01);
  EXPECT_EQ(VerdictOf(fell->change, true), "worse");
  EXPECT_EQ(VerdictOf(fell->change, false), "better");
  const auto same = EffectOf(Measure::kShare, before, {.cases = 50, .hits = 30}, 1);
  EXPECT_EQ(VerdictOf(same->change, true), "unknown");
}

TEST(EffectTest, ARateIsOfWhatItCouldHaveComeFrom) {
  const auto halved = EffectOf(Measure::kRate, {.cases = 100, .hits = 60}, {.cases = 400, .hits = 120}, 1);
  ASSERT_TRUE(halved);
  EXPECT_DOUBLE_EQ(halved->before, 0.6);
  EXPECT_DOUBLE_EQ(halved->after, 0.3);
  EXPECT_EQ(VerdictOf(halved->change, false), "better");
}

TEST(EffectTest, AMiddleIsThatOfTheValues) {
  std::vector<double> early;
  std::vector<double> late;
  for (int i = 0; i <= 200; ++i) {
    early.push_back(i / 10.0);
    late.push_back(i / 10.0 + 6);
  }
  const auto longer =
      EffectOf(Measure::kMiddle, {.cases = 80, .quantiles = early}, {.cases = 80, .quantiles = late}, 1);
  ASSERT_TRUE(longer);
  EXPECT_DOUBLE_EQ(longer->before, 10);
  EXPECT_DOUBLE_EQ(longer->after, 16);
  EXPECT_EQ(VerdictOf(longer->change, false), "worse");
  EXPECT_LT(longer->change.low, 6);
  EXPECT_GT(longer->change.high, 6);
}

TEST(EffectTest, FewCasesTellNothing) {
  EXPECT_FALSE(EffectOf(Measure::kShare, {.cases = 9, .hits = 9}, {.cases = 500, .hits = 0}, 1));
  EXPECT_FALSE(EffectOf(Measure::kMiddle, {}, {}, 1));
}

// Of companies in which nothing changed, one in ten says worse and one in ten better.
TEST(EffectTest, WhereNothingChangedOneInFiveIsMistaken) {
  RandomStream random(7, "companies");
  int mistaken = 0;
  constexpr int kCompanies = 600;
  for (int i = 0; i < kCompanies; ++i) {
    EffectSide sides[2];
    for (EffectSide& side : sides) {
      side.cases = 80;
      for (int k = 0; k < 80; ++k) side.hits += random.Chance(0.3) ? 1 : 0;
    }
    const auto effect = EffectOf(Measure::kShare, sides[0], sides[1], static_cast<std::uint64_t>(i));
    mistaken += VerdictOf(effect->change, true) == "unknown" ? 0 : 1;
  }
  EXPECT_NEAR(static_cast<double>(mistaken) / kCompanies, 0.2, 0.05);
}

}  // namespace
}  // namespace weir::leaks
