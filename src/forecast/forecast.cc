#include "forecast/forecast.h"

#include "forecast/backtest.h"
#include "forecast/call/accuracy.h"
#include "forecast/call/call.h"
#include "forecast/deal_forecast.h"
#include "forecast/plan/revenue_scenario.h"
#include "forecast/plan/sales_capacity.h"
#include "forecast/tree/forecast_tree.h"

namespace weir::forecast {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  return {DealForecastAnalysis(catalog), PeriodAnalysis(catalog),   BacktestAnalysis(catalog), CallAnalysis(catalog),
          CallAccuracyAnalysis(catalog), CapacityAnalysis(catalog), ScenarioAnalysis(catalog), TreeAnalysis(catalog)};
}

}  // namespace weir::forecast
