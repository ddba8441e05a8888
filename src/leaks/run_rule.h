// One rule over the model as the caller sees it. Internal to leaks/.
#pragma once

#include <memory>
#include <span>

#include "analysis/context.h"
#include "leaks/ledger.h"
#include "metrics/shared_views.h"

namespace weir::leaks {

// What several of the rules read in this session, of those of the workspace or of the others.
std::unique_ptr<metrics::SharedViews> ViewsOf(std::span<const Rule> rules, bool is_own, const LedgerScope& scope,
                                              analysis::Context& context);

// The leaks that it finds, priced by its past cases, the largest first; of other rules it knows nothing. Fails with
// kBadInput where its SQL does not run or gives no column that is needed, with kTooLarge where it finds everything.
Result<Findings> RunRule(const Rule& rule, const LedgerScope& scope, metrics::SharedViews& views,
                         analysis::Context& context);

// What past cases are asked about a leak.
Exposure ExposureOf(const Leak& leak);

}  // namespace weir::leaks
