#include "sources/key_set.h"

#include <gtest/gtest.h>

#include "sources/row_hash.h"

namespace weir::sources {
namespace {

// Fewer than a block, some parts, and what does not divide evenly.
TEST(KeySet, SaysNothingRepeatsUntilSomethingDoes) {
  for (const std::int64_t keys_before : {1, 1000, 65'536, 65'537, 300'000}) {
    KeySet keys;
    EXPECT_FALSE(keys.may_repeat());
    keys.Add(0);
    for (std::int64_t i = 0; i < keys_before; ++i) keys.Add(HashNumber(i, 7));
    EXPECT_FALSE(keys.may_repeat());
    keys.Add(HashNumber(keys_before / 2, 7));
    EXPECT_TRUE(keys.may_repeat()) << keys_before;
    keys.Add(HashNumber(keys_before, 7));
    EXPECT_TRUE(keys.may_repeat());
  }
}

TEST(KeySet, ManyAtOnceAreAsOneByOne) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(200'000);
  for (std::int64_t i = 0; i < 200'000; ++i) hashes.push_back(HashNumber(i, 3));
  KeySet keys;
  keys.Add(hashes);
  EXPECT_FALSE(keys.may_repeat());
  keys.Add(std::span(hashes).last(1));
  EXPECT_TRUE(keys.may_repeat());
}

// Hashes are no promise of evenness: neither the highest bits nor the lowest ones may be all that tells keys apart.
TEST(KeySet, KeysOfOnePartAreStillToldApart) {
  KeySet low;
  KeySet high;
  for (std::uint64_t i = 0; i < 70'000; ++i) {
    low.Add(i);
    high.Add(i << 40U);
  }
  EXPECT_FALSE(low.may_repeat());
  EXPECT_FALSE(high.may_repeat());
  low.Add(69'999);
  high.Add(std::uint64_t{69'999} << 40U);
  EXPECT_TRUE(low.may_repeat());
  EXPECT_TRUE(high.may_repeat());
}

TEST(KeySet, ZeroIsAKeyToo) {
  KeySet keys;
  keys.Add(0);
  keys.Add(0);
  EXPECT_TRUE(keys.may_repeat());
}

}  // namespace
}  // namespace weir::sources
