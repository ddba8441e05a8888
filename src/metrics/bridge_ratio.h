// Bridges of ratios, exact as fractions. Internal to metrics/.
#pragma once

#include <vector>

#include "metrics/bridge.h"

namespace weir::metrics {

// The effects of the parts of the numerator and of the denominator, each at the mean of both sides of the other:
// (n2/d2 - n1/d1) = (n2 - n1) (1/d1 + 1/d2) / 2 - (d2 - d1) (n1 + n2) / (2 d1 d2). Rounded to `digits`.
// With a dimension: of each of its values how its share of the denominator changed (mix) and how its own ratio did.
Result<std::vector<BridgePart>> RatioParts(const Comparison& comparison, int digits);

}  // namespace weir::metrics
