// Lists of accounts, people and deals with the facts that people sort and filter by. Internal to customers/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::customers {

std::vector<analysis::Analysis> Lists();

}  // namespace weir::customers
