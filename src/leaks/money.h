// Sums of ledger amounts, exact. Internal to leaks/.
#pragma once

#include <optional>

#include "base/decimal.h"

namespace weir::leaks {

// Adds an amount, if there is one; without any the sum stays unknown.
inline void AddTo(std::optional<Decimal>& sum, const std::optional<Decimal>& value) {
  const auto scaled = value ? Rescale(*value, kAmountScale) : std::nullopt;
  if (!scaled) return;
  sum = Decimal{(sum ? sum->units : Int128{0}) + scaled->units, kAmountScale};
}

}  // namespace weir::leaks
