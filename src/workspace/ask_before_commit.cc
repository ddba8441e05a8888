#include "workspace/ask_before_commit.h"

#include <string>
#include <utility>
#include <vector>

namespace weir::workspace {

Status AskBeforeCommit(store::Connection& connection, const WhoAsks& who, ReadBy read_by,
                       const analysis::Progress& progress, std::stop_token stop) {
  WEIR_TRY(const std::int64_t observations,
           connection.QueryInteger("SELECT coalesce(max(last_obs), 0) FROM meta.import_file"));
  std::vector<std::string> also;
  if (observations > 0 && observations >= who.least_observations) also = {"pulse"};
  read_by.warnings.clear();  // of files that are to come: these are they
  WEIR_TRY(const auto snapshot, SnapshotBeforeCommit(connection, std::move(read_by)));
  return who.engine.AskBefore(*snapshot, also, who.principal, progress, std::move(stop));
}

}  // namespace weir::workspace
