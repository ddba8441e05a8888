// Days, weeks, months, quarters and years of the reporting calendar. A fiscal year begins with a month of the settings;
// only quarters and years feel it. Weeks begin on Monday. All ranges include both ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace weir::metrics {

enum class Grain : std::uint8_t { kNone, kDay, kWeek, kMonth, kQuarter, kYear };
std::string_view NameOf(Grain grain);
std::optional<Grain> GrainNamed(std::string_view name);
const std::vector<std::string>& GrainNames();

struct DayRange {
  Date first;
  Date last;
  bool operator==(const DayRange&) const = default;
};

inline Date AddDays(Date date, int days) { return {date.days + days}; }

// The whole day, week, month, quarter or year around a day. `first_month` is that of the year, 1..12.
DayRange PeriodAround(Date day, Grain grain, int first_month);

struct Bucket {
  Date period;    // first day of the whole period, even where the range begins later
  DayRange days;  // the part of it inside the range
};
constexpr std::size_t kMaxBuckets = 4000;
// Fails with kTooLarge beyond kMaxBuckets.
Result<std::vector<Bucket>> BucketsOf(DayRange range, Grain grain, int first_month);

// SQL for the first day of the period around a DATE expression, in the common subset.
std::string PeriodSql(std::string_view day, Grain grain, int first_month);

// The same part of the period before: of a quarter to its 54th day, the first 54 days of the last quarter; of a whole
// quarter, the whole last one. A range that begins with no month of the calendar is compared with as many days before
// it.
DayRange SamePartOfLastPeriod(DayRange range, int first_month);

}  // namespace weir::metrics
