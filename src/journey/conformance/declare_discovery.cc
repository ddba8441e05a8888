#include "journey/conformance/declare_discovery.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace weir::journey {
namespace {

constexpr std::uint32_t kStopEvery = 1'024;  // cases

struct Tally {
  std::uint32_t kept = 0;        // activations
  std::uint32_t kept_cases = 0;  // activated and nothing broken
};

// Forms over pairs, the strongest of a family first.
constexpr RuleForm kAfter[] = {RuleForm::kChainResponse, RuleForm::kResponse, RuleForm::kRespondedExistence};
constexpr RuleForm kBefore[] = {RuleForm::kChainPrecedence, RuleForm::kPrecedence};

class Counter {
 public:
  Counter(const SortedLog& log, std::size_t most)
      : log_(&log), rank_(log.activities, kNoValue), events_(log.activities), alone_(log.activities) {
    for (const ActivityId activity : log.activity_of) ++events_[activity];
    order_.resize(log.activities);
    std::iota(order_.begin(), order_.end(), 0U);
    std::ranges::stable_sort(order_, std::greater<>{}, [this](ActivityId activity) { return events_[activity]; });
    order_.resize(std::min(most, order_.size()));
    for (std::uint32_t at = 0; at < order_.size(); ++at) rank_[order_[at]] = at;
    for (std::vector<Tally>& tally : pairs_) tally.resize(order_.size() * order_.size());
    positions_.resize(order_.size());
  }

  void Add(CaseId id) {
    const std::uint32_t begin = log_->begin_of_case[id];
    const std::uint32_t end = log_->begin_of_case[id + 1];
    if (begin == end) return;
    present_.clear();
    for (std::uint32_t event = begin; event < end; ++event) {
      const std::uint32_t rank = rank_[log_->activity_of[event]];
      if (rank == kNoValue) continue;
      if (positions_[rank].empty()) present_.push_back(rank);
      positions_[rank].push_back(event);
    }
    ++begun_;
    ++alone_[log_->activity_of[begin]].first_of;
    ++alone_[log_->activity_of[end - 1]].last_of;
    for (const std::uint32_t of : present_) {
      alone_[order_[of]].once += positions_[of].size() == 1 ? 1 : 0;
      for (const std::uint32_t to : present_) {
        if (of != to) AddPair(of, to);
      }
    }
    for (const std::uint32_t rank : present_) positions_[rank].clear();
  }

  std::vector<FoundRule> Found(const DiscoveryLimits& limits) const {
    std::vector<FoundRule> found;
    const double cases = static_cast<double>(log_->cases());
    const double begun = static_cast<double>(begun_);  // cases with an event
    const auto add = [&](RuleForm form, ActivityId of, ActivityId to, double support, double confidence) {
      if (support < limits.support || confidence < limits.confidence) return false;
      FoundRule rule{.rule = {.form = form, .of = {of}}, .support = support, .confidence = confidence};
      if (to != kNoValue) rule.rule.to = {to};
      found.push_back(std::move(rule));
      return true;
    };
    for (const ActivityId activity : order_) {
      const Alone& alone = alone_[activity];
      add(RuleForm::kExactly, activity, kNoValue, alone.once / cases, alone.once / cases);
      add(RuleForm::kInit, activity, kNoValue, alone.first_of / cases, alone.first_of / begun);
      add(RuleForm::kEnd, activity, kNoValue, alone.last_of / cases, alone.last_of / begun);
    }
    for (std::uint32_t of = 0; of < order_.size(); ++of) {
      for (std::uint32_t to = 0; to < order_.size(); ++to) {
        const auto is_found = [&](RuleForm form) {
          const Tally& tally = pairs_[PlaceOf(form)][of * order_.size() + to];
          const bool is_before = form == RuleForm::kPrecedence || form == RuleForm::kChainPrecedence;
          const std::uint64_t activations = events_[order_[is_before ? to : of]];
          return add(form, order_[of], order_[to], tally.kept_cases / cases,
                     static_cast<double>(tally.kept) / static_cast<double>(std::max<std::uint64_t>(activations, 1)));
        };
        if (of == to) continue;
        static_cast<void>(std::ranges::any_of(kAfter, is_found));
        static_cast<void>(std::ranges::any_of(kBefore, is_found));
      }
    }
    return found;
  }

 private:
  struct Alone {
    std::uint32_t once = 0;  // cases
    std::uint32_t first_of = 0;
    std::uint32_t last_of = 0;
  };

  static std::size_t PlaceOf(RuleForm form) {
    switch (form) {
      case RuleForm::kChainResponse:
        return 0;
      case RuleForm::kResponse:
        return 1;
      case RuleForm::kChainPrecedence:
        return 2;
      case RuleForm::kPrecedence:
        return 3;
      default:
        return 4;  // responded existence
    }
  }

  void AddPair(std::uint32_t of, std::uint32_t to) {
    const std::vector<std::uint32_t>& ofs = positions_[of];
    const std::vector<std::uint32_t>& tos = positions_[to];
    const auto count = [&](RuleForm form, std::size_t kept, std::size_t activations) {
      Tally& tally = pairs_[PlaceOf(form)][of * order_.size() + to];
      tally.kept += static_cast<std::uint32_t>(kept);
      tally.kept_cases += kept == activations ? 1 : 0;
    };
    std::size_t chained = 0;
    for (const std::uint32_t at : ofs) chained += std::ranges::binary_search(tos, at + 1) ? 1 : 0;
    count(RuleForm::kChainResponse, chained, ofs.size());
    count(RuleForm::kChainPrecedence, chained, tos.size());
    const auto followed = std::ranges::lower_bound(ofs, tos.back()) - ofs.begin();
    count(RuleForm::kResponse, static_cast<std::size_t>(followed), ofs.size());
    const auto preceded = tos.end() - std::ranges::upper_bound(tos, ofs.front());
    count(RuleForm::kPrecedence, static_cast<std::size_t>(preceded), tos.size());
    count(RuleForm::kRespondedExistence, ofs.size(), ofs.size());
  }

  const SortedLog* log_;
  std::vector<std::uint32_t> rank_;    // of an activity; kNoValue: not looked at
  std::vector<ActivityId> order_;      // by frequency
  std::vector<std::uint64_t> events_;  // of each activity
  std::vector<Alone> alone_;
  std::uint32_t begun_ = 0;
  std::vector<Tally> pairs_[5];
  std::vector<std::vector<std::uint32_t>> positions_;  // in the case at hand
  std::vector<std::uint32_t> present_;
};

}  // namespace

Result<std::vector<FoundRule>> DiscoveredRules(const SortedLog& log, const DiscoveryLimits& limits,
                                               const std::stop_token& stop) {
  if (limits.activities > 2'000) return Fail(TooLarge("rules over pairs of more than 2,000 activities are too many"));
  Counter counter(log, limits.activities);
  for (std::size_t id = 0; id < log.cases(); ++id) {
    if (id % kStopEvery == 0 && stop.stop_requested()) return Fail(Cancelled("the search for rules was stopped"));
    counter.Add(static_cast<CaseId>(id));
  }
  std::vector<FoundRule> found = counter.Found(limits);
  std::ranges::stable_sort(found, [](const FoundRule& a, const FoundRule& b) {
    return std::tuple(a.rule.form, -a.confidence, -a.support) < std::tuple(b.rule.form, -b.confidence, -b.support);
  });
  return found;
}

}  // namespace weir::journey
