// The logarithm of the gamma function of a positive number, to twelve digits: std::lgamma writes a global sign.
#pragma once

namespace weir {

double LogGamma(double x);
double LogBeta(double a, double b);

}  // namespace weir
