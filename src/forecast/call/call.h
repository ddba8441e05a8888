// forecast.call: the board of the forecast call, its history and audit, and its deals one at a time.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

analysis::Analysis CallAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
