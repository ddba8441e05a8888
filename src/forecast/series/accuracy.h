// How far forecasts are from what came. The definitions are those of the M4 competition (Makridakis, Spiliotis,
// Assimakopoulos 2020), of Gneiting and Raftery (2007) for what is said with its uncertainty.
//
// `actual` and what was said of it have one value a step; a step whose value is missing is left out.
#pragma once

#include <span>

#include "forecast/series/series.h"

namespace weir::forecast {

// The mean of 200 |said - actual| / (|said| + |actual|), in per cent; where both are 0 the step counts as 0.
double SymmetricPercentageError(Values actual, Values said);

// The mean of |value - the one `season` steps before| of a series: what MASE is measured in. NaN where the series has
// no two such values; 0 where it only repeats itself.
double SeasonalScale(Values series, int season);

// The mean absolute error over `scale`; NaN where that is 0 or missing.
double ScaledError(Values actual, Values said, double scale);

// The sum of absolute errors over the sum of absolute values; NaN where that is 0.
double WeightedPercentageError(Values actual, Values said);

// The mean of the pinball loss of a quantile, 0 < level < 1.
double PinballLoss(Values actual, Values said, double level);

// The mean scaled interval score of a central interval that misses with a probability of `miss` (0.05 for 95 %).
double ScaledIntervalScore(Values actual, Values low, Values high, double miss, double scale);

// The share of values within their interval, bounds included; NaN where there are none.
double Coverage(Values actual, Values low, Values high);

// The continuous ranked probability score of a normal distribution, of a sample (O(n log n)), and of a distribution on
// points that rise, whose probabilities add up to 1.
double NormalCrps(double mean, double deviation, double actual);
double SampleCrps(std::span<const double> draws, double actual);
double DiscreteCrps(std::span<const double> points, std::span<const double> probability, double actual);

}  // namespace weir::forecast
