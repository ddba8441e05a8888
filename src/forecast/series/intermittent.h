// Series that are nought most of the time: sizes of what comes, and how long it takes to come.
//   Croston 1972            smoothed size over smoothed interval, after each arrival
//   SBA                     the same less its bias: times 1 - alpha / 2 (Syntetos, Boylan 2005)
//   TSB                     smoothed size times smoothed chance of an arrival, each step: it forgets what has ended
//                           (Teunter, Syntetos, Babai 2011)
//   ADIDA                   sums over as many steps as an interval takes, smoothed, shared out again
//                           (Nikolopoulos et al. 2011)
//   IMAPA                   the mean of that over all lengths up to the interval (Petropoulos, Kourentzes 2015)
// All are level: every step ahead is foretold alike. Smoothing is fitted by least squares where not said otherwise.
// Values are not below 0 and none is missing. O(values), times some twenty for each parameter that is fitted.
#pragma once

#include <optional>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

enum class IntermittentMethod { kCroston, kSyntetosBoylan, kTeunterSyntetosBabai, kAdida, kImapa };

struct IntermittentModel {
  IntermittentMethod method = IntermittentMethod::kCroston;
  double rate = 0;      // what is foretold of each step
  double interval = 0;  // steps from arrival to arrival, on average
  double sigma2 = 0;    // of the error one step ahead
  std::vector<double> fitted;
};

// The mean number of steps from one value above 0 to the next, counting from before the first: 1 where none is nought.
// Infinite where all are.
double MeanInterval(Values values);

// From this interval on a series is intermittent (Syntetos, Boylan, Croston 2005).
inline constexpr double kIntermittentFrom = 1.32;

// Nothing for an empty series and where a value is missing or below 0. A series of noughts stays at nought.
std::optional<IntermittentModel> FitIntermittent(Values values, IntermittentMethod method);

Outlook Predict(const IntermittentModel& model, int horizon);

}  // namespace weir::forecast
