// The page of a lead: what its source says of it, field by field, and what became of it. Internal to customers/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::customers {

std::vector<analysis::Analysis> LeadPage();

}  // namespace weir::customers
