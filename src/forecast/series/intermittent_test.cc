#include "forecast/series/intermittent.h"

#include <array>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

using ::testing::DoubleEq;
using ::testing::Each;

constexpr std::array kAll{IntermittentMethod::kCroston, IntermittentMethod::kSyntetosBoylan,
                          IntermittentMethod::kTeunterSyntetosBabai, IntermittentMethod::kAdida,
                          IntermittentMethod::kImapa};

std::vector<double> Sparse(std::uint64_t seed, std::size_t values, double chance, double size) {
  RandomStream random(seed, "sparse");
  std::vector<double> series(values);
  for (double& value : series) value = random.Chance(chance) ? random.LogNormal(size, .3) : 0;
  return series;
}

TEST(IntermittentTest, TheIntervalIsFromArrivalToArrival) {
  EXPECT_DOUBLE_EQ(MeanInterval(std::array{1.0, 2.0, 3.0}), 1);
  EXPECT_DOUBLE_EQ(MeanInterval(std::array{0.0, 2.0, 0.0, 0.0, 3.0, 0.0}), 2.5);
  EXPECT_TRUE(std::isinf(MeanInterval(std::array{0.0, 0.0})));
}

// By hand: sizes 2 and 4, intervals 2 and 3; the first start the smoothing, the second move it by a tenth.
TEST(IntermittentTest, CrostonIsTheOneOfThePaper) {
  const std::array values{0.0, 2.0, 0.0, 0.0, 4.0, 0.0};
  EXPECT_DOUBLE_EQ(FitIntermittent(values, IntermittentMethod::kCroston)->rate, 2.2 / 2.1);
  EXPECT_DOUBLE_EQ(FitIntermittent(values, IntermittentMethod::kSyntetosBoylan)->rate, .95 * 2.2 / 2.1);
}

TEST(IntermittentTest, AllFindTheRateOfASteadySeries) {
  double sum = 0;
  for (const IntermittentMethod method : kAll) {
    sum = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      sum += FitIntermittent(Sparse(seed, 200, .25, 8), method)->rate;
    }
    // 8 exp(.3^2 / 2) / 4 a step.
    EXPECT_NEAR(sum / 40, 2.09, .16) << static_cast<int>(method);
  }
}

TEST(IntermittentTest, WhatHasEndedIsForgottenByTheChanceAlone) {
  std::vector<double> values = Sparse(1, 100, .5, 10);
  values.resize(200, 0);
  EXPECT_LT(FitIntermittent(values, IntermittentMethod::kTeunterSyntetosBabai)->rate, 1);
  EXPECT_GT(FitIntermittent(values, IntermittentMethod::kCroston)->rate, 3);
}

TEST(IntermittentTest, OneBucketOfTheWholeSeriesIsItsMean) {
  // One arrival at the end: its interval is the whole series.
  const std::array values{0.0, 0.0, 0.0, 6.0};
  EXPECT_THAT(FitIntermittent(values, IntermittentMethod::kAdida)->rate, DoubleEq(1.5));
}

TEST(IntermittentTest, NoughtStaysNoughtAndWhatIsNoCountIsRefused) {
  for (const IntermittentMethod method : kAll) {
    const auto model = FitIntermittent(std::array{0.0, 0.0, 0.0}, method);
    ASSERT_TRUE(model);
    EXPECT_THAT(Predict(*model, 4).mean, Each(0.0));
    EXPECT_FALSE(FitIntermittent({}, method));
    EXPECT_FALSE(FitIntermittent(std::array{1.0, -1.0}, method));
    EXPECT_FALSE(FitIntermittent(std::array{1.0, kMissing}, method));
    const auto one = FitIntermittent(std::array{5.0}, method);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->fitted.size(), 1U);
    EXPECT_TRUE(std::isfinite(one->rate));
  }
}

}  // namespace
}  // namespace weir::forecast
