#include "server/visitor_limit.h"

#include <gtest/gtest.h>

namespace weir::server {
namespace {

constexpr std::int64_t kSpan = 100 * kMicrosPerSecond;

TEST(VisitorLimit, AnAddressThatSpentAllWaitsForTheNextSpan) {
  VisitorLimit limit({.span_micros = kSpan, .spends = 3});
  EXPECT_EQ(limit.Spend("a", 1, {0}), 0);
  EXPECT_EQ(limit.Spend("a", 2, {0}), 0);
  EXPECT_EQ(limit.Spend("a", 1, {40 * kMicrosPerSecond}), 60);
  EXPECT_EQ(limit.Spend("b", 1, {40 * kMicrosPerSecond}), 0);  // each has its own
  EXPECT_EQ(limit.Spend("a", 1, {kSpan}), 0);
}

TEST(VisitorLimit, ManyStrangersTakeBoundedRoom) {
  VisitorLimit limit({.span_micros = kSpan, .spends = 3, .addresses = 2});
  EXPECT_EQ(limit.Spend("a", 1, {0}), 0);
  EXPECT_EQ(limit.Spend("b", 1, {0}), 0);
  EXPECT_GT(limit.Spend("c", 1, {0}), 0);
  EXPECT_EQ(limit.Spend("a", 1, {0}), 0);
  EXPECT_EQ(limit.Spend("c", 1, {kSpan}), 0);
}

}  // namespace
}  // namespace weir::server
