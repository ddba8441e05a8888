// The differenced series of an ARIMA model as linear equations: what is observed, less a mean and less what missing
// values would have added, is an ARMA process. Solves them by generalised least squares for given coefficients.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "forecast/series/arima.h"
#include "forecast/series/arima_whitening.h"

namespace weir::forecast {

// What the coefficients are, one after another: ar, ma, seasonal ar, seasonal ma.
struct ArimaCoefficients {
  std::vector<double> ar;
  std::vector<double> ma;
  std::vector<double> seasonal_ar;
  std::vector<double> seasonal_ma;
};

class ArimaSystem {
 public:
  // Nothing for what `FitArima` refuses. With `known_constant` (the mean of the differenced series) there is none to
  // estimate.
  static std::optional<ArimaSystem> Make(Values values, const ArimaOrder& order,
                                         std::optional<double> known_constant = {});

  std::size_t Rows() const { return observed_.size(); }
  std::size_t Free() const { return free_; }
  // Rows that carry information: those left when each missing value has taken one.
  double Information() const;

  // The residuals whose sum of squares is least where the likelihood is greatest; false where there is none. `free`
  // has a real number for each coefficient (see StationaryCoefficients).
  bool Evaluate(std::span<const double> free, bool is_exact, std::span<double> residuals);
  bool Evaluate(const ArimaCoefficients& coefficients, bool is_exact, std::size_t ahead = 0);
  ArimaCoefficients CoefficientsOf(std::span<const double> free) const;

  // Of the last evaluation, in the units of the series.
  double LogLikelihood() const;
  double SumOfSquares() const;
  double ScaledSumOfSquares() const { return scaled_sum_; }  // of the series scaled to about 1
  double Constant() const;                                   // the mean of the differenced series
  std::vector<double> OneStepErrors();                       // one a value of the series

  // Of the last evaluation, for what comes next, in units of Scale(): a path is the effect of a missing value.
  const ArmaWhitening& Whitening() const { return whitening_; }
  std::span<const double> Errors() const { return errors_; }
  double Scale() const { return scale_; }
  struct Gap {
    std::size_t row = 0;   // first row that it has a part in
    std::size_t step = 0;  // in the trimmed series
    std::vector<double> effect;
    std::vector<double> whitened;
  };
  std::span<const Gap> Gaps() const { return gaps_; }
  std::vector<double> GapEstimates() const;                       // what stands in the gaps
  double GapVariance(std::span<const double> derivatives) const;  // of a linear function of them, sigma2 = 1
  std::span<const double> Observed() const { return observed_; }  // differenced, gaps as 0
  std::span<const double> Trimmed() const { return trimmed_; }    // the series, gaps as 0
  std::span<const double> Differencing() const { return lags_; }  // coefficients of lags 1, 2, ...
  std::size_t After() const { return after_; }                    // missing values at the end
  double KnownConstant() const { return center_; }                // that was taken away

 private:
  bool Difference(std::optional<double> known_constant);
  void Apply(std::span<const double> from, std::span<double> to) const;
  double RoughMean(std::size_t rows) const;
  void Prepare(std::span<const std::size_t> missing);
  bool Solve(bool is_exact);
  bool Project(std::span<double> column, std::size_t from, std::size_t index, std::size_t columns);

  ArimaOrder order_;
  std::size_t free_ = 0;
  std::size_t before_ = 0;
  std::size_t after_ = 0;
  std::size_t size_ = 0;
  double scale_ = 1;
  double center_ = 0;
  bool has_constant_ = false;
  std::vector<double> trimmed_;
  std::vector<double> lags_;
  std::vector<Lag> known_lags_;  // those of them that are not 0
  std::vector<double> observed_;
  std::vector<Gap> gaps_;

  ArimaCoefficients coefficients_;
  std::vector<double> ar_;
  std::vector<double> ma_;
  ArmaWhitening whitening_;
  std::vector<double> errors_;
  std::vector<std::vector<double>> basis_;  // orthonormal: a column a gap, then the constant
  std::vector<double> triangle_;            // basis * triangle = whitened columns
  std::vector<double> effects_;             // of the basis on the series
  double constant_ = 0;
  double sum_ = 0;
  double scaled_sum_ = 0;
  double information_ = 0;
};

}  // namespace weir::forecast
