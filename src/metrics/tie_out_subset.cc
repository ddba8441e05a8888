#include "metrics/tie_out_subset.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <optional>

namespace weir::metrics {
namespace {

struct Part {
  Int128 sum = 0;
  std::uint32_t mask = 0;
};

std::vector<Part> SumsOf(std::span<const Int128> amounts) {
  std::vector<Part> parts(std::size_t{1} << amounts.size());
  for (std::uint32_t mask = 1; mask < parts.size(); ++mask) {
    const int lowest = std::countr_zero(mask);
    parts[mask] = {parts[mask & (mask - 1)].sum + amounts[static_cast<std::size_t>(lowest)], mask};
  }
  return parts;
}

std::vector<std::size_t> Pair(std::span<const Int128> amounts, Int128 low, Int128 high) {
  std::vector<std::size_t> order(amounts.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t index) { return amounts[index]; });
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    const Int128 least = low - amounts[i];
    auto other = std::ranges::lower_bound(order, least, {}, [&](std::size_t index) { return amounts[index]; });
    for (; other != order.end() && amounts[*other] <= high - amounts[i]; ++other) {
      if (*other > i) return {i, *other};
    }
  }
  return {};
}

std::vector<std::size_t> Several(std::span<const Int128> amounts, Int128 low, Int128 high,
                                 const std::stop_token& stop) {
  const auto size = [](Int128 amount) { return amount < 0 ? -amount : amount; };
  const Int128 most = std::max(size(low), size(high));
  std::vector<std::size_t> pool;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (size(amounts[i]) <= most) pool.push_back(i);
  }
  std::ranges::stable_sort(pool, std::greater<>(), [&](std::size_t index) { return size(amounts[index]); });
  if (pool.size() > kSubsetPool) pool.resize(kSubsetPool);
  std::ranges::sort(pool);
  std::vector<Int128> chosen;
  chosen.reserve(pool.size());
  for (const std::size_t index : pool) chosen.push_back(amounts[index]);
  const std::size_t half = chosen.size() / 2;
  const std::vector<Part> left = SumsOf(std::span(chosen).first(half));
  std::vector<Part> right = SumsOf(std::span(chosen).subspan(half));
  std::ranges::sort(right, [](const Part& one, const Part& other) {
    return one.sum != other.sum ? one.sum < other.sum : std::popcount(one.mask) < std::popcount(other.mask);
  });
  std::optional<std::pair<std::uint32_t, std::uint32_t>> best;
  int fewest = static_cast<int>(kMostInSubset) + 1;
  for (const Part& part : left) {
    if (stop.stop_requested()) return {};
    const int count = std::popcount(part.mask);
    if (count >= fewest) continue;
    auto other = std::ranges::lower_bound(right, low - part.sum, {}, &Part::sum);
    // As many as the pool has parts would be looked at in the worst case: a figure of few digits matches soon.
    for (; other != right.end() && other->sum <= high - part.sum; ++other) {
      const int both = count + std::popcount(other->mask);
      if (both == 0 || both >= fewest) continue;
      fewest = both;
      best = {part.mask, other->mask};
      if (fewest <= 3) break;
    }
  }
  std::vector<std::size_t> found;
  if (!best) return found;
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const bool is_in = i < half ? (best->first >> i & 1U) != 0 : (best->second >> (i - half) & 1U) != 0;
    if (is_in) found.push_back(pool[i]);
  }
  return found;
}

}  // namespace

std::vector<std::size_t> SmallestSubset(std::span<const Int128> amounts, Int128 low, Int128 high,
                                        std::stop_token stop) {
  if (low <= 0 && high >= 0) return {};
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i] >= low && amounts[i] <= high) return {i};
  }
  if (auto pair = Pair(amounts, low, high); !pair.empty()) return pair;
  return Several(amounts, low, high, stop);
}

double ChanceOfSubset(std::span<const Int128> amounts, std::size_t count, Int128 low, Int128 high) {
  if (amounts.empty() || count == 0) return 0;
  double greatest = 0;
  for (const Int128 amount : amounts) greatest = std::max(greatest, std::abs(static_cast<double>(amount)));
  const double n = static_cast<double>(count > 2 ? std::min(amounts.size(), kSubsetPool) : amounts.size());
  double subsets = 0;
  double ways = 1;
  for (std::size_t i = 0; i < count; ++i) {
    ways *= std::max(0.0, n - static_cast<double>(i)) / static_cast<double>(i + 1);
    subsets += ways;
  }
  const double width = static_cast<double>(high - low + 1);
  return 1 - std::exp(-subsets * width / (greatest * static_cast<double>(count) + 1));
}

void Density::Add(double number) {
  const double distance = std::abs(number - target_);
  if (distance <= width_) return;
  if (distances_.size() == kNeighbours) {
    const auto last = std::prev(distances_.end());
    if (*last <= distance) return;
    distances_.erase(last);
  }
  distances_.insert(distance);
}

double Density::Chance(double width) const {
  if (distances_.empty()) return 0;
  const double reach = *std::prev(distances_.end());
  return 1 - std::exp(-static_cast<double>(distances_.size()) * width / (2 * reach));
}

}  // namespace weir::metrics
