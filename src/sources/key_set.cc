#include "sources/key_set.h"

#include <algorithm>
#include <bit>

namespace weir::sources {
namespace {

// Slots of these and of as many empty ones fit into the second cache of a core.
constexpr std::size_t kPartSize = std::size_t{1} << 14;

// However many of them fall upon one another.
bool RepeatsInOrder(std::span<const std::uint64_t> hashes) {
  std::vector<std::uint64_t> sorted(hashes.begin(), hashes.end());
  std::ranges::sort(sorted);
  return std::ranges::adjacent_find(sorted) != sorted.end();
}

// A table with open addressing by the lowest bits: the parts have the highest ones in common. Zero marks an empty slot.
bool RepeatsWithin(std::span<const std::uint64_t> hashes, std::vector<std::uint64_t>& slots) {
  constexpr std::size_t kLongestProbe = 64;  // of even hashes none goes so far
  slots.assign(std::bit_ceil(2 * hashes.size() + 1), 0);
  const std::size_t mask = slots.size() - 1;
  bool has_zero = false;
  for (const std::uint64_t hash : hashes) {
    if (hash == 0) {
      if (has_zero) return true;
      has_zero = true;
      continue;
    }
    std::size_t at = hash & mask;
    for (std::size_t probes = 0; slots[at] != 0; ++probes) {
      if (slots[at] == hash) return true;
      if (probes == kLongestProbe) return RepeatsInOrder(hashes);
      at = (at + 1) & mask;
    }
    slots[at] = hash;
  }
  return false;
}

}  // namespace

void KeySet::Add(std::span<const std::uint64_t> hashes) {
  if (hashes.empty() || may_repeat_) return;
  is_known_ = false;
  size_ += hashes.size();
  if (size_ > kMostKeys) {
    may_repeat_ = is_known_ = true;
    blocks_ = {};
    return;
  }
  while (!hashes.empty()) {
    if (blocks_.empty() || blocks_.back().size() == kBlock) blocks_.emplace_back().reserve(kBlock);
    std::vector<std::uint64_t>& block = blocks_.back();
    const std::size_t taken = std::min(hashes.size(), kBlock - block.size());
    block.insert(block.end(), hashes.begin(), hashes.begin() + static_cast<std::ptrdiff_t>(taken));
    hashes = hashes.subspan(taken);
  }
}

bool KeySet::may_repeat() {
  if (!is_known_) {
    may_repeat_ = HasRepeats();
    is_known_ = true;
    if (may_repeat_) blocks_ = {};
  }
  return may_repeat_;
}

std::vector<std::size_t> KeySet::Parted(unsigned bits, std::vector<std::uint64_t>& parted) const {
  const auto part_of = [bits](std::uint64_t hash) { return hash >> (64 - bits); };
  std::vector<std::size_t> begins((std::size_t{1} << bits) + 1);
  for (const auto& block : blocks_) {
    for (const std::uint64_t hash : block) ++begins[part_of(hash) + 1];
  }
  for (std::size_t part = 1; part < begins.size(); ++part) begins[part] += begins[part - 1];
  std::vector<std::size_t> at = begins;
  parted.resize(size_);
  for (const auto& block : blocks_) {
    for (const std::uint64_t hash : block) parted[at[part_of(hash)]++] = hash;
  }
  return begins;
}

bool KeySet::HasRepeats() {
  std::vector<std::uint64_t> slots;
  if (blocks_.size() == 1) return RepeatsWithin(blocks_.front(), slots);
  const auto bits = static_cast<unsigned>(std::bit_width(size_ / kPartSize));
  std::vector<std::uint64_t> parted;
  const std::vector<std::size_t> begins = Parted(bits, parted);
  for (std::size_t part = 0; part + 1 < begins.size(); ++part) {
    const std::span<const std::uint64_t> hashes(&parted[0] + begins[part], begins[part + 1] - begins[part]);
    if (RepeatsWithin(hashes, slots)) return true;
  }
  return false;
}

}  // namespace weir::sources
