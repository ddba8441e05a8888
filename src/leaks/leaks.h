// The ledger of leaks: analysis `leaks`, with a line a leaking record and a line a rule.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "leaks/rule.h"
#include "metrics/catalog.h"

namespace weir::leaks {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const std::vector<Rule>> rules,
                                         std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::leaks
