// For tests: the shared event logs, and logs made by hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_sets_for_tests.h"
#include "journey/log/log_reading.h"
#include "journey/log/sorted_log.h"
#include "journey/log/xes_reader.h"

namespace weir::journey {

// Nothing where the set is not here.
inline std::optional<LogReading> SharedLog(const std::string& name, const XesOptions& options = {}) {
  const std::filesystem::path path = SharedData() / "eventlogs" / name;
  if (!std::filesystem::exists(path)) return {};
  auto bytes = sources::OpenBytes({.name = name, .path = path}, {});
  if (!bytes) return {};
  auto reading = ReadXes(std::move(*bytes), name, options);
  return reading ? std::optional(std::move(*reading)) : std::nullopt;
}

inline SortedLog Sorted(const EventLog& log, const Executor& executor = Executor(1)) {
  auto sorted = Sorted(log.case_of, log.activity_of, log.at, static_cast<std::uint32_t>(log.case_names.size()),
                       static_cast<std::uint32_t>(log.activity_names.size()), executor);
  WEIR_CHECK(sorted);
  return std::move(*sorted);
}

}  // namespace weir::journey
