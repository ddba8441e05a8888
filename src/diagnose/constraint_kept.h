// Recurring revenue that is not kept, as a constraint. Internal to diagnose/.
#pragma once

#include <cstdint>
#include <vector>

#include "diagnose/constraint.h"

namespace weir::diagnose {

Constraint MeasureKept(std::vector<KeptCell> cells, std::uint64_t seed);

}  // namespace weir::diagnose
