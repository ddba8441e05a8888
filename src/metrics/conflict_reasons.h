// Why cells of a sheet differ. Internal to metrics/.
#pragma once

#include "metrics/conflict.h"

namespace weir::metrics {

// The explanation that serves most cells, then the simplest of each; kMostExplained cells are looked into.
Status ExplainCells(const ConflictAsked& whole, Conflict& conflict, analysis::Context& context);

}  // namespace weir::metrics
