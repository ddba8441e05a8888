// Says whether keys repeat, by their hashes. Private to sources/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::sources {

// Two equal keys have equal hashes, so that as long as no hash repeats no key does; a repeated hash only says that the
// keys must be looked at. Memory: 8 bytes a key while they are added, as many again for the answer, up to a limit
// beyond which it says that anything may repeat. Cost: that of two writes a key, and of a look into a table that the
// cache of a core holds: a single table of ten million keys is in no cache, and each look into it waits for memory.
class KeySet {
 public:
  void Add(std::uint64_t hash) { Add(std::span(&hash, 1)); }
  void Add(std::span<const std::uint64_t> hashes);

  // Of all that were added.
  bool may_repeat();

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 16;
  static constexpr std::size_t kMostKeys = std::size_t{1} << 25;

  bool HasRepeats();
  // Of all hashes, by their highest bits: where each part begins.
  std::vector<std::size_t> Parted(unsigned bits, std::vector<std::uint64_t>& parted) const;

  std::vector<std::vector<std::uint64_t>> blocks_;  // all but the last one are full
  std::size_t size_ = 0;
  bool is_known_ = true;     // may_repeat_ is of all that were added
  bool may_repeat_ = false;  // stays so
};

}  // namespace weir::sources
