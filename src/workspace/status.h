// What is in the workspace, at a glance. Internal to workspace/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

// `status`, which changes with each file that is read, and `status.records`, which it asks: what the model holds is the
// same until there is another, and is counted once while pages ask for the state again and again.
std::vector<analysis::Analysis> StatusAnalyses();

}  // namespace weir::workspace
