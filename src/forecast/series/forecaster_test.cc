#include "forecast/series/forecaster.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/accuracy.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<double> Walk(std::uint64_t seed, int values) {
  RandomStream random(seed, "walk");
  std::vector<double> walk;
  double level = 100;
  for (int t = 0; t < values; ++t) {
    level += random.Normal(0, 3);
    walk.push_back(level + random.Normal(0, 5));
  }
  return walk;
}

// Quick methods suffice for what is done around them.
SeriesOptions Options(int horizon) {
  SeriesOptions options;
  options.horizon = horizon;
  options.method = Method::kDynamicTheta;
  return options;
}

TEST(ForecasterTest, IntervalsOfManySeriesCoverWhatTheySay) {
  constexpr int kHorizon = 8;
  std::vector<std::vector<double>> known;
  std::vector<std::vector<double>> future;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::vector<double> walk = Walk(seed, 40 + kHorizon);
    future.emplace_back(walk.end() - kHorizon, walk.end());
    walk.resize(40);
    known.push_back(walk);
  }
  const auto forecasts = ForecastSeries(known, Options(kHorizon), Executor(2));
  double inner = 0;
  double outer = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    EXPECT_EQ(forecasts[i].source, IntervalSource::kFile);
    inner += Coverage(future[i], forecasts[i].intervals[0].low, forecasts[i].intervals[0].high) / 300;
    outer += Coverage(future[i], forecasts[i].intervals[1].low, forecasts[i].intervals[1].high) / 300;
  }
  EXPECT_NEAR(inner, .8, .04);
  EXPECT_NEAR(outer, .95, .025);
}

TEST(ForecasterTest, IntervalsNestAndHoldTheMean) {
  std::vector<std::vector<double>> series{{kAirPassengers.begin(), kAirPassengers.end()}, {kNile.begin(), kNile.end()}};
  SeriesOptions options = Options(12);
  options.candidates = {12};
  options.levels = {.5, .8, .95};
  const auto forecasts = ForecastSeries(series, options, Executor(1));
  EXPECT_THAT(forecasts[0].seasons, ElementsAre(12));
  EXPECT_THAT(forecasts[1].seasons, IsEmpty());
  for (const SeriesForecast& forecast : forecasts) {
    EXPECT_EQ(forecast.source, IntervalSource::kOwn);
    for (std::size_t h = 0; h < 12; ++h) {
      double low = forecast.mean[h];
      double high = forecast.mean[h];
      for (const Interval& interval : forecast.intervals) {
        EXPECT_LE(interval.low[h], low);
        EXPECT_GE(interval.high[h], high);
        low = interval.low[h];
        high = interval.high[h];
      }
    }
  }
}

TEST(ForecasterTest, TheSameForAnyNumberOfThreadsAndAnyOrder) {
  std::vector<std::vector<double>> series;
  series.reserve(20);
  for (std::uint64_t seed = 0; seed < 20; ++seed) series.push_back(Walk(seed, 30 + static_cast<int>(seed)));
  const auto one = ForecastSeries(series, Options(6), Executor(1));
  const auto three = ForecastSeries(series, Options(6), Executor(3));
  std::vector<std::vector<double>> backwards(series.rbegin(), series.rend());
  const auto turned = ForecastSeries(backwards, Options(6), Executor(2));
  for (std::size_t i = 0; i < series.size(); ++i) {
    EXPECT_EQ(one[i].mean, three[i].mean);
    EXPECT_EQ(one[i].intervals[1].low, three[i].intervals[1].low);
    EXPECT_EQ(one[i].mean, turned[series.size() - 1 - i].mean);
    EXPECT_EQ(one[i].intervals[1].high, turned[series.size() - 1 - i].intervals[1].high);
  }
}

TEST(ForecasterTest, WhatWasNeverBelowNoughtIsNotForetoldBelowIt) {
  const std::vector<std::vector<double>> series{{90, 75, 61, 44, 33, 18, 6, 1}, {9, 7, 5, 3, 1, -1, -3, -5}};
  const auto forecasts = ForecastSeries(series, Options(6), Executor(1));
  for (std::size_t h = 0; h < 6; ++h) {
    EXPECT_GE(forecasts[0].mean[h], 0);
    EXPECT_GE(forecasts[0].intervals[1].low[h], 0);
  }
  EXPECT_LT(forecasts[1].mean[5], -5);
}

TEST(ForecasterTest, ShortAndEmptySeriesHaveWideIntervalsOrNone) {
  const std::vector<std::vector<double>> series{{}, {kMissing, kMissing}, {5}, {5, 9}, {1, 2, 3, 4, 5, 6, 7}};
  const auto forecasts = ForecastSeries(series, Options(3), Executor(1));
  ASSERT_THAT(forecasts, SizeIs(5));
  EXPECT_THAT(forecasts[0].mean, IsEmpty());
  EXPECT_THAT(forecasts[1].mean, IsEmpty());
  for (std::size_t i = 2; i < 5; ++i) {
    ASSERT_THAT(forecasts[i].mean, SizeIs(3));
    EXPECT_EQ(forecasts[i].source, IntervalSource::kModel);
    for (std::size_t h = 0; h < 3; ++h) {
      EXPECT_TRUE(std::isfinite(forecasts[i].intervals[1].low[h]));
      EXPECT_LE(forecasts[i].intervals[1].low[h], forecasts[i].mean[h]);
      EXPECT_GE(forecasts[i].intervals[1].high[h], forecasts[i].mean[h]);
    }
  }
  EXPECT_GT(forecasts[3].intervals[1].high[2] - forecasts[3].intervals[1].low[2], 1);
}

TEST(ForecasterTest, WithoutLevelsThereAreNoIntervals) {
  SeriesOptions options = Options(3);
  options.levels.clear();
  const std::vector<std::vector<double>> series{Walk(1, 40)};
  const auto forecasts = ForecastSeries(series, options, Executor(1));
  EXPECT_THAT(forecasts[0].mean, SizeIs(3));
  EXPECT_THAT(forecasts[0].intervals, IsEmpty());
}

}  // namespace
}  // namespace weir::forecast
