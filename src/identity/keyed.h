// Records by key, and those that share one: of blocking, of the choice of its rules, and of records that hold the same.
// Internal to the engine.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace weir::identity {

struct Keyed {
  std::uint64_t key;
  std::uint32_t record;
  auto operator<=>(const Keyed&) const = default;
};

// By key, then record. O(n): keys are spread first, so that what is sorted lies in the cache.
void SortKeyed(std::vector<Keyed>& keyed);

// The records of each key that more than one entry has, without sorting: entries are spread by their keys, and the few
// that lie together are counted in a small table. The order of keys is that of a hash of theirs, the same each time.
class SharedKeys {
 public:
  // Takes the entries, whose records rise. O(n); another 16 bytes an entry while they are spread.
  explicit SharedKeys(std::vector<Keyed> keyed);

  // Rising, each as often as it has the key, two at least; empty when all were told. Valid until the next call.
  std::span<const std::uint32_t> Next();

 private:
  void Open(std::span<Keyed> bucket);

  std::vector<Keyed> keyed_;           // bucket by bucket
  std::vector<std::uint32_t> begins_;  // of buckets
  std::size_t next_bucket_ = 0;
  // Of the open bucket.
  std::vector<std::uint32_t> records_;  // key by key
  std::vector<std::uint32_t> ends_;     // of keys, in records_
  std::size_t next_key_ = 0;
  std::vector<std::uint32_t> slots_;    // 1 + the number of a key
  std::vector<std::uint64_t> keys_;     // by number
  std::vector<std::uint32_t> counts_;   // by number
  std::vector<std::uint32_t> numbers_;  // by entry
};

}  // namespace weir::identity
