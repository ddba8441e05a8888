// The first page: where do we stand, today?
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pulse {

// Ids of the metrics that may be among its numbers.
std::span<const std::string_view> HeadlineMetrics();

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::pulse
