#include "workspace/aside_actions.h"

#include "workspace/comments.h"
#include "workspace/leak_states.h"
#include "workspace/registers.h"

namespace weir::workspace {

bool IsAsideAction(std::string_view action) {
  return IsKeptAction(action) || IsCommentAction(action) || IsRegisterAction(action) || IsLeakAction(action);
}

Result<analysis::Decision> PerformAsideAction(store::Connection& connection, std::string_view action,
                                              const analysis::RawParams& params, const KeptSetup& setup) {
  if (IsLeakAction(action)) return PerformLeakAction(connection, action, params, setup);
  if (IsRegisterAction(action)) return PerformRegisterAction(connection, action, params, setup);
  if (IsCommentAction(action)) return PerformCommentAction(connection, action, params, setup);
  return PerformKeptAction(connection, action, params, setup);
}

Result<analysis::Decision> UndoAsideDecision(store::Connection& connection, const DecisionRow& decision,
                                             const KeptSetup& setup) {
  if (IsLeakAction(decision.action)) return UndoLeakDecision(connection, decision, setup);
  if (IsRegisterAction(decision.action)) return UndoRegisterDecision(connection, decision, setup);
  if (IsCommentAction(decision.action)) return UndoCommentDecision(connection, decision, setup);
  return UndoKeptDecision(connection, decision, setup);
}

}  // namespace weir::workspace
