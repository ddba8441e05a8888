#include "journey/conformance/marking_space.h"

#include <algorithm>
#include <cstring>

namespace weir::journey {
namespace {

// Eager transitions can feed each other in a circle; after so many they are left to the search like all others.
constexpr std::size_t kMostEagerRounds = 1'000;
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
  for (const std::uint32_t transition : net.silent) {
    if (net.is_eager[transition]) eager_.push_back(transition);
  }
  Clear();
}

void MarkingSpace::Clear() {
  size_ = 0;
  tokens_.clear();
  hashes_.clear();
  firings_begin_.clear();
  firings_count_.clear();
  firings_.clear();
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
  bool has_fired = true;
  for (std::size_t round = 0; has_fired && round < kMostEagerRounds; ++round) {
    has_fired = false;
    for (const std::uint32_t transition : eager_) {
      if (!Has(*net_, tokens, transition)) continue;
      const std::span<const std::uint32_t> outputs = net_->outputs[transition];
      if (std::any_of(outputs.begin(), outputs.end(), [&](std::uint32_t p) { return tokens[p] >= kMostTokens; })) {
        continue;
      }
      Move(tokens, transition);
      so_far.consumed += static_cast<std::uint32_t>(net_->inputs[transition].size());
      ++so_far.silent;
      has_fired = true;
    }
  }
}

MarkingId MarkingSpace::Keep(std::vector<std::uint8_t>& tokens, Firing& so_far) {
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
  firings_begin_.push_back(kNoValue);
  firings_count_.push_back(0);
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
  if (Move(scratch_, transition)) firing.to = Keep(scratch_, firing);
  return firing;
}

std::span<const Firing> MarkingSpace::FiringsOf(MarkingId id) {
  if (firings_begin_[id] == kNoValue) {
    enabled_.assign(net_->sources.begin(), net_->sources.end());
    for (std::uint32_t place = 0; place < net_->places; ++place) {
      if (Tokens(id)[place] == 0) continue;
      for (const std::uint32_t transition : net_->consumers[place]) {
        if (IsEnabled(id, transition)) enabled_.push_back(transition);
      }
    }
    std::ranges::sort(enabled_);
    const std::size_t begin = firings_.size();
    for (const std::uint32_t transition : enabled_) {
      if (firings_.size() >= kMostFirings) {
        was_cut_ = true;
        break;
      }
      const Firing firing = Fire(id, transition);
      if (firing.to != kNoValue) firings_.push_back(firing);
    }
    firings_begin_[id] = static_cast<std::uint32_t>(begin);
    firings_count_[id] = static_cast<std::uint32_t>(firings_.size() - begin);
  }
  return std::span(firings_).subspan(firings_begin_[id], firings_count_[id]);
}

}  // namespace weir::journey
