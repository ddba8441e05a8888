#include "metrics/fraction.h"

#include <algorithm>

#include "base/result.h"

namespace weir::metrics {
namespace {

constexpr unsigned kBits = 32;

}  // namespace

Fraction::Fraction(Int128 numerator, Int128 denominator)
    : is_negative_(numerator != 0 && (numerator < 0) != (denominator < 0)),
      above_(Of(numerator)),
      below_(Of(denominator)) {
  WEIR_CHECK(denominator != 0);
}

Fraction::Natural Fraction::Of(Int128 magnitude) {
  Natural number;
  for (Int128 rest = magnitude < 0 ? -magnitude : magnitude; rest > 0; rest >>= kBits) {
    number.push_back(static_cast<std::uint32_t>(rest & 0xffffffff));
  }
  return number;
}

void Fraction::Trim(Natural& number) {
  while (!number.empty() && number.back() == 0) number.pop_back();
}

int Fraction::Compare(const Natural& a, const Natural& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (std::size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Fraction::Natural Fraction::Sum(const Natural& a, const Natural& b) {
  Natural sum;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    carry += (i < a.size() ? a[i] : 0ULL) + (i < b.size() ? b[i] : 0ULL);
    sum.push_back(static_cast<std::uint32_t>(carry));
    carry >>= kBits;
  }
  return sum;
}

Fraction::Natural Fraction::Difference(const Natural& a, const Natural& b) {
  Natural difference = a;
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::int64_t digit = std::int64_t{a[i]} - (i < b.size() ? std::int64_t{b[i]} : 0) - borrow;
    borrow = digit < 0 ? 1 : 0;
    if (digit < 0) digit += std::int64_t{1} << kBits;
    difference[i] = static_cast<std::uint32_t>(digit);
  }
  Trim(difference);
  return difference;
}

Fraction::Natural Fraction::Product(const Natural& a, const Natural& b) {
  Natural product(a.size() + b.size(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.size() || carry != 0; ++j) {
      carry += product[i + j] + std::uint64_t{a[i]} * (j < b.size() ? b[j] : 0);
      product[i + j] = static_cast<std::uint32_t>(carry);
      carry >>= kBits;
    }
  }
  Trim(product);
  return product;
}

Fraction Fraction::operator+(const Fraction& other) const {
  Fraction sum;
  sum.below_ = Product(below_, other.below_);
  const Natural left = Product(above_, other.below_);
  const Natural right = Product(other.above_, below_);
  if (is_negative_ == other.is_negative_) {
    sum.above_ = Sum(left, right);
    sum.is_negative_ = is_negative_;
  } else {
    const bool is_left_greater = Compare(left, right) >= 0;
    sum.above_ = is_left_greater ? Difference(left, right) : Difference(right, left);
    sum.is_negative_ = is_left_greater ? is_negative_ : other.is_negative_;
  }
  if (sum.above_.empty()) sum.is_negative_ = false;
  return sum;
}

Fraction Fraction::operator-(const Fraction& other) const {
  Fraction opposite = other;
  opposite.is_negative_ = !other.is_negative_ && !other.IsZero();
  return *this + opposite;
}

Fraction Fraction::operator*(const Fraction& other) const {
  Fraction product;
  product.above_ = Product(above_, other.above_);
  product.below_ = Product(below_, other.below_);
  product.is_negative_ = !product.IsZero() && is_negative_ != other.is_negative_;
  return product;
}

Fraction Fraction::operator/(const Fraction& other) const {
  WEIR_CHECK(!other.IsZero());
  Fraction turned = other;
  std::swap(turned.above_, turned.below_);
  return *this * turned;
}

std::optional<Int128> Fraction::Rounded(int digits) const {
  Natural dividend = above_;
  for (int i = 0; i < digits; ++i) dividend = Product(dividend, {10});
  // Bit by bit: the numbers here have some hundreds of bits.
  Natural rest;
  Int128 quotient = 0;
  for (std::size_t bit = dividend.size() * kBits; bit-- > 0;) {
    rest = Sum(rest, rest);
    if ((dividend[bit / kBits] >> (bit % kBits) & 1U) != 0) rest = Sum(rest, {1});
    if (quotient >> 124 != 0) return std::nullopt;
    quotient *= 2;
    if (Compare(rest, below_) < 0) continue;
    rest = Difference(rest, below_);
    quotient += 1;
  }
  if (Compare(Sum(rest, rest), below_) >= 0) quotient += 1;
  return is_negative_ ? -quotient : quotient;
}

}  // namespace weir::metrics
