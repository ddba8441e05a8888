// Opening a store for reading only. Internal to workspace/.
#pragma once

#include <optional>

#include "base/result.h"
#include "store/database.h"
#include "workspace/definitions.h"
#include "workspace/snapshots.h"
#include "workspace/workspace.h"

namespace weir::workspace {

// Who may not write, or must not now, reads the model that stands by the definitions on record and is told. `set` is
// that of the folders.
Result<ReadBy> PrepareToRead(const OpenOptions& options, const DefinitionSet& set,
                             std::optional<store::Database>& database);

}  // namespace weir::workspace
