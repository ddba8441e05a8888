// forecast.tree: what marketing, sales, success and finance may expect, in one tree that adds up, and where they
// disagree. Internal to forecast/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

analysis::Analysis TreeAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
