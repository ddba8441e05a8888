#include "metrics/fraction.h"

#include "base/result.h"

namespace weir::metrics {

using cpp_int = boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

Fraction::Fraction(Int128 numerator, Int128 denominator) {
  WEIR_CHECK(denominator != 0);
  value_ = Rational(cpp_int(numerator)) / Rational(cpp_int(denominator));
}

Fraction Fraction::operator+(const Fraction& other) const { return Fraction(value_ + other.value_); }

Fraction Fraction::operator-(const Fraction& other) const { return Fraction(value_ - other.value_); }

Fraction Fraction::operator*(const Fraction& other) const { return Fraction(value_ * other.value_); }

Fraction Fraction::operator/(const Fraction& other) const {
  WEIR_CHECK(!other.IsZero());
  return Fraction(value_ / other.value_);
}

std::optional<Int128> Fraction::Rounded(int digits) const {
  const cpp_int tens = pow(cpp_int(10), static_cast<unsigned>(digits));
  const Rational scaled = value_ * Rational(tens);
  const cpp_int below = denominator(scaled);
  const cpp_int above = abs(numerator(scaled));
  const cpp_int units = (2 * above + below) / (2 * below);
  if (units >> 124 != 0) return std::nullopt;
  const auto magnitude = static_cast<Int128>(units);
  return value_ < 0 ? -magnitude : magnitude;
}

}  // namespace weir::metrics
