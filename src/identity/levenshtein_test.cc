#include "identity/levenshtein.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/similarity_reference.h"

namespace weir::identity {
namespace {

using ::testing::Each;

std::uint32_t Plain(std::string_view left, std::string_view right) {
  return PlainDistance(left, right, Transpositions::kNone);
}

TEST(LevenshteinTest, KnownAnswers) {
  EXPECT_EQ(Levenshtein("kitten", "sitting"), 3U);
  EXPECT_EQ(Levenshtein("CA", "ABC"), 3U);
  EXPECT_EQ(Levenshtein("", ""), 0U);
  EXPECT_EQ(Levenshtein("", "abc"), 3U);
  EXPECT_EQ(Levenshtein("abc", "abc", 0), 0U);
  EXPECT_EQ(Levenshtein("abc", "abd", 0), 1U);
  EXPECT_EQ(Levenshtein(std::string("\0\0", 2), std::string("\0\xff\0", 3)), 1U);
}

TEST(LevenshteinTest, EqualsItsDefinition) {
  for (const auto& [left, right] : TextPairs(1).Many(3000)) {
    const std::uint32_t distance = Plain(left, right);
    ASSERT_EQ(Levenshtein(left, right), distance) << left << "\n" << right;
    ASSERT_EQ(Levenshtein(right, left), distance) << left << "\n" << right;
    ASSERT_EQ(LevenshteinQuery(left).Against(right), distance) << left << "\n" << right;
    for (const std::uint32_t limit : {0U, 1U, 2U, 3U, 7U, 70U, distance, distance + 1}) {
      ASSERT_EQ(Levenshtein(left, right, limit), std::min(distance, limit + 1)) << left << "\n" << right;
      ASSERT_EQ(LevenshteinQuery(left).Against(right, limit), std::min(distance, limit + 1)) << left << "\n" << right;
    }
  }
}

TEST(LevenshteinTest, ManyWordsOfBits) {
  TextPairs texts(2);
  for (const int size : {190, 195, 256, 300, 450}) {
    for (int i = 0; i < 12; ++i) {
      const auto [left, right] = texts.Next(size);
      const std::uint32_t distance = Plain(left, right);
      ASSERT_EQ(Levenshtein(left, right), distance) << left << "\n" << right;
      for (const std::uint32_t limit : {5U, 63U, 128U, 129U, 200U, distance}) {
        ASSERT_EQ(Levenshtein(left, right, limit), std::min(distance, limit + 1)) << left << "\n" << right;
      }
    }
  }
}

TEST(LevenshteinTest, BatchesGiveWhatSinglePairsGive) {
  const auto pairs = TextPairs(3).Many(1500);
  std::vector<std::string_view> left;
  std::vector<std::string_view> right;
  for (const auto& pair : pairs) {
    left.emplace_back(pair.first);
    right.emplace_back(pair.second);
  }
  for (const std::uint32_t limit : {kNoLimit, 3U}) {
    std::vector<std::uint32_t> out(pairs.size(), 99999);
    LevenshteinPairs(left, right, out, limit);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_EQ(out[i], Levenshtein(left[i], right[i], limit)) << left[i] << "\n" << right[i];
    }
    for (std::size_t query = 0; query < 60; ++query) {
      LevenshteinQuery(left[query]).Against(right, out, limit);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(out[i], Levenshtein(left[query], right[i], limit)) << left[query] << "\n" << right[i];
      }
    }
  }
}

TEST(LevenshteinTest, LongTextsAreCountedAsFarAsTheLimitForThem) {
  const std::string text = [] {
    TextPairs texts(4);
    std::string all;
    while (all.size() <= kLongText) all += texts.Next(60).first;
    return all;
  }();
  std::string slips = text;
  for (int i = 0; i < 20; ++i) {
    slips[200 * i + 7] = '1';
    slips.insert(slips.begin() + 200 * i + 90, '2');
    slips.erase(slips.begin() + 200 * i + 150);
  }
  EXPECT_EQ(Levenshtein(text, slips), 60U);
  EXPECT_EQ(LevenshteinQuery(text).Against(slips, 59), 60U);
  EXPECT_EQ(Levenshtein(text, slips, 12), 13U);
  slips += "3333";
  EXPECT_EQ(Levenshtein(text, slips), kLongTextLimit + 1);
  EXPECT_EQ(Levenshtein(slips, text, 1000), kLongTextLimit + 1);
  // Neither is long: exact.
  EXPECT_EQ(Levenshtein(std::string(kLongText, 'a'), std::string(kLongText, 'b')), kLongText);
}

// By the product of the sizes these would take minutes.
TEST(LevenshteinTest, MegabytesGoByTheirLength) {
  const std::string one(1 << 20, 'a');
  std::string other = one;
  for (int i = 0; i < 63; ++i) other[(1 << 14) * i + 5] = 'b';
  EXPECT_EQ(Levenshtein(one, other), 63U);
  other[1 << 19] = 'b';
  EXPECT_EQ(Levenshtein(one, other), 64U);
  EXPECT_EQ(Levenshtein(one, std::string(1 << 20, 'b')), 64U);
  const std::vector<std::string_view> others(3, other);
  std::vector<std::uint32_t> out(3);
  LevenshteinQuery(one).Against(others, out);
  EXPECT_THAT(out, Each(64U));
}

}  // namespace
}  // namespace weir::identity
