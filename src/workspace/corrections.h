// What people corrected, and the same as files for the sources to take over. Internal to workspace/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

std::vector<analysis::Analysis> CorrectionAnalyses();  // records.corrections, sources.patch

}  // namespace weir::workspace
