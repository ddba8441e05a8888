// From moments at which people did something to the hours in which they work.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/working_hours.h"

namespace weir::setup {

inline constexpr std::int64_t kHalfHourMicros = 1800 * kMicrosPerSecond;

// How much happened in each half hour of UTC, counted from 1970.
using Moments = std::vector<std::pair<std::int64_t, std::int64_t>>;

struct WorkingWeek {
  WorkingHours hours = {};
  double share = 0.0;  // of what happened that lies within
  std::int64_t moments = 0;

  // Offices open between seven and half past ten, and mostly at eight or nine.
  bool IsPlausible() const { return hours.begins_minute >= 7 * 60 && hours.begins_minute <= 10 * 60 + 30; }
  bool IsUsual() const { return hours.begins_minute >= 8 * 60 && hours.begins_minute <= 9 * 60 + 30; }
};

// The days and the longest run of half hours that are busy, by the wall clock of the zone. Nothing where too little
// happened, or no hours stand out.
std::optional<WorkingWeek> FindWorkingWeek(const Moments& moments, const TimeZone& zone);

}  // namespace weir::setup
