// forecast.capacity: what the sellers of now and those to be hired can win, against the target. Internal to forecast/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "forecast/plan/capacity.h"
#include "metrics/catalog.h"

namespace weir::forecast {

analysis::Analysis CapacityAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

// "2026-07:3": three people who start in that month of a plan of so many months from `first` on.
Result<std::vector<Hire>> HiresAsked(const std::vector<std::string>& asked, int first, int months);

}  // namespace weir::forecast
