#include "journey/conformance/frontiers.h"

#include <algorithm>
#include <tuple>

namespace weir::journey {
namespace {

constexpr std::size_t kMostFollowed = 4'096;
constexpr std::size_t kFollowedOnceCut = 16;  // where the exact answer is lost already
constexpr std::size_t kMostKept = std::size_t{1} << 22U;

bool IsSame(std::span<const Reached> a, std::span<const Reached> b) {
  return std::ranges::equal(a, b, [](const Reached& left, const Reached& right) {
    return left.marking == right.marking && left.consumed == right.consumed;
  });
}

}  // namespace

Frontiers::Frontiers(const NetIndex& net, const StepLimits& limits, bool counts_tokens)
    : net_(&net), limits_(limits), counts_tokens_(counts_tokens), steps_(net, limits) {
  Start();
}

void Frontiers::Start() {
  const Reached first{.marking = steps_.space().initial()};
  Intern(std::span(&first, 1));
}

void Frontiers::MakeRoom() {
  if (markings_.size() + made_.size() <= kMostKept && !steps_.IsFull()) return;
  steps_.Clear();
  markings_.clear();
  begin_.assign(1, 0);
  by_hash_.clear();
  made_.clear();
  endings_.clear();
  enabled_.clear();
  Start();
}

// The cheapest first: of two that lead to each other it stays.
void Frontiers::DropLed(std::vector<Reached>& markings) {
  std::vector<Reached> by_cost = markings;
  std::ranges::sort(by_cost, [](const Reached& a, const Reached& b) {
    return std::tie(a.consumed, a.marking) < std::tie(b.consumed, b.marking);
  });
  for (const Reached& from : by_cost) {
    if (markings.size() == 1) return;
    if (!std::ranges::binary_search(markings, from.marking, {}, &Reached::marking)) continue;
    const std::span<const MarkingId> led = steps_.SilentlyAfter(from.marking);
    std::erase_if(markings, [&led](const Reached& other) { return std::ranges::binary_search(led, other.marking); });
  }
}

std::uint32_t Frontiers::Tidy(std::vector<Reached>& markings) {
  if (markings.empty()) return 0;
  std::ranges::sort(markings, [](const Reached& a, const Reached& b) {
    return std::tie(a.marking, a.consumed) < std::tie(b.marking, b.consumed);
  });
  const auto repeated = std::ranges::unique(markings, {}, &Reached::marking);
  markings.erase(repeated.begin(), repeated.end());
  DropLed(markings);
  const std::size_t most = was_cut() ? kFollowedOnceCut : kMostFollowed;
  if (markings.size() > most) {
    markings.resize(most);
    was_cut_ = true;
  }
  const std::uint32_t least = std::ranges::min(markings, {}, &Reached::consumed).consumed;
  for (Reached& reached : markings) reached.consumed = counts_tokens_ ? reached.consumed - least : 0;
  return least;
}

FrontierId Frontiers::Intern(std::span<const Reached> markings) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (const Reached& reached : markings) {
    hash = (hash ^ ((std::uint64_t{reached.marking} << 32U) | reached.consumed)) * 0xD6E8FEB86659FD93;
    hash ^= hash >> 32U;
  }
  for (auto [at, end] = by_hash_.equal_range(hash); at != end; ++at) {
    if (IsSame(MarkingsOf(at->second), markings)) return at->second;
  }
  const auto id = static_cast<FrontierId>(begin_.size() - 1);
  markings_.insert(markings_.end(), markings.begin(), markings.end());
  begin_.push_back(markings_.size());
  by_hash_.emplace(hash, id);
  return id;
}

FrontierStep Frontiers::Step(FrontierId id, ActivityId activity, bool is_forced) {
  const std::uint64_t key = (std::uint64_t{id} << 32U) | activity;
  if (const auto known = made_.find(key); known != made_.end()) {
    // What was asked for without force is known not to follow, but not what force makes of it.
    if (!is_forced || !IsEmpty(known->second.to)) return known->second;
  }
  const FrontierStep made = Made(id, activity, is_forced);
  made_[key] = made;
  return made;
}

FrontierStep Frontiers::Made(FrontierId id, ActivityId activity, bool is_forced) {
  if (activity >= net_->activities || net_->doing[activity].empty()) {
    return {.to = is_forced ? id : Intern({}), .is_outside = true};
  }
  const std::span<const Reached> kept = MarkingsOf(id);
  const std::vector<Reached> before(kept.begin(), kept.end());
  std::vector<Reached> after;
  for (const Reached& here : before) {
    for (const Reached& next : steps_.After(here.marking, activity)) {
      after.push_back({.marking = next.marking, .consumed = here.consumed + next.consumed});
    }
  }
  FrontierStep step;
  if (after.empty() && is_forced) {
    step.missing = kNoValue;
    for (const Reached& here : before) {
      const std::optional<Reached> next = steps_.Forced(here.marking, activity);
      if (!next || next->missing > step.missing) continue;
      if (next->missing < step.missing) after.clear();
      step.missing = next->missing;
      after.push_back({.marking = next->marking, .consumed = here.consumed + next->consumed});
    }
    if (after.empty()) {
      was_cut_ = true;
      return {.to = id, .is_outside = true};
    }
  }
  step.consumed = Tidy(after);
  step.to = Intern(after);
  return step;
}

Ending Frontiers::EndOf(FrontierId id) {
  if (const auto known = endings_.find(id); known != endings_.end()) return known->second;
  Ending best{.missing = kNoValue / 2};
  const auto order = [](const Ending& of) { return std::tuple(of.missing + of.remaining, of.consumed, of.missing); };
  for (const Reached& here : MarkingsOf(id)) {
    Ending ending = steps_.EndOf(here.marking);
    ending.consumed += here.consumed;
    if (order(ending) < order(best)) best = ending;
  }
  endings_.emplace(id, best);
  return best;
}

std::span<const std::uint64_t> Frontiers::EnabledIn(FrontierId id) {
  auto [place, is_new] = enabled_.try_emplace(id);
  if (is_new) {
    std::vector<std::uint64_t> bits((net_->activities + 63) / 64);
    for (ActivityId activity = 0; activity < net_->activities; ++activity) {
      if (!IsEmpty(Follow(id, activity).to)) bits[activity / 64] |= std::uint64_t{1} << (activity % 64);
    }
    place->second = std::move(bits);
  }
  return place->second;
}

}  // namespace weir::journey
