#include "sources/cell_words.h"

#include <algorithm>
#include <array>

#include "base/decimal.h"
#include "base/domain.h"
#include "base/phone.h"
#include "base/text.h"

namespace weir::sources {

std::string Shown(std::string_view text) {
  constexpr std::size_t kShownText = 60;  // bytes of a value in a message
  std::string shown(text.substr(0, kShownText));
  while (!shown.empty() && !IsValidUtf8(shown)) shown.pop_back();
  std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return "'" + shown + (text.size() > kShownText ? "...'" : "'");
}

bool IsNullWord(std::string_view text) {
  static constexpr std::string_view kWords[] = {"null", "nan", "none", "n/a", "#n/a",
                                                "-",    "--",  "\\n",  "nil", "\xE2\x80\x94"};
  if (text.size() > 4) return false;
  std::array<char, 4> lower{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return std::ranges::find(kWords, std::string_view(lower.data(), text.size())) != std::end(kWords);
}

std::optional<bool> ParseBoolean(std::string_view text) {
  static constexpr std::string_view kTrue[] = {"true", "t",      "yes", "y",  "1", "1.0",
                                               "да",   "истина", "on",  "ja", "x", "+"};
  static constexpr std::string_view kFalse[] = {"false", "f", "no", "n", "0", "0.0", "нет", "ложь", "off", "nein"};
  const std::string folded = FoldCase(text);
  if (std::ranges::find(kTrue, folded) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, folded) != std::end(kFalse)) return false;
  return std::nullopt;
}

std::optional<std::int64_t> ParseClockDuration(std::string_view text) {
  std::array<std::int64_t, 3> parts{};
  std::size_t part = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == ':') {
      if (digits == 0 || ++part == parts.size()) return std::nullopt;
      digits = 0;
    } else if (c >= '0' && c <= '9' && digits < 6) {
      parts[part] = parts[part] * 10 + (c - '0');
      ++digits;
    } else {
      return std::nullopt;
    }
  }
  if (part != 2 || digits != 2 || parts[1] > 59 || parts[2] > 59) return std::nullopt;
  return parts[0] * 3600 + parts[1] * 60 + parts[2];
}

bool IsMangledId(std::string_view text) {
  const std::size_t plus = text.find('+');
  if (plus == std::string_view::npos || plus < 2 || plus + 1 >= text.size()) return false;
  const std::size_t mark = plus - 1;
  if (text[mark] != 'e' && text[mark] != 'E') return false;
  const auto is_number = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == ','; };
  return std::ranges::all_of(text.substr(0, mark), is_number) && std::ranges::all_of(text.substr(plus + 1), is_number);
}

std::string_view WithoutZeroFraction(std::string_view text) {
  if (!text.ends_with(".0")) return text;
  const std::string_view whole = text.substr(0, text.size() - 2);
  const bool is_number = !whole.empty() && std::ranges::all_of(whole, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? whole : text;
}

bool HasOddBlanks(std::string_view text) {
  char previous = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80 || (c == ' ' && previous == ' ') || (c < ' ' && c >= 0)) return true;
    previous = c;
  }
  return false;
}

std::string_view CurrencyCodeOf(std::string_view text, std::deque<std::string>& texts) {
  if (text.size() == 3) {
    std::string upper(text);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return IsCurrencyCode(upper) && upper != text ? texts.emplace_back(std::move(upper)) : text;
  }
  if (text.size() > 4) return text;
  return CurrencyOfSign(text).value_or(text);
}

std::optional<std::string> ContactReader::ReadOne(ColumnType type, std::string_view text) {
  switch (type) {
    case ColumnType::kEmail:
      return ParseEmail(text);
    case ColumnType::kPhone:
      if (text != last_phone_) {
        last_phone_ = text;
        last_number_ = ParsePhone(text, region_);
      }
      return last_number_;
    case ColumnType::kDomain:
      return WebDomain(text);
    default:
      return HostOf(text) ? std::optional(std::string(text)) : std::nullopt;
  }
}

std::optional<std::string> ContactReader::Read(ColumnType type, std::string_view text, bool& is_whole) {
  auto whole = ReadOne(type, text);
  is_whole = whole.has_value();
  if (is_whole) return whole;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(",;\n|");
    if (auto part = ReadOne(type, TrimBlanks(text.substr(0, end)))) return part;
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return std::nullopt;
}

}  // namespace weir::sources
