// The coefficients of an ARIMA model at which its likelihood is greatest.
#pragma once

#include <vector>

#include "forecast/series/arima_system.h"

namespace weir::forecast {

// Keeps its memory from one search to the next.
class ArimaOptimum {
 public:
  // Levenberg and Marquardt's method (Marquardt 1963) on the scaled residuals of the system, from `free` on, which
  // holds the optimum afterwards. False where the start has no likelihood. The last evaluation of the system is then
  // any one. At most `most_iterations` * (coefficients + 8) evaluations.
  bool Improve(ArimaSystem& system, bool is_exact, int most_iterations, double tolerance, std::vector<double>& free);

  // From starting values of its own: by the conditional sum of squares first, then exact if wanted. A thorough search
  // begins the exact part at more than one place.
  bool Find(ArimaSystem& system, bool is_exact, bool is_thorough, const ArimaOptions& options,
            std::vector<double>& free);

 private:
  struct Start {
    double ar = 0;
    double ma = 0;
  };

  double Begin(ArimaSystem& system, const Start& start, std::vector<double>& free);
  void Slopes(ArimaSystem& system, bool is_exact, std::vector<double>& free);
  bool Step(double damping);

  double best_ = 0;  // the least sum of squares of the last search
  std::vector<double> residuals_;
  std::vector<double> trial_residuals_;
  std::vector<double> slopes_;  // a row a coefficient
  std::vector<double> normal_;
  std::vector<double> gradient_;
  std::vector<double> step_;
  std::vector<double> triangle_;
  std::vector<double> trial_;
};

}  // namespace weir::forecast
