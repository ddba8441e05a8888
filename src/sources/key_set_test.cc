#include "sources/key_set.h"

#include <gtest/gtest.h>

#include "sources/row_hash.h"

namespace weir::sources {
namespace {

TEST(KeySet, SaysNothingRepeatsUntilSomethingDoes) {
  KeySet keys;
  EXPECT_FALSE(keys.may_repeat());
  keys.Add(0);
  for (std::int64_t i = 0; i < 100'000; ++i) keys.Add(HashNumber(i, 7));
  EXPECT_FALSE(keys.may_repeat());
  keys.Add(HashNumber(5, 7));
  EXPECT_TRUE(keys.may_repeat());
  keys.Add(HashNumber(100'001, 7));
  EXPECT_TRUE(keys.may_repeat());
}

TEST(KeySet, ZeroIsAKeyToo) {
  KeySet keys;
  keys.Add(0);
  keys.Add(0);
  EXPECT_TRUE(keys.may_repeat());
}

}  // namespace
}  // namespace weir::sources
