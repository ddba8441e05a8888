#include "forecast/series/accuracy.h"

#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

TEST(AccuracyTest, SymmetricPercentageErrorCountsBothNoughtAsNone) {
  EXPECT_DOUBLE_EQ(SymmetricPercentageError(std::array{100.0, 0.0}, std::array{50.0, 0.0}), (200.0 * 50 / 150) / 2);
  EXPECT_DOUBLE_EQ(SymmetricPercentageError(std::array{100.0, kMissing}, std::array{50.0, 7.0}), 200.0 * 50 / 150);
  EXPECT_TRUE(std::isnan(SymmetricPercentageError({}, {})));
}

TEST(AccuracyTest, ScaledErrorIsInStepsOfTheSeries) {
  const std::array<double, 6> series{1, 10, 3, 12, 5, kMissing};
  EXPECT_DOUBLE_EQ(SeasonalScale(series, 2), 2);
  EXPECT_DOUBLE_EQ(SeasonalScale(series, 1), (9.0 + 7 + 9 + 7) / 4);
  EXPECT_TRUE(std::isnan(SeasonalScale(series, 6)));
  EXPECT_DOUBLE_EQ(ScaledError(std::array{7.0, 4.0}, std::array{4.0, 5.0}, 2), 1);
  EXPECT_TRUE(std::isnan(ScaledError(std::array{7.0}, std::array{4.0}, 0)));
}

TEST(AccuracyTest, WeightedPercentageErrorIsOfSums) {
  EXPECT_DOUBLE_EQ(WeightedPercentageError(std::array{100.0, 0.0, -50.0}, std::array{90.0, 5.0, -50.0}), .1);
  EXPECT_TRUE(std::isnan(WeightedPercentageError(std::array{0.0}, std::array{1.0})));
}

TEST(AccuracyTest, PinballLossIsLeastAtItsQuantile) {
  std::vector<double> actual;
  actual.reserve(1000);
  for (int i = 0; i < 1000; ++i) actual.push_back(i);
  const auto loss = [&](double said) { return PinballLoss(actual, std::vector<double>(actual.size(), said), .9); };
  EXPECT_LT(loss(900), loss(850));
  EXPECT_LT(loss(900), loss(950));
  EXPECT_DOUBLE_EQ(PinballLoss(std::array{10.0}, std::array{8.0}, .9), 1.8);
  EXPECT_NEAR(PinballLoss(std::array{8.0}, std::array{10.0}, .9), .2, 1e-12);
}

TEST(AccuracyTest, IntervalsPayForTheirWidthAndForWhatTheyMiss) {
  const std::array actual{1.0, 5.0, kMissing};
  const std::array low{0.0, 6.0, 0.0};
  const std::array high{2.0, 8.0, 9.0};
  EXPECT_DOUBLE_EQ(Coverage(actual, low, high), .5);
  EXPECT_DOUBLE_EQ(ScaledIntervalScore(actual, low, high, .05, 2), (2 + 2 + 40) / 2.0 / 2);
}

// Gneiting, Raftery 2007, eq. 21.
TEST(AccuracyTest, CrpsOfANormalIsThePublishedOne) {
  EXPECT_NEAR(NormalCrps(0, 1, 0), .2336949773, 1e-10);
  EXPECT_NEAR(NormalCrps(10, 2, 13), 1.9888480, 1e-7);
  EXPECT_DOUBLE_EQ(NormalCrps(10, 0, 13), 3);
}

TEST(AccuracyTest, CrpsOfASampleAndOfPointsIsThatOfTheirDistribution) {
  RandomStream random(7, "crps");
  std::vector<double> draws(20'000);
  for (double& draw : draws) draw = random.Normal(10, 2);
  EXPECT_NEAR(SampleCrps(draws, 13), 1.9888480, .03);
  // By hand: E|X - y| - E|X - X'| / 2 for X of 0 or 1, each as likely as the other.
  EXPECT_DOUBLE_EQ(SampleCrps(std::array{1.0, 0.0}, .25), .5 - .25);
  for (const double actual : {-2.0, 0.0, .25, 1.0, 1.5, 4.0}) {
    EXPECT_NEAR(DiscreteCrps(std::array{0.0, 1.0, 3.0}, std::array{.25, .5, .25}, actual),
                SampleCrps(std::array{0.0, 1.0, 1.0, 3.0}, actual), 1e-12)
        << actual;
  }
}

}  // namespace
}  // namespace weir::forecast
