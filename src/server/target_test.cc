#include "server/target.h"
#include "base/internet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(TargetTest, SplitsAndDecodes) {
  const auto target = ParseTarget("/api/v1/%D1%81%20a?by=team&by=a%2Cb&x=1+2&flag&=e&&y=%2B");
  ASSERT_TRUE(target);
  EXPECT_THAT(target->segments, ElementsAre("api", "v1", "с a"));
  EXPECT_THAT(target->query, ElementsAre(Pair("by", "team"), Pair("by", "a,b"), Pair("x", "1 2"), Pair("flag", ""),
                                         Pair("", "e"), Pair("y", "+")));
  EXPECT_EQ(target->Path(), "/api/v1/с a");
}

TEST(TargetTest, KnowsTheRootAndTheSlashAtTheEnd) {
  EXPECT_THAT(ParseTarget("/")->segments, IsEmpty());
  EXPECT_EQ(ParseTarget("/")->Path(), "/");
  EXPECT_FALSE(ParseTarget("/a")->ends_in_slash);
  EXPECT_TRUE(ParseTarget("/a/")->ends_in_slash);
  EXPECT_EQ(ParseTarget("/a/?b")->Path(), "/a/");
}

TEST(TargetTest, RefusesWhatOthersMayReadDifferently) {
  for (const char* bad :
       {"/../etc/passwd", "/a/./b", "/a/%2e%2e/b", "/a%2Fb", "/a%5Cb", "/a%00", "/a%0d%0ab", "//evil.example", "/a//b",
        "/%", "/%4", "/%zz", "/%ff", "/%c0%ae", "/?a=%", "/?a=%00", "/?%ff=1"}) {
    const auto target = ParseTarget(bad);
    ASSERT_FALSE(target) << bad;
    EXPECT_EQ(target.error().code(), Code::kBadUsage) << bad;
  }
}

TEST(TargetTest, LimitsTheNumberOfParameters) {
  std::string many = "/?";
  for (std::size_t i = 0; i < kMaxQueryParameters; ++i) many += "a&";
  EXPECT_TRUE(ParseTarget(many));
  EXPECT_FALSE(ParseTarget(many + "a"));
}

TEST(TargetTest, EncodingIsUndoneByDecoding) {
  const std::string text = "50% a|b/с+d&e=f\nz";
  EXPECT_EQ(PercentDecode(PercentEncoded(text)), text);
  EXPECT_EQ(PercentDecode("a+b"), "a+b");
  EXPECT_EQ(PercentDecode("a+b", true), "a b");
}

}  // namespace
}  // namespace weir::server
