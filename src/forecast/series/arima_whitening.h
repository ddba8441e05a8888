// Turns a stationary ARMA process into errors of variance 1 that do not depend on each other, and says what its next
// values are given those.
//
// After Ansley 1979: the first p values stay as they are, of the later ones the autoregressive part is taken away;
// what is left has a covariance with a band of q, whose Cholesky factor is O(q^2) a row. When its rows have converged
// (they do to the moving average itself), no further ones are needed.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "forecast/series/arima_polynomial.h"

namespace weir::forecast {

struct Lag {
  std::size_t steps = 0;
  double coefficient = 0;
};

class ArmaWhitening {
 public:
  // Coefficients of all lags, 0 for those that are not there. Exact: the factor of `rows` values; false where the
  // process is not stationary. Conditional: the errors before the p-th value are taken as 0, always true.
  bool Factor(std::span<const double> ar, std::span<const double> ma, std::size_t rows, bool is_exact);

  // From values to errors, in place; all before `begin` are 0.
  void Whiten(std::span<double> column, std::size_t begin = 0) const;

  // Of the covariance of all rows, in units of the variance of the errors.
  double LogDeterminant() const { return log_determinant_; }

  // The weight of the error of row `column` in the row `row` once the autoregression is taken away.
  double Weight(std::size_t row, std::size_t column) const;
  std::size_t ArOrder() const { return p_; }
  std::span<const Lag> Ar() const { return ar_; }

 private:
  void FactorRow(std::size_t row);
  double Covariance(std::size_t row, std::size_t column) const;
  std::size_t FirstColumn(std::size_t row) const;
  bool HasConverged(std::size_t row) const;

  std::size_t p_ = 0;
  std::size_t q_ = 0;
  std::size_t width_ = 1;   // of a stored row, whose last one is the diagonal
  std::size_t stored_ = 0;  // rows; the last of them stands for those after it
  bool is_exact_ = true;
  bool is_recursion_ = false;  // rows after the stored ones are the moving average itself
  double log_determinant_ = 0;
  std::vector<double> factor_;
  std::vector<double> inverse_;  // of the diagonal
  std::vector<Lag> ar_;
  std::vector<Lag> ma_;
  ArmaAutocovariance covariance_;
};

}  // namespace weir::forecast
