#include "forecast/deals/isotonic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

TEST(IsotonicTest, PoolsWhatFalls) {
  const std::array<double, 9> values{1, 0, 4, 3, 3, 5, 4, 2, 0};
  const std::array<double, 9> weights{1, 1, 1, 1, 1, 1, 1, 1, 1};
  EXPECT_EQ(RisingFit(values, weights), (std::vector<double>{.5, .5, 3, 3, 3, 3, 3, 3, 3}));
  EXPECT_TRUE(RisingFit({}, {}).empty());
}

// The fit by its other definition: at i the greatest over a <= i of the least over b >= i of the mean of a .. b.
TEST(IsotonicTest, IsTheGreatestOfLeastMeans) {
  RandomStream random(1, "isotonic");
  for (int round = 0; round < 100; ++round) {
    std::vector<double> values;
    std::vector<double> weights;
    for (int i = 0; i < 12; ++i) {
      values.push_back(random.Normal(i * .1, 1));
      weights.push_back(random.Uniform(.1, 3));
    }
    const std::vector<double> fit = RisingFit(values, weights);
    for (std::size_t i = 0; i < values.size(); ++i) {
      double greatest = -1e9;
      for (std::size_t a = 0; a <= i; ++a) {
        double least = 1e9;
        for (std::size_t b = i; b < values.size(); ++b) {
          double sum = 0;
          double weight = 0;
          for (std::size_t k = a; k <= b; ++k) {
            sum += values[k] * weights[k];
            weight += weights[k];
          }
          least = std::min(least, sum / weight);
        }
        greatest = std::max(greatest, least);
      }
      EXPECT_NEAR(fit[i], greatest, 1e-12);
    }
  }
}

TEST(IsotonicTest, SetsProbabilitiesRight) {
  RandomStream random(2, "calibration");
  std::vector<double> said;
  std::vector<double> counts;
  std::vector<double> came;
  for (int i = 0; i < 60'000; ++i) {
    said.push_back(random.Uniform(.01, .5));
    counts.push_back(1);
    came.push_back(random.Chance(said.back() * said.back() * 2) ? 1 : 0);
  }
  const IsotonicCalibration calibration(said, counts, came);
  double before = 0;
  for (double at = 0; at <= 1; at += .01) {
    EXPECT_GE(calibration.At(at), before);
    EXPECT_LE(calibration.At(at), 1);
    before = calibration.At(at);
    if (at > .05 && at < .45) {
      EXPECT_NEAR(calibration.At(at), 2 * at * at, .03) << at;
    }
  }
  EXPECT_EQ(IsotonicCalibration().At(.3), .3);
  EXPECT_EQ(IsotonicCalibration({}, {}, {}).At(.3), .3);
}

// What is likelier than anything that was seen must not become certain because the model said too little of the rest.
TEST(IsotonicTest, BeyondWhatWasSeenNothingBecomesCertain) {
  const std::array said{.02, .1};
  const std::array counts{1000.0, 1000.0};
  const std::array came{60.0, 300.0};
  const IsotonicCalibration raised(said, counts, came);
  EXPECT_NEAR(raised.At(.1), .3, .001);
  EXPECT_NEAR(raised.At(.01), .03, .001);
  EXPECT_NEAR(raised.At(.2), .3, .001);
  EXPECT_EQ(raised.At(.5), .5);
  const std::array fewer{5.0, 50.0};
  const IsotonicCalibration lowered(said, counts, fewer);
  EXPECT_NEAR(lowered.At(.4), .2, .001);
}

TEST(IsotonicTest, WhatNeverCameStaysPossible) {
  const std::array said{.1, .2, .2};
  const std::array counts{5.0, 6.0, 4.0};
  const std::array came{0.0, 0.0, 0.0};
  const IsotonicCalibration calibration(said, counts, came);
  EXPECT_GT(calibration.At(.1), 0);
  EXPECT_LT(calibration.At(.1), .02);
}

}  // namespace
}  // namespace weir::forecast
