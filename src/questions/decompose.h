// A change of a product, told apart by its factors. Internal to questions/.
#pragma once

#include <optional>
#include <vector>

#include "base/decimal.h"

namespace weir::questions {

// One factor on both sides; none where it is not defined, as a share of nothing.
struct Factor {
  std::optional<double> before = {};
  std::optional<double> now = {};
};

// What each factor adds to the change of the product: the mean over all orders in which the factors may change one
// after the other, so that none is favoured by its place. A factor that is not defined on one side has not changed; one
// that is defined on neither adds nothing. The effects are whole multiples of `step` but for what is left over, which
// the largest bears: they add up to `change` exactly.
std::vector<Int128> EffectsOf(const std::vector<Factor>& factors, Int128 change, Int128 step);

// Shares of a whole that add up to it: the same for numbers worked out elsewhere.
std::vector<Int128> RoundedTo(const std::vector<long double>& parts, Int128 sum, Int128 step);

}  // namespace weir::questions
