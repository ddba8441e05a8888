// What people ask about exclusion rules:
//   exclusions            the rules, with how many records each leaves out
//   exclusions.preview    what a condition would leave out, before it is a rule
//   exclusions.effect     what the rules take from each number, all together and each alone
//   exclusions.proposals  rules that the data suggests
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "exclusions/preview.h"
#include "metrics/catalog.h"

namespace weir::exclusions {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::exclusions
