#include "base/internet.h"

#include <array>

#include <fmt/format.h>

namespace weir {

std::string PercentEncoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || c == '.' || c == '~';
    if (is_plain) {
      encoded.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return encoded;
}

std::string InternetDate(Instant at, std::string_view zone) {
  static constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Date day = DateOf(at);
  const CivilDate civil = ToCivil(day);
  const std::int64_t second = (at.micros - StartOf(day).micros) / kMicrosPerSecond;
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} {}", kDays.at(static_cast<std::size_t>(WeekdayOf(day))),
                     civil.day, kMonths.at(static_cast<std::size_t>(civil.month - 1)), civil.year, second / 3600,
                     second / 60 % 60, second % 60, zone);
}

}  // namespace weir
