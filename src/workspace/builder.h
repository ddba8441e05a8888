// Brings the model of a store to its newest data version: record views, identity, canonical tables, scoped views, all
// in one transaction, so that readers see the old model or the new one.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "analysis/context.h"
#include "base/result.h"
#include "model/build.h"
#include "store/database.h"
#include "workspace/definitions.h"
#include "workspace/setting_values.h"

namespace weir::workspace {

struct BuildOutcome {
  bool changed = false;  // something was built, or the data version rose
  std::int64_t data_version = 0;
};

// How much of the model: all, or without what the first screen can do without, which the next build of all makes up.
enum class BuildReach : std::uint8_t { kAll, kFirstScreen };

struct BuildOptions {
  BuildReach reach = BuildReach::kAll;
  std::int64_t least_rows_by_parts = model::kLeastRowsByParts;  // smaller tables of the model are built whole
  // Called in the transaction once a model that changed is whole. Where it fails, the transaction is given up and the
  // model built once more without it.
  std::function<Status()> before_commit = {};
};

Result<BuildOutcome> BuildStore(store::Connection& connection, const Definitions& definitions,
                                const analysis::Progress& progress, std::stop_token stop,
                                const BuildOptions& options = {});

// The scoped views show everything, as of the moment.
Status SeeEverything(store::Connection& connection, Instant as_of, const analysis::Settings& settings,
                     const SettingValues& values);

// Whether a build has something to do: after one that was cut off, or after a change of the program or definitions.
Result<bool> IsModelBehind(store::Session& session, const Definitions& definitions);

}  // namespace weir::workspace
