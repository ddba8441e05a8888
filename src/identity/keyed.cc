#include "identity/keyed.h"

#include <algorithm>
#include <bit>

namespace weir::identity {
namespace {

constexpr std::uint64_t kSpread = 0x9e3779b97f4a7c15ULL;

// So many entries lie in one bucket: few enough for the nearest cache.
constexpr std::size_t kInBucket = 256;
constexpr int kMostBits = 13;

std::size_t BucketOf(std::uint64_t key, int bits) { return bits == 0 ? 0 : key * kSpread >> (64 - bits); }

// Entries by bucket, their order kept within each. Says where the buckets begin.
std::vector<std::uint32_t> Spread(std::vector<Keyed>& keyed) {
  const int bits = std::min(kMostBits, static_cast<int>(std::bit_width(keyed.size() / kInBucket)));
  std::vector<std::uint32_t> begins((std::size_t{1} << bits) + 1, 0);
  for (const Keyed& each : keyed) ++begins[BucketOf(each.key, bits) + 1];
  for (std::size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
  if (bits == 0) return begins;
  std::vector<Keyed> spread(keyed.size());
  std::vector<std::uint32_t> next(begins.begin(), begins.end() - 1);
  for (const Keyed& each : keyed) spread[next[BucketOf(each.key, bits)]++] = each;
  keyed = std::move(spread);
  return begins;
}

}  // namespace

void SortKeyed(std::vector<Keyed>& keyed) {
  const std::vector<std::uint32_t> begins = Spread(keyed);
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    std::sort(keyed.begin() + begins[i], keyed.begin() + begins[i + 1]);
  }
}

SharedKeys::SharedKeys(std::vector<Keyed> keyed) : keyed_(std::move(keyed)), begins_(Spread(keyed_)) {}

std::span<const std::uint32_t> SharedKeys::Next() {
  while (next_key_ == ends_.size()) {
    if (next_bucket_ + 1 == begins_.size()) return {};
    Open(std::span(keyed_).subspan(begins_[next_bucket_], begins_[next_bucket_ + 1] - begins_[next_bucket_]));
    ++next_bucket_;
  }
  const std::size_t begin = next_key_ == 0 ? 0 : ends_[next_key_ - 1];
  return std::span(records_).subspan(begin, ends_[next_key_++] - begin);
}

void SharedKeys::Open(std::span<Keyed> bucket) {
  records_.clear();
  ends_.clear();
  next_key_ = 0;
  constexpr std::size_t kMostCounted = 8192;
  if (bucket.size() > kMostCounted) {  // of one key, most likely
    std::ranges::sort(bucket);
    for (std::size_t begin = 0; begin < bucket.size();) {
      std::size_t end = begin + 1;
      while (end < bucket.size() && bucket[end].key == bucket[begin].key) ++end;
      if (end - begin > 1) {
        for (std::size_t i = begin; i < end; ++i) records_.push_back(bucket[i].record);
        ends_.push_back(static_cast<std::uint32_t>(records_.size()));
      }
      begin = end;
    }
    return;
  }
  slots_.assign(std::bit_ceil(2 * bucket.size() + 1), 0);
  const std::size_t mask = slots_.size() - 1;
  keys_.clear();
  counts_.clear();
  numbers_.resize(bucket.size());
  for (std::size_t i = 0; i < bucket.size(); ++i) {
    // Other bits of the product than those by which the bucket was chosen.
    std::size_t at = (bucket[i].key * kSpread >> (64 - kMostBits - 16)) & mask;
    while (slots_[at] != 0 && keys_[slots_[at] - 1] != bucket[i].key) at = (at + 1) & mask;
    if (slots_[at] == 0) {
      keys_.push_back(bucket[i].key);
      counts_.push_back(0);
      slots_[at] = static_cast<std::uint32_t>(keys_.size());
    }
    numbers_[i] = slots_[at] - 1;
    ++counts_[numbers_[i]];
  }
  // Where each key's records begin, or that it is nobody else's.
  constexpr std::uint32_t kAlone = UINT32_MAX;
  std::uint32_t size = 0;
  for (std::uint32_t& count : counts_) {
    const std::uint32_t begin = size;
    if (count > 1) ends_.push_back(size += count);
    count = count > 1 ? begin : kAlone;
  }
  records_.resize(size);
  for (std::size_t i = 0; i < bucket.size(); ++i) {
    std::uint32_t& next = counts_[numbers_[i]];
    if (next != kAlone) records_[next++] = bucket[i].record;
  }
}

}  // namespace weir::identity
