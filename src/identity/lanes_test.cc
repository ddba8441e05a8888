// Every width of vectors gives what single pairs give, whatever this processor takes by itself.
#include "identity/lanes.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "identity/damerau_levenshtein.h"
#include "identity/jaro_winkler.h"
#include "identity/levenshtein.h"
#include "identity/similarity_reference.h"

namespace weir::identity {
namespace {

struct Answers {
  std::vector<int> levenshtein, optimal_string_alignment, damerau_levenshtein, pairs, out_of_order, prefix;

  explicit Answers(std::size_t size)
      : levenshtein(size, -1),
        optimal_string_alignment(levenshtein),
        damerau_levenshtein(levenshtein),
        pairs(levenshtein),
        out_of_order(levenshtein),
        prefix(levenshtein) {}
  bool operator==(const Answers&) const = default;
};

struct Collect {
  Answers& answers;

  void operator()(const LaneKernels& kernels, const LaneTile& tile) const {
    LaneDistances levenshtein;
    LaneDistances optimal_string_alignment;
    LaneDistances damerau_levenshtein;
    LaneCommon common;
    kernels.levenshtein(tile, levenshtein);
    kernels.optimal_string_alignment(tile, optimal_string_alignment);
    kernels.damerau_levenshtein(tile, damerau_levenshtein);
    kernels.jaro(tile, common);
    for (int lane = 0; lane < tile.count; ++lane) {
      const std::size_t i = tile.index[lane];
      answers.levenshtein[i] = levenshtein[lane];
      answers.optimal_string_alignment[i] = optimal_string_alignment[lane];
      answers.damerau_levenshtein[i] = damerau_levenshtein[lane];
      answers.pairs[i] = common.pairs[lane];
      answers.out_of_order[i] = common.out_of_order[lane];
      answers.prefix[i] = common.prefix[lane];
    }
  }
};

// Bytes above 127 and zero bytes too.
std::string Strange(std::string text, std::size_t i) {
  for (char& letter : text) letter = static_cast<char>(letter * static_cast<int>(i % 5 + 1) - 'a');
  return text;
}

TEST(LanesTest, AllWidthsGiveWhatSinglePairsGive) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (auto& [left, right] : TextPairs(5).Many(4000)) {
    const std::size_t i = pairs.size();
    pairs.emplace_back(Strange(std::move(left), i), Strange(std::move(right), i));
  }
  ASSERT_FALSE(LaneKernelsHere().empty());
  Answers first(0);
  for (const LaneKernels& kernels : LaneKernelsHere()) {
    SCOPED_TRACE(kernels.name);
    Answers answers(pairs.size());
    LaneFiller<Collect> lanes(kernels, Collect{answers});
    std::size_t taken = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) taken += lanes.Take(i, pairs[i].first, pairs[i].second) ? 1 : 0;
    lanes.Close();
    EXPECT_GT(taken, pairs.size() / 2);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (answers.pairs[i] < 0) continue;  // not for lanes
      const auto& [left, right] = pairs[i];
      ASSERT_EQ(answers.levenshtein[i], Levenshtein(left, right)) << left << "\n" << right;
      ASSERT_EQ(answers.optimal_string_alignment[i], OptimalStringAlignment(left, right)) << left << "\n" << right;
      ASSERT_EQ(answers.damerau_levenshtein[i], DamerauLevenshtein(left, right)) << left << "\n" << right;
    }
    if (&kernels == &LaneKernelsHere().front()) {
      first = answers;
    } else {
      EXPECT_TRUE(answers == first);
    }
  }
}

TEST(LanesTest, AQueryIsTheLeftTextOfAllItsPairs) {
  const auto pairs = TextPairs(6).Many(500);
  for (const LaneKernels& kernels : LaneKernelsHere()) {
    SCOPED_TRACE(kernels.name);
    for (const std::string query : {"a", "abcab", "abababababababab", "aabbccddeeaabbccddeeaabbccddeeaabbccddee"}) {
      Answers by_query(pairs.size());
      Answers by_pairs(pairs.size());
      LaneFiller<Collect> one(kernels, Collect{by_query}, query);
      LaneFiller<Collect> two(kernels, Collect{by_pairs});
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        ASSERT_EQ(one.Take(i, pairs[i].second), two.Take(i, query, pairs[i].second));
      }
      one.Close();
      two.Close();
      EXPECT_TRUE(by_query == by_pairs);
    }
  }
}

TEST(LanesTest, EmptyAndLongTextsAreForOthers) {
  Answers answers(1);
  LaneFiller<Collect> lanes(WidestLanes(), Collect{answers});
  EXPECT_FALSE(lanes.Take(0, "", "a"));
  EXPECT_FALSE(lanes.Take(0, "a", ""));
  EXPECT_FALSE(lanes.Take(0, std::string(65, 'a'), "a"));
  EXPECT_TRUE(lanes.Take(0, std::string(64, 'a'), "a"));
  EXPECT_EQ(answers.levenshtein[0], -1);
  lanes.Close();
  EXPECT_EQ(answers.levenshtein[0], 63);
}

}  // namespace
}  // namespace weir::identity
