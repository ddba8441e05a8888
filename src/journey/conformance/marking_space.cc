#include "journey/conformance/marking_space.h"

#include <algorithm>
#include <cstring>

namespace weir::journey {
namespace {

// Eager transitions can feed each other in a circle; after so many they are left to the search like all others.
constexpr std::size_t kMostEagerFirings = 10'000;
constexpr std::size_t kMostBytes = std::size_t{256} << 20U;  // of tokens
constexpr std::size_t kMostFirings = std::size_t{1} << 24U;

std::uint64_t HashOf(std::span<const std::uint8_t> tokens) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  std::size_t at = 0;
  for (; at + 8 <= tokens.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, tokens.data() + at, 8);
    hash = (hash ^ word) * 0xD6E8FEB86659FD93;
    hash ^= hash >> 32U;
  }
  for (; at < tokens.size(); ++at) hash = (hash ^ tokens[at]) * 0x100000001B3;
  hash ^= hash >> 29U;
  return hash * 0xBF58476D1CE4E5B9;
}

bool Has(const NetIndex& net, std::span<const std::uint8_t> tokens, std::uint32_t transition) {
  const std::span<const std::uint32_t> inputs = net.inputs[transition];
  return std::all_of(inputs.begin(), inputs.end(), [&tokens](std::uint32_t place) { return tokens[place] > 0; });
}

}  // namespace

MarkingSpace::MarkingSpace(const NetIndex& net, std::size_t most_markings)
    : net_(&net), most_markings_(std::clamp<std::size_t>(most_markings, 16, 16 + kMostBytes / (net.places + 1))) {
  Clear();
}

void MarkingSpace::Clear() {
  size_ = 0;
  tokens_.clear();
  hashes_.clear();
  all_ = {};
  silent_ = {};
  slots_.assign(64, kNoValue);
  was_cut_ = false;
  // Inputs of eager transitions are never in the final marking, so that it stays what it is.
  final_ = Intern(net_->final);
  std::vector<std::uint8_t> first = net_->initial;
  at_first_ = {};
  initial_ = Keep(first, at_first_);
}

bool MarkingSpace::IsEnabled(MarkingId id, std::uint32_t transition) const {
  return Has(*net_, Tokens(id), transition);
}

bool MarkingSpace::Move(std::vector<std::uint8_t>& tokens, std::uint32_t transition) {
  for (const std::uint32_t place : net_->inputs[transition]) --tokens[place];
  for (const std::uint32_t place : net_->outputs[transition]) {
    if (tokens[place] >= kMostTokens) {
      was_cut_ = true;
      return false;
    }
    ++tokens[place];
  }
  return true;
}

void MarkingSpace::FireEager(std::vector<std::uint8_t>& tokens, Firing& so_far) {
  for (std::size_t fired = 0; !waiting_.empty() && fired < kMostEagerFirings;) {
    const std::uint32_t transition = net_->eager_of_place[waiting_.back()];
    if (transition == kNoValue || !Has(*net_, tokens, transition)) {
      waiting_.pop_back();
      continue;
    }
    const std::span<const std::uint32_t> outputs = net_->outputs[transition];
    if (std::any_of(outputs.begin(), outputs.end(), [&](std::uint32_t p) { return tokens[p] >= kMostTokens; })) {
      waiting_.pop_back();
      continue;
    }
    // The place stays: more tokens may stand there.
    Move(tokens, transition);
    so_far.consumed += static_cast<std::uint32_t>(net_->inputs[transition].size());
    ++so_far.silent;
    ++fired;
    waiting_.insert(waiting_.end(), outputs.begin(), outputs.end());
  }
  waiting_.clear();
}

MarkingId MarkingSpace::Keep(std::vector<std::uint8_t>& tokens, Firing& so_far) {
  waiting_.clear();
  for (std::uint32_t place = 0; place < net_->places; ++place) {
    if (tokens[place] > 0) waiting_.push_back(place);
  }
  FireEager(tokens, so_far);
  return Intern(tokens);
}

MarkingId MarkingSpace::Intern(std::span<const std::uint8_t> tokens) {
  const std::uint64_t hash = HashOf(tokens);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != kNoValue; slot = (slot + 1) & (slots_.size() - 1)) {
    const MarkingId id = slots_[slot];
    if (hashes_[id] == hash && std::ranges::equal(Tokens(id), tokens)) return id;
  }
  if (size_ >= most_markings_) {
    was_cut_ = true;
    return kNoValue;
  }
  const auto id = static_cast<MarkingId>(size_++);
  slots_[slot] = id;
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  hashes_.push_back(hash);
  if (size_ * 2 > slots_.size()) Grow();
  return id;
}

void MarkingSpace::Grow() {
  slots_.assign(slots_.size() * 2, kNoValue);
  for (std::uint32_t id = 0; id < size_; ++id) {
    std::size_t slot = hashes_[id] & (slots_.size() - 1);
    while (slots_[slot] != kNoValue) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = id;
  }
}

Firing MarkingSpace::Fire(MarkingId id, std::uint32_t transition) {
  const std::span<const std::uint8_t> before = Tokens(id);
  scratch_.assign(before.begin(), before.end());
  Firing firing{.transition = transition,
                .to = kNoValue,
                .consumed = static_cast<std::uint32_t>(net_->inputs[transition].size()),
                .silent = net_->IsSilent(transition) ? 1U : 0U};
  if (!Move(scratch_, transition)) return firing;
  const std::span<const std::uint32_t> outputs = net_->outputs[transition];
  waiting_.assign(outputs.begin(), outputs.end());
  FireEager(scratch_, firing);
  firing.to = Intern(scratch_);
  return firing;
}

std::span<const Firing> MarkingSpace::Known(FiringLists& lists, MarkingId id, bool only_silent) {
  if (lists.begin.size() <= id) {
    lists.begin.resize(size_, kNoValue);
    lists.count.resize(size_, 0);
  }
  if (lists.begin[id] == kNoValue) {
    enabled_.assign(net_->sources.begin(), net_->sources.end());
    for (std::uint32_t place = 0; place < net_->places; ++place) {
      if (Tokens(id)[place] == 0) continue;
      for (const std::uint32_t transition : net_->consumers[place]) {
        if (IsEnabled(id, transition)) enabled_.push_back(transition);
      }
    }
    std::ranges::sort(enabled_);
    const std::size_t begin = lists.firings.size();
    for (const std::uint32_t transition : enabled_) {
      if (only_silent && !net_->IsSilent(transition)) continue;
      if (lists.firings.size() >= kMostFirings) {
        was_cut_ = true;
        break;
      }
      const Firing firing = Fire(id, transition);
      if (firing.to != kNoValue) lists.firings.push_back(firing);
    }
    lists.begin[id] = static_cast<std::uint32_t>(begin);
    lists.count[id] = static_cast<std::uint32_t>(lists.firings.size() - begin);
  }
  return std::span(lists.firings).subspan(lists.begin[id], lists.count[id]);
}

}  // namespace weir::journey
