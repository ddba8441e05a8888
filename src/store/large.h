// A store that will be large, packed as such from its first row on.
#pragma once

#include "store/database.h"

namespace weir::store {

// Before anything is written to it.
void PackAsLarge(Connection& connection);

}  // namespace weir::store
