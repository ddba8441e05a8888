// metrics.uses: who would notice a change of a metric. Internal to workspace/.
#pragma once

#include "analysis/declaration.h"

namespace weir::workspace {

analysis::Analysis UsesAnalysis();

}  // namespace weir::workspace
