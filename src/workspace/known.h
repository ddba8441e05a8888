// The past as it was known: the store as of a data version, in a file of its own under known/, with the model built
// from it. A pure copy of what was committed by then, so that the same question gives the same bytes for ever.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/database.h"
#include "workspace/definitions.h"

namespace weir::workspace {

// Copies observations, imports, settings and decisions up to `version` into a new store at `path` (empty: in memory)
// and builds its model by the definitions of that version. Cost O(observations up to the version).
Result<store::Database> BuildKnown(store::Connection& from, std::int64_t version, const std::filesystem::path& path,
                                   const Definitions& definitions, const store::OpenOptions& options,
                                   std::stop_token stop);

}  // namespace weir::workspace
