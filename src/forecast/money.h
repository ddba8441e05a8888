// From estimates to amounts of the ledger that add up. Estimates are in units of the ledger's scale.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/decimal.h"

namespace weir::forecast {

// Estimates rounded to the decimals of a currency.
class Rounding {
 public:
  explicit Rounding(const std::string& currency);

  std::int64_t Of(double units) const;
  Decimal MoneyOf(double units) const { return {Of(units), kAmountScale}; }
  // Parts that add up to `whole`, which is rounded already, each as near as that allows: what is left over of rounding
  // down goes to those that lost most (the largest remainder), of equal ones to the first.
  std::vector<std::int64_t> Share(std::int64_t whole, std::span<const double> parts) const;

 private:
  std::int64_t step_;  // the least amount of the currency
};

// A number that is no money with so many digits after the point.
Decimal Rounded(double value, std::uint8_t digits);

inline Decimal Ledger(Int128 units) { return {units, kAmountScale}; }

}  // namespace weir::forecast
