// forecast.deals: what the current period will bring in, deal by deal, and why that changed.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

// forecast.period: the same against the target that is given and no other, which is kept until the data change.
analysis::Analysis PeriodAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);
analysis::Analysis DealForecastAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
