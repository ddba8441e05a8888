#include "forecast/deals/amount_drift.h"

#include <algorithm>
#include <cmath>

#include "forecast/deals/weighted_points.h"

namespace weir::forecast {
namespace {

constexpr double kStageWeight = 20;
constexpr double kAsItIsWeight = 5;
constexpr double kMostRatio = 20;

// What one deal that was won has to say: ratios by stage, and the amount it was won at without having had one.
struct Lesson {
  std::map<int, std::vector<double>> ratios;
  bool was_unsaid = false;
};

Lesson LessonOf(const DealHistory& deal, const DealState& closing, const DriftOptions& options) {
  Lesson lesson;
  for (int week = 1; week <= options.history_weeks; ++week) {
    const Day day = options.as_of - 7 * week;
    if (day >= closing.from_day) continue;
    const DealState* state = StateAt(deal, day, day);
    if (state == nullptr) break;
    if (state->kind != DealKind::kOpen) continue;
    if (state->amount == 0) lesson.was_unsaid = true;
    if (state->amount <= 0) continue;
    lesson.ratios[state->stage].push_back(std::clamp(closing.amount / state->amount, 1 / kMostRatio, kMostRatio));
  }
  return lesson;
}

DriftOfStage Summary(const std::vector<WeightedPoint>& points, double deals) {
  double weight = 0;
  double log = 0;
  double square = 0;
  double ratio = 0;
  for (const WeightedPoint& point : points) {
    weight += point.weight;
    log += point.weight * std::log(point.value);
    square += point.weight * std::log(point.value) * std::log(point.value);
    ratio += point.weight * point.value;
  }
  const double mean = log / weight;
  return {.mean_log = mean,
          .deviation_log = std::sqrt(std::max(0.0, square / weight - mean * mean)),
          .mean_ratio = ratio / weight,
          .deals = deals};
}

}  // namespace

AmountDrift AmountDrift::Fit(std::span<const DealHistory> deals, const DriftOptions& options) {
  std::map<int, std::vector<WeightedPoint>> by_stage;
  std::map<int, double> cases;
  std::vector<WeightedPoint> all;
  std::vector<WeightedPoint> won;
  std::vector<WeightedPoint> unsaid;
  for (const DealHistory& deal : deals) {
    const DealState* closing = ClosingAfter(deal, deal.created_day - 1, options.as_of);
    if (closing == nullptr || closing->kind != DealKind::kWon || closing->from_day > options.as_of) continue;
    if (closing->amount <= 0 || closing->from_day <= options.as_of - 7 * options.history_weeks) continue;
    const Lesson lesson = LessonOf(deal, *closing, options);
    won.push_back({.value = closing->amount, .weight = 1});
    if (lesson.was_unsaid) unsaid.push_back(won.back());
    for (const auto& [stage, ratios] : lesson.ratios) {
      ++cases[stage];
      for (const double ratio : ratios) {
        const WeightedPoint point{.value = ratio, .weight = 1 / static_cast<double>(ratios.size())};
        by_stage[stage].push_back(point);
        all.push_back(point);
      }
    }
  }
  const auto stage_of = [](const std::vector<WeightedPoint>& points, double own) {
    return Stage{.drift = Summary(points, own), .ratios = FewPoints(points)};
  };
  AmountDrift drift;
  const std::vector<WeightedPoint> as_it_is{{.value = 1, .weight = 1}};
  const std::vector<WeightedPoint> common = Mixed(all, as_it_is, kAsItIsWeight);
  drift.others_ = stage_of(common, 0);
  for (const auto& [stage, points] : by_stage) {
    drift.stages_[stage] = stage_of(Mixed(points, common, kStageWeight), cases[stage]);
  }
  if (!won.empty()) drift.unsaid_ = FewPoints(Mixed(unsaid, won, kStageWeight));
  return drift;
}

std::vector<PossibleAmount> AmountDrift::AmountsOf(int stage, double amount) const {
  if (amount == 0 && !unsaid_.empty()) return unsaid_;
  if (amount <= 0) return {{.amount = amount, .share = 1}};
  const auto found = stages_.find(stage);
  std::vector<PossibleAmount> amounts = found == stages_.end() ? others_.ratios : found->second.ratios;
  for (PossibleAmount& possible : amounts) possible.amount *= amount;
  return amounts;
}

DriftOfStage AmountDrift::DriftOf(int stage) const {
  const auto found = stages_.find(stage);
  return found == stages_.end() ? others_.drift : found->second.drift;
}

}  // namespace weir::forecast
