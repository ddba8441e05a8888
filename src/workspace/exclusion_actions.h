// What people decide about exclusion rules. A rule is a setting whose name is made of its number, so that data
// versions, undo and the past are those of settings.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/effect.h"

namespace weir::workspace {

inline constexpr std::string_view kSetExclusion = "exclusions.set";
inline constexpr std::string_view kRemoveExclusion = "exclusions.remove";

std::vector<analysis::Action> ExclusionActions();
bool IsExclusionAction(std::string_view action);

// Fails on a condition that cannot be read or leaves nothing to count; gives what else there is to know of it. Over all
// records, whoever asks, since rules hold for everybody.
Result<std::vector<analysis::Warning>> JudgeExclusion(engine::Engine& engine, const analysis::RawParams& params,
                                                      const analysis::Principal& principal, std::stop_token stop);

Result<Effect> ApplyExclusion(store::Connection& connection, std::string_view action, const analysis::RawParams& params,
                              std::int64_t version);

}  // namespace weir::workspace
