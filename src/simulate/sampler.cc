#include "simulate/sampler.h"

#include <cmath>

#include "base/result.h"

namespace weir::simulate {
namespace {
constexpr double kLn2 = 0.6931471805599453094;
}  // namespace

double PortableLog(double x) {
  WEIR_CHECK(x > 0.0);
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // [0.5, 1), exact
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2.0;
    --exponent;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)); |z| < 0.172, so 11 odd powers reach double precision.
  const double z = (mantissa - 1.0) / (mantissa + 1.0);
  const double square = z * z;
  double sum = 0.0;
  for (int power = 21; power >= 1; power -= 2) sum = sum * square + 1.0 / power;
  return 2.0 * z * sum + exponent * kLn2;
}

double PortableExp(double x) {
  const double whole = std::floor(x / kLn2 + 0.5);
  const double rest = x - whole * kLn2;  // |rest| < 0.35: 15 terms of the series suffice
  double sum = 1.0;
  for (int term = 15; term >= 1; --term) sum = 1.0 + sum * rest / term;
  return std::ldexp(sum, static_cast<int>(whole));
}

double Sampler::Normal() {
  // Marsaglia's polar method: logarithm and square root only.
  while (true) {
    const double u = Uniform(-1.0, 1.0);
    const double v = Uniform(-1.0, 1.0);
    const double square = u * u + v * v;
    if (square > 0.0 && square < 1.0) return u * std::sqrt(-2.0 * PortableLog(square) / square);
  }
}

double Sampler::LogNormal(double median, double sigma) { return median * PortableExp(sigma * Normal()); }

double Sampler::Exponential(double mean) { return -mean * PortableLog(1.0 - Uniform()); }

int Sampler::Poisson(double mean) {
  if (mean <= 0.0) return 0;
  if (mean > 60.0) {
    const double draw = std::floor(mean + std::sqrt(mean) * Normal() + 0.5);
    return draw < 0.0 ? 0 : static_cast<int>(draw);
  }
  const double limit = PortableExp(-mean);
  double product = Uniform();
  int count = 0;
  while (product > limit) {
    product *= Uniform();
    ++count;
  }
  return count;
}

}  // namespace weir::simulate
