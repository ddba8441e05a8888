#include "forecast/forecast.h"

#include "forecast/backtest.h"
#include "forecast/call/accuracy.h"
#include "forecast/call/call.h"
#include "forecast/deal_forecast.h"

namespace weir::forecast {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return {DealForecastAnalysis(catalog), PeriodAnalysis(catalog), BacktestAnalysis(catalog), CallAnalysis(catalog),
          CallAccuracyAnalysis(catalog)};
}

}  // namespace weir::forecast
