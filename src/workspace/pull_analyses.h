// What became of the pulls and buckets that the settings of the workspace name.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

std::vector<analysis::Analysis> PullAnalyses();  // sources.pulls

}  // namespace weir::workspace
