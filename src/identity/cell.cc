#include "identity/cell.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "base/domain.h"
#include "base/text.h"
#include "identity/fold.h"

namespace weir::identity {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool SaysNothing(std::string_view text) {
  constexpr std::array<std::string_view, 9> kNothing{"na",      "n a", "null",          "none",   "nan",
                                                     "unknown", "nil", "not available", "no data"};
  return text.empty() || std::ranges::find(kNothing, text) != kNothing.end();
}

std::string WithoutBlanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

}  // namespace

std::optional<CivilDate> ReadDate(std::string_view text) {
  text = TrimBlanks(text);
  std::array<int, 3> parts{};
  std::array<int, 3> digits{};
  std::size_t count = 0;
  char separator = 0;
  std::size_t at = 0;
  while (at < text.size() && count < 3) {
    if (!IsDigit(text[at])) return std::nullopt;
    while (at < text.size() && IsDigit(text[at])) {
      if (digits[count] >= 8) return std::nullopt;
      parts[count] = parts[count] * 10 + (text[at++] - '0');
      ++digits[count];
    }
    ++count;
    if (at >= text.size() || count == 3) break;
    if (text[at] != '-' && text[at] != '.' && text[at] != '/') break;
    if (separator != 0 && text[at] != separator) return std::nullopt;
    separator = text[at++];
  }
  const bool is_ended = at >= text.size() || text[at] == ' ' || text[at] == 'T' || text[at] == ',';
  if (!is_ended) return std::nullopt;
  CivilDate date;
  if (count == 1 && digits[0] == 8) {
    date = {parts[0] / 10000, parts[0] / 100 % 100, parts[0] % 100};
  } else if (count == 3 && digits[0] == 4) {
    date = {parts[0], parts[1], parts[2]};
  } else if (count == 3 && (digits[2] == 4 || digits[2] == 2)) {
    const int year = digits[2] == 4 ? parts[2] : parts[2] + (parts[2] < 50 ? 2000 : 1900);
    const bool is_month_first = (separator == '/' && parts[0] <= 12) || parts[1] > 12;
    date = is_month_first ? CivilDate{year, parts[0], parts[1]} : CivilDate{year, parts[1], parts[0]};
  } else {
    return std::nullopt;
  }
  // Typing errors make days that are none: they are dates all the same, which others may be near to.
  if (date.year < 1000 || date.year > 2999 || date.month > 99 || date.day > 99) return std::nullopt;
  return date;
}

std::optional<double> ReadNumber(std::string_view text) {
  text = TrimBlanks(text);
  std::string plain;
  int points = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsDigit(c) || c == '-' || c == '+' || c == 'e' || c == 'E') {
      plain.push_back(c);
    } else if (c == '.') {
      plain.push_back(c);
      ++points;
    } else if (c == ',') {
      const bool is_thousands = text.size() - i > 3 && i > 0;
      if (!is_thousands) {
        plain.push_back('.');
        ++points;
      }
    } else if (c != ' ' && c != '$' && c != '%' && static_cast<unsigned char>(c) < 128) {
      return std::nullopt;
    }
  }
  if (plain.empty() || points > 1 || !std::ranges::any_of(plain, IsDigit)) return std::nullopt;
  if (plain.find_first_of("eE") != std::string::npos && !IsDigit(plain.front()) && plain.front() != '-')
    return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(plain.c_str(), &end);
  if (end != plain.c_str() + plain.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string NormalCell(std::string_view cell, FieldKind kind) {
  if (kind == FieldKind::kEmail) {
    if (std::optional<std::string> email = ParseEmail(cell)) return *std::move(email);
  }
  std::string text = FoldText(cell);
  if (SaysNothing(text)) return {};
  if (kind == FieldKind::kCode || kind == FieldKind::kEmail) return WithoutBlanks(std::move(text));
  if (kind == FieldKind::kDate) {
    if (const std::optional<CivilDate> date = ReadDate(cell)) {
      return fmt::format("{:04}{:02}{:02}", date->year, date->month, date->day);
    }
    return WithoutBlanks(std::move(text));
  }
  if (kind == FieldKind::kNumber) {
    if (const std::optional<double> number = ReadNumber(cell)) return fmt::format("{}", *number);
  }
  return text;
}

}  // namespace weir::identity
