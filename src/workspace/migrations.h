// Brings a workspace file to this program's version. Statements are only ever appended; each runs once.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/database.h"

namespace weir::workspace {

// Runs what is missing in one transaction. A file of a newer program is refused with the mend.
Status Migrate(store::Connection& connection);

// False for a file of an older program, which has to be migrated before it is read; one of a newer program is refused.
Result<bool> HasAllSteps(store::Connection& connection);

}  // namespace weir::workspace
