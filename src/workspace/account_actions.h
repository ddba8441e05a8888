// Changes of accounts as actions: each leaves a decision, none raises the data version, and none ever holds a password.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "analysis/declaration.h"
#include "base/result.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::vector<analysis::Action> AccountActions();
bool IsAccountAction(std::string_view action);

struct AccountActionSetup {
  access::Access& access;
  const analysis::Principal& principal;
  std::string reason;
  Instant now;
};

// The change and its decision in one transaction.
Result<analysis::Decision> PerformAccountAction(std::string_view action, const analysis::RawParams& params,
                                                const AccountActionSetup& setup);
// Puts the account back as it was before the decision. A password that was forgotten stays forgotten.
Result<analysis::Decision> UndoAccountDecision(const DecisionRow& decision, const AccountActionSetup& setup);

}  // namespace weir::workspace
