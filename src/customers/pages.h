// The pages of an account, a person and a deal. Internal to customers/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::customers {

std::vector<analysis::Analysis> RecordPages();

}  // namespace weir::customers
