// Every stage of every source, how many rows are in it as of the moment asked for, and which step it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "base/time.h"
#include "lifecycle/lines.h"

namespace weir::lifecycle {

enum class Origin : std::uint8_t { kNone, kCatalog, kOwn, kDecision };
std::string_view NameOf(Origin origin);

struct StageRow {
  SourceStage stage = {};
  std::int64_t rows = 0;
  std::string step = {};  // empty: unmapped
  Origin origin = Origin::kNone;
  std::string place = {};  // "catalog/lifecycle.toml:57", "decision 12"
  std::string why = {};
  std::optional<std::int64_t> decision_id = {};
  std::optional<Instant> first_seen_at = {};  // by the export that first said so
  std::string came_from = {};                 // the one stage that whatever came first was in before
  bool is_new = false;                        // not in the first export of its source
  bool has_gone = false;                      // the newest export that changed anything left nobody in it

  bool IsMapped() const { return !step.empty(); }
};

// Unmapped stages first, the most rows before the fewest; then by step. A stage that no export had named by the moment
// asked for is left out, unless the first export of its source is younger itself.
Result<std::vector<StageRow>> ReadStages(const LifecycleMap& map, analysis::Context& context);

// Ids of the rows in one stage, the canonical table they lie in, and how many there are.
Result<analysis::Evidence> RowsOf(const SourceStage& stage, std::int64_t most, analysis::Context& context);

}  // namespace weir::lifecycle
