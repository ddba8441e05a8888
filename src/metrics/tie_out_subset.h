// A few amounts that make a sum, and how likely it is that some do so by chance. Internal to metrics/.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <stop_token>
#include <vector>

#include "base/decimal.h"

namespace weir::metrics {

// Indices, in order, of the fewest amounts whose sum lies in [low, high]; empty where none is found. One and two are
// found among all of them; up to kMostInSubset among the kSubsetPool greatest that are no greater than the sum. The
// first in order among those as few. Cost: O(n log n + 2^(kSubsetPool / 2)).
constexpr std::size_t kMostInSubset = 6;
constexpr std::size_t kSubsetPool = 28;
std::vector<std::size_t> SmallestSubset(std::span<const Int128> amounts, Int128 low, Int128 high, std::stop_token stop);

// That some subset of that many has its sum in [low, high], were the amounts spread evenly. 0..1.
double ChanceOfSubset(std::span<const Int128> amounts, std::size_t count, Int128 low, Int128 high);

// How densely numbers lie around a target.
class Density {
 public:
  Density(double target, double width) : target_(target), width_(width) {}

  void Add(double number);
  // That some number lies within such a width by chance. 0..1.
  double Chance(double width) const;

 private:
  static constexpr std::size_t kNeighbours = 24;

  double target_;
  double width_;
  std::multiset<double> distances_;  // of the nearest, but those that are met
};

}  // namespace weir::metrics
