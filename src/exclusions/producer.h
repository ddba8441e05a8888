// Works out which records the rules leave out, once a build: scoped.excluded, by which every number leaves them out.
#pragma once

#include <memory>

#include "analysis/producer.h"
#include "metrics/catalog.h"

namespace weir::exclusions {

// A rule speaks of records and not of their states: one that meets it in the newest state in the data is left out at
// every moment (docs/decisions/0009). A rule that cannot be read any more leaves nothing out; the analysis `exclusions`
// says why.
analysis::Producer ExcludedProducer(std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::exclusions
