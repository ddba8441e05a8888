#include "identity/key_run.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace weir::identity {
namespace {

std::uint32_t MarkOf(std::uint64_t key) { return static_cast<std::uint32_t>(key); }

}  // namespace

KeyRun::KeyRun(std::vector<Keyed>& keyed) {
  constexpr std::size_t kInBucket = 4;
  const int bits = std::max(1, static_cast<int>(std::bit_width(keyed.size() / kInBucket)));
  shift_ = 64 - bits;
  const std::size_t buckets = std::size_t{1} << bits;
  begins_.assign(buckets + 1, 0);
  for (const Keyed& each : keyed) ++begins_[BucketOf(each.key) + 1];
  for (std::size_t i = 1; i <= buckets; ++i) begins_[i] += begins_[i - 1];
  std::vector<Keyed> spread(keyed.size());
  std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
  for (const Keyed& each : keyed) spread[next[BucketOf(each.key)]++] = each;
  for (std::size_t i = 0; i < buckets; ++i) {
    std::sort(spread.begin() + begins_[i], spread.begin() + begins_[i + 1], [](const Keyed& a, const Keyed& b) {
      return std::tuple(MarkOf(a.key), a.key, a.record) < std::tuple(MarkOf(b.key), b.key, b.record);
    });
  }
  keyed = std::move(spread);
  marks_.reserve(keyed.size());
  records_.reserve(keyed.size());
  for (const Keyed& each : keyed) {
    marks_.push_back(MarkOf(each.key));
    records_.push_back(each.record);
  }
}

std::span<const std::uint32_t> KeyRun::Of(std::uint64_t key) const {
  const std::size_t bucket = BucketOf(key);
  const auto of_bucket = std::span(marks_).subspan(begins_[bucket], begins_[bucket + 1] - begins_[bucket]);
  const auto range = std::ranges::equal_range(of_bucket, MarkOf(key));
  return std::span(records_).subspan(begins_[bucket] + static_cast<std::size_t>(range.begin() - of_bucket.begin()),
                                     range.size());
}

}  // namespace weir::identity
