// The working calendar of the simulated company: its local time, working hours, holidays and the seasons of demand.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "simulate/sampler.h"

namespace weir::simulate {

inline constexpr Instant kNever{INT64_MAX};
inline constexpr Date kFarDate{INT32_MAX};

constexpr Date operator+(Date date, int days) { return Date{date.days + days}; }
constexpr Date operator-(Date date, int days) { return Date{date.days - days}; }
// Moves an instant by whole seconds.
Instant Plus(Instant at, double seconds);
constexpr double DaysBetween(Instant from, Instant to) {
  return static_cast<double>(to.micros - from.micros) / static_cast<double>(kMicrosPerDay);
}

// Days of every year on which nobody works, by their names.
struct Holiday {
  int month = 0;
  int first_day = 0;
  int last_day = 0;
  std::string_view name;
};

class Calendar {
 public:
  // Covers first..last with a margin of some years on both sides.
  static Result<Calendar> Make(std::string_view time_zone, bool russian_holidays, Date first, Date last);

  bool IsWorkday(Date date) const;
  std::span<const Holiday> holidays() const;
  Date NextWorkday(Date date) const;  // the same day if it is one

  Instant At(Date local_day, int second_of_day) const;
  Date DayOf(Instant at) const;
  int SecondOfDay(Instant at) const;
  // As a wall clock in the company's zone shows it.
  std::int64_t LocalMicros(Instant at) const;

  // A random moment of office hours, on the first working day at or after `from`; never before `not_before`.
  Instant OfficeMoment(Date from, Instant not_before, Sampler& sampler) const;
  // Office time (9 to 18 on working days) only passes while the office is open.
  Instant AddOfficeHours(Instant from, double hours) const;
  double OfficeHoursBetween(Instant from, Instant to) const;

  // How much more or less is asked for in this season; about 1 on average over a year.
  double Demand(Date date) const;

 private:
  Calendar() = default;
  std::int64_t OffsetMicros(Date local_day) const;

  bool russian_ = false;
  Date first_;
  std::vector<std::int32_t> offset_seconds_;  // of each day from first_, at noon
  std::vector<char> workday_;
};

}  // namespace weir::simulate
