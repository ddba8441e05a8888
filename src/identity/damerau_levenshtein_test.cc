#include "identity/damerau_levenshtein.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "identity/edit_distance.h"
#include "identity/similarity_reference.h"

namespace weir::identity {
namespace {

std::uint32_t Free(std::string_view left, std::string_view right) {
  return PlainDistance(left, right, Transpositions::kFree);
}
std::uint32_t Alignment(std::string_view left, std::string_view right) {
  return PlainDistance(left, right, Transpositions::kAdjacent);
}

TEST(DamerauLevenshteinTest, KnownAnswers) {
  EXPECT_EQ(DamerauLevenshtein("CA", "ABC"), 2U);
  EXPECT_EQ(OptimalStringAlignment("CA", "ABC"), 3U);
  EXPECT_EQ(DamerauLevenshtein("smith", "smtih"), 1U);
  EXPECT_EQ(OptimalStringAlignment("smith", "smtih"), 1U);
  EXPECT_EQ(DamerauLevenshtein("", ""), 0U);
  EXPECT_EQ(DamerauLevenshtein("", "abc"), 3U);
  EXPECT_EQ(OptimalStringAlignment("abc", ""), 3U);
  EXPECT_EQ(DamerauLevenshtein("CA", "ABC", 1), 2U);
  EXPECT_EQ(DamerauLevenshtein("ab", "ba", 0), 1U);
}

TEST(DamerauLevenshteinTest, EqualsItsDefinition) {
  for (const auto& [left, right] : TextPairs(1).Many(250)) {
    const std::uint32_t distance = Free(left, right);
    ASSERT_EQ(DamerauLevenshtein(left, right), distance) << left << "\n" << right;
    ASSERT_EQ(DamerauLevenshtein(right, left), distance) << left << "\n" << right;
    ASSERT_EQ(DamerauLevenshteinQuery(left).Against(right), distance) << left << "\n" << right;
    for (const std::uint32_t limit : {0U, 1U, 2U, 3U, 4U, 7U, 70U, distance, distance + 1}) {
      ASSERT_EQ(DamerauLevenshtein(left, right, limit), std::min(distance, limit + 1)) << left << "\n" << right;
      ASSERT_EQ(DamerauLevenshteinQuery(left).Against(right, limit), std::min(distance, limit + 1)) << left << "\n"
                                                                                                    << right;
      // The table by itself, which is otherwise asked only where the alignment leaves it open.
      ASSERT_EQ(UnrestrictedDistance(left, right, limit), std::min(distance, limit + 1)) << left << "\n" << right;
    }
  }
}

TEST(OptimalStringAlignmentTest, EqualsItsDefinition) {
  TextPairs texts(2);
  auto pairs = texts.Many(2500);
  for (const int size : {190, 195, 256, 300}) {
    for (int i = 0; i < 12; ++i) pairs.push_back(texts.Next(size));
  }
  for (const auto& [left, right] : pairs) {
    const std::uint32_t distance = Alignment(left, right);
    ASSERT_EQ(OptimalStringAlignment(left, right), distance) << left << "\n" << right;
    ASSERT_EQ(OptimalStringAlignment(right, left), distance) << left << "\n" << right;
    ASSERT_EQ(OptimalStringAlignmentQuery(left).Against(right), distance) << left << "\n" << right;
    for (const std::uint32_t limit : {0U, 1U, 2U, 3U, 7U, 70U, 128U, 129U, distance, distance + 1}) {
      ASSERT_EQ(OptimalStringAlignment(left, right, limit), std::min(distance, limit + 1)) << left << "\n" << right;
      ASSERT_EQ(OptimalStringAlignmentQuery(left).Against(right, limit), std::min(distance, limit + 1)) << left << "\n"
                                                                                                        << right;
    }
  }
}

// What damerau_levenshtein.h says of the two: where the short cuts of DamerauLevenshtein come from.
TEST(DamerauLevenshteinTest, LiesWithinAThirdOfTheAlignment) {
  int differ = 0;
  for (const auto& [left, right] : TextPairs(3).Many(2500)) {
    const std::uint32_t free = DamerauLevenshtein(left, right);
    const std::uint32_t alignment = OptimalStringAlignment(left, right);
    ASSERT_LE(free, alignment) << left << "\n" << right;
    ASSERT_GE(3 * free, 2 * alignment) << left << "\n" << right;
    differ += free != alignment ? 1 : 0;
  }
  EXPECT_GT(differ, 20);
}

// All short texts of two and three letters, with nothing left to chance.
TEST(DamerauLevenshteinTest, AllShortTexts) {
  std::vector<std::string> texts{""};
  for (std::size_t from = 0, size = 1; size <= 5; ++size) {
    const std::size_t to = texts.size();
    for (; from < to; ++from) {
      for (const char letter : {'a', 'b', 'c'}) texts.push_back(texts[from] + letter);
    }
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  std::vector<std::uint32_t> free(texts.size());
  std::vector<std::uint32_t> alignment(texts.size());
  for (std::size_t i = 0; i < texts.size(); i += 3) {
    DamerauLevenshteinQuery(texts[i]).Against(views, free);
    OptimalStringAlignmentQuery(texts[i]).Against(views, alignment);
    for (std::size_t j = 0; j < texts.size(); ++j) {
      const std::uint32_t expected = Free(texts[i], texts[j]);
      ASSERT_EQ(free[j], expected) << texts[i] << " " << texts[j];
      ASSERT_EQ(DamerauLevenshtein(texts[i], texts[j]), expected) << texts[i] << " " << texts[j];
      ASSERT_EQ(alignment[j], Alignment(texts[i], texts[j])) << texts[i] << " " << texts[j];
    }
  }
}

TEST(DamerauLevenshteinTest, BatchesGiveWhatSinglePairsGive) {
  const auto pairs = TextPairs(4).Many(1500);
  std::vector<std::string_view> left;
  std::vector<std::string_view> right;
  for (const auto& pair : pairs) {
    left.emplace_back(pair.first);
    right.emplace_back(pair.second);
  }
  for (const std::uint32_t limit : {kNoLimit, 3U}) {
    std::vector<std::uint32_t> free(pairs.size(), 99999);
    std::vector<std::uint32_t> alignment(pairs.size(), 99999);
    DamerauLevenshteinPairs(left, right, free, limit);
    OptimalStringAlignmentPairs(left, right, alignment, limit);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      ASSERT_EQ(free[i], DamerauLevenshtein(left[i], right[i], limit)) << left[i] << "\n" << right[i];
      ASSERT_EQ(alignment[i], OptimalStringAlignment(left[i], right[i], limit)) << left[i] << "\n" << right[i];
    }
    for (std::size_t query = 0; query < 30; ++query) {
      DamerauLevenshteinQuery(left[query]).Against(right, free, limit);
      OptimalStringAlignmentQuery(left[query]).Against(right, alignment, limit);
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(free[i], DamerauLevenshtein(left[query], right[i], limit)) << left[query] << "\n" << right[i];
        ASSERT_EQ(alignment[i], OptimalStringAlignment(left[query], right[i], limit)) << left[query] << "\n"
                                                                                      << right[i];
      }
    }
  }
}

// By the product of the sizes these would take an hour.
TEST(DamerauLevenshteinTest, MegabytesGoByTheirLength) {
  constexpr int kPart = 8000;
  std::mt19937 random(7);
  std::string one;
  std::string other;
  const auto part = [&](std::string_view of_one, std::string_view of_other) {
    for (int i = 0; i < kPart; ++i) one += static_cast<char>('a' + random() % 26);
    other += one.substr(one.size() - kPart);
    one += of_one;
    other += of_other;
  };
  // Letters swapped across one that is lost: two edits, and three where none may stand between.
  for (int i = 0; i < 20; ++i) part("X_Y", "YX");
  EXPECT_EQ(DamerauLevenshtein(one, other), 40U);
  EXPECT_EQ(DamerauLevenshtein(other, one), 40U);
  EXPECT_EQ(DamerauLevenshtein(one, other, 20), 21U);
  EXPECT_EQ(OptimalStringAlignment(one, other), 60U);
  for (int i = 0; i < 12; ++i) part("XY", "YX");
  EXPECT_EQ(DamerauLevenshtein(one, other), 52U);
  EXPECT_EQ(OptimalStringAlignment(one, other), kLongTextLimit + 1);
  for (int i = 0; i < 12; ++i) part("XY", "YX");
  EXPECT_EQ(DamerauLevenshtein(one, other), kLongTextLimit + 1);
  EXPECT_EQ(DamerauLevenshteinQuery(one).Against(std::string(1 << 20, 'c')), kLongTextLimit + 1);
}

}  // namespace
}  // namespace weir::identity
