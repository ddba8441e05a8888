// What people said of the lines of a ledger, kept by the workspace (scoped.leak_state). Internal to leaks/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/context.h"
#include "store/value.h"

namespace weir::leaks {

struct Said {
  std::string state = {};
  store::Value assignee = {};
  store::Value due = {};
  store::Value note = {};
  store::Value amount = {};
  store::Value name = {};
  store::Value changed_by = {};
  store::Value changed_at = {};
  store::Value counted_by = {};
  std::optional<Instant> as_of = {};  // of the ledger in which it stood
};

// The newest word about each line, by its name.
Result<std::map<std::string, Said>> ReadSaid(analysis::Context& context);

inline constexpr std::string_view kTolerated = "tolerated";
inline constexpr std::string_view kFalseAlarm = "false_alarm";

inline bool IsWorkedOn(std::string_view state) { return state == "assigned" || state == "in_work" || state == "fixed"; }
// Its money is in no sum.
inline bool IsAside(std::string_view state) { return state == kTolerated || state == kFalseAlarm; }

}  // namespace weir::leaks
