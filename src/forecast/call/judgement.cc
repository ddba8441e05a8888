#include "forecast/call/judgement.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace weir::forecast {
namespace {

std::optional<double> Ratio(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

// Both sums with so many pasts of everybody's usual size added: where nothing came to him, it is still told.
std::optional<double> Drawn(double part, double came, double part_of_all, const WordAccuracy& all, double credibility) {
  const double usual = credibility / static_cast<double>(all.n);
  return Ratio(part + usual * part_of_all, came + usual * all.came);
}

void Take(const PastWord& past, WordAccuracy& sum) {
  ++sum.n;
  sum.said += past.said;
  sum.came += past.came;
  sum.missed += std::abs(past.said - past.came);
}

void Judge(WordAccuracy& sum) {
  sum.bias = Ratio(sum.said - sum.came, sum.came);
  sum.wape = Ratio(sum.missed, sum.came);
}

double RootMeanSquare(double squares, std::size_t n) { return std::sqrt(squares / static_cast<double>(n)); }

}  // namespace

std::vector<WordAccuracy> AccuracyOf(std::span<const PastWord> pasts, double credibility) {
  std::map<std::tuple<std::int32_t, std::int32_t, std::int32_t>, WordAccuracy> own;
  std::map<std::pair<std::int32_t, std::int32_t>, WordAccuracy> all;
  // Sums of floating-point numbers follow the order of the span, so that the same pasts give the same bits.
  for (const PastWord& past : pasts) {
    Take(past, own[{past.submitter, past.category, past.week}]);
    Take(past, all[{past.category, past.week}]);
  }
  std::vector<WordAccuracy> accuracy;
  accuracy.reserve(own.size());
  for (auto& [key, sum] : own) {
    std::tie(sum.submitter, sum.category, sum.week) = key;
    Judge(sum);
    const WordAccuracy& everybody = all.at({sum.category, sum.week});
    sum.shrunk_bias = Drawn(sum.said - sum.came, sum.came, everybody.said - everybody.came, everybody, credibility);
    sum.shrunk_wape = Drawn(sum.missed, sum.came, everybody.missed, everybody, credibility);
    accuracy.push_back(sum);
  }
  return accuracy;
}

double BiasShare(double said, double came, std::int64_t n, double prior, double credibility) {
  if (said <= 0) return prior;
  const double z = static_cast<double>(n) / (static_cast<double>(n) + credibility);
  return z * (said - came) / said + (1 - z) * prior;
}

double WeightOf(std::span<const ErrorPair> errors, double prior, double credibility) {
  double above = 0;
  double below = 0;
  for (const ErrorPair& error : errors) {
    const double apart = error.model - error.judgement;
    above += error.model * apart;
    below += apart * apart;
  }
  if (below <= 0) return prior;
  const double best = std::clamp(above / below, 0.0, 1.0);
  const auto n = static_cast<double>(errors.size());
  const double z = n / (n + credibility);
  return z * best + (1 - z) * prior;
}

Pooling PoolingOf(std::span<const PastPair> pasts, double bias_prior, double weight_prior, double credibility) {
  Pooling pooling{.n = static_cast<std::int64_t>(pasts.size()), .weight = weight_prior, .bias = bias_prior};
  if (pasts.empty()) return pooling;
  double said = 0;
  double came = 0;
  for (const PastPair& past : pasts) {
    said += past.said;
    came += past.came;
  }
  pooling.bias = BiasShare(said, came, pooling.n, bias_prior, credibility);
  std::vector<ErrorPair> errors;
  errors.reserve(pasts.size());
  for (const PastPair& past : pasts) {
    const double bias = BiasShare(said - past.said, came - past.came, pooling.n - 1, bias_prior, credibility);
    errors.push_back({past.said * (1 - bias) - past.came, past.model - past.came});
  }
  pooling.state = pooling.n < kFewestPasts ? PoolState::kFewPasts : PoolState::kTold;
  if (pooling.state == PoolState::kTold) pooling.weight = WeightOf(errors, weight_prior, credibility);
  double judgement = 0;
  double model = 0;
  double both = 0;
  for (const ErrorPair& error : errors) {
    const double mixed = pooling.weight * error.judgement + (1 - pooling.weight) * error.model;
    judgement += error.judgement * error.judgement;
    model += error.model * error.model;
    both += mixed * mixed;
  }
  pooling.judgement_error = RootMeanSquare(judgement, errors.size());
  pooling.model_error = RootMeanSquare(model, errors.size());
  pooling.pooled_error = RootMeanSquare(both, errors.size());
  return pooling;
}

double Pooled(double said, double model, const Pooling& pooling) {
  return pooling.weight * said * (1 - pooling.bias) + (1 - pooling.weight) * model;
}

}  // namespace weir::forecast
