#include <fmt/core.h>

#include "cli/commands.h"
#include "cli/progress.h"
#include "engine/render.h"
#include "workspace/subscriptions.h"
#include "workspace/workspace.h"

namespace weir::cli {

// Without a server: once, for cron or by hand. A server of the workspace holds its lock, and delivers by itself.
int RunDeliver(const Globals& globals) {
  auto workspace = workspace::Workspace::Open(globals.Open(workspace::Access::kWrite, false));
  if (!workspace) return PrintError(globals, workspace.error());
  const auto outcome = (*workspace)->deliveries().Round({});
  if (!outcome) return PrintError(globals, outcome.error());
  if (globals.format == "json") {
    fmt::print("{{\"made\":{},\"sent\":{},\"failed\":{},\"given_up\":{}}}\n", outcome->made, outcome->sent,
               outcome->failed, outcome->given_up);
  } else if (globals.format == "csv") {
    fmt::print("made,sent,failed,given_up\n{},{},{},{}\n", outcome->made, outcome->sent, outcome->failed,
               outcome->given_up);
  } else {
    fmt::print("{}\n", globals.Language() == "ru"
                           ? fmt::format("подготовлено {}, отправлено {}, не ушло {}, оставлено {}", outcome->made,
                                         outcome->sent, outcome->failed, outcome->given_up)
                           : fmt::format("{} made, {} sent, {} failed, {} given up", outcome->made, outcome->sent,
                                         outcome->failed, outcome->given_up));
  }
  return outcome->failed + outcome->given_up > 0 || !outcome->problems.empty() ? 1 : 0;
}

}  // namespace weir::cli
