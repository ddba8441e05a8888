#include "identity/jaro_winkler.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/similarity_reference.h"

namespace weir::identity {
namespace {

using ::testing::Each;

// Winkler's own tables (1990, 1994), to the six digits that are printed.
TEST(JaroWinklerTest, PublishedAnswers) {
  const auto check = [](const char* left, const char* right, double jaro, double jaro_winkler) {
    EXPECT_NEAR(Jaro(left, right), jaro, 1e-6) << left << " " << right;
    EXPECT_NEAR(JaroWinkler(left, right), jaro_winkler, 1e-6) << left << " " << right;
  };
  check("MARTHA", "MARHTA", 0.944444, 0.961111);
  check("DIXON", "DICKSONX", 0.766667, 0.813333);
  check("DWAYNE", "DUANE", 0.822222, 0.840000);
  check("shackleford", "shackelford", 0.969697, 0.981818);
}

TEST(JaroWinklerTest, EmptyTextsHaveNothingInCommon) {
  EXPECT_EQ(JaroWinkler("", ""), 0);
  EXPECT_EQ(JaroWinkler("", "a"), 0);
  EXPECT_EQ(JaroWinkler("a", ""), 0);
  EXPECT_EQ(JaroWinklerQuery("").Against(""), 0);
  EXPECT_EQ(Jaro("", ""), 0);
}

TEST(JaroWinklerTest, NoBonusUpToSevenTenths) {
  // Three pairs of 5 and 6 letters: 0.7 and no more, but for its last bit.
  EXPECT_EQ(JaroWinkler("abcde", "abcxyz"), PlainJaroWinkler("abcde", "abcxyz"));
  EXPECT_EQ(JaroWinkler("abcd", "abxy"), Jaro("abcd", "abxy"));
  EXPECT_GT(JaroWinkler("abcd", "abcx"), Jaro("abcd", "abcx"));
}

TEST(JaroWinklerTest, EqualsItsDefinitionToTheLastBit) {
  for (const auto& [left, right] : TextPairs(1).Many(6000)) {
    ASSERT_EQ(Jaro(left, right), PlainJaro(left, right)) << left << "\n" << right;
    const double value = PlainJaroWinkler(left, right);
    ASSERT_EQ(JaroWinkler(left, right), value) << left << "\n" << right;
    ASSERT_EQ(JaroWinkler(right, left), value) << left << "\n" << right;
    ASSERT_EQ(JaroWinklerQuery(left).Against(right), value) << left << "\n" << right;
  }
}

TEST(JaroWinklerTest, BytesOfAllValues) {
  const std::string left("\0\xff\x80 a\0", 6);
  const std::string right("\xff\0\x80 a\0\0", 7);
  EXPECT_EQ(JaroWinkler(left, right), PlainJaroWinkler(left, right));
  EXPECT_EQ(JaroWinklerQuery(left).Against(right), PlainJaroWinkler(left, right));
}

TEST(JaroWinklerTest, UnderTheCutOffIsNothing) {
  for (const auto& [left, right] : TextPairs(2).Many(2000)) {
    const double value = JaroWinkler(left, right);
    const double jaro = Jaro(left, right);
    for (const double cutoff : {0.5, 0.8, 0.9, 0.97, 1.0, value}) {
      ASSERT_EQ(JaroWinkler(left, right, cutoff), value >= cutoff ? value : 0) << left << "\n" << right;
      ASSERT_EQ(JaroWinklerQuery(left).Against(right, cutoff), value >= cutoff ? value : 0) << left << "\n" << right;
      ASSERT_EQ(Jaro(left, right, cutoff), jaro >= cutoff ? jaro : 0) << left << "\n" << right;
    }
  }
}

TEST(JaroWinklerTest, BatchesGiveWhatSinglePairsGive) {
  const auto pairs = TextPairs(3).Many(1500);
  std::vector<std::string_view> left;
  std::vector<std::string_view> right;
  for (const auto& pair : pairs) {
    left.emplace_back(pair.first);
    right.emplace_back(pair.second);
  }
  for (const double cutoff : {0.0, 0.85}) {
    std::vector<double> out(pairs.size(), -1);
    JaroWinklerPairs(left, right, out, cutoff);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_EQ(out[i], JaroWinkler(left[i], right[i], cutoff)) << left[i] << "\n" << right[i];
    }
    for (std::size_t query = 0; query < 60; ++query) {
      JaroWinklerQuery(left[query]).Against(right, out, cutoff);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(out[i], JaroWinkler(left[query], right[i], cutoff)) << left[query] << "\n" << right[i];
      }
    }
  }
}

TEST(JaroWinklerTest, NothingToCompareIsNoBatch) {
  std::vector<double> out;
  JaroWinklerPairs({}, {}, out);
  JaroWinklerQuery("a").Against({}, out);
  EXPECT_TRUE(out.empty());
}

// By the product of the sizes these would take minutes.
TEST(JaroWinklerTest, LongTextsGoByTheirLength) {
  const std::string one(1 << 20, 'a');
  std::string halves = one;
  std::fill(halves.begin() + (1 << 19), halves.end(), 'b');
  EXPECT_EQ(JaroWinkler(one, one), 1);
  EXPECT_EQ(Jaro(one, halves), (0.5 + 0.5 + 1) / 3);
  const std::vector<std::string_view> others(3, halves);
  std::vector<double> out(3);
  JaroWinklerQuery(one).Against(others, out);
  EXPECT_THAT(out, Each(JaroWinkler(one, halves)));
}

}  // namespace
}  // namespace weir::identity
