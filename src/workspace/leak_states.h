// The life of a leak: who works on it, whether it is mended, tolerated or no leak at all. Set and undone by decisions.
// None changes a number, so none raises the data version or waits for an import. What it comes to (money that came
// back, how often a rule was right) is told by src/leaks/life.h. Internal to workspace/.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::span<const std::string_view> LeakStateMigrations();
// To be made anew by each build, as the other scoped views are.
std::string_view LeakStateView();

std::vector<analysis::Action> LeakActions();
bool IsLeakAction(std::string_view action);

// The change of all leaks that are named and its decision in one transaction. Whoever sees a leak may say what becomes
// of it. The amount that it had then is kept: money that came back is measured against it.
Result<analysis::Decision> PerformLeakAction(store::Connection& connection, std::string_view action,
                                             const analysis::RawParams& params, const KeptSetup& setup);
// Puts them back as they were before the decision.
Result<analysis::Decision> UndoLeakDecision(store::Connection& connection, const DecisionRow& decision,
                                            const KeptSetup& setup);

// The ledger as the caller sees it now, by leak.
Result<std::map<std::string, SeenLeak, std::less<>>> LeaksSeenBy(engine::Engine& engine,
                                                                 const analysis::Principal& principal);

}  // namespace weir::workspace
