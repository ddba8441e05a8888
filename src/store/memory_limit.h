// How much memory a store may take, as it was told or chose itself.
#pragma once

#include "store/database.h"

namespace weir::store {

// In bytes, to one place after the point of the unit in which the store says it.
Result<double> MemoryLimit(Connection& connection);

}  // namespace weir::store
