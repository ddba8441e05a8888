// pipeline.velocity: what the pipeline brings a day, and what moved that. Internal to pipeline/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pipeline {

analysis::Analysis VelocityAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::pipeline
