// Where do we lose? Internal to questions/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::questions {

analysis::Analysis LoseAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::questions
