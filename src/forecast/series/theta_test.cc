#include "forecast/series/theta.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

// R, forecast 8.20: thetaf(AirPassengers, h = 3) says 440.078 428.384 489.707; its search ends a little earlier.
TEST(ThetaTest, SaysOfAirPassengersWhatRSays) {
  const auto model = FitTheta(kAirPassengers, 12, ThetaForm::kClassical);
  ASSERT_TRUE(model);
  EXPECT_TRUE(model->pattern.is_multiplicative);
  EXPECT_THAT(Predict(*model, 3).mean,
              ElementsAre(DoubleNear(440.078, 3e-3), DoubleNear(428.384, 3e-3), DoubleNear(489.707, 3e-3)));
}

TEST(ThetaTest, OfALineTheDynamicFormSaysTheLine) {
  std::vector<double> line;
  line.reserve(40);
  for (int t = 0; t < 40; ++t) line.push_back(50 + 3 * t);
  const auto model = FitTheta(line, 1, ThetaForm::kDynamicOptimised);
  ASSERT_TRUE(model);
  const Outlook outlook = Predict(*model, 5);
  for (int h = 0; h < 5; ++h) EXPECT_NEAR(outlook.mean[static_cast<std::size_t>(h)], 50 + 3 * (40 + h), .5) << h;
}

// The dynamic form as its paper writes it, eq. 12 to 18, from the second value on: no closed forms, no running sums.
struct AsPublished {
  double squares = 0;
  std::vector<double> ahead;
};

AsPublished RunAsPublished(std::vector<double> y, double alpha, double first_level, double weight, int horizon) {
  AsPublished out;
  const std::size_t known = y.size();
  double level = first_level;
  for (std::size_t t = 1; t <= known + static_cast<std::size_t>(horizon); ++t) {
    // The least squares line through y_1 .. y_{t-1}.
    const auto n = static_cast<double>(t - 1);
    double mean = 0;
    for (std::size_t i = 0; i + 1 < t; ++i) mean += y[i] / n;
    double slope = 0;
    double spread = 0;
    for (std::size_t i = 0; i + 1 < t; ++i) {
      const double beside = static_cast<double>(i + 1) - (n + 1) / 2;
      slope += beside * (y[i] - mean);
      spread += beside * beside;
    }
    slope = t > 2 ? slope / spread : 0;
    const double intercept = t > 1 ? mean - (n + 1) / 2 * slope : 0;
    const auto step = static_cast<double>(t);
    const double said =
        level + weight * (std::pow(1 - alpha, step - 1) * intercept + (1 - std::pow(1 - alpha, step)) / alpha * slope);
    if (t <= known) {
      if (t > 1) out.squares += (y[t - 1] - said) * (y[t - 1] - said);
    } else {
      out.ahead.push_back(said);
      y.push_back(said);
    }
    level = alpha * y[t - 1] + (1 - alpha) * level;
  }
  return out;
}

TEST(ThetaTest, TheDynamicFormIsThatOfItsPaperAndNoGridFindsABetterOne) {
  RandomStream random(3, "theta");
  for (int series = 0; series < 10; ++series) {
    std::vector<double> values;
    double level = random.Uniform(-50, 200);
    for (int t = 0; t < 25; ++t) {
      level += random.Normal(.7, 1);
      values.push_back(level + random.Normal(0, 2));
    }
    const auto model = FitTheta(values, 1, ThetaForm::kDynamicOptimised);
    ASSERT_TRUE(model);
    const double weight = 1 - 1 / model->theta;
    const AsPublished same = RunAsPublished(values, model->alpha, model->first_level, weight, 6);
    const Outlook outlook = Predict(*model, 6);
    for (std::size_t h = 0; h < 6; ++h) EXPECT_NEAR(outlook.mean[h], same.ahead[h], 1e-6) << series << ' ' << h;
    EXPECT_NEAR(model->sigma2 * 23, same.squares, 1e-6 * same.squares);
    for (double alpha = .1; alpha <= .99; alpha += .0445) {
      for (double other = 0; other <= 1; other += .1) {
        for (double first = values[0] - 6; first <= values[0] + 6; first += 1) {
          EXPECT_GE(RunAsPublished(values, alpha, first, other, 0).squares, same.squares * (1 - 1e-9))
              << series << ' ' << alpha << ' ' << other << ' ' << first;
        }
      }
    }
  }
}

TEST(ThetaTest, MovesWithTheSeries) {
  std::vector<double> moved(kAirPassengers.begin(), kAirPassengers.end());
  for (double& value : moved) value *= 1e6;
  for (const ThetaForm form : {ThetaForm::kClassical, ThetaForm::kDynamicOptimised}) {
    const Outlook plain = Predict(*FitTheta(kAirPassengers, 12, form), 12);
    const Outlook large = Predict(*FitTheta(moved, 12, form), 12);
    for (std::size_t h = 0; h < 12; ++h) EXPECT_NEAR(large.mean[h] / 1e6, plain.mean[h], 1e-3);
  }
  // Far from nought what moves little still counts.
  std::vector<double> far(kNile.begin(), kNile.end());
  for (double& value : far) value += 1e9;
  for (const ThetaForm form : {ThetaForm::kClassical, ThetaForm::kDynamicOptimised}) {
    const Outlook plain = Predict(*FitTheta(kNile, 1, form), 3);
    const Outlook high = Predict(*FitTheta(far, 1, form), 3);
    for (std::size_t h = 0; h < 3; ++h) EXPECT_NEAR(high.mean[h] - 1e9, plain.mean[h], 1e-2);
  }
}

TEST(ThetaTest, OfTwoValuesOrOfNoughtsItSaysSomethingPlain) {
  EXPECT_FALSE(FitTheta(std::array{1.0}, 1, ThetaForm::kClassical));
  EXPECT_FALSE(FitTheta(std::array{1.0, kMissing, 2.0}, 1, ThetaForm::kClassical));
  for (const ThetaForm form : {ThetaForm::kClassical, ThetaForm::kDynamicOptimised}) {
    const auto of_two = FitTheta(std::array{1.0, 3.0}, 12, form);
    ASSERT_TRUE(of_two);
    for (const double mean : Predict(*of_two, 3).mean) EXPECT_TRUE(mean >= 1 && mean <= 9) << mean;
    const auto of_noughts = FitTheta(std::vector<double>(30, 0.0), 12, form);
    ASSERT_TRUE(of_noughts);
    EXPECT_THAT(Predict(*of_noughts, 3).mean, Each(0.0));
    EXPECT_THAT(Predict(*of_noughts, 3).deviation, Each(0.0));
  }
}

}  // namespace
}  // namespace weir::forecast
