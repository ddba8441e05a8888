#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

// Periods of the civil and the fiscal calendar, and working time.
namespace weir {

enum class Grain : std::uint8_t { kDay, kWeek, kMonth, kQuarter, kYear };
std::string_view NameOf(Grain grain);
std::optional<Grain> FindGrain(std::string_view name);

// A fiscal year begins on the first day of `first_month` and is named after the civil year in which it ends.
struct FiscalCalendar {
  int first_month = 1;
};

// First day of the period that holds the date. Weeks begin on Monday; fiscal matters for quarters and years only.
Date StartOfPeriod(Date date, Grain grain, FiscalCalendar fiscal = {});
// First day of the period `count` periods later (earlier if negative). `start` must be the start of a period.
Date AddPeriods(Date start, Grain grain, int count);
// "2026-11-23", "2026-W48", "2026-11", "2026-Q4" (with fiscal calendars "FY2027-Q1"), "2026".
std::string NameOfPeriod(Date start, Grain grain, FiscalCalendar fiscal = {});

// Hours in which people work, for response times. Empty hours mean around the clock.
struct WorkingHours {
  struct Span {
    int from_minute = 0;  // of the local day
    int to_minute = 0;    // exclusive, at most 24 * 60
  };
  std::vector<Span> days[7];   // Monday first; spans in order, disjoint
  std::vector<Date> holidays;  // sorted
  bool IsAlwaysOpen() const;
};

// Seconds of working time between two instants, 0 if `to` is not after `from`. O(days between).
std::int64_t WorkingSeconds(Instant from, Instant to, const WorkingHours& hours, const TimeZone& zone);

}  // namespace weir
