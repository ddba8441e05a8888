#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "forecast/series/arima.h"
#include "forecast/series/arima_system.h"

namespace weir::forecast {
namespace {

// What follows a differenced series and its errors, and the values that follow from it; `values` grows by the horizon.
void Continue(const ArimaSystem& system, std::span<const double> errors, std::size_t horizon, double constant,
              std::vector<double>& differenced, std::vector<double>& values) {
  const ArmaWhitening& whitening = system.Whitening();
  const std::span<const double> lags = system.Differencing();
  const std::size_t rows = errors.size();
  for (std::size_t step = 0; step < horizon; ++step) {
    const std::size_t row = rows + step;
    double next = 0;
    for (std::size_t column = 0; column < rows; ++column) next += whitening.Weight(row, column) * errors[column];
    if (row >= whitening.ArOrder()) {
      for (const Lag& lag : whitening.Ar()) next += lag.coefficient * differenced[row - lag.steps];
    }
    differenced.push_back(next);
    double value = next + constant;
    for (std::size_t i = 0; i < lags.size(); ++i) value += lags[i] * values[values.size() - 1 - i];
    values.push_back(value);
  }
}

// The sum of squares of the effects of the errors to come on each step to come.
std::vector<double> FutureVariances(const ArimaSystem& system, std::size_t horizon) {
  const ArmaWhitening& whitening = system.Whitening();
  const std::span<const double> lags = system.Differencing();
  const std::size_t rows = system.Rows();
  std::vector<double> variances(horizon, 0.0);
  std::vector<double> differenced(horizon);
  std::vector<double> effect(horizon);
  for (std::size_t from = 0; from < horizon; ++from) {
    for (std::size_t step = from; step < horizon; ++step) {
      double next = whitening.Weight(rows + step, rows + from);
      if (rows + step >= whitening.ArOrder()) {
        for (const Lag& lag : whitening.Ar()) {
          if (lag.steps <= step - from) next += lag.coefficient * differenced[step - lag.steps];
        }
      }
      differenced[step] = next;
      for (std::size_t i = 0; i < std::min(lags.size(), step - from); ++i) next += lags[i] * effect[step - 1 - i];
      effect[step] = next;
      variances[step] += next * next;
    }
  }
  return variances;
}

void AddGapVariances(const ArimaSystem& system, std::size_t horizon, std::vector<double>& variances) {
  const std::span<const ArimaSystem::Gap> gaps = system.Gaps();
  std::vector<std::vector<double>> effects;
  effects.reserve(gaps.size());
  for (const ArimaSystem::Gap& gap : gaps) {
    std::vector<double> errors = gap.effect;
    system.Whitening().Whiten(errors, gap.row);
    std::vector<double> differenced = gap.effect;
    std::vector<double> values(system.Trimmed().size(), 0.0);
    values[gap.step] = 1;
    Continue(system, errors, horizon, 0, differenced, values);
    effects.emplace_back(values.end() - static_cast<std::ptrdiff_t>(horizon), values.end());
  }
  std::vector<double> derivatives(gaps.size());
  for (std::size_t step = 0; step < horizon; ++step) {
    for (std::size_t i = 0; i < gaps.size(); ++i) derivatives[i] = effects[i][step];
    variances[step] += system.GapVariance(derivatives);
  }
}

}  // namespace

Outlook Predict(const ArimaModel& model, int horizon) {
  Outlook outlook;
  if (horizon <= 0) return outlook;
  const ArimaOrder& order = model.order;
  const double constant =
      order.has_constant ? model.mean_or_drift * (order.seasonal_differences > 0 ? order.season : 1) : 0;
  std::optional<ArimaSystem> system = ArimaSystem::Make(model.values, order, constant);
  if (!system) return outlook;
  const std::size_t ahead = static_cast<std::size_t>(horizon) + system->After();
  const ArimaCoefficients coefficients{
      .ar = model.ar, .ma = model.ma, .seasonal_ar = model.seasonal_ar, .seasonal_ma = model.seasonal_ma};
  if (!system->Evaluate(coefficients, true, ahead)) return outlook;
  const std::vector<double> estimates = system->GapEstimates();
  std::vector<double> values(system->Trimmed().begin(), system->Trimmed().end());
  std::vector<double> differenced(system->Observed().begin(), system->Observed().end());
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    const ArimaSystem::Gap& gap = system->Gaps()[i];
    const double change = estimates[i] - values[gap.step];
    values[gap.step] = estimates[i];
    for (std::size_t row = gap.row; row < differenced.size(); ++row) differenced[row] += change * gap.effect[row];
  }
  Continue(*system, system->Errors(), ahead, system->KnownConstant(), differenced, values);
  std::vector<double> variances = FutureVariances(*system, ahead);
  AddGapVariances(*system, ahead, variances);
  outlook.mean.reserve(static_cast<std::size_t>(horizon));
  outlook.deviation.reserve(static_cast<std::size_t>(horizon));
  for (std::size_t step = system->After(); step < ahead; ++step) {
    outlook.mean.push_back(values[values.size() - ahead + step] * system->Scale());
    outlook.deviation.push_back(std::sqrt(model.sigma2_unbiased * variances[step]));
  }
  return outlook;
}

}  // namespace weir::forecast
