#include "forecast/series/arima.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <Eigen/Dense>

#include "base/random.h"
#include "forecast/series/arima_polynomial.h"
#include "forecast/series/arima_system.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

constexpr ArimaOrder kAirline{.differences = 1, .ma = 1, .seasonal_differences = 1, .seasonal_ma = 1, .season = 12};

std::vector<double> LogPassengers() {
  std::vector<double> values(kAirPassengers.begin(), kAirPassengers.end());
  for (double& value : values) value = std::log(value);
  return values;
}

// Box, Jenkins 1976, series G; R 4.2.2, arima(log(AirPassengers), c(0, 1, 1), c(0, 1, 1)).
TEST(ArimaTest, AirlineModelIsThePublishedOne) {
  const auto model = FitArima(LogPassengers(), kAirline);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->ma[0], -.401828, 2e-5);
  EXPECT_NEAR(model->seasonal_ma[0], -.556945, 2e-5);
  // R starts from a great variance instead of an unbounded one, which the fourth digit shows.
  EXPECT_NEAR(model->sigma2 / .00134803, 1, 1e-4);
  EXPECT_NEAR(model->log_likelihood, 244.70, .005);
  EXPECT_EQ(model->parameters, 3);
}

// R forecast 8.20, Arima(AirPassengers, c(2, 1, 1), c(0, 1, 0)) and its forecast.
TEST(ArimaTest, PassengersModelAndItsForecastsAreThoseOfR) {
  const auto model =
      FitArima(kAirPassengers, {.ar = 2, .differences = 1, .ma = 1, .seasonal_differences = 1, .season = 12});
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->ar[0], .5960, 1e-4);
  EXPECT_NEAR(model->ar[1], .2143, 1e-4);
  EXPECT_NEAR(model->ma[0], -.9819, 1e-4);
  EXPECT_NEAR(model->sigma2_unbiased, 132.345, .01);
  EXPECT_NEAR(model->log_likelihood, -504.92, .005);
  EXPECT_NEAR(model->aicc, 1018.17, .01);
  EXPECT_TRUE(IsMissing(model->residuals[12]));
  EXPECT_NEAR(model->residuals[29], -8.98347876115, .05);
  const Outlook outlook = Predict(*model, 12);
  EXPECT_NEAR(outlook.mean[0], 445.634901393, .01);
  EXPECT_NEAR(outlook.mean[11], 465.507584081, .02);
  EXPECT_NEAR(outlook.deviation[0], 11.5052361300, .002);
  EXPECT_NEAR(outlook.deviation[11], 19.2615906434, .002);
}

// Durbin, Koopman 2001, section 2.10.3: the local level of the Nile is ARIMA(0,1,1) with ma = 1 - gain.
TEST(ArimaTest, NileIsTheLocalLevelModel) {
  const auto model = FitArima(kNile, {.differences = 1, .ma = 1});
  ASSERT_TRUE(model);
  const double observed = 15098.577;
  const double level = 1469.147;
  const double ratio = level / observed;
  const double filtered = (ratio + std::sqrt(ratio * ratio + 4 * ratio)) / 2;
  EXPECT_NEAR(model->ma[0], -1 / (1 + filtered), 1e-3);
  EXPECT_NEAR(model->sigma2 / (observed * (1 + filtered)), 1, 1e-3);
  EXPECT_NEAR(-model->ma[0] * model->sigma2 / observed, 1, 1e-3);
}

// R, Arima(Nile with the years 1, 6, 7, 31, 78, 79, 80 and 100 missing, c(1, 0, 1)).
TEST(ArimaTest, GapsAreThoseOfAFilterThatSkipsThem) {
  std::vector<double> values(kNile.begin(), kNile.end());
  for (const std::size_t gap : {0, 5, 6, 30, 77, 78, 79, 99}) values[gap] = kMissing;
  const auto model = FitArima(values, {.ar = 1, .ma = 1, .has_constant = true});
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->log_likelihood, -586.327464, 1e-4);
  EXPECT_NEAR(model->ar[0], .836100, 1e-3);
  EXPECT_NEAR(model->mean_or_drift, 922.54, .5);
  const Outlook outlook = Predict(*model, 3);
  EXPECT_NEAR(outlook.mean[0], 818.655765, .2);
  EXPECT_NEAR(outlook.deviation[0], 154.214446, .01);
  EXPECT_NEAR(outlook.deviation[2], 166.465031, .01);
  EXPECT_TRUE(IsMissing(model->residuals[5]));
}

// R, residuals of the airline model with eight gaps inside.
TEST(ArimaTest, ResidualsSkipGapsInDifferencedSeries) {
  std::vector<double> values = LogPassengers();
  for (const std::size_t gap : {0, 5, 6, 30, 77, 78, 79, 100, 143}) values[gap] = kMissing;
  const auto model = FitArima(values, kAirline);
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->residuals[20], .029608180974941, 1e-4);
  EXPECT_NEAR(model->residuals[29], -.066801692198805, 1e-4);
  EXPECT_TRUE(IsMissing(model->residuals[30]));
  EXPECT_NEAR(model->residuals[31], -.026379073192095, 1e-4);
  EXPECT_NEAR(Predict(*model, 2).deviation[1], .0491352699052, 1e-4);
}

// R forecast 8.20, auto.arima.
TEST(ArimaTest, OrdersOfTheClassicsAreThoseOfR) {
  const auto passengers = AutoArima(kAirPassengers, 12);
  ASSERT_TRUE(passengers);
  EXPECT_EQ(NameOf(passengers->order), "ARIMA(2,1,1)(0,1,0)[12]");
  EXPECT_NEAR(passengers->aicc, 1018.17, .01);
  const auto logs = AutoArima(LogPassengers(), 12);
  ASSERT_TRUE(logs);
  EXPECT_EQ(NameOf(logs->order), "ARIMA(0,1,1)(0,1,1)[12]");
  const auto nile = AutoArima(kNile, 1);
  ASSERT_TRUE(nile);
  EXPECT_EQ(NameOf(nile->order), "ARIMA(1,1,1)");
  EXPECT_NEAR(nile->log_likelihood, -630.63, .005);
}

// The covariance of an ARMA process by its moving average of 3,000 terms.
Eigen::MatrixXd NaiveCovariance(const std::vector<double>& ar, const std::vector<double>& ma, Eigen::Index size) {
  constexpr std::size_t kTerms = 3000;
  std::vector<double> weights(kTerms);
  for (std::size_t j = 0; j < kTerms; ++j) {
    weights[j] = j == 0 ? 1 : (j <= ma.size() ? ma[j - 1] : 0);
    for (std::size_t i = 0; i < std::min(j, ar.size()); ++i) weights[j] += ar[i] * weights[j - 1 - i];
  }
  Eigen::MatrixXd covariance(size, size);
  for (Eigen::Index row = 0; row < size; ++row) {
    for (Eigen::Index column = 0; column < size; ++column) {
      const auto lag = static_cast<std::size_t>(std::abs(row - column));
      double sum = 0;
      for (std::size_t j = 0; j + lag < kTerms; ++j) sum += weights[j] * weights[j + lag];
      covariance(row, column) = sum;
    }
  }
  return covariance;
}

// The greatest likelihood over mean and variance of the values that are known, by the normal density alone.
double NaiveLogLikelihood(const std::vector<double>& values, const Eigen::MatrixXd& covariance, bool has_mean) {
  std::vector<Eigen::Index> known;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!IsMissing(values[i])) known.push_back(static_cast<Eigen::Index>(i));
  }
  const auto size = static_cast<Eigen::Index>(known.size());
  Eigen::MatrixXd of_known(size, size);
  Eigen::VectorXd observed(size);
  for (Eigen::Index i = 0; i < size; ++i) {
    observed(i) = values[static_cast<std::size_t>(known[static_cast<std::size_t>(i)])];
    for (Eigen::Index j = 0; j < size; ++j) {
      of_known(i, j) = covariance(known[static_cast<std::size_t>(i)], known[static_cast<std::size_t>(j)]);
    }
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(of_known);
  if (has_mean) {
    const Eigen::VectorXd one = Eigen::VectorXd::Ones(size);
    const Eigen::VectorXd weighted = factor.solve(one);
    observed.array() -= weighted.dot(observed) / weighted.dot(one);
  }
  const double variance = observed.dot(factor.solve(observed)) / static_cast<double>(size);
  const double determinant = 2 * Eigen::MatrixXd(factor.matrixL()).diagonal().array().log().sum();
  return -.5 * (static_cast<double>(size) * (std::log(2 * std::numbers::pi * variance) + 1) + determinant);
}

TEST(ArimaTest, LikelihoodIsThatOfTheNormalDensity) {
  RandomStream random(1, "arima");
  for (int trial = 0; trial < 60; ++trial) {
    const ArimaOrder order{.ar = static_cast<int>(random.Integer(0, 3)),
                           .ma = static_cast<int>(random.Integer(0, 3)),
                           .seasonal_ar = static_cast<int>(random.Integer(0, 1)),
                           .seasonal_ma = static_cast<int>(random.Integer(0, 1)),
                           .season = 4,
                           .has_constant = random.Chance(.5)};
    std::vector<double> values(40);
    for (double& value : values) value = random.Chance(trial % 2 == 0 ? 0 : .2) ? kMissing : random.Normal(5, 2);
    std::optional<ArimaSystem> system = ArimaSystem::Make(values, order);
    ASSERT_TRUE(system);
    std::vector<double> free(system->Free());
    for (double& value : free) value = random.Uniform(-1.2, 1.2);
    const ArimaCoefficients coefficients = system->CoefficientsOf(free);
    ASSERT_TRUE(system->Evaluate(coefficients, true));
    std::vector<double> ar;
    std::vector<double> ma;
    MultiplyLags(coefficients.ar, coefficients.seasonal_ar, 4, -1, ar);
    MultiplyLags(coefficients.ma, coefficients.seasonal_ma, 4, 1, ma);
    EXPECT_NEAR(system->LogLikelihood(), NaiveLogLikelihood(values, NaiveCovariance(ar, ma, 40), order.has_constant),
                1e-7)
        << NameOf(order) << " in trial " << trial;
  }
}

// Forecasts and deviations as the conditional normal distribution has them.
TEST(ArimaTest, ForecastsAreThoseOfTheNormalDensity) {
  RandomStream random(2, "arima");
  for (int trial = 0; trial < 20; ++trial) {
    ArimaModel model;
    model.order = {.ar = 2, .ma = 1, .seasonal_ar = 1, .season = 4, .has_constant = true};
    model.ar = {random.Uniform(-.4, .4), random.Uniform(-.4, .4)};
    model.ma = {random.Uniform(-.9, .9)};
    model.seasonal_ar = {random.Uniform(-.8, .8)};
    model.mean_or_drift = 3;
    model.sigma2_unbiased = 2.5;
    for (int i = 0; i < 20; ++i) model.values.push_back(random.Chance(.2) ? kMissing : random.Normal(3, 2));
    model.values[10] = 4;
    std::vector<double> ar;
    MultiplyLags(model.ar, model.seasonal_ar, 4, -1, ar);
    const Eigen::MatrixXd covariance = NaiveCovariance(ar, model.ma, 26);
    std::vector<Eigen::Index> known;
    for (std::size_t i = 0; i < 20; ++i) {
      if (!IsMissing(model.values[i])) known.push_back(static_cast<Eigen::Index>(i));
    }
    const std::vector<Eigen::Index> ahead{20, 21, 22, 23, 24, 25};
    Eigen::VectorXd observed(static_cast<Eigen::Index>(known.size()));
    for (Eigen::Index i = 0; i < observed.size(); ++i) {
      observed(i) = model.values[static_cast<std::size_t>(known[static_cast<std::size_t>(i)])] - 3;
    }
    const Eigen::MatrixXd between = covariance(ahead, known);
    const Eigen::LLT<Eigen::MatrixXd> factor(Eigen::MatrixXd(covariance(known, known)));
    const Eigen::VectorXd mean = between * factor.solve(observed);
    const Eigen::MatrixXd left = covariance(ahead, ahead) - between * factor.solve(between.transpose());
    const Outlook outlook = Predict(model, 6);
    ASSERT_EQ(outlook.mean.size(), 6U);
    for (std::size_t step = 0; step < 6; ++step) {
      const auto at = static_cast<Eigen::Index>(step);
      EXPECT_NEAR(outlook.mean[step], 3 + mean(at), 1e-9);
      EXPECT_NEAR(outlook.deviation[step], std::sqrt(2.5 * left(at, at)), 1e-9);
    }
  }
}

TEST(ArimaTest, RootsAndPartialAutocorrelationsAreTheTransformBackwards) {
  RandomStream random(3, "arima");
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> free(5);
    for (double& value : free) value = random.Uniform(-2, 2);
    std::vector<double> coefficients(5);
    StationaryCoefficients(free, coefficients);
    EXPECT_TRUE(RootsLieBeyond(coefficients, 1));
    std::vector<double> scratch(5);
    ASSERT_TRUE(PartialAutocorrelations(coefficients, scratch));
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(coefficients[i], std::tanh(free[i]), 1e-6);
  }
  EXPECT_TRUE(RootsLieBeyond(std::array{.5}, 1.99));
  EXPECT_FALSE(RootsLieBeyond(std::array{.5}, 2.01));
  EXPECT_FALSE(RootsLieBeyond(std::array{1.2, -.36}, 1.67));
}

TEST(ArimaTest, PlantedCoefficientsAreFound) {
  RandomStream random(4, "arima");
  std::vector<double> values;
  double before = 0;
  double error_before = 0;
  for (int i = 0; i < 3000; ++i) {
    const double error = random.Normal(0, 2);
    before = .7 * before + error + .4 * error_before;
    error_before = error;
    values.push_back(50 + before);
  }
  const auto model = FitArima(values, {.ar = 1, .ma = 1, .has_constant = true});
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->ar[0], .7, .05);
  EXPECT_NEAR(model->ma[0], .4, .05);
  EXPECT_NEAR(model->mean_or_drift, 50, .6);
  EXPECT_NEAR(model->sigma2, 4, .3);
}

TEST(ArimaTest, UnitsAndPlaceDoNotMatter) {
  const auto model = FitArima(kNile, {.ar = 1, .ma = 1, .has_constant = true});
  ASSERT_TRUE(model);
  for (const double scale : {1e-120, 1e120}) {
    std::vector<double> values(kNile.begin(), kNile.end());
    for (double& value : values) value *= scale;
    const auto scaled = FitArima(values, model->order);
    ASSERT_TRUE(scaled);
    EXPECT_NEAR(scaled->ar[0], model->ar[0], 1e-4);
    EXPECT_NEAR(scaled->mean_or_drift / scale, model->mean_or_drift, .01);
    EXPECT_NEAR(scaled->log_likelihood + 100 * std::log(scale), model->log_likelihood, 1e-4);
  }
}

TEST(ArimaTest, ALineGoesOnAsALine) {
  std::vector<double> values;
  values.reserve(30);
  for (int i = 0; i < 30; ++i) values.push_back(5 + 2.0 * i);
  const auto model = AutoArima(values, 1);
  ASSERT_TRUE(model);
  const Outlook outlook = Predict(*model, 3);
  EXPECT_NEAR(outlook.mean[2], 69, 1e-6);
  EXPECT_NEAR(outlook.deviation[2], 0, 1e-6);
}

TEST(ArimaTest, OddSeriesGiveAModelOrNothingButNeverNonsense) {
  const double huge = 1e149;
  std::vector<std::vector<double>> all{{},
                                       {4},
                                       {4, 4},
                                       {4, 5},
                                       {1, 2, 4},
                                       {1, 2, 4, 8},
                                       {3, 1, 4, 1, 5},
                                       {0, 0, 0, 0, 0, 0, 0},
                                       std::vector<double>(60, 7.5),
                                       {kMissing, kMissing, kMissing},
                                       {kMissing, 2, kMissing, 3, kMissing, 5, 4, kMissing},
                                       {huge, -huge, huge, -huge, huge, -huge, huge, huge},
                                       {1e-149, 2e-149, 1e-149, 3e-149, 1e-149}};
  std::vector<double> spike(50, 0.0);
  spike[20] = 1e9;
  all.push_back(spike);
  std::vector<double> steps(48, 1.0);
  for (std::size_t i = 24; i < 48; ++i) steps[i] = 2;
  all.push_back(steps);
  std::vector<double> cycle;
  cycle.reserve(48);
  for (int i = 0; i < 48; ++i) cycle.push_back(i % 12);
  all.push_back(cycle);
  for (std::size_t at = 0; at < all.size(); ++at) {
    for (const int season : {1, 2, 12}) {
      SCOPED_TRACE("series " + std::to_string(at) + " season " + std::to_string(season));
      const auto model = AutoArima(all[at], season);
      const auto known = std::count_if(all[at].begin(), all[at].end(), [](double value) { return !IsMissing(value); });
      EXPECT_EQ(model.has_value(), known >= 2);
      if (!model) continue;
      EXPECT_TRUE(std::isfinite(model->log_likelihood));
      EXPECT_FALSE(std::isnan(model->aicc));
      const Outlook outlook = Predict(*model, 15);
      ASSERT_EQ(outlook.mean.size(), 15U);
      for (std::size_t step = 0; step < 15; ++step) {
        EXPECT_TRUE(std::isfinite(outlook.mean[step]));
        EXPECT_TRUE(std::isfinite(outlook.deviation[step]));
      }
    }
  }
}

TEST(ArimaTest, WhatCannotBeFittedIsRefused) {
  EXPECT_FALSE(FitArima(kNile, {.ar = -1}));
  EXPECT_FALSE(FitArima(kNile, {.ar = 12, .ma = 12}));
  EXPECT_FALSE(FitArima(kNile, {.seasonal_ar = 1, .season = 1}));
  EXPECT_FALSE(FitArima(kNile, {.differences = 2, .has_constant = true}));
  EXPECT_FALSE(FitArima(kNile, {.seasonal_differences = 1, .season = 100}));
  EXPECT_FALSE(FitArima(std::array{1.0, 2.0, std::numeric_limits<double>::infinity(), 4.0}, {}));
  EXPECT_FALSE(FitArima(std::array{1e200, 2.0, 3.0}, {}));
  EXPECT_TRUE(Predict({}, 3).mean.empty());
}

TEST(ArimaTest, LongSeasonsAreSearchedToo) {
  RandomStream random(5, "arima");
  std::vector<double> values;
  values.reserve(260);
  for (int i = 0; i < 52 * 5; ++i) {
    values.push_back(100 + 40 * std::sin(2 * std::numbers::pi * i / 52) + random.Normal(0, 3));
  }
  const auto model = AutoArima(values, 52);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->order.seasonal_differences, 1);
  const Outlook outlook = Predict(*model, 52);
  for (std::size_t step = 0; step < 52; ++step) {
    EXPECT_NEAR(outlook.mean[step], 100 + 40 * std::sin(2 * std::numbers::pi * static_cast<double>(step) / 52), 12);
  }
}

}  // namespace
}  // namespace weir::forecast
