#include "sources/number_text.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace weir::sources {
namespace {

constexpr int kMaxDigits = 38;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Length of a blank or an apostrophe that groups digits, 0 if there is none.
std::size_t GroupBlankAt(std::string_view text, std::size_t at) {
  if (text[at] == ' ' || text[at] == '\'') return 1;
  for (const std::string_view blank : {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89", "\xE2\x80\x99"}) {
    if (text.substr(at, blank.size()) == blank) return blank.size();
  }
  return 0;
}

// Only digits, marks and an exponent remain of a number once its dress is off.
struct Bare {
  std::string_view digits;
  std::string_view currency;
  bool is_negative = false;
  bool is_percent = false;
  bool is_number = false;
};

void TakeCurrencyCode(std::string_view code, Bare& bare) {
  if (IsCurrencyCode(code)) bare.currency = code;
}

// Reads what stands before or after the digits: signs, a currency, a percent mark. Words are no dress of a number:
// "12 months" is none, "12 USD" is.
bool ReadDress(std::string_view dress, int& signs, Bare& bare) {
  std::size_t letters = 0;
  std::size_t first_letter = dress.size();
  for (std::size_t i = 0; i < dress.size(); ++i) {
    const char c = dress[i];
    if (c == '-') ++signs;
    if (c == '%') bare.is_percent = true;
    if (IsLetter(c) && letters++ == 0) first_letter = i;
    const bool is_known = IsLetter(c) || static_cast<unsigned char>(c) >= 0x80 || c == '$';
    if (!is_known && std::string_view(" \t+-%").find(c) == std::string_view::npos) return false;
  }
  if (dress.find("\xE2\x88\x92") != std::string_view::npos) ++signs;  // U+2212
  if (const auto currency = CurrencyOfSign(dress)) bare.currency = *currency;
  if (letters == 3) TakeCurrencyCode(dress.substr(first_letter, 3), bare);
  return letters == 0 || !bare.currency.empty();
}

// Takes sign, brackets, currency and percent off both ends.
Bare Undress(std::string_view text) {
  Bare bare;
  text = TrimBlanks(text);
  int signs = 0;
  if (text.size() >= 2 && text.front() == '(' && text.back() == ')') {
    ++signs;
    text = TrimBlanks(text.substr(1, text.size() - 2));
  }
  // The point of an abbreviated currency: "12 руб."
  if (text.size() >= 2 && text.back() == '.' && !IsDigit(text[text.size() - 2])) text.remove_suffix(1);
  const auto begins_number = [](char c) { return IsDigit(c) || c == '.' || c == ','; };
  std::size_t begin = 0;
  while (begin < text.size() && !begins_number(text[begin])) ++begin;
  std::size_t end = text.size();
  while (end > begin && !begins_number(text[end - 1])) --end;
  if (begin == end) return bare;
  bare.digits = text.substr(begin, end - begin);
  const bool is_dress = ReadDress(text.substr(0, begin), signs, bare) && ReadDress(text.substr(end), signs, bare);
  bare.is_negative = signs == 1;
  bare.is_number = is_dress && signs <= 1;
  return bare;
}

struct Marks {
  int points = 0;
  int commas = 0;
  std::size_t last = std::string_view::npos;  // of the last point or comma
  bool has_blank = false;
  bool has_other = false;
  std::size_t exponent = std::string_view::npos;
};

Marks FindMarks(std::string_view text) {
  Marks marks;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (IsDigit(c)) {
      ++i;
    } else if (c == '.' || c == ',') {
      (c == '.' ? marks.points : marks.commas) += 1;
      marks.last = i++;
    } else if (const std::size_t blank = GroupBlankAt(text, i); blank > 0) {
      marks.has_blank = true;
      i += blank;
    } else if ((c == 'e' || c == 'E') && i > 0) {
      marks.exponent = i;
      return marks;
    } else {
      marks.has_other = true;
      return marks;
    }
  }
  return marks;
}

// The decimal mark of one text: '.', ',', 'n' for none (all marks group), 0 if it may be either.
char MarkOf(std::string_view text, const Marks& marks) {
  if (marks.points == 0 && marks.commas == 0) return 'n';
  if (marks.points > 0 && marks.commas > 0) return text[marks.last];
  const char mark = text[marks.last];
  if (marks.points + marks.commas > 1) return 'n';
  const std::string_view before = text.substr(0, marks.last);
  const std::size_t after = text.size() - marks.last - 1;
  const bool may_group = after == 3 && !before.empty() && before.size() <= 3 && before.front() != '0';
  return may_group && !marks.has_blank ? 0 : mark;
}

std::optional<int> ReadExponent(std::string_view text) {
  bool is_negative = false;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) is_negative = text[at++] == '-';
  if (at == text.size() || text.size() - at > 3) return std::nullopt;
  int exponent = 0;
  for (; at < text.size(); ++at) {
    if (!IsDigit(text[at])) return std::nullopt;
    exponent = exponent * 10 + (text[at] - '0');
  }
  return is_negative ? -exponent : exponent;
}

// Digits with their grouping marks; groups hold two or three digits and the last of them three (also "1,23,456").
class DigitReader {
 public:
  explicit DigitReader(char decimal) : decimal_(decimal) {}

  NumberFault Read(std::string_view text, Decimal& value) {
    for (std::size_t i = 0; i < text.size();) {
      const char c = text[i];
      if (IsDigit(c)) {
        if (!Digit(c - '0', value)) return NumberFault::kRange;
        ++i;
      } else if (c == decimal_ && !is_fraction_) {
        if (!EndsGroup()) return NumberFault::kNotNumber;
        is_fraction_ = true;
        ++i;
      } else {
        const std::size_t blank = GroupBlankAt(text, i);
        if (is_fraction_ || !BeginsGroup()) return NumberFault::kNotNumber;
        i += blank > 0 ? blank : 1;
      }
    }
    if (!is_fraction_ && !EndsGroup()) return NumberFault::kNotNumber;
    return digits_ > 0 ? NumberFault::kNone : NumberFault::kNotNumber;
  }

 private:
  bool Digit(int digit, Decimal& value) {
    ++digits_;
    ++group_;
    if (significant_ > 0 || digit != 0) ++significant_;
    if (is_fraction_) {
      // Beyond 38 digits zeros say nothing, and neither do others so far behind the point.
      constexpr int kFarBehind = 20;
      if (value.scale >= kMaxDigits || significant_ > kMaxDigits) return digit == 0 || value.scale >= kFarBehind;
      ++value.scale;
    }
    if (significant_ > kMaxDigits) return false;
    value.units = value.units * 10 + digit;
    return true;
  }
  bool BeginsGroup() {
    const bool is_sound = has_group_ ? (group_ == 2 || group_ == 3) : (group_ >= 1 && group_ <= 3);
    has_group_ = true;
    group_ = 0;
    return is_sound;
  }
  bool EndsGroup() const { return !has_group_ || group_ == 3; }

  char decimal_;
  int digits_ = 0;
  int significant_ = 0;
  int group_ = 0;
  bool has_group_ = false;
  bool is_fraction_ = false;
};

bool Shift(Decimal& value, int exponent) {
  if (exponent < 0) {
    if (value.scale - exponent > kMaxDigits) return false;
    value.scale = static_cast<std::uint8_t>(value.scale - exponent);
    return true;
  }
  const int from_scale = exponent < value.scale ? exponent : value.scale;
  value.scale = static_cast<std::uint8_t>(value.scale - from_scale);
  if (value.units == 0) return true;
  Int128 limit = 1;
  for (int i = 0; i < kMaxDigits; ++i) limit *= 10;
  for (int i = from_scale; i < exponent; ++i) {
    if (value.units >= limit / 10) return false;
    value.units *= 10;
  }
  return true;
}

// "-1234.50" of at most 18 digits: what most cells are.
bool ParsePlain(std::string_view text, Decimal& value) {
  constexpr std::size_t kSafeDigits = 18;
  if (text.empty()) return false;
  std::size_t at = text.front() == '-' ? 1 : 0;
  if (text.size() - at > kSafeDigits + 1) return false;
  std::int64_t units = 0;
  std::size_t point = std::string_view::npos;
  const std::size_t first = at;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (IsDigit(c)) {
      if (at - first == kSafeDigits && point == std::string_view::npos) return false;
      units = units * 10 + (c - '0');
    } else if (c == '.' && point == std::string_view::npos && at > first) {
      point = at;
    } else {
      return false;
    }
  }
  const std::size_t fraction = point == std::string_view::npos ? 0 : text.size() - point - 1;
  if (text.size() == first) return false;
  // A single point before three digits may group: left to the careful way.
  if (point != std::string_view::npos && (fraction == 0 || (fraction == 3 && point - first <= 3))) return false;
  value = {first == 1 ? -Int128{units} : Int128{units}, static_cast<std::uint8_t>(fraction)};
  return true;
}

}  // namespace

ParsedNumber ParseNumber(std::string_view text, char decimal_mark) {
  ParsedNumber number;
  if (ParsePlain(text, number.value)) return number;
  const Bare bare = Undress(text);
  number.fault = NumberFault::kNotNumber;
  if (!bare.is_number) return number;
  number.currency = bare.currency;
  number.is_percent = bare.is_percent;
  const Marks marks = FindMarks(bare.digits);
  if (marks.has_other) return number;
  const std::string_view mantissa = bare.digits.substr(0, marks.exponent);
  char mark = MarkOf(mantissa, marks);
  if (mark == 0) mark = marks.exponent != std::string_view::npos ? '.' : decimal_mark;
  if (mark == 0) {
    number.fault = NumberFault::kAmbiguous;
    return number;
  }
  number.fault = DigitReader(mark).Read(mantissa, number.value);
  if (number.fault != NumberFault::kNone) return number;
  if (marks.exponent != std::string_view::npos) {
    const auto exponent = ReadExponent(bare.digits.substr(marks.exponent + 1));
    if (!exponent) {
      number.fault = NumberFault::kNotNumber;
    } else if (!Shift(number.value, *exponent)) {
      number.fault = NumberFault::kRange;
    }
  }
  if (bare.is_negative) number.value.units = -number.value.units;
  return number;
}

void NoteNumber(std::string_view text, NumberEvidence& evidence) {
  const Bare bare = Undress(text);
  if (!bare.is_number) return;
  const Marks marks = FindMarks(bare.digits);
  if (marks.has_other || marks.exponent != std::string_view::npos || (marks.points == 0 && marks.commas == 0)) return;
  const char mark = MarkOf(bare.digits, marks);
  if (mark == 0) return;
  // Several marks of one kind group, so the other kind is the decimal one.
  const char decimal = mark == 'n' ? (marks.points > 0 ? ',' : '.') : mark;
  Decimal value;
  if (DigitReader(mark).Read(bare.digits, value) != NumberFault::kNone) return;
  (decimal == '.' ? evidence.has_point : evidence.has_comma) = true;
}

}  // namespace weir::sources
