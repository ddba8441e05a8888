// What a label of a sheet names: a metric, a dimension, nothing. Internal to metrics/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "metrics/catalog.h"

namespace weir::metrics {

// By id, title in either language, or a name that means this one alone; null for others.
const Metric* MetricNamed(const MetricCatalog& catalog, std::string_view label);
std::optional<std::string> DimensionNamed(const MetricCatalog& catalog, std::string_view label);

// "-", "n/a": a cell that says nothing.
bool IsBlank(std::string_view text);

}  // namespace weir::metrics
