// How far a period was on a day of it, and how evenly it was won: the kernel of pacing; and what each factor of a
// product did to its change: the kernel of velocity. Integers of the ledger; no store, no clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/decimal.h"

namespace weir::pipeline {

// What was won on a day, of 10^-4.
struct DayWon {
  std::int32_t day = 0;  // days since 1970
  std::int64_t units = 0;
  std::int64_t deals = 0;
};

struct Pace {
  Int128 by_then = 0;  // up to the day of that number, the first is 1
  Int128 whole = 0;
  std::int64_t deals_by_then = 0;
  std::int64_t deals = 0;
  std::array<Int128, 3> thirds = {};  // of its days, the last one takes what does not divide
};

// Of the period from `first` to `last`; `days` rise. A day of a number beyond the period is its last one. O(log n +
// days of the period).
Pace PaceOf(std::span<const DayWon> days, std::int32_t first, std::int32_t last, std::int32_t number);

// The sums up to each day of the period.
std::vector<Int128> RunningOf(std::span<const DayWon> days, std::int32_t first, std::int32_t last);

// What each of four factors adds to the change of a x b x c / d: the mean over all orders in which they may change
// (Shapley 1953), rounded to whole units so that they add up to `change` exactly, which is the rounded difference of
// the products. Factors are above 0 or 0; d is above 0.
struct Factors {
  std::array<double, 3> multiplied = {};
  double divisor = 1;
};
std::array<std::int64_t, 4> PartsOf(const Factors& before, const Factors& after, std::int64_t change);

}  // namespace weir::pipeline
