#include "setup/words.h"

#include <array>

#include <fmt/format.h>

namespace weir::setup {
namespace {

using analysis::Text;

constexpr std::array<std::array<std::string_view, 2>, 12> kMonths{{{"January", "январь"},
                                                                   {"February", "февраль"},
                                                                   {"March", "март"},
                                                                   {"April", "апрель"},
                                                                   {"May", "май"},
                                                                   {"June", "июнь"},
                                                                   {"July", "июль"},
                                                                   {"August", "август"},
                                                                   {"September", "сентябрь"},
                                                                   {"October", "октябрь"},
                                                                   {"November", "ноябрь"},
                                                                   {"December", "декабрь"}}};
constexpr std::array<std::array<std::string_view, 2>, 7> kDays{
    {{"Mon", "пн"}, {"Tue", "вт"}, {"Wed", "ср"}, {"Thu", "чт"}, {"Fri", "пт"}, {"Sat", "сб"}, {"Sun", "вс"}}};

std::string DaysIn(const WorkingHours& hours, std::size_t language) {
  std::string text;
  for (std::size_t day = 0; day < kDays.size();) {
    if (!hours.days[day]) {
      ++day;
      continue;
    }
    std::size_t last = day;
    while (last + 1 < kDays.size() && hours.days[last + 1]) ++last;
    if (!text.empty()) text += ", ";
    text += kDays[day][language];
    if (last > day) text += fmt::format("–{}", kDays[last][language]);
    day = last + 1;
  }
  return text;
}

std::string Clock(int minutes) { return fmt::format("{}:{:02}", minutes / 60, minutes % 60); }

}  // namespace

Decimal ShareOf(std::int64_t part, std::int64_t whole) {
  constexpr std::int64_t kUnits = 1'000'000'000;
  if (whole <= 0) return {0, 9};
  return {(Int128{2} * part * kUnits + whole) / (Int128{2} * whole), 9};
}

Text PercentOf(const Decimal& share) {
  const std::string percent = FormatDecimal(*Rescale({share.units * 100, share.scale}, 0));
  return {percent + "%", percent + "\u00a0%"};
}

std::string Grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, "\u202f");
  }
  return digits;
}

std::string_view RussianForm(std::int64_t count, std::string_view one, std::string_view few, std::string_view many) {
  const std::int64_t tens = count % 100;
  const std::int64_t ones = count % 10;
  if (tens >= 11 && tens <= 14) return many;
  if (ones == 1) return one;
  return ones >= 2 && ones <= 4 ? few : many;
}

Text MonthName(int month) {
  const auto& names = kMonths.at(static_cast<std::size_t>(month - 1));
  return {std::string(names[0]), std::string(names[1])};
}

Text ShownHours(const WorkingHours& hours) {
  const std::string clock = fmt::format("{}–{}", Clock(hours.begins_minute), Clock(hours.ends_minute));
  return {fmt::format("{}, {}", DaysIn(hours, 0), clock), fmt::format("{}, {}", DaysIn(hours, 1), clock)};
}

Text SourceTitle(std::string_view source) {
  if (source == "salesforce") return {"Salesforce", "Salesforce"};
  if (source == "hubspot") return {"HubSpot", "HubSpot"};
  if (source == "amocrm") return {"amoCRM", "amoCRM"};
  if (source == "bitrix24") return {"Bitrix24", "Битрикс24"};
  if (source == "asterisk") return {"Asterisk", "Asterisk"};
  if (source == "okta") return {"Okta", "Okta"};
  return {std::string(source), std::string(source)};
}

}  // namespace weir::setup
