#include "base/decimal.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

constexpr int kMaxDigits = 38;

constexpr std::array<Int128, kMaxDigits + 1> kPowers = [] {
  std::array<Int128, kMaxDigits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

std::string DigitsOf(Int128 units) {
  if (units == 0) return "0";
  std::string digits;
  const bool is_negative = units < 0;
  while (units != 0) {
    const int digit = static_cast<int>(units % 10);
    digits.push_back(static_cast<char>('0' + (digit < 0 ? -digit : digit)));
    units /= 10;
  }
  if (is_negative) digits.push_back('-');
  std::ranges::reverse(digits);
  return digits;
}

}  // namespace

Int128 PowerOfTen(int exponent) { return kPowers.at(static_cast<std::size_t>(exponent)); }

std::optional<Decimal> ParsePlainDecimal(std::string_view text) {
  std::size_t at = 0;
  bool is_negative = false;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) is_negative = text[at++] == '-';
  Decimal value;
  int digits = 0;
  int significant = 0;
  bool after_point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return std::nullopt;
    ++digits;
    if (significant > 0 || text[at] != '0') ++significant;
    if (significant > kMaxDigits) return std::nullopt;
    value.units = value.units * 10 + (text[at] - '0');
    if (after_point && ++value.scale > kMaxDigits) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  if (is_negative) value.units = -value.units;
  return value;
}

std::string FormatDecimalFixed(Decimal value) {
  std::string digits = DigitsOf(value.units);
  if (value.scale == 0) return digits;
  const bool is_negative = digits.front() == '-';
  if (is_negative) digits.erase(0, 1);
  if (digits.size() <= value.scale) digits.insert(0, value.scale + 1 - digits.size(), '0');
  digits.insert(digits.size() - value.scale, 1, '.');
  return is_negative ? "-" + digits : digits;
}

std::string FormatDecimal(Decimal value) {
  std::string text = FormatDecimalFixed(value);
  if (value.scale == 0) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::optional<Decimal> Rescale(Decimal value, std::uint8_t scale) {
  if (scale > kMaxDigits) return std::nullopt;
  if (scale >= value.scale) {
    const Int128 limit = PowerOfTen(kMaxDigits) - 1;
    const int more = scale - value.scale;
    const Int128 factor = PowerOfTen(more);
    // Whatever has 18 digits has room for twenty more: the division takes longer than all else here.
    const bool has_room = more <= 20 && value.units < kPowers[18] && value.units > -kPowers[18];
    if (has_room) return Decimal{value.units * factor, scale};
    if (value.units > limit / factor || value.units < -(limit / factor)) return std::nullopt;
    return Decimal{value.units * factor, scale};
  }
  const Int128 divisor = PowerOfTen(value.scale - scale);
  Int128 quotient = value.units / divisor;
  Int128 rest = value.units % divisor;
  if (rest < 0) rest = -rest;
  const Int128 half = divisor / 2;
  if (rest > half || (rest == half && quotient % 2 != 0)) quotient += value.units < 0 ? -1 : 1;
  return Decimal{quotient, scale};
}

double ToDouble(Decimal value) {
  return static_cast<double>(value.units) / static_cast<double>(PowerOfTen(value.scale));
}

std::uint8_t CurrencyDecimals(std::string_view code) {
  static constexpr std::array<std::string_view, 16> kNone{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
                                                          "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"};
  static constexpr std::array<std::string_view, 7> kThree{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::ranges::find(kNone, code) != kNone.end()) return 0;
  if (std::ranges::find(kThree, code) != kThree.end()) return 3;
  if (code == "CLF" || code == "UYW") return 4;
  return 2;
}

bool IsCurrencyCode(std::string_view code) {
  return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace weir
