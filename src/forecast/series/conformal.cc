#include "forecast/series/conformal.h"

#include <algorithm>
#include <cmath>

#include <boost/math/distributions/normal.hpp>

namespace weir::forecast {
namespace {

// Scores from which a step needs none of its neighbours: some twenty of them lie beyond each bound of 80 %, five beyond
// each of 95 %.
constexpr std::size_t kEnoughScores = 200;

// The rank, of n sorted scores, of the smallest that a new one exceeds with a probability of no more than `outside`
// (Lei et al. 2018, eq. 3); the last one where it would lie beyond it.
std::size_t UpperRank(std::size_t n, double outside) {
  constexpr double kRounding = 1e-9;
  const double rank = std::ceil((static_cast<double>(n) + 1) * (1 - outside) - kRounding);
  return static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(n)));
}

}  // namespace

ConformalScores::ConformalScores(int horizon) : scores_(static_cast<std::size_t>(std::max(horizon, 0))) {}

void ConformalScores::Add(const Outlook& said, Values actual) {
  const std::size_t steps = std::min({scores_.size(), said.mean.size(), said.deviation.size(), actual.size()});
  for (std::size_t step = 0; step < steps; ++step) {
    if (IsMissing(actual[step]) || !(said.deviation[step] > 0)) continue;
    scores_[step].push_back((actual[step] - said.mean[step]) / said.deviation[step]);
    ++count_;
  }
}

void ConformalScores::Finish() {
  double squares = 0;
  for (std::vector<double>& scores : scores_) {
    std::ranges::sort(scores);
    for (const double score : scores) squares += score * score;
  }
  if (count_ > 0) spread_ = std::max(1.0, std::sqrt(squares / static_cast<double>(count_)));
}

ConformalScores::Reach ConformalScores::At(std::size_t step, double level) const {
  if (count_ < kFewestScores) {
    const double reach = spread_ * boost::math::quantile(boost::math::normal(), .5 + level / 2);
    return {.below = reach, .above = reach};
  }
  // The step and as many on each side of it as it takes.
  std::size_t from = step;
  std::size_t to = step + 1;
  std::size_t held = scores_[step].size();
  while (held < kEnoughScores && (from > 0 || to < scores_.size())) {
    if (from > 0) held += scores_[--from].size();
    if (to < scores_.size()) held += scores_[to++].size();
  }
  std::vector<double> pooled;
  const std::vector<double>* scores = &scores_[step];
  if (to - from > 1) {
    pooled.reserve(held);
    for (std::size_t at = from; at < to; ++at) pooled.insert(pooled.end(), scores_[at].begin(), scores_[at].end());
    std::ranges::sort(pooled);
    scores = &pooled;
  }
  const std::size_t rank = UpperRank(scores->size(), (1 - level) / 2);
  return {.below = std::max(0.0, -(*scores)[scores->size() - rank]), .above = std::max(0.0, (*scores)[rank - 1])};
}

}  // namespace weir::forecast
