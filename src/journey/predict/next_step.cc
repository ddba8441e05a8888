#include "journey/predict/next_step.h"

#include <algorithm>
#include <numeric>

namespace weir::journey {
namespace {

constexpr double kLeastDiscount = .1;
constexpr double kMostDiscount = .95;

std::uint64_t KeyOf(std::uint32_t ending, std::uint32_t before) { return (std::uint64_t{ending} << 32U) | before; }

}  // namespace

NextStepModel::NextStepModel(const SortedLog& log, std::span<const CaseId> cases, std::size_t longest)
    : activities_(log.activities), longest_(longest), endings_(1) {
  const auto count = [this](std::uint32_t ending, ActivityId next) {
    auto& counts = endings_[ending].counts;
    const auto place = std::ranges::lower_bound(counts, next, {}, &std::pair<ActivityId, std::uint32_t>::first);
    if (place != counts.end() && place->first == next) {
      ++place->second;
    } else {
      counts.insert(place, {next, 1});
    }
  };
  for (const CaseId id : cases) {
    const std::span<const ActivityId> steps = log.StepsOf(id);
    for (std::size_t done = 0; done <= steps.size(); ++done) {
      const ActivityId next = done < steps.size() ? steps[done] : activities_;
      std::uint32_t ending = 0;
      count(ending, next);
      // One step back at a time; before the first stands the beginning, which is the number of the end.
      for (std::size_t back = 0; back < longest_ && back <= done; ++back) {
        const ActivityId before = back < done ? steps[done - 1 - back] : activities_;
        const auto [place, is_new] =
            longer_.try_emplace(KeyOf(ending, before), static_cast<std::uint32_t>(endings_.size()));
        if (is_new) endings_.push_back({.depth = static_cast<std::uint32_t>(back + 1)});
        ending = place->second;
        count(ending, next);
      }
    }
  }
  std::vector<std::uint64_t> once(longest_ + 1);
  std::vector<std::uint64_t> twice(longest_ + 1);
  for (const Ending& ending : endings_) {
    for (const auto& [next, times] : ending.counts) {
      once[ending.depth] += times == 1 ? 1 : 0;
      twice[ending.depth] += times == 2 ? 1 : 0;
    }
  }
  for (std::size_t depth = 0; depth <= longest_; ++depth) {
    const double both = static_cast<double>(once[depth]) + 2 * static_cast<double>(twice[depth]);
    const double discount = both > 0 ? static_cast<double>(once[depth]) / both : .5;
    discount_.push_back(std::clamp(discount, kLeastDiscount, kMostDiscount));
  }
}

std::vector<double> NextStepModel::Predict(std::span<const ActivityId> steps) const {
  std::vector<double> shares(activities_ + 1, 1. / (activities_ + 1));
  std::uint32_t ending = 0;
  for (std::size_t back = 0;; ++back) {
    const Ending& seen = endings_[ending];
    double total = 0;
    for (const auto& [next, times] : seen.counts) total += times;
    if (total == 0) break;
    const double discount = discount_[seen.depth];
    const double left = discount * static_cast<double>(seen.counts.size()) / total;
    for (double& share : shares) share *= left;
    for (const auto& [next, times] : seen.counts) shares[next] += (times - discount) / total;
    if (back >= longest_ || back > steps.size()) break;
    const ActivityId before = back < steps.size() ? steps[steps.size() - 1 - back] : activities_;
    const auto longer = longer_.find(KeyOf(ending, before));
    if (longer == longer_.end()) break;
    ending = longer->second;
  }
  return shares;
}

std::vector<double> NextStepModel::PredictGoingOn(std::span<const ActivityId> steps) const {
  std::vector<double> shares = Predict(steps);
  shares.back() = 0;
  const double rest = std::accumulate(shares.begin(), shares.end(), 0.);
  for (double& share : shares) share /= rest;
  return shares;
}

}  // namespace weir::journey
