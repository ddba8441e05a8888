// Simple exponential smoothing, fitted by least squares: the level of a series, without trend or season. For each
// smoothing parameter the best first level follows in closed form, so that what is searched is one number.
// O(values) an evaluation, some forty of them.
#pragma once

#include <functional>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

struct Smoothing {
  double alpha = 0;
  double first_level = 0;
  double level = 0;    // after the last value: what is foretold of all steps to come
  double squares = 0;  // of the errors one step ahead
  std::vector<double> fitted;
};

// No value is missing. Of an empty series all is 0.
Smoothing FitSmoothing(Values values, double least_alpha = 1e-4, double most_alpha = .9999);

// NaN of no values, and where one is missing.
double Mean(Values values);

// Where `loss`, which may have several valleys, is least between two bounds: a grid, denser at the lower bound, then a
// golden section beside its best point, to 1e-6.
double LeastBetween(double low, double high, const std::function<double(double)>& loss);

}  // namespace weir::forecast
