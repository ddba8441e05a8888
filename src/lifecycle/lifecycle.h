// `weir lifecycle`: every stage of every source with its rows, the step that it is and the line that says so; the steps
// with their sums; what is new and unmapped.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "lifecycle/lines.h"

namespace weir::lifecycle {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const LifecycleMap> map);

}  // namespace weir::lifecycle
