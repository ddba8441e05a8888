// Keys and the records that have each, fixed: some 9 bytes an entry.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "identity/keyed.h"

namespace weir::identity {

class KeyRun {
 public:
  KeyRun() = default;
  // Keys are spread evenly over 64 bits. Sorts what it is given, so that equal keys lie together, their records
  // rising. O(n).
  explicit KeyRun(std::vector<Keyed>& keyed);

  // Rising. Two keys are taken for one with a probability of some 2^-40: records that are compared for nothing.
  std::span<const std::uint32_t> Of(std::uint64_t key) const;
  std::size_t size() const { return records_.size(); }

 private:
  std::size_t BucketOf(std::uint64_t key) const { return key >> shift_; }

  int shift_ = 63;
  std::vector<std::uint32_t> begins_ = std::vector<std::uint32_t>(3, 0);  // of buckets of keys with the same first bits
  std::vector<std::uint32_t> marks_;                                      // last bits of keys
  std::vector<std::uint32_t> records_;
};

}  // namespace weir::identity
