// What a workspace says of itself: its sources, imports, rejected rows, history, settings and decisions.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

std::vector<analysis::Analysis> WorkspaceAnalyses();

}  // namespace weir::workspace
