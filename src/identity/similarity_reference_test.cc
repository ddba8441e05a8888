// The references that the other tests of similarity go by, on what is published of them.
#include "identity/similarity_reference.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace weir::identity {

std::uint32_t PlainDistance(std::string_view left, std::string_view right, Transpositions transpositions) {
  const std::size_t rows = left.size();
  const std::size_t columns = right.size();
  std::vector<std::vector<std::size_t>> table(rows + 1, std::vector<std::size_t>(columns + 1));
  for (std::size_t i = 0; i <= rows; ++i) {
    for (std::size_t j = 0; j <= columns; ++j) {
      std::size_t& value = table[i][j];
      value = std::max(i, j);
      if (i == 0 || j == 0) continue;
      value = std::min(
          {table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)});
      if (transpositions == Transpositions::kNone) continue;
      const bool is_free = transpositions == Transpositions::kFree;
      for (std::size_t k = is_free ? 1 : i - 1; k < i; ++k) {
        if (k == 0 || left[k - 1] != right[j - 1]) continue;
        for (std::size_t l = is_free ? 1 : j - 1; l < j; ++l) {
          if (l == 0 || left[i - 1] != right[l - 1]) continue;
          value = std::min(value, table[k - 1][l - 1] + (i - k - 1) + 1 + (j - l - 1));
        }
      }
    }
  }
  return static_cast<std::uint32_t>(table[rows][columns]);
}

double PlainJaro(std::string_view left, std::string_view right) {
  const auto left_size = static_cast<int>(left.size());
  const auto right_size = static_cast<int>(right.size());
  const int reach = std::max(std::max(left_size, right_size) / 2 - 1, 0);
  std::vector<bool> is_used(left.size());
  std::string found;
  for (int j = 0; j < right_size; ++j) {
    for (int i = std::max(0, j - reach); i < std::min(left_size, j + reach + 1); ++i) {
      if (is_used[i] || left[i] != right[j]) continue;
      is_used[i] = true;
      found += right[j];
      break;
    }
  }
  if (found.empty()) return 0;
  int out_of_order = 0;
  std::size_t at = 0;
  for (int i = 0; i < left_size; ++i) {
    if (is_used[i] && left[i] != found[at++]) ++out_of_order;
  }
  const auto pairs = static_cast<double>(found.size());
  const int transpositions = out_of_order / 2;
  return (pairs / left_size + pairs / right_size + (pairs - transpositions) / pairs) / 3.0;
}

double PlainJaroWinkler(std::string_view left, std::string_view right) {
  const double jaro = PlainJaro(left, right);
  std::size_t prefix = 0;
  while (prefix < std::min({left.size(), right.size(), std::size_t{4}}) && left[prefix] == right[prefix]) ++prefix;
  return jaro > 0.7 ? jaro + static_cast<double>(prefix) * 0.1 * (1.0 - jaro) : jaro;
}

std::string TextPairs::Text(int size, int letters) {
  std::string text;
  for (int i = 0; i < size; ++i) text += static_cast<char>('a' + Below(letters));
  return text;
}

void TextPairs::Slip(std::string& text, int letters) {
  const int at = text.empty() ? 0 : Below(static_cast<int>(text.size()));
  const char letter = Text(1, letters)[0];
  switch (Below(4)) {
    case 0:
      text.insert(text.begin() + at, letter);
      break;
    case 1:
      if (!text.empty()) text.erase(text.begin() + at);
      break;
    case 2:
      if (!text.empty()) text[at] = letter;
      break;
    default:
      const int other = at + 1 + Below(3);
      if (other < static_cast<int>(text.size())) std::swap(text[at], text[other]);
  }
}

std::pair<std::string, std::string> TextPairs::Next(int size) {
  const int letters = std::vector<int>{2, 3, 5, 26}[Below(4)];
  std::string left = Text(std::max(0, size - 3 + Below(7)), letters);
  if (Below(3) == 0) return {std::move(left), Text(std::max(0, size - 3 + Below(7)), letters)};
  if (Below(5) == 0) return {std::move(left), Text(Below(size + 20), letters)};
  std::string right = left;
  for (int slips = Below(6); slips > 0; --slips) Slip(right, letters);
  return {std::move(left), std::move(right)};
}

std::vector<std::pair<std::string, std::string>> TextPairs::Many(int count) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (int i = 0; i < count; ++i) {
    pairs.push_back(Next(std::vector<int>{2, 4, 6, 9, 12, 15, 16, 17, 31, 33, 62, 64, 66, 127, 130}[Below(15)]));
  }
  return pairs;
}

namespace {

TEST(SimilarityReferenceTest, PublishedAnswers) {
  EXPECT_EQ(PlainDistance("kitten", "sitting", Transpositions::kNone), 3U);
  EXPECT_EQ(PlainDistance("CA", "ABC", Transpositions::kNone), 3U);
  EXPECT_EQ(PlainDistance("CA", "ABC", Transpositions::kAdjacent), 3U);
  EXPECT_EQ(PlainDistance("CA", "ABC", Transpositions::kFree), 2U);
  EXPECT_NEAR(PlainJaro("DIXON", "DICKSONX"), 0.766667, 1e-6);
  EXPECT_NEAR(PlainJaroWinkler("MARTHA", "MARHTA"), 0.961111, 1e-6);
}

}  // namespace
}  // namespace weir::identity
