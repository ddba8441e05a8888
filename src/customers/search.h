// Finds records by any word by which people call them. Internal to customers/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::customers {

std::vector<analysis::Analysis> Searches();

}  // namespace weir::customers
