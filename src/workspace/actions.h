// What can be changed in a workspace, and undone. Each leaves one decision.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "sources/mapping.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

inline constexpr std::string_view kUndoDecision = "decisions.undo";

std::vector<analysis::Action> WorkspaceActions();
// The table that tells of a decision.
analysis::TableSpec DecisionTable();
// What an action answers with, once its row is written: the row as that table, after what else it has to say.
analysis::Decision DecisionOf(const DecisionRow& row, analysis::Output output = {});
// The decision that the parameters of decisions.undo name, which must not be undone already.
Result<DecisionRow> FindUndone(store::Session& session, const analysis::RawParams& params);

struct Decider {
  std::string who;
  std::string reason;
  Instant now;
};
// Writes the data version of an effect and its decision, in the caller's transaction.
Result<analysis::Decision> Decide(store::Connection& connection, std::string_view action, Effect effect,
                                  std::int64_t version, const Decider& by);

struct MappingChange;

struct ActionSetup {
  const sources::MappingCatalog& mappings;
  const MappingChange* mapping = nullptr;  // of sources.map, and of taking one back
  engine::ModelHost& host;
  const analysis::Principal& principal;
  std::string reason;
  Instant now;
  const analysis::Progress& progress;
  std::stop_token stop;
  std::span<const analysis::RawParams> corrections = {};  // as they were found for the caller (mend_actions.h)
};

// The effect and its decision in one transaction; the caller builds the model afterwards.
Result<analysis::Decision> PerformAction(store::Connection& connection, std::string_view action,
                                         const analysis::RawParams& params, const ActionSetup& setup);

}  // namespace weir::workspace
