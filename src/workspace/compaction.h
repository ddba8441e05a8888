// The store of a workspace written anew: without the room that removed rows left, and packed as large stores are from
// its first row on.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "workspace/workspace.h"

namespace weir::workspace {

struct Compacted {
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;
};

// Takes the lock of the workspace, so that no server may have it. The new file lies beside the old one until it is
// whole, and then takes its place at once: whatever stops this leaves the old one as it was. Needs as much free disk as
// the new file takes.
Result<Compacted> Compact(const OpenOptions& options);

}  // namespace weir::workspace
