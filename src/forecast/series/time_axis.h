// The steps of time that values of series stand at: found from when they are, and continued after the last one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "forecast/series/series.h"

namespace weir::forecast {

// What a column of times holds, all of it.
enum class TimeKind {
  kCount,    // whole numbers: a step is 1, or what all differences are a multiple of
  kDate,     // days since 1970-01-01
  kInstant,  // microseconds since 1970-01-01
};

enum class StepUnit {
  kCount,    // numbers
  kMicros,   // time by the clock
  kDay,      // days
  kWeekday,  // Monday to Friday
  kMonth,    // months, on a day of the month, or on its last one
};

struct TimeAxis {
  TimeKind kind = TimeKind::kCount;
  StepUnit unit = StepUnit::kCount;
  std::int64_t length = 1;  // units of a step
  int day_of_month = 1;     // of kMonth; 31 means the last day
  std::int64_t of_day = 0;  // of kMonth by instants: microseconds since the day began
  std::int64_t offset = 0;  // where steps are counted from: the remainder by `length` of all positions

  // The step that a time stands at; times of one step are as many steps apart as there are steps between them. Nothing
  // where it does not stand at a step.
  std::optional<std::int64_t> StepOf(std::int64_t time) const;
  std::int64_t TimeOf(std::int64_t step) const;

  // How many steps a pattern may take to come again: 12 for months, 7 for days. The most likely first; empty for years.
  std::vector<int> Seasons() const;
};

// The longest step at which all of these times stand, which are of any number of series. Of dates on one day of the
// month (or all on the last) it is in months, of those from Monday to Friday that leave out no more than a fifth of
// the weekdays in weekdays, else in days. O(times).
TimeAxis FindAxis(TimeKind kind, std::span<const std::int64_t> times);

// "2026-03-31", "2026-03-31T10:00:00Z", "17".
std::string FormatTime(TimeKind kind, std::int64_t time);

}  // namespace weir::forecast
