#include "identity/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

namespace weir::identity {

// Of this process only: numbers do not depend on it.
std::uint32_t TextSlots::HashOf(std::string_view text) {
  const std::size_t hash = std::hash<std::string_view>{}(text);
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

TextSlots::TextSlots(const Texts& texts) {
  Grow(std::bit_ceil(std::max(slots_.size(), 2 * (texts.size() + 1))));
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < texts.size(); ++number) {
    const std::uint32_t hash = HashOf(texts.At(number));
    std::size_t at = hash & mask;
    while (slots_[at].number != UINT32_MAX) at = (at + 1) & mask;
    slots_[at] = {hash, number};
  }
}

void TextSlots::Reserve(std::size_t texts) {
  const std::size_t size = std::bit_ceil(2 * (texts + 1));
  if (size > slots_.size()) Grow(size);
}

std::uint32_t TextSlots::NumberOf(std::string_view text, std::uint32_t hash, Texts& texts) {
  if (2 * (texts.size() + 1) > slots_.size()) Grow(slots_.size() * 4);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.number == UINT32_MAX) {
      slot = {hash, static_cast<std::uint32_t>(texts.size())};
      texts.Add(text);
      return slot.number;
    }
    if (slot.hash == hash && texts.At(slot.number) == text) return slot.number;
  }
}

void TextSlots::NumbersOf(std::span<const std::string> of, std::span<std::uint32_t> numbers, Texts& texts) {
  constexpr std::size_t kAtOnce = 64;
  std::array<std::uint32_t, kAtOnce> hashes{};
  for (std::size_t begin = 0; begin < of.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, of.size() - begin);
    for (std::size_t i = 0; i < count; ++i) {
      hashes[i] = HashOf(of[begin + i]);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    const auto there = [&](std::size_t i) {
      const Slot& slot = slots_[hashes[i] & (slots_.size() - 1)];
      return slot.hash == hashes[i] ? slot.number : UINT32_MAX;
    };
    for (std::size_t i = 0; i < count; ++i) {
      if (there(i) != UINT32_MAX) texts.AskForPlace(there(i));
    }
    for (std::size_t i = 0; i < count; ++i) {
      if (there(i) != UINT32_MAX) texts.AskFor(there(i));
    }
    for (std::size_t i = 0; i < count; ++i) numbers[begin + i] = NumberOf(of[begin + i], hashes[i], texts);
  }
}

std::uint32_t TextSlots::Find(std::string_view text, const Texts& texts) const {
  const std::uint32_t hash = HashOf(text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.number == UINT32_MAX) return UINT32_MAX;
    if (slot.hash == hash && texts.At(slot.number) == text) return slot.number;
  }
}

void TextSlots::Grow(std::size_t size) {
  std::vector<Slot> slots(size);
  const std::size_t mask = slots.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.number == UINT32_MAX) continue;
    std::size_t at = slot.hash & mask;
    while (slots[at].number != UINT32_MAX) at = (at + 1) & mask;
    slots[at] = slot;
  }
  slots_ = std::move(slots);
}

}  // namespace weir::identity
