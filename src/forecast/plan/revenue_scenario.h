// forecast.scenario: what this quarter and the next bring in if levers were moved. Internal to forecast/.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

analysis::Analysis ScenarioAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
