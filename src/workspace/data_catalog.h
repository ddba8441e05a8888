// The catalogue of data: every column of the model with its sources, how far it is filled and who uses it; and
// departments by objects. Internal to workspace/.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

// data.catalog: one pass over each object, kept for its data version. data.access: whose accounts see what; data.uses:
// who uses one column: both by what stands now. data.use and data.asked: data_use.h.
std::vector<analysis::Analysis> DataAnalyses();

}  // namespace weir::workspace
