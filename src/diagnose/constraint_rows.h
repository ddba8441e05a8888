// The records behind a constraint of the weakest link. Internal to diagnose/.
#pragma once

#include <string>

#include "analysis/context.h"
#include "metrics/catalog.h"

namespace weir::diagnose {

// `constraint` as the analysis names it: "conversion:stage:Sales/Proposal". Of a conversion those that went no further,
// the newest first; of a wait those that waited longest; of a load those that are carried; of what is not kept the
// customers who left or took less, the most first.
Result<analysis::Evidence> RowsOfConstraint(const std::string& constraint, const metrics::MetricCatalog& catalog,
                                            analysis::Context& context);

}  // namespace weir::diagnose
