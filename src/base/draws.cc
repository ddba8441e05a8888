#include "base/draws.h"

#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace weir {

double Draws::Gamma(double shape) {
  return shape <= 0 ? 0 : boost::random::gamma_distribution<double>(shape, 1)(generator_);
}

double Draws::Beta(double good, double bad) {
  const double a = Gamma(good);
  const double b = Gamma(bad);
  if (a + b > 0) return a / (a + b);
  return good + bad > 0 ? good / (good + bad) : 0;
}

double Draws::Normal() { return boost::random::normal_distribution<double>(0, 1)(generator_); }

}  // namespace weir
