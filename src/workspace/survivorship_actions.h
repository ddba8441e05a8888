// What people decide about whose word counts for single fields. A rule is a setting whose name is made of its field, so
// that data versions, undo and the past are those of settings.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/effect.h"

namespace weir::workspace {

inline constexpr std::string_view kSetSurvivorship = "hygiene.survivorship.set";

analysis::Action SurvivorshipAction();
Result<Effect> SetSurvivorship(store::Connection& connection, const analysis::RawParams& params, std::int64_t version);

}  // namespace weir::workspace
