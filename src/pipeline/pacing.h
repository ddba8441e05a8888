// pipeline.pacing: how far the period is against the same day of earlier ones. Internal to pipeline/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pipeline {

analysis::Analysis PacingAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::pipeline
