// Why did sales fall, or rise? Internal to questions/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::questions {

analysis::Analysis WhyAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::questions
