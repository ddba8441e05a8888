#include "journey/conformance/visible_steps.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace weir::journey {
namespace {

// A net that meets the limit once will meet it again: each time half of it is left, down to this.
constexpr std::size_t kLeastClosure = 256;

}  // namespace

VisibleSteps::VisibleSteps(const NetIndex& net, const StepLimits& limits)
    : net_(&net), limits_(limits), space_(net, limits.markings) {}

void VisibleSteps::Clear() {
  space_.Clear();
  after_.clear();
  kept_.clear();
  silently_.clear();
  silently_kept_ = 0;
  endings_.clear();
  seen_at_.clear();
}

void VisibleSteps::NoteCut() {
  was_cut_ = true;
  limits_.closure = std::max(limits_.closure / 2, std::min(limits_.closure, kLeastClosure));
}

void VisibleSteps::Add(std::vector<Reached>& to, const Reached& reached) const {
  for (Reached& old : to) {
    if (old.marking != reached.marking) continue;
    if (std::tie(reached.silent, reached.consumed) < std::tie(old.silent, old.consumed)) old = reached;
    return;
  }
  to.push_back(reached);
}

// By breadth, so that each marking is met after the fewest firings.
void VisibleSteps::SearchHelpers(MarkingId from, std::uint32_t goal, std::uint32_t enough) {
  ++search_;
  met_.clear();
  const auto meet = [this](const Met& met) {
    if (seen_at_.size() < space_.size()) seen_at_.resize(space_.size(), 0);
    if (seen_at_[met.marking] == search_) return true;
    if (met_.size() >= limits_.closure) {
      NoteCut();
      return false;
    }
    seen_at_[met.marking] = search_;
    met_.push_back(met);
    return true;
  };
  meet({.marking = from});
  for (std::size_t at = 0; at < met_.size(); ++at) {
    const Met here = met_[at];
    const std::uint32_t missing = MissingAt(here.marking, goal);
    if (enough > 0 && missing <= enough) return;
    if (missing == 0 && !net_->has_rival_helper[goal]) continue;
    for (const std::uint32_t helper : net_->helpers[goal]) {
      if (!space_.IsEnabled(here.marking, helper)) continue;
      const Firing firing = space_.Fire(here.marking, helper);
      if (firing.to == kNoValue) continue;
      const Met next{
          .marking = firing.to, .consumed = here.consumed + firing.consumed, .silent = here.silent + firing.silent};
      if (!meet(next)) return;
    }
  }
}

std::uint32_t VisibleSteps::MissingAt(MarkingId marking, std::uint32_t transition) const {
  const std::span<const std::uint8_t> tokens = space_.Tokens(marking);
  std::uint32_t missing = 0;
  for (const std::uint32_t place : net_->inputs[transition]) missing += tokens[place] == 0 ? 1 : 0;
  return missing;
}

std::span<const Reached> VisibleSteps::After(MarkingId marking, ActivityId activity) {
  if (activity >= net_->activities) return {};
  const std::uint64_t key = (std::uint64_t{marking} << 32U) | activity;
  auto [place, is_new] = after_.try_emplace(key);
  if (is_new) {
    std::vector<Reached> found;
    for (const std::uint32_t transition : net_->doing[activity]) {
      SearchHelpers(marking, transition, 0);
      for (const Met& met : met_) {
        if (MissingAt(met.marking, transition) > 0) continue;
        const Firing firing = space_.Fire(met.marking, transition);
        if (firing.to == kNoValue) continue;
        Add(found,
            {.marking = firing.to, .consumed = met.consumed + firing.consumed, .silent = met.silent + firing.silent});
      }
    }
    place->second = {.begin = kept_.size(), .count = found.size()};
    kept_.insert(kept_.end(), found.begin(), found.end());
  }
  return std::span(kept_).subspan(place->second.begin, place->second.count);
}

std::optional<Reached> VisibleSteps::Forced(MarkingId marking, ActivityId activity) {
  std::optional<Reached> best;
  if (activity >= net_->activities) return best;
  for (const std::uint32_t transition : net_->doing[activity]) {
    SearchHelpers(marking, transition, 1);
    const auto at =
        std::ranges::min_element(met_, {}, [&](const Met& met) { return MissingAt(met.marking, transition); });
    const std::uint32_t missing = MissingAt(at->marking, transition);
    if (best && best->missing <= missing) continue;
    const std::span<const std::uint8_t> before = space_.Tokens(at->marking);
    std::vector<std::uint8_t> tokens(before.begin(), before.end());
    for (const std::uint32_t place : net_->inputs[transition]) {
      if (tokens[place] > 0) --tokens[place];
    }
    const std::span<const std::uint32_t> outputs = net_->outputs[transition];
    if (std::ranges::any_of(outputs, [&tokens](std::uint32_t p) { return tokens[p] >= kMostTokens; })) continue;
    for (const std::uint32_t place : outputs) ++tokens[place];
    Firing so_far{.consumed = at->consumed + static_cast<std::uint32_t>(net_->inputs[transition].size()),
                  .silent = at->silent};
    const MarkingId to = space_.Keep(tokens, so_far);
    if (to == kNoValue) continue;
    best = {.marking = to, .consumed = so_far.consumed, .silent = so_far.silent, .missing = missing};
  }
  return best;
}

std::span<const MarkingId> VisibleSteps::SilentlyAfter(MarkingId marking) {
  auto [place, is_new] = silently_.try_emplace(marking);
  std::vector<MarkingId>& found = place->second;
  if (!is_new) return found;
  ++search_;
  const auto meet = [this, &found](MarkingId id) {
    if (seen_at_.size() < space_.size()) seen_at_.resize(space_.size(), 0);
    if (seen_at_[id] == search_) return;
    if (found.size() >= limits_.closure) return NoteCut();
    seen_at_[id] = search_;
    found.push_back(id);
  };
  meet(marking);
  for (std::size_t at = 0; at < found.size(); ++at) {
    for (const Firing& firing : space_.SilentFiringsOf(found[at])) meet(firing.to);
  }
  found.erase(found.begin());
  std::ranges::sort(found);
  silently_kept_ += found.size();
  return found;
}

// Best first by how far the tokens are from the final marking, so that an end without faults is found early; where
// there is none, all that silent transitions lead to is seen.
Ending VisibleSteps::EndOf(MarkingId marking) {
  if (const auto known = endings_.find(marking); known != endings_.end()) return known->second;
  const auto ending_at = [this](MarkingId id, std::uint32_t consumed) {
    Ending ending{.consumed = consumed};
    const std::span<const std::uint8_t> tokens = space_.Tokens(id);
    for (std::uint32_t place = 0; place < net_->places; ++place) {
      const std::uint8_t wanted = net_->final[place];
      if (tokens[place] < wanted) ending.missing += wanted - tokens[place];
      if (tokens[place] > wanted) ending.remaining += tokens[place] - wanted;
    }
    return ending;
  };
  // What is left to mend, tokens taken, the order of finding.
  using Waiting = std::tuple<std::uint32_t, std::uint32_t, std::size_t>;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting;
  ++search_;
  const auto meet = [&](MarkingId id, std::uint32_t consumed) {
    if (seen_at_.size() < space_.size()) seen_at_.resize(space_.size(), 0);
    if (seen_at_[id] == search_) return;
    if (met_.size() >= limits_.closure) return NoteCut();
    seen_at_[id] = search_;
    const Ending ending = ending_at(id, consumed);
    waiting.emplace(ending.missing + ending.remaining, consumed, met_.size());
    met_.push_back({.marking = id, .consumed = consumed});
  };
  met_.clear();
  meet(marking, 0);
  Ending best = ending_at(marking, 0);
  while (!waiting.empty()) {
    const auto [faults, consumed, at] = waiting.top();
    waiting.pop();
    const Met here = met_[at];
    const Ending ending = ending_at(here.marking, here.consumed);
    if (faults < best.missing + best.remaining) best = ending;
    if (faults == 0) break;
    for (const Firing& firing : space_.SilentFiringsOf(here.marking)) {
      meet(firing.to, here.consumed + firing.consumed);
    }
  }
  endings_.emplace(marking, best);
  return best;
}

}  // namespace weir::journey
