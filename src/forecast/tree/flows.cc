#include "forecast/tree/flows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "forecast/money.h"
#include "forecast/series/forecaster.h"

namespace weir::forecast {
namespace {

// Of a normal distribution, so many deviations hold eight of ten.
constexpr double kReach = 1.2815515655446004;
constexpr std::size_t kMostErrors = 12;
constexpr std::size_t kFewestErrors = 8;

Hierarchy HierarchyOf(std::span<const FlowNode> nodes, std::vector<std::size_t>& leaves) {
  std::vector<bool> has_children(nodes.size());
  for (const FlowNode& node : nodes) {
    if (node.parent >= 0) has_children[static_cast<std::size_t>(node.parent)] = true;
  }
  Hierarchy hierarchy;
  hierarchy.nodes.resize(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (has_children[i]) continue;
    leaves.push_back(i);
    for (int at = static_cast<int>(i); at >= 0; at = nodes[static_cast<std::size_t>(at)].parent) {
      hierarchy.nodes[static_cast<std::size_t>(at)].push_back(hierarchy.leaves);
    }
    ++hierarchy.leaves;
  }
  return hierarchy;
}

// How reconciled forecasts follow from base ones: a row a node.
std::vector<std::vector<double>> MatrixOf(const Reconciler& reconciler, std::size_t nodes) {
  std::vector<std::vector<double>> rows(nodes, std::vector<double>(nodes));
  std::vector<double> unit(nodes);
  for (std::size_t k = 0; k < nodes; ++k) {
    unit[k] = 1;
    const std::vector<double> column = reconciler.Reconcile(unit);
    for (std::size_t i = 0; i < nodes; ++i) rows[i][k] = column[i];
    unit[k] = 0;
  }
  return rows;
}

// Correlations of errors, drawn towards none as far as the reconciler drew them.
std::vector<std::vector<double>> CorrelationOf(std::span<const std::vector<double>> errors, std::size_t nodes,
                                               double kept) {
  std::vector<std::vector<double>> correlation(nodes, std::vector<double>(nodes));
  for (std::size_t i = 0; i < nodes; ++i) {
    for (std::size_t k = 0; k < nodes; ++k) {
      double both = 0;
      double one = 0;
      double other = 0;
      for (std::size_t t = 0; !errors.empty() && t < errors[i].size(); ++t) {
        both += errors[i][t] * errors[k][t];
        one += errors[i][t] * errors[i][t];
        other += errors[k][t] * errors[k][t];
      }
      const double root = std::sqrt(one * other);
      correlation[i][k] = i == k ? 1 : root > 0 ? kept * both / root : 0;
    }
  }
  return correlation;
}

double DeviationOf(const OwnForecast& of, std::size_t step) { return (of.high[step] - of.low[step]) / (2 * kReach); }

// Leaves below their floor are lifted to it; those beside them, above theirs, give that up in parts of what they have
// above, so that the sum stays where it can.
void LiftToFloors(std::span<const std::size_t> leaves, std::span<const FlowNode> nodes, std::span<const double> floors,
                  std::span<double> month) {
  double lifted = 0;
  double room = 0;
  for (const std::size_t leaf : leaves) {
    const double above = month[leaf] - floors[leaf];
    (above < 0 ? lifted : room) += std::abs(above);
  }
  const double kept = room > 0 ? std::max(0.0, 1 - lifted / room) : 0;
  for (const std::size_t leaf : leaves) {
    const double above = std::max(0.0, month[leaf] - floors[leaf]);
    month[leaf] = floors[leaf] + (lifted > 0 ? above * kept : above);
  }
  if (lifted == 0) return;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (std::ranges::find(leaves, i) == leaves.end()) month[i] = 0;
  }
  for (const std::size_t leaf : leaves) {
    for (int at = nodes[leaf].parent; at >= 0; at = nodes[static_cast<std::size_t>(at)].parent) {
      month[static_cast<std::size_t>(at)] += month[leaf];
    }
  }
}

class Agreement {
 public:
  Agreement(std::span<const FlowNode> nodes, std::vector<OwnForecast> alone) : nodes_(nodes) {
    hierarchy_ = HierarchyOf(nodes, leaves_);
    tree_.nodes.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) tree_.nodes[i].base = std::move(alone[i]);
    months_ = tree_.nodes.front().base.mean.size();
  }

  const Hierarchy& hierarchy() const { return hierarchy_; }
  std::size_t months() const { return months_; }
  const OwnForecast& Base(std::size_t node) const { return tree_.nodes[node].base; }

  void Use(const Reconciler& reconciler, ReconcileBy by) {
    tree_.by = by;
    tree_.kept_correlation = by == ReconcileBy::kShrinkage ? reconciler.kept_correlation() : 0;
    matrix_ = MatrixOf(reconciler, nodes_.size());
  }

  void AddMonth(std::size_t step, std::span<const std::vector<double>> correlation) {
    std::vector<double> month(nodes_.size());
    std::vector<double> deviations(nodes_.size());
    std::vector<double> floors(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      deviations[i] = DeviationOf(Base(i), step);
      if (step == 0) floors[i] = nodes_[i].so_far;
      for (std::size_t k = 0; k < nodes_.size(); ++k) month[i] += matrix_[i][k] * Base(k).mean[step];
    }
    LiftToFloors(leaves_, nodes_, floors, month);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      double variance = 0;
      for (std::size_t a = 0; a < nodes_.size(); ++a) {
        for (std::size_t b = 0; b < nodes_.size(); ++b) {
          variance += matrix_[i][a] * matrix_[i][b] * deviations[a] * deviations[b] * correlation[a][b];
        }
      }
      const double deviation = std::sqrt(std::max(0.0, variance));
      const OwnForecast& base = Base(i);
      OwnForecast& agreed = tree_.nodes[i].agreed;
      // The interval keeps the skew of the node's own one.
      const double ratio = deviations[i] > 0 ? deviation / deviations[i] : 0;
      const double below = deviations[i] > 0 ? (base.mean[step] - base.low[step]) * ratio : kReach * deviation;
      const double above = deviations[i] > 0 ? (base.high[step] - base.mean[step]) * ratio : kReach * deviation;
      agreed.mean.push_back(month[i]);
      agreed.low.push_back(std::max(floors[i], month[i] - std::max(0.0, below)));
      agreed.high.push_back(month[i] + std::max(0.0, above));
    }
  }

  TreeForecast Take() { return std::move(tree_); }

 private:
  std::span<const FlowNode> nodes_;
  std::vector<std::size_t> leaves_;
  Hierarchy hierarchy_;
  TreeForecast tree_;
  std::size_t months_ = 0;
  std::vector<std::vector<double>> matrix_;
};

}  // namespace

std::vector<OwnForecast> ForecastAlone(std::span<const FlowNode> nodes, int months, const Executor& executor,
                                       std::stop_token stop) {
  std::vector<std::vector<double>> series;
  series.reserve(nodes.size());
  for (const FlowNode& node : nodes) series.push_back(node.past);
  const SeriesOptions options{.horizon = months, .candidates = {12}, .levels = {.8}};
  std::vector<SeriesForecast> said = ForecastSeries(series, options, executor, std::move(stop));
  std::vector<OwnForecast> alone(said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    OwnForecast& own = alone[i];
    own.model = std::move(said[i].model);
    own.mean = std::move(said[i].mean);
    own.mean.resize(static_cast<std::size_t>(months));
    own.low = std::move(said[i].intervals.front().low);
    own.high = std::move(said[i].intervals.front().high);
    own.low.resize(own.mean.size());
    own.high.resize(own.mean.size());
    // The rest of a month that has begun: its part of the mean, with the spread of a part of independent days.
    const double rest = nodes[i].left * own.mean[0];
    const double narrowed = std::sqrt(nodes[i].left);
    const double so_far = nodes[i].so_far;
    own.low[0] = std::max(so_far, so_far + rest - narrowed * (own.mean[0] - own.low[0]));
    own.high[0] = so_far + rest + narrowed * (own.high[0] - own.mean[0]);
    own.mean[0] = so_far + rest;
  }
  return alone;
}

std::vector<std::vector<double>> PastErrors(std::span<const FlowNode> nodes, const Executor& executor,
                                            std::stop_token stop) {
  std::vector<std::vector<double>> errors(nodes.size());
  std::size_t months = nodes.empty() ? 0 : nodes.front().past.size();
  for (const FlowNode& node : nodes) {
    months = std::min<std::size_t>(months, static_cast<std::size_t>(std::ranges::count_if(
                                               node.past, [](double value) { return !IsMissing(value); })));
  }
  if (months < kFewestPastMonths + kFewestErrors) return {};
  const std::size_t count = std::min(kMostErrors, months - kFewestPastMonths);
  for (auto& series : errors) series.resize(count);
  executor.ForEach(nodes.size() * count, [&](std::size_t work) {
    if (stop.stop_requested()) return;
    const std::vector<double>& past = nodes[work / count].past;
    const std::size_t origin = past.size() - count + work % count;
    const Values before = Values(past).first(origin);
    const Outlook said = RunMethod(Method::kCombination, before, FindSeasons(before, std::array{12}), 1).outlook;
    errors[work / count][work % count] = said.mean.empty() ? 0 : past[origin] - said.mean.front();
  });
  return errors;
}

Result<TreeForecast> Agree(std::span<const FlowNode> nodes, std::vector<OwnForecast> alone,
                           std::span<const std::vector<double>> errors) {
  Agreement agreement(nodes, std::move(alone));
  const ReconcileBy by = errors.empty() ? ReconcileBy::kStructural : ReconcileBy::kShrinkage;
  WEIR_TRY(const Reconciler reconciler, Reconciler::Make(agreement.hierarchy(), by, errors));
  agreement.Use(reconciler, by);
  const double kept = errors.empty() ? 0 : reconciler.kept_correlation();
  const auto correlation = CorrelationOf(errors, nodes.size(), kept);
  for (std::size_t step = 0; step < agreement.months(); ++step) agreement.AddMonth(step, correlation);
  return agreement.Take();
}

Result<TreeForecast> AgreeByIntervals(std::span<const FlowNode> nodes, std::vector<OwnForecast> alone) {
  Agreement agreement(nodes, std::move(alone));
  const auto correlation = CorrelationOf({}, nodes.size(), 0);
  for (std::size_t step = 0; step < agreement.months(); ++step) {
    std::vector<double> variances;
    variances.reserve(nodes.size());
    double largest = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      variances.push_back(std::pow(DeviationOf(agreement.Base(i), step), 2));
      largest = std::max(largest, variances.back());
    }
    // What is certain is taken to err by a thousandth of what errs most.
    for (double& variance : variances) variance = std::max({variance, 1e-6 * largest, 1e-12});
    WEIR_TRY(const Reconciler reconciler, Reconciler::WithVariances(agreement.hierarchy(), variances));
    agreement.Use(reconciler, ReconcileBy::kVariance);
    agreement.AddMonth(step, correlation);
  }
  return agreement.Take();
}

std::vector<std::int64_t> RoundedMonth(std::span<const FlowNode> nodes, std::span<const double> month,
                                       const Rounding& rounding) {
  std::vector<std::int64_t> rounded(nodes.size());
  if (nodes.empty()) return rounded;
  rounded[0] = rounding.Of(month[0]);
  for (std::size_t parent = 0; parent < nodes.size(); ++parent) {
    std::vector<std::size_t> children;
    std::vector<double> parts;
    for (std::size_t i = parent + 1; i < nodes.size(); ++i) {
      if (nodes[i].parent != static_cast<int>(parent)) continue;
      children.push_back(i);
      parts.push_back(month[i]);
    }
    const std::vector<std::int64_t> shares = rounding.Share(rounded[parent], parts);
    for (std::size_t i = 0; i < children.size(); ++i) rounded[children[i]] = shares[i];
  }
  return rounded;
}

}  // namespace weir::forecast
