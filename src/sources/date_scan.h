// The shape of a date in text, before anything is decided about its order. Private to sources/.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::sources {

enum class DateForm : std::uint8_t {
  kNone,
  kYearFirst,     // a year, b month, c day
  kThreeParts,    // a and b are day and month in some order, c is the year
  kNamedMonth,    // a year, b month, c day
  kEpochSeconds,  // number
  kEpochMillis,
  kEpochMicros,
  kSerial,  // number of days as spreadsheets count, time in micros_of_day
};

struct DateScan {
  DateForm form = DateForm::kNone;
  int a = 0;
  int b = 0;
  int c = 0;
  char separator = 0;
  int year_digits = 4;
  std::int64_t number = 0;
  bool has_time = false;
  std::int64_t micros_of_day = 0;
  bool has_zone = false;
  std::int64_t offset_micros = 0;  // east of Greenwich
};

DateScan ScanDate(std::string_view text);
DateScan ScanSerial(std::string_view text);  // any count of days from 1 to 109574 (2199-12-31)

inline bool IsDateDigit(char c) { return c >= '0' && c <= '9'; }
// 00..68 are of this century, 69..99 of the last, as in POSIX.
inline int FullYear(int two_digits) { return two_digits + (two_digits <= 68 ? 2000 : 1900); }

// Each reads at a position and moves it only on success.
int ReadMonthName(std::string_view text, std::size_t& at);  // 0 if there is none
bool ReadHalfOfDay(std::string_view text, std::size_t& at, bool& is_afternoon);
bool ReadZone(std::string_view text, std::size_t& at, std::int64_t& offset_micros);
bool ReadFraction(std::string_view text, std::size_t& at, std::int64_t& micros);  // digits after the point, added

}  // namespace weir::sources
