// What can be changed in a workspace, and undone. Each leaves one decision.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "sources/mapping.h"
#include "store/database.h"

namespace weir::workspace {

std::vector<analysis::Action> WorkspaceActions();

struct ActionSetup {
  const sources::MappingCatalog& mappings;
  std::string who;
  std::string reason;
  Instant now;
  const analysis::Progress& progress;
  std::stop_token stop;
};

// The effect and its decision in one transaction; the caller builds the model afterwards.
Result<analysis::Decision> PerformAction(store::Connection& connection, std::string_view action,
                                         const analysis::RawParams& params, const ActionSetup& setup);

}  // namespace weir::workspace
