#include "sources/date_scan.h"

#include <array>

#include "base/text.h"
#include "base/time.h"

namespace weir::sources {
namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kMicrosPerHour = 60 * kMicrosPerMinute;

struct MonthName {
  std::string_view stem;  // folded; a word that begins with it and is no longer than `longest` bytes
  std::size_t longest;
  int month;
};

// English, German and Russian, full and short.
constexpr std::array<MonthName, 31> kMonths{
    {{"jan", 7, 1},   {"feb", 8, 2},   {"mar", 5, 3},  {"mär", 5, 3},  {"apr", 5, 4},  {"may", 3, 5},  {"mai", 3, 5},
     {"jun", 4, 6},   {"jul", 4, 7},   {"aug", 6, 8},  {"sep", 9, 9},  {"oct", 7, 10}, {"okt", 7, 10}, {"nov", 8, 11},
     {"dec", 8, 12},  {"dez", 8, 12},  {"янв", 12, 1}, {"фев", 14, 2}, {"мар", 10, 3}, {"апр", 12, 4}, {"май", 6, 5},
     {"мая", 6, 5},   {"мае", 6, 5},   {"июн", 8, 6},  {"июл", 8, 7},  {"авг", 14, 8}, {"сен", 16, 9}, {"окт", 14, 10},
     {"ноя", 12, 11}, {"дек", 14, 12}, {"", 0, 0}}};

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// Reads up to `most` digits; returns their count.
int ReadNumber(std::string_view text, std::size_t& at, int most, std::int64_t& value) {
  value = 0;
  int digits = 0;
  while (at < text.size() && digits < most && IsDateDigit(text[at])) {
    value = value * 10 + (text[at++] - '0');
    ++digits;
  }
  return digits;
}

int ReadNumber(std::string_view text, std::size_t& at, int most, int& value) {
  std::int64_t wide = 0;
  const int digits = ReadNumber(text, at, most, wide);
  value = static_cast<int>(wide);
  return digits;
}

void SkipSpaces(std::string_view text, std::size_t& at) {
  while (at < text.size() && text[at] == ' ') ++at;
}

// "15:30", "15:30:05.123", "3:30 PM", each with or without a zone; true if nothing is left after it.
bool ReadClock(std::string_view text, std::size_t& at, DateScan& scan) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (ReadNumber(text, at, 2, hour) == 0) return false;
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == ':') {
    ++at;
    if (ReadNumber(text, at, 2, minute) != 2) return false;
    if (at < text.size() && text[at] == ':') {
      ++at;
      if (ReadNumber(text, at, 2, second) != 2) return false;
      if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
        ++at;
        if (!ReadFraction(text, at, fraction)) return false;
      }
    }
  } else if (at == text.size()) {
    return false;  // a bare number is no time
  }
  std::size_t next = at;
  SkipSpaces(text, next);
  bool is_afternoon = false;
  if (ReadHalfOfDay(text, next, is_afternoon)) {
    if (hour < 1 || hour > 12) return false;
    hour = hour % 12 + (is_afternoon ? 12 : 0);
    at = next;
  }
  if (hour > 23 || minute > 59 || second > 60) return false;
  if (second == 60) second = 59;  // a leap second has no place of its own
  scan.has_time = true;
  scan.micros_of_day = hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond + fraction;
  next = at;
  SkipSpaces(text, next);
  if (next < text.size() && ReadZone(text, next, scan.offset_micros)) {
    scan.has_zone = true;
    at = next;
  }
  return true;
}

// What may follow a date: nothing, or a time after 'T', a blank or a comma.
bool ReadRest(std::string_view text, std::size_t at, DateScan& scan) {
  // "12 октября 2024 г., 15:30"
  constexpr std::string_view kYearWord = "\xD0\xB3.";
  std::size_t word = at;
  SkipSpaces(text, word);
  if (text.substr(word, kYearWord.size()) == kYearWord) at = word + kYearWord.size();
  if (at == text.size()) return true;
  if (text[at] == ',') ++at;
  if (at < text.size() && (text[at] == 'T' || text[at] == 't')) ++at;
  SkipSpaces(text, at);
  if (text.substr(at, 3) == "at ") at += 3;
  if (at == text.size()) return false;
  return ReadClock(text, at, scan) && at == text.size();
}

DateScan With(DateForm form, int a, int b, int c, DateScan scan) {
  scan.form = form;
  scan.a = a;
  scan.b = b;
  scan.c = c;
  return scan;
}

// "20240331", "20240331153000", Unix time, a spreadsheet's day: nothing but digits and at most one point.
DateScan ScanDigits(std::string_view text) {
  DateScan scan;
  std::size_t at = 0;
  std::int64_t number = 0;
  const int digits = ReadNumber(text, at, 18, number);
  const bool is_whole = at == text.size();
  if (is_whole && (digits == 8 || digits == 14)) {
    const std::int64_t day = digits == 8 ? number : number / 1'000'000;
    const auto clock = static_cast<int>(digits == 8 ? 0 : number % 1'000'000);
    if (clock / 10'000 > 23 || clock / 100 % 100 > 59 || clock % 100 > 59) return {};
    scan.has_time = digits == 14;
    scan.micros_of_day = (clock / 10'000 * 3'600LL + clock / 100 % 100 * 60 + clock % 100) * kMicrosPerSecond;
    const auto date = static_cast<int>(day);
    return With(DateForm::kYearFirst, date / 10'000, date / 100 % 100, date % 100, scan);
  }
  scan.number = number;
  if (is_whole && digits == 10) scan.form = DateForm::kEpochSeconds;
  if (is_whole && digits == 13) scan.form = DateForm::kEpochMillis;
  if (is_whole && digits == 16) scan.form = DateForm::kEpochMicros;
  if (digits == 5 && number >= 20'000 && number <= 80'000) return ScanSerial(text);
  return scan;
}

// "31 Mar 2024", "31-Mar-24": at is at the word.
DateScan ScanDayMonthName(std::string_view text, std::size_t at, int day) {
  const int month = ReadMonthName(text, at);
  if (month == 0) return {};
  while (at < text.size() && std::string_view(" -/.,").find(text[at]) != std::string_view::npos) ++at;
  int year = 0;
  const int digits = ReadNumber(text, at, 4, year);
  if (digits != 4 && digits != 2) return {};
  DateScan scan;
  if (!ReadRest(text, at, scan)) return {};
  return With(DateForm::kNamedMonth, digits == 2 ? FullYear(year) : year, month, day, scan);
}

// "Mar 31, 2024", after a weekday or not.
DateScan ScanMonthName(std::string_view text) {
  std::size_t at = 0;
  const int month = ReadMonthName(text, at);
  if (month == 0) {
    // "Sun, 31 Mar 2024": any word may be the weekday.
    while (at < text.size() && IsWordByte(text[at])) ++at;
    if (at < text.size() && text[at] == ',') ++at;
    const std::size_t start = at;
    SkipSpaces(text, at);
    if (at == 0 || at == start) return {};
    return ScanDate(text.substr(at));
  }
  if (at < text.size() && text[at] == '.') ++at;
  SkipSpaces(text, at);
  int day = 0;
  int year = 0;
  if (ReadNumber(text, at, 2, day) == 0) return {};
  if (at < text.size() && text[at] == ',') ++at;
  SkipSpaces(text, at);
  if (ReadNumber(text, at, 4, year) != 4) return {};
  DateScan scan;
  if (!ReadRest(text, at, scan)) return {};
  return With(DateForm::kNamedMonth, year, month, day, scan);
}

}  // namespace

int ReadMonthName(std::string_view text, std::size_t& at) {
  std::size_t end = at;
  while (end < text.size() && IsWordByte(text[end])) ++end;
  if (end == at || end - at > 20) return 0;
  const std::string word = FoldCase(text.substr(at, end - at));
  for (const MonthName& name : kMonths) {
    if (!name.stem.empty() && word.size() <= name.longest && word.starts_with(name.stem)) {
      at = end;
      if (at < text.size() && text[at] == '.') ++at;
      return name.month;
    }
  }
  return 0;
}

bool ReadHalfOfDay(std::string_view text, std::size_t& at, bool& is_afternoon) {
  if (at >= text.size()) return false;
  const char first = static_cast<char>(text[at] | 0x20);
  if (first != 'a' && first != 'p') return false;
  std::size_t next = at + 1;
  if (next < text.size() && text[next] == '.') ++next;
  if (next >= text.size() || (text[next] | 0x20) != 'm') return false;
  ++next;
  if (next < text.size() && text[next] == '.') ++next;
  is_afternoon = first == 'p';
  at = next;
  return true;
}

bool ReadZone(std::string_view text, std::size_t& at, std::int64_t& offset_micros) {
  std::size_t next = at;
  const bool is_bracketed = next < text.size() && text[next] == '(';
  if (is_bracketed) ++next;
  const std::string_view rest = text.substr(next);
  bool has_name = true;
  if (rest.starts_with("UTC") || rest.starts_with("GMT")) {
    next += 3;
  } else if (rest.starts_with("Z") || rest.starts_with("z")) {
    next += 1;
  } else {
    has_name = false;
  }
  std::int64_t offset = 0;
  if (next < text.size() && (text[next] == '+' || text[next] == '-')) {
    const int sign = text[next++] == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    if (ReadNumber(text, next, 2, hours) == 0) return false;
    if (next < text.size() && text[next] == ':') ++next;
    const int minute_digits = ReadNumber(text, next, 2, minutes);
    if (minute_digits == 1 || hours > 18 || minutes > 59) return false;
    offset = sign * (hours * kMicrosPerHour + minutes * kMicrosPerMinute);
  } else if (!has_name) {
    return false;
  }
  if (is_bracketed && (next >= text.size() || text[next++] != ')')) return false;
  offset_micros = offset;
  at = next;
  return true;
}

bool ReadFraction(std::string_view text, std::size_t& at, std::int64_t& micros) {
  std::int64_t unit = 100'000;
  const std::size_t start = at;
  for (; at < text.size() && IsDateDigit(text[at]); ++at) {
    micros += (text[at] - '0') * unit;
    unit /= 10;
  }
  return at > start;
}

DateScan ScanSerial(std::string_view text) {
  constexpr std::int64_t kLastSerial = 109'574;
  DateScan scan;
  std::size_t at = 0;
  if (ReadNumber(text, at, 6, scan.number) == 0 || scan.number < 1 || scan.number > kLastSerial) return {};
  if (at < text.size()) {
    if (text[at] != '.' && text[at] != ',') return {};
    ++at;
    // A day's fraction to a millionth of a second needs eleven digits; spreadsheets give at most ten.
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    const std::size_t start = at;
    for (; at < text.size() && IsDateDigit(text[at]); ++at) {
      if (at - start >= 8) continue;
      numerator = numerator * 10 + (text[at] - '0');
      denominator *= 10;
    }
    if (at == start || at != text.size()) return {};
    scan.has_time = true;
    // Rounded to the second, which is what such numbers mean.
    scan.micros_of_day = (numerator * 86'400 + denominator / 2) / denominator * kMicrosPerSecond;
    if (scan.micros_of_day == kMicrosPerDay) scan.micros_of_day -= kMicrosPerSecond;
  }
  scan.form = DateForm::kSerial;
  return scan;
}

DateScan ScanDate(std::string_view text) {
  text = TrimBlanks(text);
  if (text.size() < 5 || text.size() > 64) return {};
  if (!IsDateDigit(text.front())) return ScanMonthName(text);
  std::size_t at = 0;
  int first = 0;
  const int first_digits = ReadNumber(text, at, 4, first);
  if (at == text.size() || IsDateDigit(text[at]) || (first_digits == 5)) return ScanDigits(text);
  const char separator = text[at++];
  std::size_t word = at;
  if (separator == ' ') SkipSpaces(text, word);
  if (first_digits <= 2 && (std::string_view(" -/.").find(separator) != std::string_view::npos) && word < text.size() &&
      IsWordByte(text[word])) {
    return ScanDayMonthName(text, word, first);
  }
  if (std::string_view("-/. ").find(separator) == std::string_view::npos) return {};
  int second = 0;
  int third = 0;
  const int second_digits = ReadNumber(text, at, 2, second);
  if (second_digits == 0 || at >= text.size() || text[at] != separator) return {};
  ++at;
  const int third_digits = ReadNumber(text, at, 4, third);
  DateScan scan;
  scan.separator = separator;
  if (!ReadRest(text, at, scan)) return {};
  if (first_digits == 4) {
    if (third_digits < 1 || third_digits > 2) return {};
    return With(DateForm::kYearFirst, first, second, third, scan);
  }
  if (first_digits > 2 || (third_digits != 4 && third_digits != 2)) return {};
  scan.year_digits = third_digits;
  return With(DateForm::kThreeParts, first, second, third, scan);
}

}  // namespace weir::sources
