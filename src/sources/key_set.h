// Says whether keys repeat, without keeping them. Private to sources/.
#pragma once

#include <cstdint>
#include <vector>

namespace weir::sources {

// A set of hashes with open addressing. Two equal keys have equal hashes, so that as long as no hash repeats no key
// does; a repeated hash only says that the keys must be looked at. Memory: 16 to 32 bytes a key, up to a limit beyond
// which it says that anything may repeat.
class KeySet {
 public:
  void Add(std::uint64_t hash) {
    if (may_repeat_) return;
    if (2 * (size_ + 1) > slots_.size()) Grow();
    if (!may_repeat_) may_repeat_ = !Put(hash);
  }
  bool may_repeat() const { return may_repeat_; }

 private:
  static constexpr std::size_t kFirstSlots = 1 << 12;
  static constexpr std::size_t kMostSlots = 1 << 26;

  // False if it is there already. Zero marks an empty slot; a hash of zero shares the slot of one.
  bool Put(std::uint64_t hash) {
    hash += hash == 0 ? 1 : 0;
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots_[at] == hash) return false;
      if (slots_[at] != 0) continue;
      slots_[at] = hash;
      ++size_;
      return true;
    }
  }

  void Grow() {
    if (slots_.size() == kMostSlots) {
      may_repeat_ = true;
      slots_ = {};
      return;
    }
    std::vector<std::uint64_t> old(slots_.empty() ? kFirstSlots : 2 * slots_.size());
    old.swap(slots_);
    size_ = 0;
    for (const std::uint64_t hash : old) {
      if (hash != 0) Put(hash);
    }
  }

  std::vector<std::uint64_t> slots_;
  std::size_t size_ = 0;
  bool may_repeat_ = false;
};

}  // namespace weir::sources
