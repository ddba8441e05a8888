// forecast.backtest: how good forecasts of past periods would have been, beside plain ways to forecast.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

analysis::Analysis BacktestAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
