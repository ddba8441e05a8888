#include "simulate/calendar.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace weir::simulate {
namespace {

constexpr int kOpens = 9 * 3600;
constexpr int kCloses = 18 * 3600;
constexpr int kMarginDays = 1500;

constexpr std::array<Holiday, 3> kEuropean{
    {{1, 1, 1, "New Year's Day"}, {5, 1, 1, "Labour Day"}, {12, 24, 26, "Christmas"}}};
constexpr std::array<Holiday, 7> kRussian{{{1, 1, 8, "Новогодние каникулы"},
                                           {2, 23, 23, "День защитника Отечества"},
                                           {3, 8, 8, "Международный женский день"},
                                           {5, 1, 1, "Праздник Весны и Труда"},
                                           {5, 9, 9, "День Победы"},
                                           {6, 12, 12, "День России"},
                                           {11, 4, 4, "День народного единства"}}};

std::span<const Holiday> HolidaysOf(bool russian) {
  if (russian) return kRussian;
  return kEuropean;
}

bool IsHoliday(CivilDate day, bool russian) {
  return std::ranges::any_of(HolidaysOf(russian), [&](const Holiday& holiday) {
    return day.month == holiday.month && day.day >= holiday.first_day && day.day <= holiday.last_day;
  });
}

}  // namespace

Instant Plus(Instant at, double seconds) {
  return Instant{at.micros + static_cast<std::int64_t>(std::floor(seconds)) * kMicrosPerSecond};
}

Result<Calendar> Calendar::Make(std::string_view time_zone, bool russian_holidays, Date first, Date last) {
  WEIR_TRY(const TimeZone zone, TimeZone::Find(time_zone));
  Calendar calendar;
  calendar.russian_ = russian_holidays;
  calendar.first_ = first - kMarginDays;
  for (Date day = calendar.first_; day <= last + kMarginDays; day = day + 1) {
    const std::int64_t noon = StartOf(day).micros + kMicrosPerDay / 2;
    const std::int64_t offset = noon - zone.FromLocalMicros(noon).micros;
    calendar.offset_seconds_.push_back(static_cast<std::int32_t>(offset / kMicrosPerSecond));
    calendar.workday_.push_back(WeekdayOf(day) < 5 && !IsHoliday(ToCivil(day), russian_holidays) ? 1 : 0);
  }
  return calendar;
}

std::int64_t Calendar::OffsetMicros(Date local_day) const {
  const std::int64_t last = static_cast<std::int64_t>(offset_seconds_.size()) - 1;
  const std::int64_t at = std::clamp<std::int64_t>(local_day.days - first_.days, 0, last);
  return offset_seconds_[static_cast<std::size_t>(at)] * kMicrosPerSecond;
}

bool Calendar::IsWorkday(Date date) const {
  const std::int64_t at = static_cast<std::int64_t>(date.days) - first_.days;
  if (at < 0 || at >= static_cast<std::int64_t>(workday_.size())) return WeekdayOf(date) < 5;
  return workday_[static_cast<std::size_t>(at)] != 0;
}

std::span<const Holiday> Calendar::holidays() const { return HolidaysOf(russian_); }

Date Calendar::NextWorkday(Date date) const {
  while (!IsWorkday(date)) date = date + 1;
  return date;
}

Instant Calendar::At(Date local_day, int second_of_day) const {
  return Instant{StartOf(local_day).micros + second_of_day * kMicrosPerSecond - OffsetMicros(local_day)};
}

std::int64_t Calendar::LocalMicros(Instant at) const { return at.micros + OffsetMicros(DateOf(at)); }

Date Calendar::DayOf(Instant at) const { return DateOf(Instant{LocalMicros(at)}); }

int Calendar::SecondOfDay(Instant at) const {
  const std::int64_t local = LocalMicros(at);
  return static_cast<int>((local - StartOf(DateOf(Instant{local})).micros) / kMicrosPerSecond);
}

Instant Calendar::OfficeMoment(Date from, Instant not_before, Sampler& sampler) const {
  const double share = sampler.Uniform();
  const Date day = NextWorkday(from);
  const Instant moment = At(day, kOpens + static_cast<int>(share * (kCloses - kOpens)));
  return moment > not_before ? moment : AddOfficeHours(not_before, 0.05 + 3.0 * share);
}

Instant Calendar::AddOfficeHours(Instant from, double hours) const {
  Date day = DayOf(from);
  int second = SecondOfDay(from);
  double left = hours * 3600.0;
  while (true) {
    if (IsWorkday(day)) {
      const int begins = std::max(second, kOpens);
      const double open = std::max(0, kCloses - begins);
      if (open > 0.0 && left <= open) return At(day, begins + static_cast<int>(left));
      left -= open;
    }
    day = day + 1;
    second = 0;
  }
}

double Calendar::OfficeHoursBetween(Instant from, Instant to) const {
  if (to <= from) return 0.0;
  double seconds = 0.0;
  const Date last = DayOf(to);
  for (Date day = DayOf(from); day <= last; day = day + 1) {
    if (!IsWorkday(day)) continue;
    const int begins = day == DayOf(from) ? std::clamp(SecondOfDay(from), kOpens, kCloses) : kOpens;
    const int ends = day == last ? std::clamp(SecondOfDay(to), kOpens, kCloses) : kCloses;
    seconds += std::max(0, ends - begins);
  }
  return seconds / 3600.0;
}

double Calendar::Demand(Date date) const {
  static constexpr std::array<double, 12> kEurope = {0.95, 1.05, 1.15, 1.02, 0.98, 1.0,
                                                     0.82, 0.70, 1.15, 1.22, 1.18, 0.78};
  static constexpr std::array<double, 12> kRussia = {0.68, 1.02, 1.10, 1.10, 0.78, 1.0,
                                                     0.90, 0.92, 1.12, 1.18, 1.15, 1.05};
  const auto month = static_cast<std::size_t>(ToCivil(date).month - 1);
  const double season = russian_ ? kRussia[month] : kEurope[month];
  return season * (IsWorkday(date) ? 1.28 : 0.3);
}

}  // namespace weir::simulate
