#include "identity/dictionary.h"

#include <algorithm>
#include <bit>

#include "base/random.h"

namespace weir::identity {

TextSlots::TextSlots(const Texts& texts) {
  Grow(texts, std::bit_ceil(std::max(slots_.size(), 2 * (texts.size() + 1))));
}

std::uint32_t TextSlots::NumberOf(std::string_view text, Texts& texts) {
  if (2 * (texts.size() + 1) > slots_.size()) Grow(texts, slots_.size() * 4);
  const std::uint64_t hash = HashText(text);
  const auto mark = static_cast<std::uint32_t>(hash >> 32);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.number == UINT32_MAX) {
      slot = {mark, static_cast<std::uint32_t>(texts.size())};
      texts.Add(text);
      return slot.number;
    }
    if (slot.hash == mark && texts.At(slot.number) == text) return slot.number;
  }
}

std::uint32_t TextSlots::Find(std::string_view text, const Texts& texts) const {
  const std::uint64_t hash = HashText(text);
  const auto mark = static_cast<std::uint32_t>(hash >> 32);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.number == UINT32_MAX) return UINT32_MAX;
    if (slot.hash == mark && texts.At(slot.number) == text) return slot.number;
  }
}

void TextSlots::Grow(const Texts& texts, std::size_t size) {
  std::vector<Slot> slots(size);
  const std::size_t mask = slots.size() - 1;
  for (std::uint32_t number = 0; number < texts.size(); ++number) {
    const std::uint64_t hash = HashText(texts.At(number));
    std::size_t at = hash & mask;
    while (slots[at].number != UINT32_MAX) at = (at + 1) & mask;
    slots[at] = {static_cast<std::uint32_t>(hash >> 32), number};
  }
  slots_ = std::move(slots);
}

}  // namespace weir::identity
