#include "forecast/series/arima_polynomial.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace weir::forecast {

void StationaryCoefficients(std::span<const double> free, std::span<double> coefficients) {
  for (std::size_t k = 0; k < free.size(); ++k) {
    const double partial = std::tanh(free[k]);
    for (std::size_t i = 0; 2 * i < k; ++i) {
      const double near = coefficients[i];
      const double far = coefficients[k - 1 - i];
      coefficients[i] = near - partial * far;
      coefficients[k - 1 - i] = far - partial * near;
    }
    coefficients[k] = partial;
  }
}

bool PartialAutocorrelations(std::span<double> coefficients, std::span<double> scratch) {
  for (std::size_t k = coefficients.size(); k-- > 0;) {
    const double partial = coefficients[k];
    const double left = 1 - partial * partial;
    if (!(left > 0)) return false;
    for (std::size_t i = 0; i < k; ++i) scratch[i] = (coefficients[i] + partial * coefficients[k - 1 - i]) / left;
    std::copy_n(scratch.begin(), k, coefficients.begin());
  }
  return true;
}

bool RootsLieBeyond(std::span<const double> coefficients, double radius) {
  std::vector<double> scaled(coefficients.begin(), coefficients.end());
  std::vector<double> scratch(scaled.size());
  double power = 1;
  for (double& coefficient : scaled) coefficient *= (power *= radius);
  return PartialAutocorrelations(scaled, scratch);
}

void MultiplyLags(std::span<const double> plain, std::span<const double> seasonal, int season, double sign,
                  std::vector<double>& product) {
  const auto step = static_cast<std::size_t>(season);
  product.assign(plain.size() + seasonal.size() * step, 0.0);
  for (std::size_t i = 0; i < plain.size(); ++i) product[i] += plain[i];
  for (std::size_t j = 0; j < seasonal.size(); ++j) {
    const std::size_t lag = (j + 1) * step;
    product[lag - 1] += seasonal[j];
    for (std::size_t i = 0; i < plain.size(); ++i) product[lag + i] += sign * plain[i] * seasonal[j];
  }
}

std::vector<double> DifferencingLags(int differences, int seasonal_differences, int season) {
  std::vector<double> polynomial{1.0};
  const auto multiply = [&](std::size_t lag) {
    polynomial.resize(polynomial.size() + lag, 0.0);
    for (std::size_t i = polynomial.size(); i-- > lag;) polynomial[i] -= polynomial[i - lag];
  };
  for (int i = 0; i < differences; ++i) multiply(1);
  for (int i = 0; i < seasonal_differences; ++i) multiply(static_cast<std::size_t>(season));
  polynomial.erase(polynomial.begin());
  for (double& coefficient : polynomial) coefficient = -coefficient;
  return polynomial;
}

bool ArmaAutocovariance::AutoregressiveLags(std::span<const double> ar, std::size_t count) {
  const std::size_t p = ar.size();
  predictors_.resize(p * p);
  double variance = 1;
  if (p > 0) std::copy(ar.begin(), ar.end(), predictors_.begin() + static_cast<std::ptrdiff_t>((p - 1) * p));
  for (std::size_t k = p; k-- > 0;) {
    const double* const row = &predictors_[k * p];
    const double left = 1 - row[k] * row[k];
    if (!(left > 0)) return false;
    variance /= left;
    if (k == 0) break;
    double* const below = &predictors_[(k - 1) * p];
    for (std::size_t i = 0; i < k; ++i) below[i] = (row[i] + row[k] * row[k - 1 - i]) / left;
  }
  bare_.resize(count);
  bare_[0] = variance;
  for (std::size_t lag = 1; lag < count; ++lag) {
    const std::size_t order = std::min(lag, p);
    double sum = 0;
    for (std::size_t i = 0; i < order; ++i) sum += predictors_[(order - 1) * p + i] * bare_[lag - 1 - i];
    bare_[lag] = sum;
  }
  return std::isfinite(variance);
}

bool ArmaAutocovariance::Compute(std::span<const double> ar, std::span<const double> ma) {
  const std::size_t p = ar.size();
  const std::size_t q = ma.size();
  const auto moving = [&](std::size_t j) { return j == 0 ? 1.0 : ma[j - 1]; };
  weights_.assign(q + 1, 0.0);
  for (std::size_t j = 0; j <= q; ++j) {
    double sum = moving(j);
    for (std::size_t i = 0; i < std::min(j, p); ++i) sum += ar[i] * weights_[j - 1 - i];
    weights_[j] = sum;
  }
  moving_.assign(q + 1, 0.0);
  cross_.assign(q + 1, 0.0);
  for (std::size_t lag = 0; lag <= q; ++lag) {
    for (std::size_t j = lag; j <= q; ++j) {
      if (moving(j) == 0) continue;
      moving_[lag] += moving(j) * moving(j - lag);
      cross_[lag] += moving(j) * weights_[j - lag];
    }
  }
  lags_.assign(p, 0.0);
  if (p == 0) return true;
  if (!AutoregressiveLags(ar, p + q)) return false;
  for (std::size_t lag = 0; lag < p; ++lag) {
    double sum = moving_[0] * bare_[lag];
    for (std::size_t h = 1; h <= q; ++h) sum += moving_[h] * (bare_[lag + h] + bare_[lag > h ? lag - h : h - lag]);
    lags_[lag] = sum;
  }
  return true;
}

}  // namespace weir::forecast
