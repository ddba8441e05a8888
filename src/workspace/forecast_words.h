// The call of the forecast: what people say a period will bring, notes on it and on its deals, and its lock. Each is a
// decision, taken back by undoing it. None changes a number, so none raises the data version or waits for an import.
// What is made of them: src/forecast/call. Internal to workspace/.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"

namespace weir::workspace {

std::span<const std::string_view> ForecastWordMigrations();
// To be made anew by each build, as the other scoped views are. Words of a team are seen by who sees the team, a lock
// of the whole company by everybody.
std::string_view ForecastWordView();

// forecast.submit, forecast.note, forecast.lock, forecast.unlock.
std::vector<analysis::Action> ForecastActions();
bool IsForecastAction(std::string_view action);

// The word and its decision in one transaction. A member speaks for himself, a manager for the own teams and whoever is
// in them or below, an administrator for everybody. A word stands as of the newest moment in the data, which is what
// its speaker saw; a period is over once that moment has passed it.
Result<analysis::Decision> PerformForecastAction(store::Connection& connection, std::string_view action,
                                                 const analysis::RawParams& params, const KeptSetup& setup);
// Takes the word back; a lock is again what it was.
Result<analysis::Decision> UndoForecastDecision(store::Connection& connection, const DecisionRow& decision,
                                                const KeptSetup& setup);

// The newest model with what the caller may see of it.
Result<std::unique_ptr<engine::Snapshot>> SeenNow(engine::ModelHost& host, const analysis::Principal& principal);

}  // namespace weir::workspace
