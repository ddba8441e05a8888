// How figures of reports are read, and how exact they are.
#include "metrics/figure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::metrics {
namespace {

// "low..high currency unit"; several readings by " | ".
std::string Said(std::string_view text) {
  const auto figure = ParseFigure(text);
  if (!figure) return figure.error().message();
  std::string said;
  for (const Reading& reading : figure->readings) {
    said += (said.empty() ? "" : " | ") + FormatDecimal(reading.low) + ".." + FormatDecimal(reading.high);
  }
  if (!figure->currency.empty()) said += " " + figure->currency;
  if (figure->unit) said += fmt::format(" {}", NameOf(*figure->unit));
  return said;
}

TEST(Figures, SayHowExactTheyAre) {
  const std::vector<std::pair<std::string, std::string>> told{
      {"12", "11.5..12.5"},
      {"1234567.89", "1234567.885..1234567.895"},
      {"1,234,567.89", "1234567.885..1234567.895"},
      {"1.234.567,89", "1234567.885..1234567.895"},
      {"1 234 567,8", "1234567.75..1234567.85"},
      {"1\u00A0234\u202F567", "1234566.5..1234567.5"},
      {"1'234'567.5", "1234567.45..1234567.55"},
      {"1’234", "1233.5..1234.5"},
      {"1,234", "1233.5..1234.5 | 1.2335..1.2345"},
      {"1.234", "1.2335..1.2345 | 1233.5..1234.5"},
      {"0.234", "0.2335..0.2345"},
      {"1.2345", "1.23445..1.23455"},
      {".5", "0.45..0.55"},
      {"12.", "11.5..12.5"},
      {"1.2M", "1150000..1250000"},
      {"$1.2M", "1150000..1250000 USD money"},
      {"US$ 1.20m", "1195000..1205000 USD money"},
      {"1.2 million", "1150000..1250000"},
      {"3k", "2500..3500"},
      {"2.5bn EUR", "2450000000..2550000000 EUR money"},
      {"1 234,5 тыс.", "1234450..1234550"},
      {"1 234,5 тыс. руб.", "1234450..1234550 RUB money"},
      {"15 т.р.", "14500..15500 RUB money"},
      {"1,5 млн ₽", "1450000..1550000 RUB money"},
      {"2 миллиона рублей", "1500000..2500000 RUB money"},
      {"€ 12 млрд", "11500000000..12500000000 EUR money"},
      {"12.3%", "0.1225..0.1235 share"},
      {"12,3 %", "0.1225..0.1235 share"},
      {"7 процентов", "0.065..0.075 share"},
      {"-5%", "-0.055..-0.045 share"},
      {"(350)", "-350.5..-349.5"},
      {"−350,25", "-350.255..-350.245"},
      {"($1.5k)", "-1550..-1450 USD money"},
      {"~12 days", "11.5..12.5 days"},
      {"около 12 дней", "11.5..12.5 days"},
      {"3,5 ч", "3.45..3.55 hours"},
      {"１２", "11.5..12.5"},
  };
  for (const auto& [text, expected] : told) EXPECT_EQ(Said(text), expected) << text;
}

TEST(Figures, RefuseWhatIsNone) {
  for (const std::string text : {"",         "abc",    "12 apples", "1,23,456",
                                 "1 23",     "12%%",   "$12 €",     "1.2.3,4,5",
                                 "1e9",      "--5",    "(12",       "12)",
                                 "-(12)",    "12 k m", "NaN",       "1;DROP TABLE",
                                 "12\n13",   "$5%",    "1 234 56",  "9999999999999999999999999999",
                                 "\xff\xfe", "١٢"}) {
    EXPECT_FALSE(ParseFigure(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseFigure(std::string(10'000, '1')).has_value());
}

TEST(Figures, OfRandomBytesNeverHarm) {
  RandomStream random(5, "figures");
  constexpr std::string_view kLetters = "0123456789.,' -()$%kmтыс€";
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::int64_t left = random.Integer(0, 24); left > 0; --left) {
      text +=
          random.Chance(0.02)
              ? static_cast<char>(random.Integer(0, 255))
              : kLetters[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(kLetters.size()) - 1))];
    }
    const auto figure = ParseFigure(text);
    if (!figure) continue;
    for (const Reading& reading : figure->readings) {
      EXPECT_LT(reading.low.units, reading.high.units);
      for (const int digits : {0, 4, 9}) {
        const UnitRange range = RangeOf(reading, digits);
        EXPECT_LE(range.low, range.high) << text;
      }
    }
  }
}

TEST(Figures, LieBetweenTheUnitsOfAMetric) {
  const auto range = [](std::string_view text, int digits) {
    const UnitRange found = RangeOf(ParseFigure(text)->readings.front(), digits);
    return std::pair(static_cast<std::int64_t>(found.low), static_cast<std::int64_t>(found.high));
  };
  EXPECT_EQ(range("12", 0), std::pair(12L, 12L));
  EXPECT_EQ(range("1.2k", 0), std::pair(1150L, 1250L));
  EXPECT_EQ(range("12.3%", 4), std::pair(1225L, 1235L));
  EXPECT_EQ(range("-12", 0), std::pair(-12L, -12L));
  // More digits than the metric has.
  EXPECT_EQ(range("0.33333333", 4), std::pair(3333L, 3333L));
}

}  // namespace
}  // namespace weir::metrics
