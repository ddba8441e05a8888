#include "simulate/chances.h"

#include <algorithm>
#include <cmath>

namespace weir::simulate {

double NormalShare(double z) {
  constexpr double kFar = 6.0;
  if (z <= -kFar) return 0.0;
  if (z >= kFar) return 1.0;
  // Density x (z + z^3 / 3 + z^5 / 15 + ...): the same bits everywhere, unlike erfc of the C library.
  constexpr double kDensityAtMean = 0.39894228040143268;
  constexpr int kTerms = 100;
  double term = z;
  double sum = z;
  for (int n = 1; n <= kTerms; ++n) {
    term *= z * z / (2.0 * n + 1.0);
    sum += term;
  }
  return std::clamp(0.5 + kDensityAtMean * PortableExp(-z * z / 2.0) * sum, 0.0, 1.0);
}

double LogNormalAbove(double value, double median, double sigma) {
  if (value <= 0.0) return 1.0;
  return 1.0 - NormalShare(PortableLog(value / median) / sigma);
}

}  // namespace weir::simulate
