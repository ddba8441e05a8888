// Actions that change no number and so wait for no import: what people keep by name, comments, registers,
// what becomes of leaks, the call of the forecast, the baseline of the diagnosis (whose figures whoever performs them
// asks for). Internal to workspace/.
#pragma once

#include <string_view>

#include "base/result.h"
#include "store/database.h"
#include "workspace/diagnosis_seal.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"

namespace weir::workspace {

bool IsAsideAction(std::string_view action);
Result<analysis::Decision> PerformAsideAction(store::Connection& connection, std::string_view action,
                                              const analysis::RawParams& params, const KeptSetup& setup);
Result<analysis::Decision> UndoAsideDecision(store::Connection& connection, const DecisionRow& decision,
                                             const KeptSetup& setup);

}  // namespace weir::workspace
