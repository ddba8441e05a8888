// What people decide about who is who: two records are one, or are not. A decision is data (meta.identity_decision),
// holds at every build from then on, and can be taken back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::vector<analysis::Action> IdentityActions();  // identity.merge, identity.apart, identity.undo
bool IsIdentityAction(std::string_view action);

struct IdentitySetup {
  engine::ModelHost& host;
  const analysis::Principal& principal;
  Instant now;
  std::int64_t version = 0;
};
// In the caller's transaction. Errors: kNotFound where an id names no record that the caller may see; kBadUsage where
// both name one; kConflict where that was said already.
Result<Effect> DecideIdentity(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                              const IdentitySetup& setup);
// kNotFound where the decision is about a record that the caller may not see.
Result<Effect> UndoIdentity(store::Connection& connection, const DecisionRow& decision, const IdentitySetup& setup);

}  // namespace weir::workspace
