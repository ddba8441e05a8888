// How a log was read from a file: what it holds, and what was set aside and why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/phrase.h"
#include "journey/log/event_log.h"

namespace weir::journey {

// Events (or cases) that have no place in a log, by the reason.
struct SetAside {
  std::string_view code;  // no_activity, no_time, bad_time, no_case, no_name
  Phrase reason;
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;
};

struct LogReading {
  EventLog log;
  std::vector<SetAside> set_aside;  // in the order in which the reasons were met
  std::uint64_t events = 0;         // that the file holds, those set aside with them
};

}  // namespace weir::journey
