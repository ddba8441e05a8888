#include "forecast/plan/positive_sum.h"

#include <algorithm>

#include <boost/math/distributions/gamma.hpp>

namespace weir::forecast {
namespace {

// Of so small a spread the distribution is a point, and its shape no number to calculate with.
constexpr double kLeastSpread = 1e-12;

boost::math::gamma_distribution<> GammaOf(double mean, double variance) {
  return {mean * mean / variance, variance / mean};
}

}  // namespace

PositiveSum::PositiveSum(double mean, double variance) : mean_(std::max(mean, 0.0)), variance_(variance) {
  if (variance_ <= kLeastSpread * mean_ * mean_) variance_ = 0;
}

double PositiveSum::Quantile(double share) const {
  if (mean_ <= 0 || variance_ <= 0) return mean_;
  return boost::math::quantile(GammaOf(mean_, variance_), share);
}

double PositiveSum::AtLeast(double target) const {
  if (target <= 0) return 1;
  if (mean_ <= 0 || variance_ <= 0) return mean_ >= target ? 1 : 0;
  return boost::math::cdf(boost::math::complement(GammaOf(mean_, variance_), target));
}

}  // namespace weir::forecast
