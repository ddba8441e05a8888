// All that leaks as one figure, beside what the company earns. Internal to leaks/.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "leaks/kind.h"
#include "leaks/ledger.h"

namespace weir::leaks {

// One row: the leaking money of every rule, each loss counted once, with its range, what of it is certain, and what of
// it began to leak within twelve months as a share of the recurring revenue of a year and of what was won in these
// months; beside it what people tolerate or called a false alarm, which is in none of these sums.
analysis::TableSpec HeadlineTable(const Kind& kind);
// What its metrics read.
std::vector<std::string> HeadlineNeeds(const metrics::MetricCatalog& catalog);
// Cost: two metrics.
Status AddHeadline(std::span<const Findings> all, const LedgerScope& scope, analysis::Context& context,
                   analysis::Table& table);

// Money of the store's ledger with two digits; nothing beyond what it can hold.
std::optional<Decimal> MoneyOf(double value);

}  // namespace weir::leaks
