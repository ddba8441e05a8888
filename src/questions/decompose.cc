#include "questions/decompose.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weir::questions {

std::vector<Int128> RoundedTo(const std::vector<long double>& parts, Int128 sum, Int128 step) {
  std::vector<Int128> rounded;
  Int128 rest = sum;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    rounded.push_back(static_cast<Int128>(std::roundl(parts[i] / static_cast<long double>(step))) * step);
    rest -= rounded.back();
    if (std::abs(parts[i]) > std::abs(parts[largest])) largest = i;
  }
  if (!rounded.empty()) rounded[largest] += rest;
  return rounded;
}

std::vector<Int128> EffectsOf(const std::vector<Factor>& factors, Int128 change, Int128 step) {
  const std::size_t count = factors.size();
  std::vector<long double> before(count);
  std::vector<long double> now(count);
  for (std::size_t i = 0; i < count; ++i) {
    before[i] = factors[i].before.value_or(factors[i].now.value_or(1));
    now[i] = factors[i].now.value_or(factors[i].before.value_or(1));
  }
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::vector<long double> effects(count, 0);
  std::size_t orders = 0;
  do {
    ++orders;
    std::vector<long double> state = before;
    long double product = std::accumulate(state.begin(), state.end(), 1.0L, std::multiplies<>());
    for (const std::size_t next : order) {
      state[next] = now[next];
      const long double changed = std::accumulate(state.begin(), state.end(), 1.0L, std::multiplies<>());
      effects[next] += changed - product;
      product = changed;
    }
  } while (std::ranges::next_permutation(order).found);
  for (long double& effect : effects) effect /= static_cast<long double>(orders);
  return RoundedTo(effects, change, step);
}

}  // namespace weir::questions
