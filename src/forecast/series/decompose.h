// A series as trend, season and remainder, by local regression: STL after Cleveland, Cleveland, McRae, Terpenning 1990.
#pragma once

#include <optional>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

struct StlOptions {
  int seasonal_window = 11;  // values of one phase that a season is smoothed over; odd
  bool is_periodic = false;  // the season is the same in all cycles; the window is then not used
  int inner_passes = 2;
};

struct Decomposition {
  std::vector<double> trend;
  std::vector<double> season;
  std::vector<double> remainder;
};

// Smooths of degree 0 for the season and 1 for the trend, evaluated at every tenth of their window and on a line
// between. Nothing where a value is missing, the season is below 2 or no two cycles are there. O(values * windows /
// 10).
std::optional<Decomposition> DecomposeStl(Values values, int season, const StlOptions& options = {});

}  // namespace weir::forecast
