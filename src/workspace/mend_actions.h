// What data quality proposes, taken over in bulk: each record becomes a correction (correction_actions.h) of one
// decision, which is undone as one, and stands in the files for its source (sources.patch). Internal to workspace/.
#pragma once

#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "engine/engine.h"
#include "workspace/correction_actions.h"
#include "workspace/effect.h"

namespace weir::workspace {

inline constexpr std::string_view kMend = "hygiene.mend";
inline constexpr std::int64_t kMostMended = 500;  // at once: each is tried on the newest file of its source

analysis::Action MendAction();

// Parameters of records.correct for each record that the action corrects: the one that records.correct names, or all
// that the caller sees and whose right value is known. Refused where there is none; empty for any other action.
Result<std::vector<analysis::RawParams>> CorrectionsFor(engine::Engine& engine, std::string_view action,
                                                        const analysis::RawParams& params,
                                                        const analysis::Principal& principal, std::stop_token stop);

// Inside the caller's transaction. What a source cannot say is left as it is and told with its reason; where nothing at
// all can be, the reason of the first is the error.
Result<Effect> MendRecords(store::Connection& connection, const analysis::RawParams& params,
                           std::span<const analysis::RawParams> corrections, const CorrectionSetup& setup);

}  // namespace weir::workspace
