#include "workspace/aside_actions.h"

#include "workspace/comments.h"
#include "workspace/forecast_words.h"
#include "workspace/leak_states.h"
#include "workspace/registers.h"
#include "workspace/subscriptions.h"
#include "workspace/survey_links.h"

namespace weir::workspace {

bool IsAsideAction(std::string_view action) {
  return IsKeptAction(action) || IsCommentAction(action) || IsRegisterAction(action) || IsLeakAction(action) ||
         IsDiagnosisSealAction(action) || IsSurveyAction(action) || IsForecastAction(action) || action == kTestDelivery;
}

Result<analysis::Decision> PerformAsideAction(store::Connection& connection, std::string_view action,
                                              const analysis::RawParams& params, const KeptSetup& setup) {
  if (IsDiagnosisSealAction(action)) return PerformDiagnosisSeal(connection, params, setup);
  if (IsSurveyAction(action)) return PerformSurveyAction(connection, action, params, setup);
  if (action == kTestDelivery) return PerformDeliveryTest(connection, params, setup);
  if (IsForecastAction(action)) return PerformForecastAction(connection, action, params, setup);
  if (IsLeakAction(action)) return PerformLeakAction(connection, action, params, setup);
  if (IsRegisterAction(action)) return PerformRegisterAction(connection, action, params, setup);
  if (IsCommentAction(action)) return PerformCommentAction(connection, action, params, setup);
  return PerformKeptAction(connection, action, params, setup);
}

Result<analysis::Decision> UndoAsideDecision(store::Connection& connection, const DecisionRow& decision,
                                             const KeptSetup& setup) {
  if (IsDiagnosisSealAction(decision.action)) return UndoDiagnosisSeal(connection, decision, setup);
  if (IsSurveyAction(decision.action)) return UndoSurveyDecision(connection, decision, setup);
  if (decision.action == kTestDelivery) {
    return Fail(Conflict("what was sent cannot be taken back").Field("decision_id"));
  }
  if (IsForecastAction(decision.action)) return UndoForecastDecision(connection, decision, setup);
  if (IsLeakAction(decision.action)) return UndoLeakDecision(connection, decision, setup);
  if (IsRegisterAction(decision.action)) return UndoRegisterDecision(connection, decision, setup);
  if (IsCommentAction(decision.action)) return UndoCommentDecision(connection, decision, setup);
  return UndoKeptDecision(connection, decision, setup);
}

}  // namespace weir::workspace
