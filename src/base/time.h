// Instants and civil dates. An instant is microseconds since 1970-01-01T00:00:00Z, a date is days since then;
// both are what the store keeps, so no conversion happens on the way. Nothing here reads the clock except
// WallClockNow, which analyses and kernels must not call.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir {

struct Date {
  std::int32_t days = 0;  // since 1970-01-01
  auto operator<=>(const Date&) const = default;
};

struct Instant {
  std::int64_t micros = 0;  // since 1970-01-01T00:00:00Z
  auto operator<=>(const Instant&) const = default;
};

struct CivilDate {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  auto operator<=>(const CivilDate&) const = default;
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

// Dates outside these years are refused on import: they are typing errors or placeholders.
inline constexpr int kFirstYear = 1900;
inline constexpr int kLastYear = 2199;

Date FromCivil(CivilDate civil);
CivilDate ToCivil(Date date);
bool IsValidCivil(int year, int month, int day);
int DaysInMonth(int year, int month);

Date DateOf(Instant instant);           // UTC day
Instant StartOf(Date date);             // 00:00:00 UTC of the day
int WeekdayOf(Date date);               // Monday 0 .. Sunday 6
Date AddMonths(Date date, int months);  // clamps to the last day of the month

std::string FormatDate(Date date);           // 2026-11-23
std::string FormatInstant(Instant instant);  // 2026-11-23T09:40:00Z, with fraction only if there is one

// Strict ISO forms only; exports' many forms are read by sources/. "2026-11-23".
std::optional<Date> ParseIsoDate(std::string_view text);
// "2026-11-23T09:40:00Z", "2026-11-23 09:40:00.123456+03:00"; without a zone the instant is taken as UTC.
std::optional<Instant> ParseIsoInstant(std::string_view text);

// A zone of the IANA database, for turning local wall time into instants and back.
class TimeZone {
 public:
  static Result<TimeZone> Find(std::string_view name);
  static TimeZone Utc();

  const std::string& name() const { return name_; }
  bool is_utc() const { return is_utc_; }

  // What a wall clock in the zone shows, as if it were UTC micros.
  std::int64_t ToLocalMicros(Instant instant) const;
  // The instant of a wall clock reading. A repeated hour gives its first passing; a missing hour is moved
  // forward by the length of the gap (the rule of RFC 5545).
  Instant FromLocalMicros(std::int64_t local_micros) const;

  Date LocalDateOf(Instant instant) const;
  // First instant of the local day, and first instant after it.
  Instant StartOfDay(Date date) const;
  Instant EndOfDay(Date date) const;  // exclusive

 private:
  TimeZone(std::string name, bool is_utc) : name_(std::move(name)), is_utc_(is_utc) {}
  std::string name_;
  bool is_utc_ = true;
};

// The current time; for logs, import stamps and servers only.
Instant WallClockNow();

}  // namespace weir
