#include "forecast/deals/compound_wins.h"

#include <algorithm>
#include <map>

#include "base/result.h"

namespace weir::forecast {

std::vector<double> CompoundSums(double mean, double variance, std::span<const GridJump> jumps, std::size_t cells) {
  WEIR_CHECK(mean >= 0 && cells >= 1);
  std::map<std::int64_t, double> share_of;
  for (const GridJump& jump : jumps) {
    WEIR_CHECK(jump.steps >= 0);
    share_of[jump.steps] += jump.share;
  }
  // Wins of nothing are none: what is left of the number keeps its shape, the number of gamma-mixed Poisson counts.
  const auto nothing = share_of.find(0);
  const double some = nothing == share_of.end() ? 1 : std::max(0.0, 1 - nothing->second);
  const bool is_mixed = variance > mean * (1 + 1e-9);
  const double shape = is_mixed ? mean * mean / (variance - mean) : 0;
  share_of.erase(0);
  std::vector<double> sums(cells, 0);
  sums[0] = 1;
  const double count = mean * some;
  if (count <= 0 || share_of.empty()) return sums;
  // (a, b) of the recursion. It is linear, so it starts from 1 in place of P(0), which may be too small to be said.
  const double a = is_mixed ? count / (shape + count) : 0;
  const double b = is_mixed ? (shape - 1) * a : count;
  constexpr double kTooLarge = 1e200;
  double all = 1;
  for (std::size_t k = 1; k < cells; ++k) {
    double sum = 0;
    for (const auto& [steps, share] : share_of) {
      const auto j = static_cast<std::size_t>(steps);
      if (j > k) break;
      sum += (a + b * static_cast<double>(j) / static_cast<double>(k)) * (share / some) * sums[k - j];
    }
    sums[k] = sum;
    all += sum;
    if (sum > kTooLarge) {
      for (std::size_t i = 0; i <= k; ++i) sums[i] /= kTooLarge;
      all /= kTooLarge;
    }
  }
  for (double& sum : sums) sum /= all;
  return sums;
}

}  // namespace weir::forecast
