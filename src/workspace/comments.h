// Comments on numbers and records: written, edited, resolved, removed and undone, each by a decision. None changes a
// number, so none raises the data version or waits for an import. Internal to workspace/.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::vector<analysis::Action> CommentActions();
bool IsCommentAction(std::string_view action);

// The change and its decision in one transaction. Who wrote a comment edits it; the author and who may change settings
// remove it; who sees it resolves it.
Result<analysis::Decision> PerformCommentAction(store::Connection& connection, std::string_view action,
                                                const analysis::RawParams& params, const KeptSetup& setup);
// Puts the comment back as it was before the decision.
Result<analysis::Decision> UndoCommentDecision(store::Connection& connection, const DecisionRow& decision,
                                               const KeptSetup& setup);

// Whether the caller sees what is named as metric:ID, account:ID, person:ID or deal:ID.
Result<bool> IsSubjectSeen(engine::ModelHost& host, const analysis::Principal& principal, const std::string& subject);

// comments: those that the caller may see. One of a record is shown to whoever sees the record; one of a number may
// quote what its author saw, so it is shown to whoever sees all rows and to those whose rows are the same.
analysis::Analysis CommentsAnalysis();

}  // namespace weir::workspace
