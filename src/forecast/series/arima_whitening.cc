#include "forecast/series/arima_whitening.h"

#include <algorithm>
#include <cmath>

namespace weir::forecast {
namespace {

// How near two rows of the factor must be for the later ones to count as the same.
constexpr double kConverged = 1e-11;

// Four sums side by side, since one alone waits for each of its additions.
inline double Dot(const double* a, const double* b, std::size_t size) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < size; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void KeepLags(std::span<const double> coefficients, std::vector<Lag>& lags) {
  lags.clear();
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    if (coefficients[i] != 0) lags.push_back({.steps = i + 1, .coefficient = coefficients[i]});
  }
}

}  // namespace

std::size_t ArmaWhitening::FirstColumn(std::size_t row) const { return row < p_ ? 0 : row - std::min(row, q_); }

double ArmaWhitening::Covariance(std::size_t row, std::size_t column) const {
  const std::size_t lag = row - column;
  if (row < p_) return covariance_.Lags()[lag];
  return column < p_ ? covariance_.WithMovingAverage()[lag] : covariance_.OfMovingAverage()[lag];
}

void ArmaWhitening::FactorRow(std::size_t row) {
  const std::size_t first = FirstColumn(row);
  // The column c of a row r is stored at width - 1 - (r - c).
  double* const here = &factor_[row * width_];
  for (std::size_t column = first; column <= row; ++column) {
    const double* const there = &factor_[column * width_];
    const std::size_t start = std::max(first, FirstColumn(column));
    const std::size_t here_at = width_ - 1 - (row - start);
    const std::size_t there_at = width_ - 1 - (column - start);
    const double left = Covariance(row, column) - Dot(here + here_at, there + there_at, column - start);
    if (column == row) {
      here[width_ - 1] = std::sqrt(left);
      inverse_[row] = 1 / here[width_ - 1];
    } else {
      here[width_ - 1 - (row - column)] = left * inverse_[column];
    }
  }
}

bool ArmaWhitening::HasConverged(std::size_t row) const {
  if (row < p_ + q_ + 1) return false;
  const double* const here = &factor_[row * width_];
  const double* const before = here - width_;
  for (std::size_t i = width_ - 1 - q_; i < width_; ++i) {
    if (std::abs(here[i] - before[i]) > kConverged) return false;
  }
  // Rows that crawl look alike long before they have arrived; the diagonal arrives at 1.
  return std::abs(here[width_ - 1] - 1) < 10 * kConverged;
}

bool ArmaWhitening::Factor(std::span<const double> ar, std::span<const double> ma, std::size_t rows, bool is_exact) {
  p_ = ar.size();
  q_ = ma.size();
  is_exact_ = is_exact;
  KeepLags(ar, ar_);
  KeepLags(ma, ma_);
  log_determinant_ = 0;
  stored_ = 0;
  is_recursion_ = true;
  if (!is_exact) return true;
  if (!covariance_.Compute(ar, ma)) return false;
  width_ = std::max(p_, q_ + 1);
  factor_.resize(rows * width_);
  inverse_.resize(rows);
  double product = 1;
  for (std::size_t row = 0; row < rows; ++row) {
    FactorRow(row);
    const double diagonal = factor_[(row + 1) * width_ - 1];
    if (!(diagonal > 0) || !std::isfinite(diagonal)) return false;
    stored_ = row + 1;
    product *= diagonal;
    if (product > 1e100 || product < 1e-100) {
      log_determinant_ += 2 * std::log(product);
      product = 1;
    }
    if (HasConverged(row)) break;
  }
  is_recursion_ = stored_ < rows;
  log_determinant_ += 2 * std::log(product);
  return true;
}

double ArmaWhitening::Weight(std::size_t row, std::size_t column) const {
  const std::size_t lag = row - column;
  if (column < FirstColumn(row)) return 0;
  if (row < stored_) return factor_[(row + 1) * width_ - 1 - lag];
  if (lag == 0) return 1;
  for (const Lag& term : ma_) {
    if (term.steps == lag) return term.coefficient;
  }
  return 0;
}

void ArmaWhitening::Whiten(std::span<double> column, std::size_t begin) const {
  // From the last one down, so that each row still finds the values before it.
  for (std::size_t row = column.size(); row-- > std::max(begin, p_);) {
    double value = column[row];
    for (const Lag& term : ar_) value -= term.coefficient * column[row - term.steps];
    column[row] = value;
  }
  if (!is_exact_) std::fill_n(column.begin(), std::min(p_, column.size()), 0.0);
  const std::size_t dense = std::min(stored_, column.size());
  for (std::size_t row = begin; row < dense; ++row) {
    const std::size_t first = std::max(begin, FirstColumn(row));
    const double* const weights = &factor_[row * width_];
    const std::size_t at = width_ - 1 - (row - first);
    column[row] = (column[row] - Dot(weights + at, &column[first], row - first)) * inverse_[row];
  }
  for (std::size_t row = std::max(dense, begin); row < column.size(); ++row) {
    double value = column[row];
    for (const Lag& term : ma_) {
      if (term.steps <= row) value -= term.coefficient * column[row - term.steps];
    }
    column[row] = value;
  }
}

}  // namespace weir::forecast
