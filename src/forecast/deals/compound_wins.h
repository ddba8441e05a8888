// Sums of an unknown number of wins: deals that are not created yet, of which only how many there may be and what they
// are won at is known.
//
// The number is Poisson, or negative binomial where its variance is above its mean; the sum by Panjer's recursion
// (Panjer 1981; Klugman, Panjer, Willmot 2012, ch. 9), exact on the grid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::forecast {

// What one win adds to a sum on a grid, and how likely that is.
struct GridJump {
  std::int64_t steps = 0;
  double share = 0;
};

// The probabilities of sums 0 .. cells - 1 of a number of jumps with this mean and variance; what lies beyond is left
// out, and the rest adds up to 1. Steps are 0 or more, shares add up to 1. A variance below the mean counts as the
// mean. O(cells * jumps).
std::vector<double> CompoundSums(double mean, double variance, std::span<const GridJump> jumps, std::size_t cells);

}  // namespace weir::forecast
