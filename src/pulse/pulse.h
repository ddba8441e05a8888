// The first page: where do we stand, today?
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pulse {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::pulse
