// The baseline of the diagnosis: its figures as they were when somebody first asked for a verdict, kept so that later
// ones are compared with them. A decision like any other: it raises no data version and is undone. Internal to
// workspace/.
#pragma once

#include <functional>
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

std::span<const std::string_view> DiagnosisSealMigrations();
// To be made anew by each build, as the other scoped views are.
std::string_view DiagnosisSealView();

std::vector<analysis::Action> DiagnosisSealActions();
bool IsDiagnosisSealAction(std::string_view action);

// The figures of diagnose.baseline as whoever seals sees them, and the decision, in one transaction. A first seal is
// simply made; another takes its place only where it is asked for (`again`).
Result<analysis::Decision> PerformDiagnosisSeal(store::Connection& connection, const analysis::RawParams& params,
                                                const KeptSetup& setup);
// The seal before it holds again.
Result<analysis::Decision> UndoDiagnosisSeal(store::Connection& connection, const DecisionRow& decision,
                                             const KeptSetup& setup);

// What diagnose.baseline says to the caller now.
Result<std::vector<SealedFigure>> FiguresSeenBy(engine::Engine& engine, const analysis::Principal& principal);

}  // namespace weir::workspace
