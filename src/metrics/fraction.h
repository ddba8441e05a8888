// Exact fractions of integers of any size, for decompositions that have to close: nothing is rounded before the last
// step. Internal to metrics/.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/decimal.h"

namespace weir::metrics {

class Fraction {
 public:
  Fraction() : Fraction(0) {}
  explicit Fraction(Int128 numerator, Int128 denominator = 1);  // the denominator is not 0

  Fraction operator+(const Fraction& other) const;
  Fraction operator-(const Fraction& other) const;
  Fraction operator*(const Fraction& other) const;
  Fraction operator/(const Fraction& other) const;  // by what is not 0

  bool IsZero() const { return above_.empty(); }
  // In units of 10^-digits, half away from zero; nothing where that does not fit 38 digits.
  std::optional<Int128> Rounded(int digits) const;

 private:
  // Digits to the base of 2^32, the lowest first, without zeros on top.
  using Natural = std::vector<std::uint32_t>;
  static Natural Of(Int128 magnitude);
  static Natural Sum(const Natural& a, const Natural& b);
  static Natural Difference(const Natural& a, const Natural& b);  // a >= b
  static Natural Product(const Natural& a, const Natural& b);
  static int Compare(const Natural& a, const Natural& b);
  static void Trim(Natural& number);

  bool is_negative_ = false;
  Natural above_ = {};
  Natural below_ = {1};
};

}  // namespace weir::metrics
