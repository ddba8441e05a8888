// What people decide about stages: which step of the lifecycle one is. The decision is a setting whose name is made of
// the stage, so that data versions, undo and the past are those of settings.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string_view>

#include "analysis/declaration.h"
#include "base/result.h"
#include "engine/engine.h"
#include "store/database.h"
#include "workspace/effect.h"

namespace weir::workspace {

inline constexpr std::string_view kMapStage = "lifecycle.map";

analysis::Action LifecycleAction();
Result<Effect> MapStage(store::Connection& connection, const analysis::RawParams& params, std::int64_t version);
// Into the table `notices` of an import: what the model now says of stages that no line of the lifecycle knows.
Status AddNotices(engine::Engine& engine, const analysis::Principal& principal, std::stop_token stop,
                  analysis::Output& output);

}  // namespace weir::workspace
