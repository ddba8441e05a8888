#include "identity/dictionary.h"

#include "base/random.h"

namespace weir::identity {

std::uint32_t Dictionary::NumberOf(std::string_view text) {
  if (2 * (texts_.size() + 1) > slots_.size()) Grow();
  const std::uint64_t hash = HashText(text);
  const auto mark = static_cast<std::uint32_t>(hash >> 32);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.number == UINT32_MAX) {
      slot = {mark, static_cast<std::uint32_t>(texts_.size())};
      texts_.Add(text);
      return slot.number;
    }
    if (slot.hash == mark && texts_.At(slot.number) == text) return slot.number;
  }
}

std::uint32_t Dictionary::Find(std::string_view text) const {
  const std::uint64_t hash = HashText(text);
  const auto mark = static_cast<std::uint32_t>(hash >> 32);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.number == UINT32_MAX) return UINT32_MAX;
    if (slot.hash == mark && texts_.At(slot.number) == text) return slot.number;
  }
}

void Dictionary::Grow() {
  std::vector<Slot> slots(slots_.size() * 4);
  const std::size_t mask = slots.size() - 1;
  for (std::uint32_t number = 0; number < texts_.size(); ++number) {
    const std::uint64_t hash = HashText(texts_.At(number));
    std::size_t at = hash & mask;
    while (slots[at].number != UINT32_MAX) at = (at + 1) & mask;
    slots[at] = {static_cast<std::uint32_t>(hash >> 32), number};
  }
  slots_ = std::move(slots);
}

}  // namespace weir::identity
