#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "forecast/series/arima.h"
#include "forecast/series/arima_fit.h"
#include "forecast/series/arima_optimum.h"
#include "forecast/series/arima_polynomial.h"
#include "forecast/series/unit_roots.h"

namespace weir::forecast {
namespace {

// A root nearer to the unit circle than this makes a model refused (Hyndman, Khandakar 2008, section 3.1).
constexpr double kNearestRoot = 1.01;
// While models are compared, their likelihood need not be known to more digits.
constexpr double kSearchTolerance = 1e-5;
constexpr int kSearchIterations = 30;
// Gaps are filled while models are compared where this many would cost more (values * gaps^2).
constexpr double kMostGapWorkInSearch = 2e4;

struct Candidate {
  ArimaOrder order;
  double criterion = std::numeric_limits<double>::infinity();
  std::vector<double> free;
};

// One of the steps away from the best model: what is added to each order.
struct Move {
  int ar = 0;
  int ma = 0;
  int seasonal_ar = 0;
  int seasonal_ma = 0;
  bool flips_constant = false;
};

constexpr std::array<Move, 17> kMoves{{{.seasonal_ar = -1},
                                       {.seasonal_ma = -1},
                                       {.seasonal_ar = 1},
                                       {.seasonal_ma = 1},
                                       {.seasonal_ar = -1, .seasonal_ma = -1},
                                       {.seasonal_ar = -1, .seasonal_ma = 1},
                                       {.seasonal_ar = 1, .seasonal_ma = -1},
                                       {.seasonal_ar = 1, .seasonal_ma = 1},
                                       {.ar = -1},
                                       {.ma = -1},
                                       {.ar = 1},
                                       {.ma = 1},
                                       {.ar = -1, .ma = -1},
                                       {.ar = -1, .ma = 1},
                                       {.ar = 1, .ma = -1},
                                       {.ar = 1, .ma = 1},
                                       {.flips_constant = true}}};

bool RootsAreFar(const ArimaCoefficients& coefficients) {
  const auto is_far = [](std::vector<double> lags, double sign) {
    for (double& lag : lags) lag *= sign;
    return RootsLieBeyond(lags, kNearestRoot);
  };
  return is_far(coefficients.ar, 1) && is_far(coefficients.ma, -1) && is_far(coefficients.seasonal_ar, 1) &&
         is_far(coefficients.seasonal_ma, -1);
}

class OrderSearch {
 public:
  OrderSearch(Values values, int season, DifferencesNeeded needed, const AutoArimaOptions& options)
      : values_(values), options_(options) {
    base_.season = season;
    base_.differences = needed.differences;
    base_.seasonal_differences = needed.seasonal_differences;
    may_have_constant_ = needed.differences + needed.seasonal_differences <= 1;
    is_exact_ = season <= kLongestExactSeason;
    const auto size = static_cast<int>(std::min<std::size_t>(values.size(), 1'000'000));
    limits_ = {.ar = std::min(options.most_ar, size / 3),
               .ma = std::min(options.most_ma, size / 3),
               .seasonal_ar = season > 1 ? std::min(options.most_seasonal_ar, size / 3 / season) : 0,
               .seasonal_ma = season > 1 ? std::min(options.most_seasonal_ma, size / 3 / season) : 0};
  }

  // The models tried, the best one first.
  std::vector<Candidate> Run() {
    TryFirstOnes();
    while (best_ < tried_.size() && Advance()) {
    }
    std::stable_sort(tried_.begin(), tried_.end(),
                     [](const Candidate& a, const Candidate& b) { return a.criterion < b.criterion; });
    return std::move(tried_);
  }

 private:
  void TryFirstOnes() {
    const int season = base_.season > 1 ? 1 : 0;
    Try(2, 2, season, season, may_have_constant_);
    Try(0, 0, 0, 0, may_have_constant_);
    Try(1, 0, season, 0, may_have_constant_);
    Try(0, 1, 0, season, may_have_constant_);
    if (may_have_constant_) Try(0, 0, 0, 0, false);
  }

  // Whether one of the neighbours of the best model is better; the first such one is taken.
  bool Advance() {
    const ArimaOrder from = tried_[best_].order;
    for (const Move& move : kMoves) {
      if (move.flips_constant && !may_have_constant_) continue;
      const int ar = from.ar + move.ar;
      const int ma = from.ma + move.ma;
      const int seasonal_ar = from.seasonal_ar + move.seasonal_ar;
      const int seasonal_ma = from.seasonal_ma + move.seasonal_ma;
      if (std::min({ar, ma, seasonal_ar, seasonal_ma}) < 0 || ar > limits_.ar || ma > limits_.ma ||
          seasonal_ar > limits_.seasonal_ar || seasonal_ma > limits_.seasonal_ma) {
        continue;
      }
      if (Try(ar, ma, seasonal_ar, seasonal_ma, from.has_constant != move.flips_constant)) return true;
    }
    return false;
  }

  bool Try(int ar, int ma, int seasonal_ar, int seasonal_ma, bool has_constant) {
    if (static_cast<int>(tried_.size()) >= options_.most_models) return false;
    Candidate candidate{.order = base_, .free = {}};
    candidate.order.ar = std::min(ar, limits_.ar);
    candidate.order.ma = std::min(ma, limits_.ma);
    candidate.order.seasonal_ar = std::min(seasonal_ar, limits_.seasonal_ar);
    candidate.order.seasonal_ma = std::min(seasonal_ma, limits_.seasonal_ma);
    candidate.order.has_constant = has_constant;
    for (const Candidate& earlier : tried_) {
      if (earlier.order == candidate.order) return false;
    }
    Rate(candidate);
    tried_.push_back(candidate);
    const bool is_better = tried_.size() == 1 || candidate.criterion < tried_[best_].criterion;
    if (is_better) best_ = tried_.size() - 1;
    return is_better;
  }

  void Rate(Candidate& candidate) {
    std::optional<ArimaSystem> system = ArimaSystem::Make(values_, candidate.order);
    if (!system) return;
    const ArimaOptions quick{.most_iterations = kSearchIterations, .tolerance = kSearchTolerance};
    if (!optimum_.Find(*system, is_exact_, false, quick, candidate.free)) return;
    const ArimaCoefficients coefficients = system->CoefficientsOf(candidate.free);
    if (!RootsAreFar(coefficients) || !system->Evaluate(coefficients, is_exact_)) return;
    const int parameters = static_cast<int>(system->Free()) + (candidate.order.has_constant ? 2 : 1);
    double likelihood = system->LogLikelihood();
    if (!is_exact_) {
      // A conditional sum leaves out as many values as the autoregression is long: the mean counts, not the number.
      const double rows = system->Information();
      likelihood = -rows / 2 * std::log(system->SumOfSquares() / ConditionalRows(candidate.order, rows) + 1e-300);
    }
    candidate.criterion = CorrectedCriterion(likelihood, parameters, system->Information());
  }

  static double ConditionalRows(const ArimaOrder& order, double rows) {
    return std::max(1.0, rows - order.ar - order.seasonal_ar * order.season);
  }

  Values values_;
  AutoArimaOptions options_;
  ArimaOrder base_;
  Move limits_;
  bool may_have_constant_ = true;
  bool is_exact_ = true;
  ArimaOptimum optimum_;
  std::vector<Candidate> tried_;
  std::size_t best_ = 0;
};

// The exact optimum from that of the search on.
std::optional<ArimaModel> Refine(Values values, const Candidate& candidate, const ArimaOptions& options) {
  std::optional<ArimaSystem> system = ArimaSystem::Make(values, candidate.order);
  if (!system) return std::nullopt;
  ArimaOptimum optimum;
  std::vector<double> free = candidate.free;
  for (double& value : free) value = std::clamp(value, -4.0, 4.0);
  if (!optimum.Improve(*system, true, options.most_iterations, options.tolerance, free)) return std::nullopt;
  if (!RootsAreFar(system->CoefficientsOf(free))) return std::nullopt;
  return FinishArima(values, candidate.order, *system, free);
}

}  // namespace

std::optional<ArimaModel> AutoArima(Values values, int season, const AutoArimaOptions& options) {
  if (season < 2 || season > kLongestArimaSeason || values.size() <= static_cast<std::size_t>(season)) season = 1;
  const std::vector<double> filled = InterpolatePhases(values, season);
  const bool is_short = filled.size() < 3;
  const bool is_constant = std::adjacent_find(filled.begin(), filled.end(), std::not_equal_to<>()) == filled.end();
  if (!is_short && !is_constant) {
    const auto gaps = static_cast<double>(std::count_if(values.begin(), values.end(), IsMissing));
    const bool fills = static_cast<double>(values.size()) * gaps * gaps > kMostGapWorkInSearch;
    OrderSearch search(fills ? Values(filled) : values, season, FindDifferences(values, season), options);
    for (const Candidate& candidate : search.Run()) {
      if (!(candidate.criterion < std::numeric_limits<double>::infinity())) break;
      if (std::optional<ArimaModel> model = Refine(values, candidate, options.fit)) return model;
    }
  }
  return FitArima(values, {.has_constant = true}, options.fit);
}

}  // namespace weir::forecast
