// Where the search for the first states of exponential smoothing starts. For `ets_fit.cc` alone.
#pragma once

#include <vector>

#include "forecast/series/ets.h"

namespace weir::forecast::ets {

// The season by position (sums to 0, or with a mean of 1): means of what lies over the centred moving average of a
// season's length, as in classical decomposition. Positions with nothing to judge by are neutral.
std::vector<double> SeasonOfStart(Values values, EtsPart part, int season);

// A straight line through the first values without their season: 10 of them, or two seasons if that is more.
struct StartLine {
  double level = 0;  // one step before the first value
  double slope = 0;
  double mean = 0;
};
StartLine LineOfStart(Values values, EtsPart part, Values season);

}  // namespace weir::forecast::ets
