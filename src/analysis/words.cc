#include "analysis/words.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace weir::analysis {
namespace {

constexpr std::string_view kNarrowSpace = "\u202F";
constexpr std::string_view kNoBreakSpace = "\u00A0";

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

std::string Grouped(Decimal value, std::string_view separator) {
  const auto whole = Rescale(value, 0);
  std::string digits = FormatDecimal(whole.value_or(value));
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, separator);
  }
  return digits;
}

std::string Comma(std::string number) {
  std::ranges::replace(number, '.', ',');
  return number;
}

std::string_view SymbolOf(std::string_view currency) {
  if (currency == "EUR") return "€";
  if (currency == "USD") return "$";
  if (currency == "GBP") return "£";
  if (currency == "RUB") return "₽";
  return currency;
}

struct Scaled {
  std::string digits;  // with a point
  std::size_t power = 0;
};

// The value in thousands, millions or milliards, with three digits.
Scaled ScaleDown(Decimal value) {
  const Int128 magnitude = value.units < 0 ? -value.units : value.units;
  Int128 unit = 1;
  for (std::uint8_t i = 0; i < value.scale; ++i) unit *= 10;
  std::size_t power = 0;
  while (power < 3 && magnitude >= unit * 1000) {
    unit *= 1000;
    ++power;
  }
  // Rounding may carry into the next power: 999.6 thousand are a million.
  const auto digits_of = [&](std::size_t at) {
    const Int128 whole = magnitude / unit;
    const std::uint8_t digits = whole >= 100 ? 0 : whole >= 10 ? 1 : 2;
    const auto shown = Rescale({value.units, static_cast<std::uint8_t>(value.scale + 3 * at)}, digits);
    return FormatDecimal(shown.value_or(value));
  };
  Scaled scaled{digits_of(power), power};
  if (power < 3 && (scaled.digits == "1000" || scaled.digits == "-1000")) {
    scaled = {scaled.digits.substr(0, scaled.digits.size() - 3), power + 1};
  }
  return scaled;
}

constexpr std::array<std::string_view, 12> kMonthsOfRu{"января", "февраля", "марта",    "апреля",  "мая",    "июня",
                                                       "июля",   "августа", "сентября", "октября", "ноября", "декабря"};

}  // namespace

std::string GroupedEn(Decimal value) { return Grouped(value, ","); }
std::string GroupedRu(Decimal value) { return Grouped(value, kNarrowSpace); }

Text PercentOf(Decimal share) {
  const Int128 magnitude = share.units < 0 ? -share.units : share.units;
  const Decimal percent{magnitude * 100, share.scale};
  Int128 ten = 10;
  for (std::uint8_t i = 0; i < share.scale; ++i) ten *= 10;
  const std::string digits = FormatDecimal(Rescale(percent, percent.units >= ten ? 0 : 1).value_or(percent));
  std::string comma = digits;
  std::ranges::replace(comma, '.', ',');
  return {digits + "%", fmt::format("{}{}%", comma, kNoBreakSpace)};
}

Text ShortMoney(Decimal value, std::string_view currency) {
  const Int128 magnitude = value.units < 0 ? -value.units : value.units;
  Int128 ten_thousand = 10'000;
  for (std::uint8_t i = 0; i < value.scale; ++i) ten_thousand *= 10;
  Text text{GroupedEn(value), GroupedRu(value)};
  if (magnitude >= ten_thousand) {
    static constexpr std::array<std::string_view, 4> kEn{"", "K", "M", "B"};
    static constexpr std::array<std::string_view, 4> kRu{"", "тыс.", "млн", "млрд"};
    const Scaled scaled = ScaleDown(value);
    text.en = fmt::format("{}{}", scaled.digits, kEn.at(scaled.power));
    text.ru = fmt::format("{}{}{}", Comma(scaled.digits), kNoBreakSpace, kRu.at(scaled.power));
  }
  if (currency == kNoCurrency) return text;
  const std::string_view symbol = SymbolOf(currency);
  text.ru += fmt::format("{}{}", kNoBreakSpace, symbol);
  const bool is_code = symbol == currency;
  const bool is_negative = text.en.starts_with('-');
  text.en = fmt::format("{}{}{}{}", is_negative ? "-" : "", symbol, is_code ? kNoBreakSpace : "",
                        is_negative ? text.en.substr(1) : text.en);
  return text;
}

std::string_view RussianForm(std::int64_t count, std::string_view one, std::string_view few, std::string_view many) {
  const std::int64_t tens = count % 100;
  const std::int64_t ones = count % 10;
  if (tens >= 11 && tens <= 14) return many;
  return ones == 1 ? one : ones >= 2 && ones <= 4 ? few : many;
}

Text MonthName(int month) {
  const auto& names = kMonths.at(static_cast<std::size_t>(month - 1));
  return {std::string(names[0]), std::string(names[1])};
}

Text DayName(Date day) {
  const CivilDate civil = ToCivil(day);
  const auto month = static_cast<std::size_t>(civil.month - 1);
  return {fmt::format("{} {} {}", civil.day, MonthName(civil.month).en, civil.year),
          fmt::format("{} {} {} года", civil.day, kMonthsOfRu.at(month), civil.year)};
}

}  // namespace weir::analysis
