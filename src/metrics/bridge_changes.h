// Why a row that both sides count adds another amount. Internal to metrics/.
#pragma once

#include <string>
#include <vector>

#include "metrics/bridge_parts.h"

namespace weir::metrics {

struct Change {
  std::string key = {};
  analysis::Text title = {};
  Int128 amount = 0;
};

// The columns of the measure change one after the other, in the order in which it names them; of a converted amount
// first the amount, then the rate. What they add up to is the whole change, in units of `scale`.
std::vector<Change> ChangesOf(const Comparison& comparison, const Fact& start, const Fact& end, std::uint8_t scale);

// In units of `scale`; what a side does not know adds nothing.
Int128 UnitsAt(const Metric& metric, const Fact& fact, std::uint8_t scale);

}  // namespace weir::metrics
