// pipeline.coverage: whether the open pipeline is enough, by each published variant. Internal to pipeline/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pipeline {

analysis::Analysis CoverageAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::pipeline
