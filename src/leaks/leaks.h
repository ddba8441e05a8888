// The ledger of leaks: analysis `leaks`, with a line a leaking record and a line a rule; the ledger of openings, by
// rules of the same form: analysis `openings`. What people say of their lines: ID.list, ID.show, ID.rules.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "leaks/rule.h"
#include "metrics/catalog.h"

namespace weir::leaks {

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const std::vector<Rule>> rules,
                                         std::shared_ptr<const metrics::MetricCatalog> catalog);
std::vector<analysis::Analysis> OpeningAnalyses(std::shared_ptr<const std::vector<Rule>> rules,
                                                std::shared_ptr<const metrics::MetricCatalog> catalog);

}  // namespace weir::leaks
