#include "forecast/series/arima_fit.h"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "forecast/series/arima_optimum.h"

namespace weir::forecast {

std::string NameOf(const ArimaOrder& order) {
  std::string name = fmt::format("ARIMA({},{},{})", order.ar, order.differences, order.ma);
  if (order.seasonal_ar + order.seasonal_differences + order.seasonal_ma > 0) {
    name +=
        fmt::format("({},{},{})[{}]", order.seasonal_ar, order.seasonal_differences, order.seasonal_ma, order.season);
  }
  if (order.has_constant) name += order.differences + order.seasonal_differences > 0 ? " with drift" : " with mean";
  return name;
}

double CorrectedCriterion(double log_likelihood, int parameters, double information) {
  const double count = parameters;
  if (information - count - 1 <= 0) return std::numeric_limits<double>::infinity();
  return -2 * log_likelihood + 2 * count + 2 * count * (count + 1) / (information - count - 1);
}

std::optional<ArimaModel> FinishArima(Values values, const ArimaOrder& order, ArimaSystem& system,
                                      std::span<const double> free) {
  const ArimaCoefficients coefficients = system.CoefficientsOf(free);
  if (!system.Evaluate(coefficients, true)) return std::nullopt;
  ArimaModel model;
  model.order = order;
  model.ar = coefficients.ar;
  model.ma = coefficients.ma;
  model.seasonal_ar = coefficients.seasonal_ar;
  model.seasonal_ma = coefficients.seasonal_ma;
  if (order.has_constant) {
    model.mean_or_drift = system.Constant() / (order.seasonal_differences > 0 ? order.season : 1);
  }
  const double information = system.Information();
  const auto estimated = static_cast<double>(system.Free() + (order.has_constant ? 1 : 0));
  model.parameters = static_cast<int>(estimated) + 1;
  model.sigma2 = system.SumOfSquares() / information;
  model.sigma2_unbiased = system.SumOfSquares() / (information - estimated);
  model.log_likelihood = system.LogLikelihood();
  model.aic = -2 * model.log_likelihood + 2 * (estimated + 1);
  model.aicc = CorrectedCriterion(model.log_likelihood, model.parameters, information);
  model.bic = -2 * model.log_likelihood + std::log(information) * (estimated + 1);
  model.residuals = system.OneStepErrors();
  model.values.assign(values.begin(), values.end());
  if (!std::isfinite(model.log_likelihood) || !std::isfinite(model.sigma2)) return std::nullopt;
  return model;
}

std::optional<ArimaModel> FitArima(Values values, const ArimaOrder& order, const ArimaOptions& options) {
  std::optional<ArimaSystem> system = ArimaSystem::Make(values, order);
  if (!system) return std::nullopt;
  ArimaOptimum optimum;
  std::vector<double> free;
  if (!optimum.Find(*system, true, true, options, free)) return std::nullopt;
  return FinishArima(values, order, *system, free);
}

}  // namespace weir::forecast
