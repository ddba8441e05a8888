#include "sources/sheet_cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/time.h"

namespace weir::sources {
namespace {

constexpr std::size_t kTypedDigits = 15;  // that spreadsheets keep of a number
constexpr std::int64_t kMostZeros = 40;   // beyond it a number is a curiosity and stays as it is written
constexpr std::int64_t kMillisPerDay = 86'400'000;
constexpr double kLastSerial = 2'958'466;  // the day after 9999-12-31
constexpr double kLongestTime = 366;       // days; more under the form of a time is a moment whose day is not shown

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A decimal number: 0.digits times ten to the power of point.
struct Digits {
  bool is_negative = false;
  std::string digits;  // without zeros at either end; empty: zero
  std::int64_t point = 0;
};

std::optional<Digits> ReadDigits(std::string_view text) {
  Digits read;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) read.is_negative = text[at++] == '-';
  bool has_point = false;
  bool has_digit = false;
  for (; at < text.size() && (IsDigit(text[at]) || (text[at] == '.' && !has_point)); ++at) {
    if (text[at] == '.') {
      has_point = true;
      continue;
    }
    has_digit = true;
    if (text[at] != '0' || !read.digits.empty()) {
      read.digits += text[at];
      if (!has_point) ++read.point;
    } else if (has_point) {
      --read.point;
    }
  }
  if (!has_digit) return std::nullopt;
  if (at < text.size()) {
    if (Lower(text[at]) != 'e') return std::nullopt;
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    int exponent = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    read.point += exponent;
  }
  while (!read.digits.empty() && read.digits.back() == '0') read.digits.pop_back();
  if (read.digits.empty()) read = {};
  return read;
}

// To the digits that a spreadsheet keeps. A number whose last kept digit is before the point is left alone: an id.
void Round(Digits& number) {
  if (number.digits.size() <= kTypedDigits || number.point > static_cast<std::int64_t>(kTypedDigits)) return;
  const bool goes_up = number.digits[kTypedDigits] >= '5';
  number.digits.resize(kTypedDigits);
  if (goes_up) {
    while (!number.digits.empty() && number.digits.back() == '9') number.digits.pop_back();
    if (number.digits.empty()) {
      number.digits = "1";
      ++number.point;
    } else {
      ++number.digits.back();
    }
  }
  while (!number.digits.empty() && number.digits.back() == '0') number.digits.pop_back();
}

std::string Write(const Digits& number) {
  if (number.digits.empty()) return "0";
  std::string text = number.is_negative ? "-" : "";
  const auto size = static_cast<std::int64_t>(number.digits.size());
  if (number.point <= 0) {
    text += "0." + std::string(static_cast<std::size_t>(-number.point), '0') + number.digits;
  } else if (number.point >= size) {
    text += number.digits + std::string(static_cast<std::size_t>(number.point - size), '0');
  } else {
    text += number.digits.substr(0, static_cast<std::size_t>(number.point)) + "." +
            number.digits.substr(static_cast<std::size_t>(number.point));
  }
  return text;
}

bool IsWritable(const Digits& number) { return std::abs(number.point) <= kMostZeros && number.digits.size() <= 60; }

std::string TimeOfDay(std::int64_t millis) {
  const std::int64_t seconds = millis / 1000;
  std::string text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (millis % 1000 != 0) text += fmt::format(".{:03}", millis % 1000);
  return text;
}

std::string Duration(std::int64_t millis) {
  const std::int64_t seconds = (millis + 500) / 1000;
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string DayText(std::int64_t day, bool is_1904) {
  constexpr std::int64_t kLeapFault = 60;  // 1900-02-29
  if (is_1904) return FormatDate({static_cast<std::int32_t>(FromCivil({1904, 1, 1}).days + day)});
  if (day == kLeapFault) return "1900-02-29";
  const std::int64_t first = FromCivil({1899, 12, 30}).days + (day < kLeapFault ? 1 : 0);
  return FormatDate({static_cast<std::int32_t>(first + day)});
}

// What the letters of a form say.
struct Letters {
  bool has_date = false;
  bool has_time = false;
  bool is_elapsed = false;
  bool has_percent = false;
};

// Reads the first section of a form's code letter by letter: m is a month, or minutes beside hours or seconds.
class CodeReader {
 public:
  explicit CodeReader(std::string_view code) : code_(code) {}

  Letters Read() {
    while (at_ < code_.size() && code_[at_] != ';') Take();
    FinishMonth(false);
    return letters_;
  }

 private:
  void Take() {
    const char c = Lower(code_[at_]);
    if (c == '"') {
      at_ = std::min(code_.find('"', at_ + 1), code_.size() - 1) + 1;
    } else if (c == '\\' || c == '_' || c == '*' || StartsWith("e+") || StartsWith("e-")) {
      at_ += 2;  // a sign and what it quotes, or the exponent
    } else if (c == '[') {
      TakeBrackets();
    } else if (StartsWith("general")) {
      at_ += 7;
    } else if (StartsWith("am/pm")) {
      letters_.has_time = true;
      at_ += 5;
    } else if (StartsWith("a/p")) {
      letters_.has_time = true;
      at_ += 3;
    } else {
      TakeLetter(c);
      ++at_;
    }
  }

  // [h] counts hours beyond the day; colours, conditions and currencies say nothing here.
  void TakeBrackets() {
    const std::size_t end = std::min(code_.find(']', at_), code_.size() - 1);
    const std::string_view inside = code_.substr(at_ + 1, end - at_ - 1);
    const bool is_elapsed = !inside.empty() && std::ranges::all_of(inside, [&](char c) {
      return Lower(c) == Lower(inside[0]) && (Lower(c) == 'h' || Lower(c) == 'm' || Lower(c) == 's');
    });
    letters_.is_elapsed = letters_.is_elapsed || is_elapsed;
    if (is_elapsed) follows_hours_ = Lower(inside[0]) == 'h';
    at_ = end + 1;
  }

  void TakeLetter(char c) {
    if (c == 'm') {
      (follows_hours_ ? letters_.has_time : is_month_open_) = true;
      return;
    }
    if (c == '%') letters_.has_percent = true;
    const bool is_letter = c >= 'a' && c <= 'z';
    if (!is_letter) return;
    FinishMonth(c == 's');
    follows_hours_ = c == 'h';
    if (c == 'h' || c == 's') letters_.has_time = true;
    if (c == 'y' || c == 'd') letters_.has_date = true;
  }

  void FinishMonth(bool is_minutes) {
    if (!is_month_open_) return;
    (is_minutes ? letters_.has_time : letters_.has_date) = true;
    is_month_open_ = false;
  }

  bool StartsWith(std::string_view word) const {
    if (code_.size() - at_ < word.size()) return false;
    return std::ranges::equal(code_.substr(at_, word.size()), word, {}, Lower);
  }

  std::string_view code_;
  std::size_t at_ = 0;
  Letters letters_;
  bool is_month_open_ = false;  // m was met, and what follows says of what
  bool follows_hours_ = false;
};

std::string MomentText(std::string_view stored, double serial, CellStyle style, bool is_1904) {
  const auto millis = static_cast<std::int64_t>(std::llround(serial * static_cast<double>(kMillisPerDay)));
  const std::int64_t day = millis / kMillisPerDay;
  const std::int64_t rest = millis % kMillisPerDay;
  if (style == CellStyle::kDuration || (style == CellStyle::kTime && day > 0 && serial < kLongestTime)) {
    return Duration(millis);
  }
  if (style == CellStyle::kTime && day == 0) return TimeOfDay(rest);
  if (day == 0 && !is_1904) return rest == 0 ? NumberText(stored) : TimeOfDay(rest);
  std::string text = DayText(day, is_1904);
  if (rest != 0 || style == CellStyle::kMoment) text += "T" + TimeOfDay(rest);
  return text;
}

}  // namespace

CellStyle StyleOfCode(std::string_view code) {
  const Letters letters = CodeReader(code).Read();
  if (letters.has_date) return letters.has_time || letters.is_elapsed ? CellStyle::kMoment : CellStyle::kDate;
  if (letters.is_elapsed) return CellStyle::kDuration;
  if (letters.has_time) return CellStyle::kTime;
  return letters.has_percent ? CellStyle::kPercent : CellStyle::kPlain;
}

CellStyle StyleOfBuiltIn(int number) {
  if (number == 9 || number == 10) return CellStyle::kPercent;
  if (number == 22) return CellStyle::kMoment;
  if (number == 46) return CellStyle::kDuration;
  if ((number >= 18 && number <= 21) || number == 32 || number == 33 || number == 45 || number == 47) {
    return CellStyle::kTime;
  }
  // 27 to 36 and 50 to 58 are days in the forms of East Asia.
  if ((number >= 14 && number <= 17) || (number >= 27 && number <= 36) || (number >= 50 && number <= 58)) {
    return CellStyle::kDate;
  }
  return CellStyle::kPlain;
}

std::string NumberText(std::string_view stored) {
  std::optional<Digits> number = ReadDigits(stored);
  if (!number || !IsWritable(*number)) return std::string(stored);
  Round(*number);
  return Write(*number);
}

std::string StyledText(std::string_view stored, CellStyle style, bool is_1904) {
  if (style == CellStyle::kPlain) return NumberText(stored);
  if (style == CellStyle::kPercent) {
    std::optional<Digits> number = ReadDigits(stored);
    if (!number || !IsWritable(*number)) return std::string(stored);
    Round(*number);
    if (!number->digits.empty()) number->point += 2;
    return Write(*number) + "%";
  }
  double serial = 0;
  const auto [end, error] = std::from_chars(stored.data(), stored.data() + stored.size(), serial);
  const bool is_day =
      error == std::errc() && end == stored.data() + stored.size() && serial >= 0 && serial < kLastSerial;
  return is_day ? MomentText(stored, serial, style, is_1904) : NumberText(stored);
}

std::string WithoutEscapes(std::string text) {
  constexpr std::size_t kSize = 7;  // _x000D_
  std::size_t at = text.find("_x");
  if (at == std::string::npos) return text;
  std::string plain;
  std::size_t from = 0;
  for (; at != std::string::npos; at = text.find("_x", at)) {
    unsigned code = 0;
    const bool is_whole = at + kSize <= text.size() && text[at + kSize - 1] == '_';
    const auto [end, error] = is_whole ? std::from_chars(text.data() + at + 2, text.data() + at + 6, code, 16)
                                       : std::from_chars_result{nullptr, std::errc::invalid_argument};
    // Only what XML cannot hold, and the underscore itself, is written so.
    if (error != std::errc() || end != text.data() + at + 6 || code == 0 || code > 0x7F) {
      at += 2;
      continue;
    }
    plain.append(text, from, at - from);
    plain += static_cast<char>(code);
    at += kSize;
    from = at;
  }
  plain.append(text, from);
  return plain;
}

}  // namespace weir::sources
