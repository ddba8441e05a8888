// The value of one season ago: what every method has to beat.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "forecast/series/series.h"

namespace weir::forecast {

// Season 1: the last value. No value is missing, and there is one at least; of fewer than a season the last one counts.
// The deviation grows with the seasons ahead, by the errors in sample. O(values).
inline Outlook SeasonalNaive(Values values, int season, int horizon) {
  const std::size_t lag = values.size() > static_cast<std::size_t>(season) ? static_cast<std::size_t>(season) : 1;
  double squares = 0;
  for (std::size_t t = lag; t < values.size(); ++t)
    squares += (values[t] - values[t - lag]) * (values[t] - values[t - lag]);
  const double deviation = values.size() > lag ? std::sqrt(squares / static_cast<double>(values.size() - lag)) : 0;
  Outlook outlook;
  for (std::size_t h = 0; h < static_cast<std::size_t>(std::max(horizon, 0)); ++h) {
    outlook.mean.push_back(values[values.size() - std::min(lag, values.size()) + h % lag]);
    outlook.deviation.push_back(deviation * std::sqrt(1 + static_cast<double>(h / lag)));
  }
  return outlook;
}

}  // namespace weir::forecast
