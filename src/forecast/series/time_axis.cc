#include "forecast/series/time_axis.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace weir::forecast {
namespace {

constexpr int kLastOfMonth = 31;

std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

std::int64_t Remainder(std::int64_t value, std::int64_t by) { return value - FloorDivide(value, by) * by; }

Date DayOf(TimeKind kind, std::int64_t time) {
  return kind == TimeKind::kDate ? Date{static_cast<std::int32_t>(time)} : DateOf(Instant{time});
}

std::int64_t MicrosOfDay(TimeKind kind, std::int64_t time) {
  return kind == TimeKind::kDate ? 0 : Remainder(time, kMicrosPerDay);
}

bool IsLastOfMonth(const CivilDate& civil) { return civil.day == DaysInMonth(civil.year, civil.month); }

std::int64_t MonthOf(const CivilDate& civil) { return static_cast<std::int64_t>(civil.year) * 12 + civil.month - 1; }

// Weekdays since Monday, 1969-12-29.
std::int64_t WeekdayNumber(Date date) {
  const std::int64_t week = FloorDivide(static_cast<std::int64_t>(date.days) + 3, 7);
  return week * 5 + std::min(WeekdayOf(date), 4);
}

std::int64_t DayOfWeekdayNumber(std::int64_t number) { return FloorDivide(number, 5) * 7 - 3 + Remainder(number, 5); }

// What all differences are a multiple of, and the remainder of all: 1 and 0 where there is one time.
void FindStep(std::span<const std::int64_t> positions, TimeAxis* axis) {
  std::int64_t step = 0;
  for (const std::int64_t position : positions) step = std::gcd(step, position - positions.front());
  axis->length = std::max<std::int64_t>(step, 1);
  axis->offset = positions.empty() ? 0 : Remainder(positions.front(), axis->length);
}

bool FindMonths(TimeKind kind, std::span<const std::int64_t> times, TimeAxis* axis) {
  bool is_one_day = true;
  bool are_last = true;
  const int day = ToCivil(DayOf(kind, times.front())).day;
  axis->of_day = MicrosOfDay(kind, times.front());
  std::vector<std::int64_t> months;
  months.reserve(times.size());
  for (const std::int64_t time : times) {
    const CivilDate civil = ToCivil(DayOf(kind, time));
    is_one_day = is_one_day && civil.day == day;
    are_last = are_last && IsLastOfMonth(civil);
    if ((!is_one_day && !are_last) || MicrosOfDay(kind, time) != axis->of_day) return false;
    months.push_back(MonthOf(civil));
  }
  // A single date says nothing of months.
  if (std::ranges::min(months) == std::ranges::max(months)) return false;
  axis->unit = StepUnit::kMonth;
  axis->day_of_month = are_last && !(is_one_day && day < 28) ? kLastOfMonth : day;
  FindStep(months, axis);
  return true;
}

bool FindWeekdays(std::span<const std::int64_t> days, TimeAxis* axis) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(days.size());
  for (const std::int64_t day : days) {
    const Date date{static_cast<std::int32_t>(day)};
    if (WeekdayOf(date) > 4) return false;
    numbers.push_back(WeekdayNumber(date));
  }
  std::ranges::sort(numbers);
  const auto repeated = std::ranges::unique(numbers);
  numbers.erase(repeated.begin(), repeated.end());
  const std::int64_t all = numbers.back() - numbers.front() + 1;
  if (all < 10 || static_cast<std::int64_t>(numbers.size()) * 5 < all * 4) return false;
  axis->unit = StepUnit::kWeekday;
  return true;
}

}  // namespace

TimeAxis FindAxis(TimeKind kind, std::span<const std::int64_t> times) {
  TimeAxis axis;
  axis.kind = kind;
  axis.unit = kind == TimeKind::kCount  ? StepUnit::kCount
              : kind == TimeKind::kDate ? StepUnit::kDay
                                        : StepUnit::kMicros;
  if (times.empty()) return axis;
  if (kind != TimeKind::kCount && FindMonths(kind, times, &axis)) return axis;
  axis.of_day = 0;
  FindStep(times, &axis);
  if (kind == TimeKind::kDate && axis.length == 1) FindWeekdays(times, &axis);
  return axis;
}

std::optional<std::int64_t> TimeAxis::StepOf(std::int64_t time) const {
  std::int64_t position = time;
  if (unit == StepUnit::kMonth) {
    const CivilDate civil = ToCivil(DayOf(kind, time));
    const bool is_on_day = day_of_month == kLastOfMonth ? IsLastOfMonth(civil) : civil.day == day_of_month;
    if (!is_on_day || MicrosOfDay(kind, time) != of_day) return std::nullopt;
    position = MonthOf(civil);
  } else if (unit == StepUnit::kWeekday) {
    const Date date{static_cast<std::int32_t>(time)};
    if (WeekdayOf(date) > 4) return std::nullopt;
    position = WeekdayNumber(date);
  }
  if (Remainder(position, length) != offset) return std::nullopt;
  return FloorDivide(position, length);
}

std::int64_t TimeAxis::TimeOf(std::int64_t step) const {
  const std::int64_t position = step * length + offset;
  if (unit == StepUnit::kWeekday) return DayOfWeekdayNumber(position);
  if (unit != StepUnit::kMonth) return position;
  CivilDate civil{.year = static_cast<int>(FloorDivide(position, 12)),
                  .month = static_cast<int>(Remainder(position, 12)) + 1};
  civil.day = std::min(day_of_month, DaysInMonth(civil.year, civil.month));
  const Date date = FromCivil(civil);
  return kind == TimeKind::kDate ? date.days : StartOf(date).micros + of_day;
}

std::vector<int> TimeAxis::Seasons() const {
  constexpr std::int64_t kHour = 3600 * kMicrosPerSecond;
  switch (unit) {
    case StepUnit::kMonth:
      return length < 12 && 12 % length == 0 ? std::vector<int>{static_cast<int>(12 / length)} : std::vector<int>{};
    case StepUnit::kWeekday:
      return {5};
    case StepUnit::kDay:
      if (length == 1) return {7, 365};
      if (length % 7 == 0 && length < 182) return {static_cast<int>(std::lround(365.25 / static_cast<double>(length)))};
      return {};
    case StepUnit::kMicros:
      if (length < 24 * kHour && 24 * kHour % length == 0) {
        const auto day = static_cast<int>(24 * kHour / length);
        return {day, day * 7};
      }
      if (length == 24 * kHour) return {7, 365};
      if (length == 7 * 24 * kHour) return {52};
      return {};
    // Nothing is known of the steps: what patterns of business there are.
    case StepUnit::kCount:
      return {12, 4, 7, 52, 24, 5};
  }
  return {};
}

std::string FormatTime(TimeKind kind, std::int64_t time) {
  switch (kind) {
    case TimeKind::kCount:
      return fmt::to_string(time);
    case TimeKind::kDate:
      return FormatDate(Date{static_cast<std::int32_t>(time)});
    case TimeKind::kInstant:
      return FormatInstant(Instant{time});
  }
  return {};
}

}  // namespace weir::forecast
