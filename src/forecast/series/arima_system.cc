#include "forecast/series/arima_system.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "forecast/series/arima_polynomial.h"

namespace weir::forecast {
namespace {

constexpr double kLargest = 1e150;
constexpr double kSmallest = 1e-150;
// Values times the square of gaps: what one evaluation costs at most.
constexpr double kMostGapWork = 2e7;
// The sum of squares, of a series scaled to about 1, below which nothing is left to explain.
constexpr double kNothingLeft = 1e-26;
// Differences of values of about 1 below this are what rounding leaves of a constant.
constexpr double kRounding = 1e-13;

bool IsInRange(const ArimaOrder& order) {
  for (const int part :
       {order.ar, order.differences, order.ma, order.seasonal_ar, order.seasonal_differences, order.seasonal_ma}) {
    if (part < 0 || part > kMostArimaCoefficients) return false;
  }
  const bool has_season = order.seasonal_ar + order.seasonal_differences + order.seasonal_ma > 0;
  if (order.season < 1 || order.season > kLongestArimaSeason || (has_season && order.season < 2)) return false;
  const int differences = order.differences + order.seasonal_differences;
  return order.ar + order.ma + order.seasonal_ar + order.seasonal_ma <= kMostArimaCoefficients && differences <= 4 &&
         !(order.has_constant && differences > 1);
}

double SquareSum(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum;
}

}  // namespace

std::optional<ArimaSystem> ArimaSystem::Make(Values values, const ArimaOrder& order,
                                             std::optional<double> known_constant) {
  if (!IsInRange(order)) return std::nullopt;
  ArimaSystem system;
  system.order_ = order;
  system.size_ = values.size();
  double largest = 0;
  std::size_t begin = values.size();
  std::size_t end = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (IsMissing(values[i])) continue;
    if (!(std::abs(values[i]) <= kLargest)) return std::nullopt;
    largest = std::max(largest, std::abs(values[i]));
    begin = std::min(begin, i);
    end = i + 1;
  }
  if (begin >= end || (largest > 0 && largest < kSmallest)) return std::nullopt;
  system.before_ = begin;
  system.after_ = values.size() - end;
  system.trimmed_.assign(values.begin() + static_cast<std::ptrdiff_t>(begin),
                         values.begin() + static_cast<std::ptrdiff_t>(end));
  system.scale_ = largest > 0 ? largest : 1;
  system.free_ = static_cast<std::size_t>(order.ar) + static_cast<std::size_t>(order.ma) +
                 static_cast<std::size_t>(order.seasonal_ar) + static_cast<std::size_t>(order.seasonal_ma);
  system.has_constant_ = order.has_constant && !known_constant;
  if (!system.Difference(known_constant)) return std::nullopt;
  return system;
}

void ArimaSystem::Apply(std::span<const double> from, std::span<double> to) const {
  const std::size_t longest = lags_.size();
  for (std::size_t row = 0; row < to.size(); ++row) {
    double value = from[row + longest];
    for (const Lag& lag : known_lags_) value -= lag.coefficient * from[row + longest - lag.steps];
    to[row] = value;
  }
}

// A rough mean goes before all else, so that what is near to it keeps its digits.
double ArimaSystem::RoughMean(std::size_t rows) const {
  std::vector<double> whole(rows);
  Apply(trimmed_, whole);
  double sum = 0;
  double count = 0;
  for (const double value : whole) {
    if (!IsMissing(value)) sum += value / scale_, count += 1;
  }
  return count > 0 ? sum / count : 0;
}

bool ArimaSystem::Difference(std::optional<double> known_constant) {
  lags_ = DifferencingLags(order_.differences, order_.seasonal_differences, order_.season);
  for (std::size_t i = 0; i < lags_.size(); ++i) {
    if (lags_[i] != 0) known_lags_.push_back({.steps = i + 1, .coefficient = lags_[i]});
  }
  if (trimmed_.size() <= lags_.size()) return false;
  const std::size_t rows = trimmed_.size() - lags_.size();
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < trimmed_.size(); ++i) {
    if (IsMissing(trimmed_[i])) missing.push_back(i);
  }
  const auto gap_count = static_cast<double>(missing.size());
  if (static_cast<double>(rows) * gap_count * gap_count > kMostGapWork) return false;
  if (static_cast<double>(rows) - gap_count <= static_cast<double>(free_ + (order_.has_constant ? 1 : 0))) return false;

  if (known_constant) {
    center_ = *known_constant / scale_;
  } else if (has_constant_) {
    center_ = RoughMean(rows);
  }
  // With a mean of values, gaps hold it; with differences they hold 0.
  const double in_gaps = lags_.empty() ? center_ : 0;
  for (double& value : trimmed_) value = IsMissing(value) ? in_gaps : value / scale_;
  observed_.resize(rows);
  Apply(trimmed_, observed_);
  for (double& value : observed_) value -= center_;
  const double spread = std::sqrt(SquareSum(observed_) / static_cast<double>(rows));
  if (spread > kRounding) {
    for (double& value : observed_) value /= spread;
    for (double& value : trimmed_) value /= spread;
    center_ /= spread;
    scale_ *= spread;
  } else {
    std::fill(observed_.begin(), observed_.end(), 0.0);
  }
  Prepare(missing);
  return true;
}

// The effects of gaps, and all memory that evaluations need.
void ArimaSystem::Prepare(std::span<const std::size_t> missing) {
  std::vector<double> one(trimmed_.size(), 0.0);
  gaps_.reserve(missing.size());
  for (const std::size_t step : missing) {
    Gap& gap = gaps_.emplace_back();
    gap.step = step;
    gap.row = step > lags_.size() ? step - lags_.size() : 0;
    gap.effect.resize(Rows());
    one[step] = 1;
    Apply(one, gap.effect);
    one[step] = 0;
  }
  errors_.resize(Rows());
  basis_.assign(gaps_.size() + (has_constant_ ? 1 : 0), std::vector<double>(Rows()));
  triangle_.resize(basis_.size() * basis_.size());
  effects_.resize(basis_.size());
  coefficients_.ar.resize(static_cast<std::size_t>(order_.ar));
  coefficients_.ma.resize(static_cast<std::size_t>(order_.ma));
  coefficients_.seasonal_ar.resize(static_cast<std::size_t>(order_.seasonal_ar));
  coefficients_.seasonal_ma.resize(static_cast<std::size_t>(order_.seasonal_ma));
}

double ArimaSystem::Information() const { return static_cast<double>(Rows()) - static_cast<double>(gaps_.size()); }

ArimaCoefficients ArimaSystem::CoefficientsOf(std::span<const double> free) const {
  ArimaCoefficients result = coefficients_;
  for (std::vector<double>* part : {&result.ar, &result.ma, &result.seasonal_ar, &result.seasonal_ma}) {
    StationaryCoefficients(free.first(part->size()), *part);
    free = free.subspan(part->size());
  }
  // A moving average is invertible where the autoregression of the other sign is stationary.
  for (double& coefficient : result.ma) coefficient = -coefficient;
  for (double& coefficient : result.seasonal_ma) coefficient = -coefficient;
  return result;
}

bool ArimaSystem::Evaluate(std::span<const double> free, bool is_exact, std::span<double> residuals) {
  for (std::vector<double>* part :
       {&coefficients_.ar, &coefficients_.ma, &coefficients_.seasonal_ar, &coefficients_.seasonal_ma}) {
    StationaryCoefficients(free.first(part->size()), *part);
    free = free.subspan(part->size());
  }
  for (double& coefficient : coefficients_.ma) coefficient = -coefficient;
  for (double& coefficient : coefficients_.seasonal_ma) coefficient = -coefficient;
  if (!Evaluate(coefficients_, is_exact)) return false;
  const double factor = sum_ > 0 ? std::sqrt(scaled_sum_ / sum_) : 1;
  for (std::size_t row = 0; row < Rows(); ++row) residuals[row] = errors_[row] * factor;
  return true;
}

bool ArimaSystem::Evaluate(const ArimaCoefficients& coefficients, bool is_exact, std::size_t ahead) {
  MultiplyLags(coefficients.ar, coefficients.seasonal_ar, order_.season, -1, ar_);
  MultiplyLags(coefficients.ma, coefficients.seasonal_ma, order_.season, 1, ma_);
  if (!whitening_.Factor(ar_, ma_, Rows() + ahead, is_exact)) return false;
  std::copy(observed_.begin(), observed_.end(), errors_.begin());
  whitening_.Whiten(errors_);
  return Solve(is_exact);
}

// Takes the direction of a column, made orthogonal to those before, out of the later ones and out of the errors.
bool ArimaSystem::Project(std::span<double> column, std::size_t from, std::size_t index, std::size_t columns) {
  const double length = std::sqrt(SquareSum(column));
  if (!(length > 1e-9)) return false;
  triangle_[index * columns + index] = length;
  for (double& value : column) value /= length;
  const auto take_from = [&](std::span<double> other) {
    double share = 0;
    for (std::size_t row = from; row < other.size(); ++row) share += column[row] * other[row];
    for (std::size_t row = from; row < other.size(); ++row) other[row] -= share * column[row];
    return share;
  };
  for (std::size_t later = index + 1; later < columns; ++later) {
    triangle_[index * columns + later] = take_from(basis_[later]);
  }
  effects_[index] = take_from(errors_);
  return true;
}

bool ArimaSystem::Solve(bool is_exact) {
  const std::size_t columns = basis_.size();
  for (std::size_t i = 0; i < columns; ++i) {
    const bool is_gap = i < gaps_.size();
    if (is_gap) {
      std::copy(gaps_[i].effect.begin(), gaps_[i].effect.end(), basis_[i].begin());
    } else {
      std::fill(basis_[i].begin(), basis_[i].end(), 1.0);
    }
    whitening_.Whiten(basis_[i], is_gap ? gaps_[i].row : 0);
  }
  double log_determinant = whitening_.LogDeterminant();
  for (std::size_t i = 0; i < columns; ++i) {
    // A column made orthogonal to earlier gaps has parts from the first row of the earliest on.
    const std::size_t from = gaps_.empty() ? 0 : gaps_.front().row;
    if (!Project(basis_[i], i < gaps_.size() ? from : 0, i, columns)) {
      // Without the first rows, which the conditional sum leaves out, a gap in them has no effect.
      if (is_exact) return false;
      std::fill(basis_[i].begin(), basis_[i].end(), 0.0);
      triangle_[i * columns + i] = 1;
      effects_[i] = 0;
    }
    if (i < gaps_.size()) log_determinant += 2 * std::log(triangle_[i * columns + i]);
  }
  constant_ = has_constant_ ? effects_.back() / triangle_.back() : 0;
  information_ = is_exact ? Information() : std::max(1.0, Information() - static_cast<double>(ar_.size()));
  sum_ = SquareSum(errors_);
  scaled_sum_ = is_exact ? sum_ * std::exp(log_determinant / information_) : sum_;
  if (sum_ < kNothingLeft) scaled_sum_ = kNothingLeft * std::exp(is_exact ? log_determinant / information_ : 0);
  return std::isfinite(scaled_sum_);
}

double ArimaSystem::LogLikelihood() const {
  return -information_ / 2 * (std::log(2 * std::numbers::pi * scaled_sum_ / information_) + 1) -
         information_ * std::log(scale_);
}

double ArimaSystem::SumOfSquares() const { return sum_ * scale_ * scale_; }

double ArimaSystem::Constant() const { return (constant_ + center_) * scale_; }

// Rows in their order, each rotated into the triangle of those before it (Givens): what is left of it is its error
// given them, and the row at which a gap first has a part only says what stands in the gap.
std::vector<double> ArimaSystem::OneStepErrors() {
  std::vector<double> result(size_, kMissing);
  const std::size_t columns = gaps_.size();
  std::vector<double> rows(observed_.begin(), observed_.end());
  for (double& value : rows) value -= constant_;
  whitening_.Whiten(rows);
  for (Gap& gap : gaps_) {
    gap.whitened = gap.effect;
    whitening_.Whiten(gap.whitened, gap.row);
  }
  std::vector<double> triangle(columns * columns, 0.0);
  std::vector<double> effects(columns, 0.0);
  std::vector<double> part(columns);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    double error = rows[row];
    for (std::size_t i = 0; i < columns; ++i) part[i] = gaps_[i].whitened[row];
    bool is_absorbed = false;
    for (std::size_t i = 0; i < columns && !is_absorbed; ++i) {
      if (std::abs(part[i]) < 1e-12) continue;
      double* const pivot = &triangle[i * columns];
      is_absorbed = pivot[i] == 0;
      if (is_absorbed) {
        const double sign = part[i] < 0 ? -1 : 1;
        for (std::size_t j = i; j < columns; ++j) pivot[j] = sign * part[j];
        effects[i] = sign * error;
        continue;
      }
      const double length = std::hypot(pivot[i], part[i]);
      const double cosine = pivot[i] / length;
      const double sine = part[i] / length;
      for (std::size_t j = i; j < columns; ++j) {
        const double old = pivot[j];
        pivot[j] = cosine * old + sine * part[j];
        part[j] = cosine * part[j] - sine * old;
      }
      const double old = effects[i];
      effects[i] = cosine * old + sine * error;
      error = cosine * error - sine * old;
    }
    if (!is_absorbed) result[before_ + lags_.size() + row] = error * scale_;
  }
  return result;
}

std::vector<double> ArimaSystem::GapEstimates() const {
  const std::size_t columns = basis_.size();
  std::vector<double> estimates(gaps_.size());
  for (std::size_t i = gaps_.size(); i-- > 0;) {
    double value = effects_[i];
    for (std::size_t j = i + 1; j < gaps_.size(); ++j) value += triangle_[i * columns + j] * estimates[j];
    estimates[i] = -value / triangle_[i * columns + i];
  }
  for (std::size_t i = 0; i < gaps_.size(); ++i) estimates[i] += trimmed_[gaps_[i].step];
  return estimates;
}

double ArimaSystem::GapVariance(std::span<const double> derivatives) const {
  const std::size_t columns = basis_.size();
  std::vector<double> solved(derivatives.begin(), derivatives.end());
  for (std::size_t i = 0; i < solved.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) solved[i] -= triangle_[j * columns + i] * solved[j];
    solved[i] /= triangle_[i * columns + i];
  }
  return SquareSum(solved);
}

}  // namespace weir::forecast
