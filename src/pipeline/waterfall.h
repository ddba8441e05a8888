// pipeline.waterfall: what the pipeline was, what came and went, and what it is. Internal to pipeline/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pipeline {

analysis::Analysis WaterfallAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::pipeline
