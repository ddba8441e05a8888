// Exact decimals: an integer of 128 bits with a scale. Used for ledger amounts, prices and rates on their way
// between text, the store and JSON. Arithmetic on columns happens in the store; here is only what crosses borders.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

__extension__ typedef __int128 Int128;  // the mark keeps -Wpedantic quiet

struct Decimal {
  Int128 units = 0;                                 // value times 10^scale
  std::uint8_t scale = 0;                           // digits after the point, at most 38
  bool operator==(const Decimal&) const = default;  // same digits and scale: 1.0 is not 1.00 here
};

// Reads a plain decimal "-1234.50"; no grouping, no currency, no exponent. Nothing on bad text or over 38 digits.
std::optional<Decimal> ParsePlainDecimal(std::string_view text);

// "1234.5" for units 123450 scale 2: without trailing zeros, so that equal values have equal text.
std::string FormatDecimal(Decimal value);
// Keeps all digits of the scale: "1234.50".
std::string FormatDecimalFixed(Decimal value);

// Changes the scale, rounding half to even where digits are lost; nothing on overflow of 38 digits.
std::optional<Decimal> Rescale(Decimal value, std::uint8_t scale);
Int128 PowerOfTen(int exponent);  // from 0 to 38

double ToDouble(Decimal value);

// Number of digits after the point that the currency's own ledger uses (ISO 4217); 2 for an unknown code.
std::uint8_t CurrencyDecimals(std::string_view code);
// Three capital letters.
bool IsCurrencyCode(std::string_view code);

inline constexpr std::string_view kNoCurrency = "XXX";
// Scale of every ledger amount column in the store: DECIMAL(18,4).
inline constexpr std::uint8_t kAmountScale = 4;

}  // namespace weir
