// All series of a file at once: which seasons they have, what comes next, and how far from it the truth may lie.
// docs/methods/series-forecast.md says what is done and why.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/executor.h"
#include "forecast/series/methods.h"

namespace weir::forecast {

struct SeriesOptions {
  int horizon = 1;
  Method method = Method::kCombination;
  std::optional<int> season;            // of all series; none: found, among `candidates`
  std::vector<int> candidates;          // seasons that may be there (TimeAxis::Seasons)
  std::vector<double> levels{.8, .95};  // of intervals, each above 0 and below 1; none: without
};

struct Interval {
  std::vector<double> low;  // one a step
  std::vector<double> high;
};

// How the interval of a series was learnt.
enum class IntervalSource {
  kModel,  // from the model alone: too few forecasts with a known truth
  kOwn,    // from earlier forecasts of the series itself
  kFile,   // from those of all series of its season in the file
};

struct SeriesForecast {
  Seasons seasons;
  std::string model;
  std::vector<double> mean;         // empty where the series has no value
  std::vector<Interval> intervals;  // one a level
  IntervalSource source = IntervalSource::kModel;
};

// One forecast a series, in their order. Where no value is below 0, nothing that is foretold is. The same for any
// number of threads. Each series is fitted once more for each of its earlier forecasts: one in a file of many, up to
// twenty where it stands alone. Stops early, with what is done by then left out, when asked to.
std::vector<SeriesForecast> ForecastSeries(std::span<const std::vector<double>> series, const SeriesOptions& options,
                                           const Executor& executor, std::stop_token stop = {});

}  // namespace weir::forecast
