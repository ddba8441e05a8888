#include "base/time.h"

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>

#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace weir {
namespace {

constexpr std::int64_t FloorDivide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return (value % by < 0) ? quotient - 1 : quotient;
}

bool ReadDigits(std::string_view text, std::size_t& at, int count, int& value) {
  value = 0;
  for (int i = 0; i < count; ++i, ++at) {
    if (at >= text.size() || text[at] < '0' || text[at] > '9') return false;
    value = value * 10 + (text[at] - '0');
  }
  return true;
}

// ICU zones are costly to build and immutable in use: one per name for the life of the process.
const icu::BasicTimeZone* CachedZone(const std::string& name) {
  static std::mutex mutex;
  static std::unordered_map<std::string, std::unique_ptr<icu::TimeZone>> zones;
  const std::lock_guard lock(mutex);
  auto found = zones.find(name);
  if (found == zones.end()) {
    std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
    if (*zone == icu::TimeZone::getUnknown()) zone.reset();
    found = zones.emplace(name, std::move(zone)).first;
  }
  return dynamic_cast<const icu::BasicTimeZone*>(found->second.get());
}

bool ReadOffset(std::string_view text, std::size_t& at, std::int64_t& offset_minutes) {
  offset_minutes = 0;
  if (at >= text.size()) return true;
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
    return true;
  }
  if (text[at] != '+' && text[at] != '-') return true;
  const int sign = text[at] == '-' ? -1 : 1;
  ++at;
  int hours = 0;
  int minutes = 0;
  if (!ReadDigits(text, at, 2, hours)) return false;
  if (at < text.size() && text[at] == ':') ++at;
  if (at < text.size() && !ReadDigits(text, at, 2, minutes)) return false;
  if (hours > 18 || minutes > 59) return false;
  offset_minutes = sign * (hours * 60 + minutes);
  return true;
}

bool ReadFraction(std::string_view text, std::size_t& at, std::int64_t& micros) {
  micros = 0;
  if (at >= text.size() || (text[at] != '.' && text[at] != ',')) return true;
  ++at;
  std::int64_t unit = 100'000;
  const std::size_t start = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    micros += (text[at] - '0') * unit;
    unit /= 10;
  }
  return at > start;
}

}  // namespace

Date FromCivil(CivilDate civil) {
  using namespace std::chrono;
  const sys_days days =
      year{civil.year} / month{static_cast<unsigned>(civil.month)} / day{static_cast<unsigned>(civil.day)};
  return {static_cast<std::int32_t>(days.time_since_epoch().count())};
}

CivilDate ToCivil(Date date) {
  using namespace std::chrono;
  const year_month_day civil{sys_days{days{date.days}}};
  return {static_cast<int>(civil.year()), static_cast<int>(static_cast<unsigned>(civil.month())),
          static_cast<int>(static_cast<unsigned>(civil.day()))};
}

int DaysInMonth(int year, int month) {
  static constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && is_leap ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

bool IsValidCivil(int year, int month, int day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= DaysInMonth(year, month);
}

Date DateOf(Instant instant) { return {static_cast<std::int32_t>(FloorDivide(instant.micros, kMicrosPerDay))}; }

Instant StartOf(Date date) { return {date.days * kMicrosPerDay}; }

int WeekdayOf(Date date) {
  const int weekday = (date.days + 3) % 7;  // 1970-01-01 was a Thursday
  return weekday < 0 ? weekday + 7 : weekday;
}

Date AddMonths(Date date, int months) {
  CivilDate civil = ToCivil(date);
  const int index = civil.year * 12 + (civil.month - 1) + months;
  civil.year = static_cast<int>(FloorDivide(index, 12));
  civil.month = index - civil.year * 12 + 1;
  civil.day = std::min(civil.day, DaysInMonth(civil.year, civil.month));
  return FromCivil(civil);
}

std::string FormatDate(Date date) {
  const CivilDate civil = ToCivil(date);
  return fmt::format("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day);
}

std::string FormatInstant(Instant instant) {
  const Date date = DateOf(instant);
  const std::int64_t rest = instant.micros - StartOf(date).micros;
  const std::int64_t seconds = rest / kMicrosPerSecond;
  const std::int64_t fraction = rest % kMicrosPerSecond;
  std::string text =
      fmt::format("{}T{:02}:{:02}:{:02}", FormatDate(date), seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction != 0) {
    text += fmt::format(".{:06}", fraction);
    while (text.back() == '0') text.pop_back();
  }
  return text + "Z";
}

std::optional<Date> ParseIsoDate(std::string_view text) {
  std::size_t at = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  if (!ReadDigits(text, at, 4, year) || at >= text.size() || text[at++] != '-') return std::nullopt;
  if (!ReadDigits(text, at, 2, month) || at >= text.size() || text[at++] != '-') return std::nullopt;
  if (!ReadDigits(text, at, 2, day) || at != text.size()) return std::nullopt;
  if (!IsValidCivil(year, month, day)) return std::nullopt;
  return FromCivil({year, month, day});
}

std::optional<Instant> ParseIsoInstant(std::string_view text) {
  if (text.size() < 10) return std::nullopt;
  const std::optional<Date> date = ParseIsoDate(text.substr(0, 10));
  if (!date) return std::nullopt;
  if (text.size() == 10) return StartOf(*date);
  std::size_t at = 10;
  if (text[at] != 'T' && text[at] != 't' && text[at] != ' ') return std::nullopt;
  ++at;
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!ReadDigits(text, at, 2, hour) || at >= text.size() || text[at++] != ':') return std::nullopt;
  if (!ReadDigits(text, at, 2, minute)) return std::nullopt;
  std::int64_t micros = 0;
  if (at < text.size() && text[at] == ':') {
    ++at;
    if (!ReadDigits(text, at, 2, second) || !ReadFraction(text, at, micros)) return std::nullopt;
  }
  std::int64_t offset_minutes = 0;
  if (!ReadOffset(text, at, offset_minutes) || at != text.size()) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t seconds = hour * 3600LL + minute * 60LL + second - offset_minutes * 60;
  const Instant instant{StartOf(*date).micros + seconds * kMicrosPerSecond + micros};
  // The offset may lead into a year that four digits cannot write.
  const int year = ToCivil(DateOf(instant)).year;
  if (year < 0 || year > 9999) return std::nullopt;
  return instant;
}

Result<TimeZone> TimeZone::Find(std::string_view name) {
  if (name == "UTC" || name == "Etc/UTC" || name == "Z") return Utc();
  if (CachedZone(std::string(name)) == nullptr) {
    return Fail(BadInput("unknown time zone '{}'", name).Mend("Use a name such as Europe/Berlin"));
  }
  return TimeZone(std::string(name), false);
}

TimeZone TimeZone::Utc() { return {"UTC", true}; }

std::int64_t TimeZone::ToLocalMicros(Instant instant) const {
  if (is_utc_) return instant.micros;
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  CachedZone(name_)->getOffset(static_cast<double>(FloorDivide(instant.micros, 1000)), 0, raw, saving, status);
  return instant.micros + (static_cast<std::int64_t>(raw) + saving) * 1000;
}

Instant TimeZone::FromLocalMicros(std::int64_t local_micros) const {
  if (is_utc_) return {local_micros};
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t raw = 0;
  std::int32_t saving = 0;
  CachedZone(name_)->getOffsetFromLocal(static_cast<double>(FloorDivide(local_micros, 1000)), UCAL_TZ_LOCAL_FORMER,
                                        UCAL_TZ_LOCAL_FORMER, raw, saving, status);
  return {local_micros - (static_cast<std::int64_t>(raw) + saving) * 1000};
}

Date TimeZone::LocalDateOf(Instant instant) const { return DateOf({ToLocalMicros(instant)}); }
Instant TimeZone::StartOfDay(Date date) const { return FromLocalMicros(StartOf(date).micros); }
Instant TimeZone::EndOfDay(Date date) const { return FromLocalMicros(StartOf({date.days + 1}).micros); }

Instant WallClockNow() {
  using namespace std::chrono;
  return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace weir
