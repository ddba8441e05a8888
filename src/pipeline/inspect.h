// pipeline.inspect: every open deal, what changed of it, and what speaks against it. Internal to pipeline/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pipeline {

analysis::Analysis InspectAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::pipeline
