// Declares diagnose.constraints. Internal to diagnose/.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::diagnose {

std::vector<analysis::Analysis> ConstraintAnalyses(std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::diagnose
