// What was committed when and by whom: data versions and decisions. Append-only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace weir::workspace {

// The newest committed data version; 0 for an empty workspace.
Result<std::int64_t> NewestVersion(store::Session& session);
Status CommitVersion(store::Session& session, std::int64_t version, std::string_view kind, std::string_view note,
                     std::string_view who, Instant at);

struct DecisionRow {
  std::int64_t id = 0;
  std::int64_t data_version = 0;
  std::string action;
  std::string subject;
  std::string before;
  std::string after;
  std::optional<std::int64_t> undone_by;
};
Result<std::int64_t> AppendDecision(store::Session& session, const DecisionRow& decision, std::string_view who,
                                    std::string_view reason, Instant at, std::optional<std::int64_t> undoes);
Result<DecisionRow> FindDecision(store::Session& session, std::int64_t id);

}  // namespace weir::workspace
