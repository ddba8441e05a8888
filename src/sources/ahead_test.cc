#include "sources/ahead.h"

#include <atomic>
#include <new>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace weir::sources {
namespace {

using Numbers = std::vector<int>;

TEST(AheadTest, ComesInOrderAndEndsWithTheLast) {
  constexpr int kLast = 1000;
  int made = 0;
  const auto ahead = Ahead<Numbers>::Start([&](Numbers& item) {
    item.assign(100, ++made);
    return made < kLast;
  });
  ASSERT_NE(ahead, nullptr);
  std::set<const Numbers*> places;
  for (int expected = 1; expected <= kLast; ++expected) {
    const Numbers& item = ahead->Next();
    ASSERT_EQ(item, Numbers(100, expected));
    places.insert(&item);
  }
  EXPECT_EQ(places.size(), Ahead<Numbers>::kAhead + 1);  // used again and again
  EXPECT_EQ(ahead->Next().front(), kLast);
  EXPECT_EQ(ahead->Next().front(), kLast);
  EXPECT_EQ(made, kLast);
}

TEST(AheadTest, RunsNoFurtherAheadThanItMay) {
  std::atomic<int> made = 0;
  const auto ahead = Ahead<int>::Start([&](int& item) {
    item = ++made;
    return true;
  });
  ASSERT_NE(ahead, nullptr);
  for (int taken = 1; taken <= 500; ++taken) {
    const int& item = ahead->Next();
    ASSERT_LE(made, taken + static_cast<int>(Ahead<int>::kAhead));
    ASSERT_EQ(item, taken);
  }
}

TEST(AheadTest, WhatIsThrownComesInItsPlace) {
  int made = 0;
  const auto ahead = Ahead<int>::Start([&](int& item) {
    item = ++made;
    if (made == 3) throw std::bad_alloc();
    return true;
  });
  ASSERT_NE(ahead, nullptr);
  EXPECT_EQ(ahead->Next(), 1);
  EXPECT_EQ(ahead->Next(), 2);
  EXPECT_THROW(ahead->Next(), std::bad_alloc);
  EXPECT_THROW(ahead->Next(), std::bad_alloc);
}

TEST(AheadTest, MayBeGivenUpAtAnyMoment) {
  for (int taken = 0; taken < 50; ++taken) {
    int made = 0;
    const auto ahead = Ahead<int>::Start([&](int& item) {
      item = ++made;
      return made < 20;
    });
    ASSERT_NE(ahead, nullptr);
    for (int i = 0; i < taken; ++i) ahead->Next();
  }
}

}  // namespace
}  // namespace weir::sources
