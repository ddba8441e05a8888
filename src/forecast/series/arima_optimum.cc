#include "forecast/series/arima_optimum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace weir::forecast {
namespace {

// tanh(8) is 2e-7 from 1: as near to the circle as a root comes.
constexpr double kFurthest = 8;
constexpr double kSlopeStep = 1e-6;
constexpr int kMostDampings = 8;
// Starting values need not be known well.
constexpr int kStartIterations = 10;
constexpr double kStartTolerance = 1e-4;
constexpr double kNowhere = std::numeric_limits<double>::infinity();

double Inner(const double* a, const double* b, std::size_t size) {
  double sums[4] = {0, 0, 0, 0};
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4) {
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  }
  for (; i < size; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

void ArimaOptimum::Slopes(ArimaSystem& system, bool is_exact, std::vector<double>& free) {
  const std::size_t rows = system.Rows();
  for (std::size_t i = 0; i < free.size(); ++i) {
    double* const slope = &slopes_[i * rows];
    const double at = free[i];
    // Towards 0, where there is always a likelihood.
    const double change = at > 0 ? -kSlopeStep : kSlopeStep;
    free[i] = at + change;
    const bool is_defined = system.Evaluate(free, is_exact, trial_residuals_);
    free[i] = at;
    for (std::size_t row = 0; row < rows; ++row) {
      slope[row] = is_defined ? (trial_residuals_[row] - residuals_[row]) / change : 0;
    }
    for (std::size_t j = 0; j <= i; ++j) {
      normal_[i * free.size() + j] = normal_[j * free.size() + i] = Inner(slope, &slopes_[j * rows], rows);
    }
    gradient_[i] = Inner(slope, residuals_.data(), rows);
  }
}

// Solves the damped normal equations by Cholesky; false where they are singular.
bool ArimaOptimum::Step(double damping) {
  const std::size_t size = gradient_.size();
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double left = normal_[i * size + j];
      if (i == j) left += damping * left + 1e-10;
      for (std::size_t k = 0; k < j; ++k) left -= triangle_[i * size + k] * triangle_[j * size + k];
      if (i == j && !(left > 0)) return false;
      triangle_[i * size + j] = i == j ? std::sqrt(left) : left / triangle_[j * size + j];
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    double left = -gradient_[i];
    for (std::size_t k = 0; k < i; ++k) left -= triangle_[i * size + k] * step_[k];
    step_[i] = left / triangle_[i * size + i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) step_[i] -= triangle_[k * size + i] * step_[k];
    step_[i] /= triangle_[i * size + i];
  }
  return true;
}

bool ArimaOptimum::Improve(ArimaSystem& system, bool is_exact, int most_iterations, double tolerance,
                           std::vector<double>& free) {
  const std::size_t size = free.size();
  residuals_.resize(system.Rows());
  trial_residuals_.resize(system.Rows());
  slopes_.resize(size * system.Rows());
  normal_.resize(size * size);
  triangle_.resize(size * size);
  gradient_.resize(size);
  step_.resize(size);
  trial_.resize(size);
  if (!system.Evaluate(free, is_exact, residuals_)) return false;
  double sum = system.ScaledSumOfSquares();
  double damping = 1e-3;

  for (int iteration = 0; iteration < most_iterations && size > 0; ++iteration) {
    Slopes(system, is_exact, free);
    const double before = sum;
    for (int attempt = 0; attempt < kMostDampings; ++attempt) {
      if (Step(damping)) {
        for (std::size_t i = 0; i < size; ++i) {
          // A step of 1 crosses most of what tanh can tell apart.
          trial_[i] = std::clamp(free[i] + std::clamp(step_[i], -1.0, 1.0), -kFurthest, kFurthest);
        }
        if (system.Evaluate(trial_, is_exact, trial_residuals_) && system.ScaledSumOfSquares() < sum) {
          sum = system.ScaledSumOfSquares();
          free.swap(trial_);
          residuals_.swap(trial_residuals_);
          damping *= .1;
          break;
        }
      }
      damping = std::max(damping, 1e-6) * 10;
    }

    if (before - sum <= tolerance * before) break;
  }
  best_ = sum;
  return true;
}

bool ArimaOptimum::Find(ArimaSystem& system, bool is_exact, bool is_thorough, const ArimaOptions& options,
                        std::vector<double>& free) {
  std::vector<double> near;
  std::vector<double> far;
  double near_sum = Begin(system, {.ar = .2, .ma = .1}, near);
  // An autoregression that a moving average nearly undoes has a second optimum, of slow growth and fast forgetting.
  const ArimaCoefficients shape = system.CoefficientsOf(std::vector<double>(system.Free()));
  const bool has_both = !shape.ar.empty() && !shape.ma.empty();
  const double far_sum = has_both ? Begin(system, {.ar = 1, .ma = 1.2}, far) : kNowhere;
  if (far_sum < near_sum) {
    near.swap(far);
    near_sum = far_sum;
  }
  free = near;
  if (!is_exact) return near_sum < kNowhere && system.Evaluate(free, false, residuals_);
  const bool is_found = Improve(system, true, options.most_iterations, options.tolerance, free);
  if (!is_thorough || !has_both) return is_found;
  const double sum = is_found ? best_ : kNowhere;
  if (!Improve(system, true, options.most_iterations, options.tolerance, far)) return is_found;
  if (best_ < sum) free.swap(far);
  return true;
}

// The optimum of the conditional sum of squares from a first coefficient of each part on, and its sum.
double ArimaOptimum::Begin(ArimaSystem& system, const Start& start, std::vector<double>& free) {
  const ArimaCoefficients shape = system.CoefficientsOf(std::vector<double>(system.Free()));
  free.assign(system.Free(), 0.0);
  if (!shape.ar.empty()) free[0] = start.ar;
  if (!shape.ma.empty()) free[shape.ar.size()] = start.ma;
  const bool is_found = Improve(system, false, kStartIterations, kStartTolerance, free);
  for (double& value : free) value = std::clamp(value, -2.5, 2.5);
  return is_found ? best_ : kNowhere;
}

}  // namespace weir::forecast
