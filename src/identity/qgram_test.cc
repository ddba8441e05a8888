#include "identity/qgram.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "identity/similarity_reference.h"

namespace weir::identity {
namespace {

TEST(QgramTest, KnownAnswers) {
  // The pieces of "night" and "nacht" have "ht" in common, of four each (Dice 1945 on bigrams, as Kondrak 2005 shows
  // it).
  const QgramProfile night("night");
  const QgramProfile nacht("nacht");
  EXPECT_EQ(CommonPieces(night, nacht), 1U);
  EXPECT_DOUBLE_EQ(QgramDice(night, nacht), 0.25);
  EXPECT_DOUBLE_EQ(QgramJaccard(night, nacht), 1.0 / 7);
  EXPECT_DOUBLE_EQ(QgramCosine(night, nacht), 0.25);
}

TEST(QgramTest, PiecesCountAsOftenAsTheyOccur) {
  const QgramProfile three("aaaa");
  const QgramProfile one("aa");
  EXPECT_EQ(three.pieces().size(), 3U);
  EXPECT_DOUBLE_EQ(QgramJaccard(three, one), 1.0 / 3);
  EXPECT_DOUBLE_EQ(QgramDice(three, one), 0.5);
  EXPECT_DOUBLE_EQ(QgramCosine(three, one), 1);
}

TEST(QgramTest, ShortTextsAreOnePieceAndEmptyOnesNone) {
  EXPECT_EQ(QgramJaccard(QgramProfile("a", 3), QgramProfile("a", 3)), 1);
  EXPECT_EQ(QgramJaccard(QgramProfile("a", 3), QgramProfile(std::string("\0a", 2), 3)), 0);
  EXPECT_EQ(QgramJaccard(QgramProfile(""), QgramProfile("")), 0);
  EXPECT_EQ(QgramDice(QgramProfile(""), QgramProfile("ab")), 0);
  EXPECT_EQ(QgramCosine(QgramProfile(""), QgramProfile("ab")), 0);
}

using Counts = std::map<std::string, int>;

Counts CountsOf(const std::string& text, std::size_t q) {
  Counts counts;
  if (!text.empty() && text.size() < q) ++counts[text];
  for (std::size_t at = 0; at + q <= text.size(); ++at) ++counts[text.substr(at, q)];
  return counts;
}

TEST(QgramTest, EqualsItsDefinition) {
  for (const auto& [left, right] : TextPairs(1).Many(1500)) {
    for (const int q : {1, 2, 3}) {
      const Counts of_left = CountsOf(left, q);
      const Counts of_right = CountsOf(right, q);
      double common = 0;
      double product = 0;
      double left_all = 0;
      double right_all = 0;
      double left_squares = 0;
      double right_squares = 0;
      for (const auto& [piece, count] : of_left) {
        const auto found = of_right.find(piece);
        const int other = found == of_right.end() ? 0 : found->second;
        common += std::min(count, other);
        product += count * other;
        left_all += count;
        left_squares += count * count;
      }
      for (const auto& [piece, count] : of_right) {
        right_all += count;
        right_squares += count * count;
      }
      const QgramProfile a(left, q);
      const QgramProfile b(right, q);
      ASSERT_EQ(CommonPieces(a, b), common) << left << "\n" << right;
      const bool is_nothing = common == 0;
      ASSERT_DOUBLE_EQ(QgramJaccard(a, b), is_nothing ? 0 : common / (left_all + right_all - common));
      ASSERT_DOUBLE_EQ(QgramDice(a, b), is_nothing ? 0 : 2 * common / (left_all + right_all));
      ASSERT_NEAR(QgramCosine(a, b), is_nothing ? 0 : product / std::sqrt(left_squares * right_squares), 1e-12);
      ASSERT_EQ(QgramJaccard(a, b), QgramJaccard(b, a));
      ASSERT_EQ(QgramCosine(a, b), QgramCosine(b, a));
      if (!left.empty()) {
        ASSERT_EQ(QgramJaccard(a, a), 1);
        ASSERT_DOUBLE_EQ(QgramCosine(a, a), 1);
      }
    }
  }
}

}  // namespace
}  // namespace weir::identity
