#include "journey/predict/remaining_time.h"

#include <algorithm>
#include <cmath>

namespace weir::journey {
namespace {

constexpr std::size_t kLeastCases = 30;
constexpr std::size_t kMostEvents = 5'000'000;
constexpr std::size_t kBorders = 12;
constexpr double kFitShare = .7;               // of the cases, by their end; the rest calibrates
constexpr std::size_t kLeastOfActivity = 200;  // states at an activity that widen by themselves
constexpr double kSecond = 1e6;

double LogOf(Micros micros) { return std::log1p(static_cast<double>(std::max<Micros>(micros, 0)) / kSecond); }
Micros MicrosOf(double logarithm) {
  return std::llround(std::expm1(std::clamp(logarithm, 0., 30.)) * kSecond);  // 30: 300,000 years
}

// The value below which this share of them lies, between two of them by the line through both.
template <typename Value>
double QuantileOf(std::size_t count, double share, const Value& value) {
  const double at = share * static_cast<double>(count - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, count - 1);
  const double part = at - static_cast<double>(low);
  return (1 - part) * value(low) + part * value(high);
}

// The smallest widening that would have covered so large a share of these, by the rule of split conformal prediction.
double WideningOf(std::vector<double>& misses, double coverage) {
  std::ranges::sort(misses);
  const auto count = static_cast<double>(misses.size());
  const auto rank = static_cast<std::size_t>(std::ceil((count + 1) * coverage));
  return misses[std::min(rank, misses.size()) - 1];
}

// Calls for each state in which a case was known to go on.
template <typename Visit>
void ForStates(const SortedLog& log, std::span<const CaseId> cases, const Visit& visit) {
  for (const CaseId id : cases) {
    const std::uint32_t begin = log.begin_of_case[id];
    const std::uint32_t end = log.begin_of_case[id + 1];
    for (std::uint32_t event = begin; event + 1 < end; ++event) {
      visit(RunningCase{.steps = log.StepsOf(id).first(event + 1 - begin),
                        .started = log.at[begin],
                        .last_at = log.at[event],
                        .now = log.at[event]},
            log.at[end - 1] - log.at[event], log.at[event + 1] - log.at[event]);
    }
  }
}

}  // namespace

std::array<RemainingTimeModel::Likeness, 6> RemainingTimeModel::LikenessesOf(std::span<const ActivityId> steps,
                                                                             Micros elapsed) const {
  const auto at = static_cast<std::uint32_t>(std::ranges::upper_bound(borders_, elapsed) - borders_.begin());
  // Before the first step stands one that no case has.
  const auto back = [&steps](std::size_t count) {
    return count < steps.size() ? steps[steps.size() - 1 - count] : kNoValue - 1;
  };
  return {{{back(0), back(1), back(2), at},
           {back(0), back(1), kNoValue, at},
           {back(0), kNoValue, kNoValue, at},
           {back(0), kNoValue, kNoValue, kNoValue},
           {kNoValue, kNoValue, kNoValue, at},
           {kNoValue, kNoValue, kNoValue, kNoValue}}};
}

void RemainingTimeModel::Learn(const SortedLog& log, std::span<const CaseId> cases) {
  samples_.clear();
  std::vector<Micros> elapsed;
  ForStates(log, cases, [&elapsed](const RunningCase& running, Micros, Micros) {
    elapsed.push_back(running.now - running.started);
  });
  std::ranges::sort(elapsed);
  borders_.clear();
  for (std::size_t border = 1; border < kBorders; ++border) {
    borders_.push_back(elapsed[border * elapsed.size() / kBorders]);
  }
  const auto repeated = std::ranges::unique(borders_);
  borders_.erase(repeated.begin(), repeated.end());
  ForStates(log, cases, [this](const RunningCase& running, Micros remaining, Micros gap) {
    for (const Likeness& likeness : LikenessesOf(running.steps, running.now - running.started)) {
      samples_[likeness].push_back({.remaining = remaining, .gap = gap});
    }
  });
  for (auto& [likeness, samples] : samples_) {
    std::ranges::sort(samples, [](const Sample& a, const Sample& b) {
      return a.remaining != b.remaining ? a.remaining < b.remaining : a.gap < b.gap;
    });
  }
}

// A case that has waited since its last event is like those that waited as long; where too few did, the closest
// likeness is left for a wider one, and at last the longest that any took stands.
RemainingTimeModel::Raw RemainingTimeModel::RawOf(const RunningCase& running) const {
  const Micros waited = std::max<Micros>(running.now - running.last_at, 0);
  const double outside = (1 - options_.coverage) / 2;
  std::vector<double> left;
  for (const Likeness& likeness : LikenessesOf(running.steps, running.last_at - running.started)) {
    const auto found = samples_.find(likeness);
    const bool is_widest = likeness[0] == kNoValue && likeness[3] == kNoValue;
    if (found == samples_.end() || (!is_widest && found->second.size() < options_.least_samples)) continue;
    left.clear();
    for (const Sample& sample : found->second) {
      if (waited == 0 || sample.gap > waited) left.push_back(LogOf(sample.remaining - waited));
    }
    if (left.empty() || (!is_widest && left.size() < options_.least_samples)) continue;
    const auto value = [&left](std::size_t at) { return left[at]; };
    return {.median = QuantileOf(left.size(), .5, value),
            .low = QuantileOf(left.size(), outside, value),
            .high = QuantileOf(left.size(), 1 - outside, value),
            .samples = static_cast<std::uint32_t>(left.size())};
  }
  const double longest = LogOf(samples_.at({kNoValue, kNoValue, kNoValue, kNoValue}).back().remaining);
  return {.median = longest, .low = 0, .high = longest};
}

void RemainingTimeModel::Calibrate(const SortedLog& log, std::span<const CaseId> cases) {
  std::vector<double> misses;
  std::map<ActivityId, std::vector<double>> of_activity;
  ForStates(log, cases, [&](const RunningCase& running, Micros remaining, Micros) {
    const Raw raw = RawOf(running);
    const double truth = LogOf(remaining);
    misses.push_back(std::max(raw.low - truth, truth - raw.high));
    of_activity[running.steps.back()].push_back(misses.back());
  });
  if (!misses.empty()) widening_of_all_ = WideningOf(misses, options_.coverage);
  for (auto& [activity, own] : of_activity) {
    if (own.size() >= kLeastOfActivity) widening_[activity] = WideningOf(own, options_.coverage);
  }
}

Result<RemainingTimeModel> RemainingTimeModel::Fit(const SortedLog& log, std::span<const CaseId> cases,
                                                   const RemainingTimeOptions& options) {
  if (!(options.coverage > 0 && options.coverage < 1)) {
    return Fail(BadInput("the coverage of an interval is a share between 0 and 1, not {}", options.coverage));
  }
  std::vector<CaseId> ended;
  std::size_t events = 0;
  for (const CaseId id : cases) {
    const std::size_t steps = log.StepsOf(id).size();
    if (steps > 1) ended.push_back(id);
    events += steps;
  }
  if (ended.size() < kLeastCases) {
    return Fail(NotEnoughData("{} finished cases have two events or more, {} are needed", ended.size(), kLeastCases));
  }
  if (events > kMostEvents) return Fail(TooLarge("times are learned from at most {} events", kMostEvents));
  std::ranges::sort(ended, [&log](CaseId a, CaseId b) {
    const Micros left = log.at[log.begin_of_case[a + 1] - 1];
    const Micros right = log.at[log.begin_of_case[b + 1] - 1];
    return left != right ? left < right : a < b;
  });
  const auto first = static_cast<std::size_t>(kFitShare * static_cast<double>(ended.size()));
  RemainingTimeModel model(options);
  model.Learn(log, std::span(ended).first(first));
  model.Calibrate(log, std::span(ended).subspan(first));
  // The widening stays; the states of the later cases are learned as well, for they are closest to those to come.
  model.Learn(log, ended);
  return model;
}

RemainingTime RemainingTimeModel::Predict(const RunningCase& running) const {
  const Raw raw = RawOf(running);
  const auto own = running.steps.empty() ? widening_.end() : widening_.find(running.steps.back());
  const double widening = own == widening_.end() ? widening_of_all_ : own->second;
  RemainingTime time{.median = MicrosOf(raw.median), .samples = raw.samples};
  time.low = std::min(MicrosOf(raw.low - widening), time.median);
  time.high = std::max(MicrosOf(raw.high + widening), time.median);
  return time;
}

}  // namespace weir::journey
