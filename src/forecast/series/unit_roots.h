// How often a series must be differenced before it is stationary.
#pragma once

#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

// The statistic of Kwiatkowski, Phillips, Schmidt and Shin 1992 for stationarity around a level: great where there is
// a unit root. Bartlett weights over `lags`; below 0 they are trunc(3 sqrt(n) / 13). Missing values are left out; 0
// where fewer than three or all the same are known. O(values * lags).
double KpssStatistic(Values values, int lags = -1);

// The value that a stationary series exceeds with a probability of 5 % (there, table 1).
inline constexpr double kKpssCritical = .463;

// max(0, 1 - var(remainder) / var(season + remainder)) by STL: 0 where there is no season, 1 where all is season (Wang,
// Smith, Hyndman 2006). Gaps are filled; 0 for less than two cycles and one value.
double SeasonalStrength(Values values, int season);

// From this strength on a series is differenced over its season.
inline constexpr double kStrongSeason = .64;

struct DifferencesNeeded {
  int differences = 0;
  int seasonal_differences = 0;
};

// At most one over the season, at most two in all but never more than the values bear.
DifferencesNeeded FindDifferences(Values values, int season);

// Gaps on a line between the nearest values of the same phase, else between the nearest ones; from the first to the
// last known value.
std::vector<double> InterpolatePhases(Values values, int season);

}  // namespace weir::forecast
