// The survey of departments: links that are made, revoked and whose answers are discarded by decisions, and the answers
// that come by them from people without an account. A link is a random token; only its hash is kept. None changes a
// number, so none raises the data version or waits for an import. What may be asked: diagnose/survey.h; what is shown:
// the view scoped.survey_count, in which no department of fewer than three answers stands alone. Internal to
// workspace/.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"
#include "workspace/survey_reply.h"

namespace weir::workspace {

std::span<const std::string_view> SurveyMigrations();
// To be made anew by each build, as the other scoped views are.
std::span<const std::string_view> SurveyViews();

std::vector<analysis::Action> SurveyActions();
bool IsSurveyAction(std::string_view action);
Result<analysis::Decision> PerformSurveyAction(store::Connection& connection, std::string_view action,
                                               const analysis::RawParams& params, const KeptSetup& setup);
Result<analysis::Decision> UndoSurveyDecision(store::Connection& connection, const DecisionRow& decision,
                                              const KeptSetup& setup);

// survey.links: those that were made, and how many answers came by each.
analysis::Analysis SurveyLinksAnalysis();

// What a form asks, as JSON, for whoever has the token of a link that is open.
Result<std::string> SurveyFormOf(store::Session& session, std::string_view token, Instant now);
// Writes the reply, or says why not: nothing is written twice. One at a time.
Status TakeReply(store::Connection& connection, const SurveyReply& reply, Instant now);

}  // namespace weir::workspace
