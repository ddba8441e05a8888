// The Theta method (Assimakopoulos, Nikolopoulos 2000), which won the M3 competition, and its dynamic optimised form
// (Fiorucci, Pellegrini, Louzada, Petropoulos, Koehler 2016).
//
// Both are a simple exponential smoothing and a line. The classical one is smoothing with half of the slope of the
// regression on time as its drift (Hyndman, Billah 2003). The dynamic one fits the line anew at each step from the
// values so far, and how much the line counts is fitted too.
//
// Given the smoothing parameter, the error is linear in the first level and in the weight of the line: both follow in
// closed form, and what is left is a search over one number. O(values) an evaluation, some forty of them.
#pragma once

#include <optional>
#include <vector>

#include "forecast/series/season.h"
#include "forecast/series/series.h"

namespace weir::forecast {

enum class ThetaForm {
  kClassical,         // theta 2, the line of all values
  kDynamicOptimised,  // theta fitted, at least 1; the line of the values so far
};

struct ThetaModel {
  ThetaForm form = ThetaForm::kClassical;
  double alpha = 0;        // smoothing, of values without their pattern
  double first_level = 0;  // the level before the first value
  double theta = 2;        // infinite: the line alone counts in full
  double drift = 0;        // of the classical form: a step
  SeasonalPattern pattern;
  double level = 0;  // after the last value
  double sigma2 = 0;
  // The line of the values so far, for the dynamic form: intercept, slope, mean and number of values.
  double line_intercept = 0;
  double line_slope = 0;
  double mean = 0;
  std::size_t count = 0;
  std::vector<double> fitted;  // one step ahead, with the pattern
};

// Season 1 means none: the caller has tested for it (season.h). Gaps are filled before (FillGaps). Nothing where there
// are no two values, or where one is missing. The dynamic form says nothing of the first value, before which there is
// no line: its error does not count.
std::optional<ThetaModel> FitTheta(Values values, int season, ThetaForm form);

Outlook Predict(const ThetaModel& model, int horizon);

}  // namespace weir::forecast
