// Questions about what revenue will be. Each is declared in a file of its own; the kernels beneath know none of them.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
