#include "base/log_gamma.h"

#include <cmath>

namespace weir {

double LogGamma(double x) {
  // Stirling's series from eight on.
  double shift = 0;
  constexpr double kFrom = 8;
  while (x < kFrom) {
    shift -= std::log(x);
    x += 1;
  }
  const double square = x * x;
  const double series = (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * square)) / square) / square) / x;
  constexpr double kHalfLogTwoPi = 0.91893853320467274;
  return shift + (x - 0.5) * std::log(x) - x + kHalfLogTwoPi + series;
}

double LogBeta(double a, double b) { return LogGamma(a) + LogGamma(b) - LogGamma(a + b); }

}  // namespace weir
