// Exact fractions of integers of any size, for decompositions that have to close: nothing is rounded before the last
// step. Internal to metrics/.
#pragma once

#include <optional>
#include <utility>

#include <boost/multiprecision/cpp_int.hpp>

#include "base/decimal.h"

namespace weir::metrics {

class Fraction {
  // Without expression templates: a result is a value, also for what reads this code.
  using Rational =
      boost::multiprecision::number<boost::multiprecision::cpp_rational_backend, boost::multiprecision::et_off>;

 public:
  Fraction() = default;
  explicit Fraction(Int128 numerator, Int128 denominator = 1);  // the denominator is not 0

  Fraction operator+(const Fraction& other) const;
  Fraction operator-(const Fraction& other) const;
  Fraction operator*(const Fraction& other) const;
  Fraction operator/(const Fraction& other) const;  // by what is not 0

  bool IsZero() const { return value_.is_zero(); }
  // In units of 10^-digits, half away from zero; nothing where that does not fit 37 digits.
  std::optional<Int128> Rounded(int digits) const;

 private:
  explicit Fraction(Rational value) : value_(std::move(value)) {}

  Rational value_ = 0;
};

}  // namespace weir::metrics
