// Who needs help? Internal to questions/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::questions {

analysis::Analysis HelpAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::questions
