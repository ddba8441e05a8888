#include "metrics/period.h"

#include <algorithm>
#include <array>

namespace weir::metrics {
namespace {

constexpr std::array<std::string_view, 6> kGrains{"none", "day", "week", "month", "quarter", "year"};

int MonthsOf(Grain grain) {
  switch (grain) {
    case Grain::kMonth:
      return 1;
    case Grain::kQuarter:
      return 3;
    case Grain::kYear:
      return 12;
    default:
      return 0;
  }
}

Date FirstOfMonth(Date day) {
  const CivilDate civil = ToCivil(day);
  return FromCivil({civil.year, civil.month, 1});
}

}  // namespace

std::string_view NameOf(Grain grain) { return kGrains.at(static_cast<std::size_t>(grain)); }

std::optional<Grain> GrainNamed(std::string_view name) {
  const auto found = std::ranges::find(kGrains, name);
  if (found == kGrains.end()) return std::nullopt;
  return static_cast<Grain>(found - kGrains.begin());
}

const std::vector<std::string>& GrainNames() {
  static const std::vector<std::string> kNames(kGrains.begin(), kGrains.end());
  return kNames;
}

DayRange PeriodAround(Date day, Grain grain, int first_month) {
  if (grain == Grain::kNone || grain == Grain::kDay) return {day, day};
  if (grain == Grain::kWeek) {
    const Date monday = AddDays(day, -WeekdayOf(day));
    return {monday, AddDays(monday, 6)};
  }
  const int months = MonthsOf(grain);
  const int into_period = (ToCivil(day).month - first_month + 12) % months;
  const Date first = AddMonths(FirstOfMonth(day), -into_period);
  return {first, AddDays(AddMonths(first, months), -1)};
}

Result<std::vector<Bucket>> BucketsOf(DayRange range, Grain grain, int first_month) {
  std::vector<Bucket> buckets;
  for (Date day = range.first; day <= range.last;) {
    const DayRange period = PeriodAround(day, grain, first_month);
    if (buckets.size() == kMaxBuckets) {
      return Fail(TooLarge("from {} to {} there are more than {} periods", FormatDate(range.first),
                           FormatDate(range.last), kMaxBuckets)
                      .Field("grain")
                      .Mend("Choose a coarser grain or a later first day"));
    }
    buckets.push_back({period.first, {day, std::min(period.last, range.last)}});
    day = AddDays(period.last, 1);
  }
  return buckets;
}

std::string PeriodSql(std::string_view day, Grain grain, int first_month) {
  if (grain == Grain::kDay) return std::string(day);
  const int months = MonthsOf(grain);
  const int shift = months == 0 ? 0 : (first_month - 1) % months;
  if (shift == 0) return fmt::format("CAST(date_trunc('{}', {}) AS DATE)", NameOf(grain), day);
  // From the first of a month no day is lost by stepping over months.
  return fmt::format(
      "CAST(date_trunc('{0}', date_trunc('month', {1}) - INTERVAL '{2}' MONTH) + INTERVAL '{2}' MONTH AS DATE)",
      NameOf(grain), day, shift);
}

DayRange SamePartOfLastPeriod(DayRange range, int first_month) {
  const int length = range.last.days - range.first.days;
  for (const Grain grain : {Grain::kMonth, Grain::kQuarter, Grain::kYear}) {
    const DayRange whole = PeriodAround(range.first, grain, first_month);
    if (whole.first != range.first || range.last > whole.last) continue;
    const DayRange before = PeriodAround(AddDays(whole.first, -1), grain, first_month);
    if (range.last == whole.last) return before;
    return {before.first, std::min(AddDays(before.first, length), before.last)};
  }
  return {AddDays(range.first, -length - 1), AddDays(range.first, -1)};
}

}  // namespace weir::metrics
