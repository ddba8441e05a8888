// A model whose pages are there when it is: what people asked of the one before takes long again over new data, and is
// asked within the transaction that makes the new one, while everybody still reads the one before. Nobody waits for it
// but the import.
#pragma once

#include <cstdint>
#include <stop_token>

#include "analysis/context.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/snapshots.h"

namespace weir::workspace {

struct WhoAsks {
  engine::Engine& engine;
  const analysis::Principal& principal;  // whoever imports
  // From so many observations on Pulse is asked for them, and the ledger of leaks with it, though nobody asked before:
  // both take seconds then.
  std::int64_t least_observations = 0;
};

// Fails where the transaction cannot be gone on with. `read_by`: what the model is built by.
Status AskBeforeCommit(store::Connection& connection, const WhoAsks& who, ReadBy read_by,
                       const analysis::Progress& progress, std::stop_token stop);

}  // namespace weir::workspace
