// The brief of the morning: five numbers with what changed, five deals that want a decision, five leaks by what can be
// won back, and what is missing. Over the metrics and the ledger of leaks; declared by pulse.h.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::pulse {

analysis::Analysis BriefAnalysis(std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::pulse
