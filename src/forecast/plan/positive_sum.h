// What a sum that is not below 0 may come to, by its mean and variance alone: a gamma distribution, which has the skew
// that sums of few large deals have.
#pragma once

namespace weir::forecast {

class PositiveSum {
 public:
  // A mean of 0 or less is 0 for certain; a variance of 0 or less is the mean for certain.
  PositiveSum(double mean, double variance);

  // Reached with a probability of 1 - share; 0 < share < 1.
  double Quantile(double share) const;
  // That the sum is `target` or more.
  double AtLeast(double target) const;

 private:
  double mean_;
  double variance_;
};

}  // namespace weir::forecast
