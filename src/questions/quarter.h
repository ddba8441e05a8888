// What will the quarter be? Internal to questions/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::questions {

analysis::Analysis QuarterAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::questions
