#include "journey/conformance/alignment_search.h"

#include <algorithm>

namespace weir::journey {
namespace {

// After so many states the marking equation is asked for, and with more splits each time the states have grown so much
// again: a linear program costs about as much as some thousands of states.
constexpr std::uint64_t kFirstStageAt = 300;
constexpr std::uint64_t kSplitStageAt = 2'000;
constexpr std::uint64_t kStageGrowth = 4;
constexpr std::size_t kFirstSplits = 4;
constexpr std::size_t kMostSplits = 64;
constexpr std::uint64_t kStopEvery = 1'024;

std::size_t SlotOf(MarkingId marking, std::uint32_t done, std::size_t slots) {
  std::uint64_t key = (std::uint64_t{marking} << 32U) | done;
  key = (key ^ (key >> 31U)) * 0x9E3779B97F4A7C15;
  return (key >> 20U) & (slots - 1);
}

}  // namespace

AlignmentSearch::AlignmentSearch(const NetIndex& net, const SearchLimits& limits)
    : net_(&net), limits_(limits), space_(net, limits.markings) {}

void AlignmentSearch::Reset() {
  if (space_.was_cut() || space_.size() * 2 > limits_.markings) space_.Clear();
  nodes_.clear();
  // A table that one long search made large would be cleared for each short one after it.
  if (slots_.size() > 4'096) {
    slots_ = std::vector<std::uint32_t>(1'024, kNoValue);
  } else {
    slots_.assign(1'024, kNoValue);
  }
  for (std::vector<Entry>& bucket : buckets_) bucket.clear();
  lowest_ = 0;
  potentials_.clear();
  stage_ = 0;
  next_stage_at_ = kFirstStageAt;
  expanded_ = 0;
  least_cost_ = 0;
  was_exhausted_ = false;
}

std::uint32_t AlignmentSearch::NodeOf(MarkingId marking, std::uint32_t done) {
  std::size_t slot = SlotOf(marking, done, slots_.size());
  for (; slots_[slot] != kNoValue; slot = (slot + 1) & (slots_.size() - 1)) {
    const Node& node = nodes_[slots_[slot]];
    if (node.marking == marking && node.done == done) return slots_[slot];
  }
  const auto id = static_cast<std::uint32_t>(nodes_.size());
  slots_[slot] = id;
  nodes_.push_back({.marking = marking, .done = done, .cost = kNoValue});
  if (nodes_.size() * 2 > slots_.size()) GrowSlots();
  return id;
}

void AlignmentSearch::GrowSlots() {
  slots_.assign(slots_.size() * 2, kNoValue);
  for (std::uint32_t id = 0; id < nodes_.size(); ++id) {
    std::size_t slot = SlotOf(nodes_[id].marking, nodes_[id].done, slots_.size());
    while (slots_[slot] != kNoValue) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = id;
  }
}

void AlignmentSearch::Refresh(Node& node) {
  for (; node.bounds_used < potentials_.size(); ++node.bounds_used) {
    node.bound = std::max(node.bound, potentials_[node.bounds_used].Bound(space_.Tokens(node.marking), node.done));
  }
}

void AlignmentSearch::Queue(std::uint32_t node) {
  const std::size_t key = std::size_t{nodes_[node].cost} + nodes_[node].bound;
  if (key >= buckets_.size()) buckets_.resize(key + 1);
  buckets_[key].push_back({.node = node, .cost = nodes_[node].cost});
  lowest_ = std::min(lowest_, key);
}

void AlignmentSearch::Reach(MarkingId marking, std::uint32_t done, std::uint32_t cost, std::uint32_t parent,
                            std::uint32_t transition, bool is_sync) {
  const std::uint32_t id = NodeOf(marking, done);
  Node& node = nodes_[id];
  if (cost >= node.cost) return;
  node.cost = cost;
  node.parent = parent;
  node.transition = transition;
  node.is_sync = is_sync;
  node.is_closed = false;
  Refresh(node);
  Queue(id);
}

// The last queued of the lowest: the search goes deep where the bound promises nothing worse.
bool AlignmentSearch::Next(Entry& entry) {
  for (; lowest_ < buckets_.size(); ++lowest_) {
    if (buckets_[lowest_].empty()) continue;
    entry = buckets_[lowest_].back();
    buckets_[lowest_].pop_back();
    return true;
  }
  return false;
}

void AlignmentSearch::Expand(std::uint32_t at, std::span<const ActivityId> trace) {
  const Node here = nodes_[at];
  const std::span<const Firing> enabled = space_.FiringsOf(here.marking);
  firings_.assign(enabled.begin(), enabled.end());
  const bool has_step = here.done < trace.size();
  if (has_step) Reach(here.marking, here.done + 1, here.cost + 1, at, kNoValue, false);
  for (const Firing& firing : firings_) {
    const std::uint32_t cost = here.cost + (net_->IsSilent(firing.transition) ? 0 : 1);
    Reach(firing.to, here.done, cost, at, firing.transition, false);
  }
  if (!has_step) return;
  for (const Firing& firing : firings_) {
    if (net_->activity_of[firing.transition] != trace[here.done]) continue;
    Reach(firing.to, here.done + 1, here.cost, at, firing.transition, true);
  }
}

void AlignmentSearch::Strengthen(std::span<const ActivityId> trace) {
  std::size_t count = 0;
  if (stage_ == 0) {
    next_stage_at_ = expanded_ + kSplitStageAt;
  } else {
    count = std::min({kFirstSplits << (stage_ - 1), kMostSplits, trace.empty() ? 0 : trace.size() - 1});
    next_stage_at_ = expanded_ * kStageGrowth;
  }
  std::vector<std::uint32_t> splits;
  for (std::size_t split = 1; split <= count; ++split) {
    splits.push_back(static_cast<std::uint32_t>(split * trace.size() / (count + 1)));
  }
  std::erase(splits, 0U);
  const auto repeated = std::ranges::unique(splits);
  splits.erase(repeated.begin(), repeated.end());
  if (std::optional<Potentials> made = PotentialsOf(*net_, trace, splits)) potentials_.push_back(std::move(*made));
  const bool was_last = count == kMostSplits || (stage_ > 0 && count + 1 >= trace.size());
  if (was_last) next_stage_at_ = ~std::uint64_t{0};
  ++stage_;
}

Alignment AlignmentSearch::Traced(std::uint32_t at, std::span<const ActivityId> trace) const {
  Alignment alignment{.cost = nodes_[at].cost, .least_cost = nodes_[at].cost, .states = expanded_};
  for (; nodes_[at].parent != kNoValue; at = nodes_[at].parent) {
    const Node& node = nodes_[at];
    if (node.transition == kNoValue) {
      alignment.moves.push_back({.kind = MoveKind::kLog, .activity = trace[node.done - 1]});
    } else if (!net_->IsSilent(node.transition)) {
      alignment.moves.push_back(
          {.kind = node.is_sync ? MoveKind::kBoth : MoveKind::kModel, .activity = net_->activity_of[node.transition]});
    }
  }
  std::ranges::reverse(alignment.moves);
  return alignment;
}

std::optional<Alignment> AlignmentSearch::Run(std::span<const ActivityId> trace, const std::stop_token& stop) {
  Reset();
  Reach(space_.initial(), 0, 0, kNoValue, kNoValue, false);
  std::uint32_t surely = 0;  // of the start, while nothing was refused for a limit
  Entry entry;
  while (Next(entry)) {
    Node& node = nodes_[entry.node];
    if (node.is_closed || node.cost != entry.cost) continue;
    // The start is bounded again with each new program, so that what is surely needed is known at any end.
    const bool needs_more = expanded_ >= next_stage_at_ || (stage_ == 0 && lowest_ > 0);
    if (needs_more) {
      Strengthen(trace);
      Refresh(nodes_[0]);
      surely = nodes_[0].bound;
    }
    Refresh(node);
    if (std::size_t{node.cost} + node.bound > lowest_) {
      Queue(entry.node);
      continue;
    }
    least_cost_ = std::max(surely, space_.was_cut() ? 0 : static_cast<std::uint32_t>(lowest_));
    if (node.marking == space_.final() && node.done == trace.size()) {
      Alignment alignment = Traced(entry.node, trace);
      alignment.least_cost = least_cost_ = space_.was_cut() ? std::min(surely, alignment.cost) : alignment.cost;
      return alignment;
    }
    if (nodes_.size() >= limits_.states || (expanded_ % kStopEvery == 0 && stop.stop_requested())) return std::nullopt;
    node.is_closed = true;
    ++expanded_;
    Expand(entry.node, trace);
  }
  was_exhausted_ = !space_.was_cut();
  return std::nullopt;
}

}  // namespace weir::journey
