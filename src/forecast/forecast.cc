#include "forecast/forecast.h"

#include "forecast/backtest.h"
#include "forecast/deal_forecast.h"

namespace weir::forecast {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return {DealForecastAnalysis(catalog), PeriodAnalysis(catalog), BacktestAnalysis(catalog)};
}

}  // namespace weir::forecast
