// Changes of settings: one at a time, or all answers of the setup at once. Undoing puts back what was before, and does
// not touch what somebody has changed since.
#pragma once

#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/effect.h"
#include "workspace/ledger.h"

namespace weir::workspace {

inline constexpr std::string_view kAcceptSetup = "setup.accept";

std::vector<analysis::Action> SettingsActions();
bool IsSettingsAction(std::string_view action);
Result<Effect> ApplySettings(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                             std::int64_t version);
Result<Effect> UndoSettings(store::Connection& connection, const DecisionRow& decision, std::int64_t version);

// The parameters of setup.accept; where they name no answers, those that the setup proposes and nobody has given yet.
Result<analysis::RawParams> WithProposals(engine::Engine& engine, const analysis::RawParams& params,
                                          const analysis::Principal& principal, std::stop_token stop);

}  // namespace weir::workspace
