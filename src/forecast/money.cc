#include "forecast/money.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weir::forecast {

Rounding::Rounding(const std::string& currency)
    : step_(static_cast<std::int64_t>(
          PowerOfTen(std::max(0, kAmountScale - static_cast<int>(CurrencyDecimals(currency)))))) {}

std::int64_t Rounding::Of(double units) const {
  return static_cast<std::int64_t>(std::nearbyint(units / static_cast<double>(step_))) * step_;
}

std::vector<std::int64_t> Rounding::Share(std::int64_t whole, std::span<const double> parts) const {
  std::vector<std::int64_t> shares(parts.size());
  std::vector<double> rest(parts.size());
  std::int64_t left = whole / step_;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const double steps = std::floor(parts[i] / static_cast<double>(step_));
    shares[i] = static_cast<std::int64_t>(steps);
    rest[i] = parts[i] / static_cast<double>(step_) - steps;
    left -= shares[i];
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
  // More is left than parts, or less than nothing, where the parts never added up to the whole: all share it.
  for (std::size_t i = 0; left != 0 && !parts.empty(); i = (i + 1) % parts.size()) {
    const std::int64_t all = left / static_cast<std::int64_t>(parts.size());
    if (all != 0) {
      for (std::int64_t& share : shares) share += all;
      left -= all * static_cast<std::int64_t>(parts.size());
      continue;
    }
    shares[left > 0 ? order[i] : order[order.size() - 1 - i]] += left > 0 ? 1 : -1;
    left += left > 0 ? -1 : 1;
  }
  for (std::int64_t& share : shares) share *= step_;
  return shares;
}

Decimal Rounded(double value, std::uint8_t digits) {
  return {static_cast<Int128>(std::nearbyint(value * static_cast<double>(PowerOfTen(digits)))), digits};
}

}  // namespace weir::forecast
