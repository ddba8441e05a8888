// The day-grain marts of a workspace (metrics/mart.h): made beside the model, when nobody waits for it.
#pragma once

#include <stop_token>

#include "base/result.h"
#include "store/database.h"
#include "workspace/definitions.h"

namespace weir::workspace {

// Brings the marts to the model that stands, in a transaction of their own. False where the model itself is behind:
// then there is nothing yet to make them of.
Result<bool> KeepMarts(const store::Database& database, const Definitions& definitions, std::stop_token stop);

}  // namespace weir::workspace
