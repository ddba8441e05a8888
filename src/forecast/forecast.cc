#include "forecast/forecast.h"

namespace weir::forecast {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& /*catalog*/) {
  return {};
}

}  // namespace weir::forecast
