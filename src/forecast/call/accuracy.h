// forecast.accuracy: how good people's words have been by submitter, category and week of the period, and how they are
// weighed beside the model.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::forecast {

analysis::Analysis CallAccuracyAnalysis(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::forecast
