#include "questions/exact.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weir::questions {
namespace {

// The logarithm of a factorial. lgamma writes a global sign; the sum of logarithms of small numbers is exact enough and
// is asked for a few hundred at most, so it is kept simple: Stirling's series with its first corrections from 32 on.
double LogFactorial(std::int64_t n) {
  if (n < 32) {
    double sum = 0;
    for (std::int64_t i = 2; i <= n; ++i) sum += std::log(static_cast<double>(i));
    return sum;
  }
  const auto x = static_cast<double>(n + 1);
  return (x - 0.5) * std::log(x) - x + 0.91893853320467274178 + 1 / (12 * x) - 1 / (360 * x * x * x) +
         1 / (1260 * x * x * x * x * x);
}

double LogChoose(std::int64_t n, std::int64_t k) { return LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k); }

}  // namespace

double ChanceOfWorse(Cases first, Cases second) {
  const std::int64_t bad = first.bad + second.bad;
  const std::int64_t all = first.all + second.all;
  const double whole = LogChoose(all, first.all);
  double chance = 0;
  for (std::int64_t k = first.bad; k <= std::min(bad, first.all); ++k) {
    if (first.all - k > all - bad) continue;
    chance += std::exp(LogChoose(bad, k) + LogChoose(all - bad, first.all - k) - whole);
  }
  return std::min(chance, 1.0);
}

std::vector<double> AdjustedForMany(const std::vector<double>& chances) {
  std::vector<std::size_t> order(chances.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t at) { return chances[at]; });
  std::vector<double> adjusted(chances.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1.0, chances[order[i]] * static_cast<double>(order.size() - i)));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace weir::questions
