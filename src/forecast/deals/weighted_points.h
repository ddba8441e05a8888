// Distributions as points with weights: mixed with one of more support, and told by a few points.
#pragma once

#include <span>
#include <vector>

#include "forecast/deals/revenue_distribution.h"

namespace weir::forecast {

struct WeightedPoint {
  double value = 0;
  double weight = 1;  // above 0
};

// `own` with its own weights, and `common` with a weight of `weight` in all. Just `own` where `common` is empty.
std::vector<WeightedPoint> Mixed(std::span<const WeightedPoint> own, std::span<const WeightedPoint> common,
                                 double weight);

// The distribution in `parts` parts of equal probability, each told by its mean, rising; equal ones are one point. The
// mean is kept exactly. `points` are not empty. O(n log n).
std::vector<PossibleAmount> FewPoints(std::span<const WeightedPoint> points, int parts = 5);

}  // namespace weir::forecast
