// Queries of people that are kept: saved, changed, removed and undone, each by a decision. None changes a number, so
// none raises the data version or waits for an import. Internal to workspace/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::vector<analysis::Action> QueryActions();
bool IsQueryAction(std::string_view action);

struct QueryActionSetup {
  const analysis::Principal& principal;
  std::string reason;
  Instant now;
};

// The change and its decision in one transaction. Whose a query is may change it; a shared one also who may change
// settings.
Result<analysis::Decision> PerformQueryAction(store::Connection& connection, std::string_view action,
                                              const analysis::RawParams& params, const QueryActionSetup& setup);
// Puts the query back as it was before the decision.
Result<analysis::Decision> UndoQueryDecision(store::Connection& connection, const DecisionRow& decision,
                                             const QueryActionSetup& setup);

// sql.queries: those of the caller, and those that are shared.
analysis::Analysis QueriesAnalysis();

}  // namespace weir::workspace
