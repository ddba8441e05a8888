// What somebody set, as apart from what holds by default; and the settings that only questions feel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace weir::workspace {

// Nothing where nobody set it, or it was put back to that.
Result<std::optional<std::string>> SetValueAt(store::Session& session, std::string_view name, std::int64_t version);
// Without a value the setting is as if nobody had set it.
Status WriteValue(store::Session& session, std::string_view name, const std::optional<std::string>& value,
                  std::int64_t version);
// The value as it is kept: an empty one takes a setting back, unless it is an answer.
std::optional<std::string> AsSet(std::string_view name, const std::string& value);

// "Hiring; Purchases" as names; empty ones are left out.
std::vector<std::string> NamesIn(std::string_view text);

// Sets the variables that the scoped views read of settings that no table of the model rests on: working hours,
// pipelines that are no sales.
Status SetWhatCounts(store::Session& session, std::int64_t version);

}  // namespace weir::workspace
