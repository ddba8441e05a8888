// What every method of forecasting a series takes and gives.
//
// A series is values at equal steps of time, the oldest first; NaN is a missing value, no other value is not finite.
// `season` is the number of steps after which a pattern comes again (12 for months of a year), 1 where there is none.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace weir::forecast {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

using Values = std::span<const double>;

inline bool IsMissing(double value) { return std::isnan(value); }

// What a method says of the steps after the last value.
struct Outlook {
  std::vector<double> mean;       // one a step: the point forecast
  std::vector<double> deviation;  // one a step: the standard deviation by the model itself; empty where it has none
};

}  // namespace weir::forecast
