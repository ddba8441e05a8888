// Polynomials of ARIMA models in the lag B, and autocovariances that follow from them.
#pragma once

#include <span>
#include <vector>

namespace weir::forecast {

// Coefficients of an autoregression whose partial autocorrelations are tanh of `free`: stationary whatever they are
// (Monahan 1984). `coefficients` has the size of `free`. O(size^2).
void StationaryCoefficients(std::span<const double> free, std::span<double> coefficients);

// The partial autocorrelations of an autoregression, in place, by Durbin and Levinson's recursion backwards; false
// where it is not stationary. `scratch` has at least its size. O(size^2).
bool PartialAutocorrelations(std::span<double> coefficients, std::span<double> scratch);

// Whether all roots of 1 - c_1 z - c_2 z^2 - ... lie further from 0 than `radius`.
bool RootsLieBeyond(std::span<const double> coefficients, double radius);

// The coefficients of lags 1, 2, ... of (1 + sign s_i B^i)(1 + sign S_j B^(j season)), with the sign taken out again:
// sign -1 for autoregressions, 1 for moving averages. `product` is resized, without need for memory when it has it.
void MultiplyLags(std::span<const double> plain, std::span<const double> seasonal, int season, double sign,
                  std::vector<double>& product);

// Coefficients c_1, c_2, ... of 1 - c_1 B - c_2 B^2 - ... = (1 - B)^differences (1 - B^season)^seasonal_differences.
std::vector<double> DifferencingLags(int differences, int seasonal_differences, int season);

// Autocovariances of an ARMA process with errors of variance 1, for the lags 0 .. ar.size() - 1, from those of its
// autoregressive part. Keeps its memory from one call to the next.
class ArmaAutocovariance {
 public:
  // False where the autoregression is not stationary. O(p^2 + p q).
  bool Compute(std::span<const double> ar, std::span<const double> ma);

  std::span<const double> Lags() const { return lags_; }
  // Of the process now with its moving average `ahead` steps later: sum of ma_j psi_(j - ahead), ma_0 = 1.
  std::span<const double> WithMovingAverage() const { return cross_; }
  // Of the moving average with itself.
  std::span<const double> OfMovingAverage() const { return moving_; }

 private:
  bool AutoregressiveLags(std::span<const double> ar, std::size_t count);

  std::vector<double> lags_;
  std::vector<double> cross_;
  std::vector<double> moving_;
  std::vector<double> predictors_;  // of all orders, order k in the row k - 1
  std::vector<double> bare_;        // autocovariances of the autoregression alone
  std::vector<double> weights_;     // psi
};

}  // namespace weir::forecast
