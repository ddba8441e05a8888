#include "pipeline/pace.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace weir::pipeline {
namespace {

std::span<const DayWon> Within(std::span<const DayWon> days, std::int32_t first, std::int32_t last) {
  const auto begin = std::ranges::lower_bound(days, first, {}, &DayWon::day);
  const auto end = std::ranges::upper_bound(days, last, {}, &DayWon::day);
  return {begin, end};
}

// The product where the factors of `mask` are those of after.
double ProductOf(const Factors& before, const Factors& after, unsigned mask) {
  double product = 1;
  for (std::size_t i = 0; i < 3; ++i) product *= (mask >> i & 1U) != 0 ? after.multiplied[i] : before.multiplied[i];
  return product / ((mask & 8U) != 0 ? after.divisor : before.divisor);
}

}  // namespace

Pace PaceOf(std::span<const DayWon> days, std::int32_t first, std::int32_t last, std::int32_t number) {
  Pace pace;
  const std::int32_t third = std::max((last - first + 1) / 3, 1);
  for (const DayWon& day : Within(days, first, last)) {
    pace.whole += day.units;
    pace.deals += day.deals;
    if (day.day < first + number) {
      pace.by_then += day.units;
      pace.deals_by_then += day.deals;
    }
    pace.thirds[static_cast<std::size_t>(std::min((day.day - first) / third, 2))] += day.units;
  }
  return pace;
}

std::vector<Int128> RunningOf(std::span<const DayWon> days, std::int32_t first, std::int32_t last) {
  std::vector<Int128> running(static_cast<std::size_t>(std::max(last - first + 1, 0)));
  for (const DayWon& day : Within(days, first, last)) running[static_cast<std::size_t>(day.day - first)] += day.units;
  for (std::size_t i = 1; i < running.size(); ++i) running[i] += running[i - 1];
  return running;
}

std::array<std::int64_t, 4> PartsOf(const Factors& before, const Factors& after, std::int64_t change) {
  // Weights of the orders in which so many factors changed before: k! (3 - k)! / 4!.
  constexpr std::array<double, 4> kWeights{1.0 / 4, 1.0 / 12, 1.0 / 12, 1.0 / 4};
  std::array<std::int64_t, 4> parts{};
  std::int64_t rest = change;
  std::size_t largest = 0;
  for (std::size_t factor = 0; factor < 4; ++factor) {
    const unsigned own = 1U << factor;
    double part = 0;
    for (unsigned mask = 0; mask < 16; ++mask) {
      if ((mask & own) != 0) continue;
      part += kWeights[static_cast<std::size_t>(std::popcount(mask))] *
              (ProductOf(before, after, mask | own) - ProductOf(before, after, mask));
    }
    parts[factor] = std::llround(part);
    rest -= parts[factor];
    if (std::abs(parts[factor]) > std::abs(parts[largest])) largest = factor;
  }
  parts[largest] += rest;
  return parts;
}

}  // namespace weir::pipeline
