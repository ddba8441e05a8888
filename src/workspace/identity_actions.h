// What people decide about who is who: two records are one, or are not. A decision is data (meta.identity_decision),
// holds at every build from then on, and can be taken back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::vector<analysis::Action> IdentityActions();  // identity.merge, identity.apart, identity.undo
bool IsIdentityAction(std::string_view action);

struct IdentitySetup {
  std::string who;
  Instant now;
  std::int64_t version = 0;
};
// In the caller's transaction. Errors: kNotFound where an id names no record; kBadUsage where both name one.
Result<Effect> DecideIdentity(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                              const IdentitySetup& setup);
Result<Effect> UndoIdentity(store::Connection& connection, const DecisionRow& decision, std::int64_t version);

}  // namespace weir::workspace
