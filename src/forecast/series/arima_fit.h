// A model from its system, for the fit of one order and for the search alike.
#pragma once

#include <optional>
#include <span>

#include "forecast/series/arima.h"
#include "forecast/series/arima_system.h"

namespace weir::forecast {

// AICc of the coefficients last evaluated; infinite where there are too few values for its correction.
double CorrectedCriterion(double log_likelihood, int parameters, double information);

// The model at these coefficients, residuals included; nothing where it has no likelihood.
std::optional<ArimaModel> FinishArima(Values values, const ArimaOrder& order, ArimaSystem& system,
                                      std::span<const double> free);

}  // namespace weir::forecast
