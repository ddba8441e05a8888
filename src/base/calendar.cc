#include "base/calendar.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace weir {
namespace {

constexpr std::array<std::string_view, 5> kGrains{"day", "week", "month", "quarter", "year"};
constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;

// Months since the beginning of the fiscal year that holds the date.
int MonthOfFiscalYear(CivilDate civil, FiscalCalendar fiscal) { return (civil.month - fiscal.first_month + 12) % 12; }

Date FirstOfMonth(CivilDate civil) { return FromCivil({civil.year, civil.month, 1}); }

// The civil year in which the fiscal year of this date ends.
int FiscalYearOf(CivilDate civil, FiscalCalendar fiscal) {
  return fiscal.first_month > 1 && civil.month >= fiscal.first_month ? civil.year + 1 : civil.year;
}

// ISO 8601: the week belongs to the year of its Thursday.
std::string NameOfWeek(Date monday) {
  const int year = ToCivil({monday.days + 3}).year;
  const Date first_thursday_week = StartOfPeriod(FromCivil({year, 1, 4}), Grain::kWeek);
  return fmt::format("{:04}-W{:02}", year, (monday.days - first_thursday_week.days) / 7 + 1);
}

}  // namespace

std::string_view NameOf(Grain grain) { return kGrains.at(static_cast<std::size_t>(grain)); }

std::optional<Grain> FindGrain(std::string_view name) {
  const auto found = std::ranges::find(kGrains, name);
  if (found == kGrains.end()) return std::nullopt;
  return static_cast<Grain>(found - kGrains.begin());
}

Date StartOfPeriod(Date date, Grain grain, FiscalCalendar fiscal) {
  const CivilDate civil = ToCivil(date);
  switch (grain) {
    case Grain::kDay:
      return date;
    case Grain::kWeek:
      return {date.days - WeekdayOf(date)};
    case Grain::kMonth:
      return FirstOfMonth(civil);
    case Grain::kQuarter:
      return AddMonths(FirstOfMonth(civil), -(MonthOfFiscalYear(civil, fiscal) % 3));
    case Grain::kYear:
      return AddMonths(FirstOfMonth(civil), -MonthOfFiscalYear(civil, fiscal));
  }
  return date;
}

Date AddPeriods(Date start, Grain grain, int count) {
  switch (grain) {
    case Grain::kDay:
      return {start.days + count};
    case Grain::kWeek:
      return {start.days + 7 * count};
    case Grain::kMonth:
      return AddMonths(start, count);
    case Grain::kQuarter:
      return AddMonths(start, 3 * count);
    case Grain::kYear:
      return AddMonths(start, 12 * count);
  }
  return start;
}

std::string NameOfPeriod(Date start, Grain grain, FiscalCalendar fiscal) {
  const CivilDate civil = ToCivil(start);
  const bool is_fiscal = fiscal.first_month != 1;
  switch (grain) {
    case Grain::kDay:
      return FormatDate(start);
    case Grain::kWeek:
      return NameOfWeek(start);
    case Grain::kMonth:
      return fmt::format("{:04}-{:02}", civil.year, civil.month);
    case Grain::kQuarter:
      return fmt::format("{}{:04}-Q{}", is_fiscal ? "FY" : "", FiscalYearOf(civil, fiscal),
                         MonthOfFiscalYear(civil, fiscal) / 3 + 1);
    case Grain::kYear:
      return fmt::format("{}{:04}", is_fiscal ? "FY" : "", FiscalYearOf(civil, fiscal));
  }
  return {};
}

bool WorkingHours::IsAlwaysOpen() const {
  return std::ranges::all_of(days, [](const std::vector<Span>& spans) { return spans.empty(); });
}

std::int64_t WorkingSeconds(Instant from, Instant to, const WorkingHours& hours, const TimeZone& zone) {
  if (to <= from) return 0;
  if (hours.IsAlwaysOpen()) return (to.micros - from.micros) / kMicrosPerSecond;
  std::int64_t micros = 0;
  const Date last = zone.LocalDateOf(to);
  for (Date day = zone.LocalDateOf(from); day <= last; ++day.days) {
    if (std::ranges::binary_search(hours.holidays, day)) continue;
    for (const WorkingHours::Span& span : hours.days[WeekdayOf(day)]) {
      const std::int64_t midnight = StartOf(day).micros;
      const Instant opens = zone.FromLocalMicros(midnight + span.from_minute * kMicrosPerMinute);
      const Instant closes = zone.FromLocalMicros(midnight + span.to_minute * kMicrosPerMinute);
      micros += std::max<std::int64_t>(0, std::min(to, closes).micros - std::max(from, opens).micros);
    }
  }
  return micros / kMicrosPerSecond;
}

}  // namespace weir
