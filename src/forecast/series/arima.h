// Seasonal ARIMA: a series, differenced until it is stationary, as a sum of its own past and of past errors.
//
// ARIMA(p,d,q)(P,D,Q)[m] with a mean (no differences), a drift (one difference of either kind) or neither. The
// likelihood is the exact Gaussian one of the differenced series (Box, Jenkins 1976), by a banded Cholesky factor of
// its covariance after Ansley 1979, which costs O(values * q^2) for an order q of the multiplied-out moving average and
// turns into a plain recursion once the factor has converged. It is the one that a filter with a diffuse start gives.
// Missing values are exact too: they are integrated out as additive effects with a flat prior (Gomez, Maravall, Pena
// 1999), which equals skipping them; k of them cost O(values * k * (q + k)) more.
//
// Stationarity and invertibility are kept by partial autocorrelations (Monahan 1984, Jones 1980). The optimum is found
// by Levenberg and Marquardt's method on the residuals, scaled by the determinant, from the optimum of the conditional
// sum of squares (CSS). The order is found after Hyndman, Khandakar 2008: D by seasonal strength, d by repeated KPSS
// tests, the rest stepwise by AICc, where models with a root within 1.01 of the unit circle are refused. The search
// compares exact likelihoods for seasons of up to `kLongestExactSeason` steps and CSS beyond; what is returned is
// always fitted by the exact likelihood.
//
// Kernels: no clock, no random numbers; threads may fit different series at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

inline constexpr int kLongestExactSeason = 24;
inline constexpr int kMostArimaCoefficients = 20;
inline constexpr int kLongestArimaSeason = 400;

struct ArimaOrder {
  int ar = 0;
  int differences = 0;
  int ma = 0;
  int seasonal_ar = 0;
  int seasonal_differences = 0;
  int seasonal_ma = 0;
  int season = 1;
  bool has_constant = false;  // a mean, or a drift with one difference; with more differences it is refused

  friend bool operator==(const ArimaOrder&, const ArimaOrder&) = default;
};

// "ARIMA(2,1,1)(0,1,0)[12] with drift".
std::string NameOf(const ArimaOrder& order);

struct ArimaModel {
  ArimaOrder order;
  // (1 - ar_1 B - ...)(1 - seasonal_ar_1 B^m - ...) before the differenced series less its mean,
  // (1 + ma_1 B + ...)(1 + seasonal_ma_1 B^m + ...) before the errors.
  std::vector<double> ar;
  std::vector<double> ma;
  std::vector<double> seasonal_ar;
  std::vector<double> seasonal_ma;
  double mean_or_drift = 0;  // of a value, or a step

  double sigma2 = 0;           // variance of the errors by maximum likelihood
  double sigma2_unbiased = 0;  // by their degrees of freedom; the one that `Predict` uses
  int parameters = 0;          // that were estimated, the variance included
  double log_likelihood = 0;   // of the differenced series
  double aic = 0;
  double aicc = 0;  // infinite where there are too few values for its correction
  double bic = 0;

  // One a value: value less the expectation from all values before, scaled to the variance `sigma2`. Missing where the
  // value is, and for those that differencing needs first.
  std::vector<double> residuals;
  std::vector<double> values;  // the series that was fitted
};

struct ArimaOptions {
  int most_iterations = 60;
  double tolerance = 1e-9;  // relative change of the scaled sum of squares at which the search for the optimum ends
};

// Nothing where the orders are out of range, values are not finite or beyond 1e150 (or all within 1e-150 of 0), too few
// are known (more than the coefficients must be left after differencing), or values * gaps^2 is above 2e7.
std::optional<ArimaModel> FitArima(Values values, const ArimaOrder& order, const ArimaOptions& options = {});

struct AutoArimaOptions {
  int most_ar = 5;
  int most_ma = 5;
  int most_seasonal_ar = 2;
  int most_seasonal_ma = 2;
  int most_models = 94;
  ArimaOptions fit;
};

// The model of least AICc. A season above `kLongestArimaSeason` counts as none. Nothing where `FitArima` has nothing
// for a mean alone. Where values * gaps^2 is above 2e4, gaps are filled while orders are compared, not in the last fit.
std::optional<ArimaModel> AutoArima(Values values, int season, const AutoArimaOptions& options = {});

// The steps after the last of `model.values`, missing ones at the end included. Deviations are exact for the model,
// gaps included; that its coefficients are estimates is left out. O(values * q^2 + horizon^2 * p).
Outlook Predict(const ArimaModel& model, int horizon);

}  // namespace weir::forecast
