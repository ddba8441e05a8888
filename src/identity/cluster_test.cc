#include "identity/cluster.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::identity {
namespace {

using Labels = std::vector<std::uint32_t>;

Labels Clusters(std::size_t records, const std::vector<ScoredPair>& pairs, const ClusterOptions& options = {},
                int threads = 1) {
  return ClusterPairs(records, pairs, options, Executor(threads));
}

// The definition, word for word: all groups against all others, the two that are most alike on average first, ties by
// the smallest records. Weights are whole numbers here, so that sums are exact.
Labels NaiveClusters(std::size_t records, const std::vector<ScoredPair>& pairs, const ClusterOptions& options) {
  std::map<RecordPair, double> weights;
  for (const ScoredPair& pair : pairs) {
    weights[{pair.a, pair.b}] = std::clamp<double>(pair.weight - options.least, -options.most, options.most);
  }
  const auto is_second = [&](std::uint32_t record) { return record >= options.second_begins; };
  std::set<RecordPair> apart;
  for (const auto& [a, b] : options.apart) apart.insert(std::minmax(a, b));
  std::vector<std::vector<std::uint32_t>> groups(records);
  for (std::uint32_t i = 0; i < records; ++i) groups[i] = {i};
  const auto join = [&](std::size_t a, std::size_t b) {
    groups[a].insert(groups[a].end(), groups[b].begin(), groups[b].end());
    std::ranges::sort(groups[a]);
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(b));
    std::ranges::sort(groups);
  };
  const auto group_of = [&](std::uint32_t record) {
    return static_cast<std::size_t>(
        std::ranges::find_if(groups, [&](const auto& group) { return std::ranges::count(group, record) > 0; }) -
        groups.begin());
  };
  for (const auto& [a, b] : options.same) {
    const std::size_t x = group_of(a);
    const std::size_t y = group_of(b);
    if (x != y) join(std::min(x, y), std::max(x, y));
  }
  while (true) {
    double best = 0;
    std::optional<std::pair<std::size_t, std::size_t>> which;
    for (std::size_t x = 0; x < groups.size(); ++x) {
      for (std::size_t y = x + 1; y < groups.size(); ++y) {
        double sum = 0;
        double count = 0;
        bool is_apart = false;
        for (const std::uint32_t a : groups[x]) {
          for (const std::uint32_t b : groups[y]) {
            const RecordPair pair = std::minmax(a, b);
            is_apart = is_apart || apart.contains(pair);
            if (is_second(a) == is_second(b) && options.second_begins != SIZE_MAX) continue;
            const auto found = weights.find(pair);
            sum += found == weights.end() ? options.unseen : found->second;
            ++count;
          }
        }
        if (is_apart || count == 0 || sum / count <= best) continue;
        best = sum / count;
        which = {x, y};
      }
    }
    if (!which) break;
    join(which->first, which->second);
  }
  Labels labels(records);
  for (const auto& group : groups) {
    for (const std::uint32_t record : group) labels[record] = group.front();
  }
  return labels;
}

struct RandomGraph {
  std::size_t records = 0;
  std::vector<ScoredPair> pairs;
  std::vector<RecordPair> same;
  std::vector<RecordPair> apart;
};

RandomGraph Draw(RandomStream& random, std::size_t second_begins = SIZE_MAX) {
  RandomGraph graph;
  graph.records = static_cast<std::size_t>(random.Integer(2, 12));
  const double density = random.Uniform(0.2, 1);
  const double decided = random.Chance(0.5) ? 0.06 : 0;
  for (std::uint32_t a = 0; a < graph.records; ++a) {
    for (std::uint32_t b = a + 1; b < graph.records; ++b) {
      if (second_begins != SIZE_MAX && (a < second_begins) == (b < second_begins)) continue;
      if (random.Chance(density)) graph.pairs.push_back({a, b, static_cast<float>(random.Integer(-9, 12))});
      if (random.Chance(decided)) graph.same.emplace_back(a, b);
      if (random.Chance(decided)) graph.apart.emplace_back(b, a);
    }
  }
  return graph;
}

TEST(ClusterTest, AgreesWithTheDefinitionOnSmallGraphs) {
  RandomStream random(1, "identity.cluster_test");
  std::size_t joined = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::size_t second = round % 3 == 0 ? 5 : SIZE_MAX;
    const RandomGraph graph = Draw(random, second);
    ClusterOptions options{.least = static_cast<double>(random.Integer(-2, 3)),
                           .most = 8,
                           .second_begins = second,
                           .same = graph.same,
                           .apart = graph.apart};
    const Labels labels = Clusters(graph.records, graph.pairs, options);
    ASSERT_EQ(labels, NaiveClusters(graph.records, graph.pairs, options)) << "round " << round;
    for (std::size_t i = 0; i < labels.size(); ++i) joined += labels[i] != i ? 1 : 0;
  }
  EXPECT_GT(joined, 1000U);
}

TEST(ClusterTest, DecisionsAlwaysHold) {
  RandomStream random(2, "identity.cluster_test");
  for (int round = 0; round < 2000; ++round) {
    const RandomGraph graph = Draw(random);
    const Labels labels = Clusters(graph.records, graph.pairs, {.same = graph.same, .apart = graph.apart});
    // What people said to be one, by itself: only there two records that are said to be apart may be together.
    const Labels said = Clusters(graph.records, {}, {.same = graph.same});
    for (const auto& [a, b] : graph.same) EXPECT_EQ(labels[a], labels[b]);
    for (const auto& [a, b] : graph.apart) {
      if (said[a] != said[b]) {
        EXPECT_NE(labels[a], labels[b]) << "round " << round;
      }
    }
  }
}

TEST(ClusterTest, ADecisionTakenBackLeavesNothing) {
  RandomStream random(3, "identity.cluster_test");
  std::size_t changed = 0;
  for (int round = 0; round < 500; ++round) {
    const RandomGraph graph = Draw(random);
    const Labels before = Clusters(graph.records, graph.pairs);
    const std::vector<RecordPair> decision{{0, static_cast<std::uint32_t>(graph.records - 1)}};
    const Labels merged = Clusters(graph.records, graph.pairs, {.same = decision});
    const Labels parted = Clusters(graph.records, graph.pairs, {.apart = decision});
    EXPECT_EQ(merged.front(), merged.back());
    EXPECT_NE(parted.front(), parted.back());
    changed += merged != before ? 1 : 0;
    EXPECT_EQ(Clusters(graph.records, graph.pairs), before);
  }
  EXPECT_GT(changed, 100U);
}

TEST(ClusterTest, OneDoubtfulLinkJoinsNoTwoGroups) {
  std::vector<ScoredPair> pairs;
  for (std::uint32_t a = 0; a < 10; ++a) {
    for (std::uint32_t b = a + 1; b < 10; ++b) {
      if ((a < 5) == (b < 5)) pairs.push_back({a, b, 12});
      if (a == 4 && b == 5) pairs.push_back({a, b, 3});
    }
  }
  EXPECT_EQ(Clusters(10, pairs), (Labels{0, 0, 0, 0, 0, 5, 5, 5, 5, 5}));
  // A chain whose ends were held against each other and differ breaks; where every pair agrees it does not.
  EXPECT_EQ(Clusters(3, {{0, 1, 9}, {0, 2, -20}, {1, 2, 8}}), (Labels{0, 0, 2}));
  EXPECT_EQ(Clusters(3, {{0, 1, 9}, {0, 2, 1}, {1, 2, 8}}), (Labels{0, 0, 0}));
}

TEST(ClusterTest, ALongChainIsCutIntoPieces) {
  constexpr std::uint32_t kRecords = 2000;
  std::vector<ScoredPair> pairs;
  for (std::uint32_t i = 0; i + 1 < kRecords; ++i) pairs.push_back({i, i + 1, 4});
  const Labels labels = Clusters(kRecords, pairs);
  std::map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t label : labels) ++sizes[label];
  std::size_t largest = 0;
  for (const auto& [label, size] : sizes) largest = std::max(largest, size);
  EXPECT_GE(largest, 2U);
  EXPECT_LE(largest, 4U);
}

// A cluster of hundreds of records, all of whose pairs agree, stays whole.
TEST(ClusterTest, ALargeGroupStaysWhole) {
  constexpr std::uint32_t kRecords = 400;
  std::vector<ScoredPair> pairs;
  for (std::uint32_t a = 0; a < kRecords; ++a) {
    for (std::uint32_t b = a + 1; b < kRecords; ++b) pairs.push_back({a, b, 6});
  }
  EXPECT_EQ(Clusters(kRecords, pairs), Labels(kRecords, 0));
}

TEST(ClusterTest, TheSameForAnyNumberOfThreads) {
  RandomStream random(4, "identity.cluster_test");
  constexpr std::uint32_t kRecords = 3000;
  std::set<RecordPair> chosen;
  while (chosen.size() < 4500) {
    const auto a = static_cast<std::uint32_t>(random.Integer(0, kRecords - 2));
    const auto b = static_cast<std::uint32_t>(random.Integer(a + 1, std::min(kRecords - 1, a + 8)));
    chosen.emplace(a, b);
  }
  std::vector<ScoredPair> pairs;
  pairs.reserve(chosen.size());
  for (const auto& [a, b] : chosen) pairs.push_back({a, b, static_cast<float>(random.Normal(1, 6))});
  const Labels one = Clusters(kRecords, pairs);
  EXPECT_GT(std::ranges::count_if(one, [&](std::uint32_t label) { return one[label] == label; }), 0);
  for (std::uint32_t i = 0; i < kRecords; ++i) {
    ASSERT_LE(one[i], i);  // the smallest record of its cluster
    ASSERT_EQ(one[one[i]], one[i]);
  }
  for (const int threads : {2, 5}) EXPECT_EQ(Clusters(kRecords, pairs, {}, threads), one);
}

// Which record has which number makes no difference where no two averages are equal.
TEST(ClusterTest, NumbersOfRecordsDoNotMatter) {
  RandomStream random(5, "identity.cluster_test");
  for (int round = 0; round < 300; ++round) {
    RandomGraph graph = Draw(random);
    for (ScoredPair& pair : graph.pairs) pair.weight += static_cast<float>(random.Uniform(-0.4, 0.4));
    const Labels before = Clusters(graph.records, graph.pairs, {.same = graph.same, .apart = graph.apart});
    Labels to(graph.records);
    std::iota(to.begin(), to.end(), std::uint32_t{0});
    for (std::size_t i = to.size() - 1; i > 0; --i) {
      std::swap(to[i], to[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(i)))]);
    }
    RandomGraph renamed = graph;
    for (ScoredPair& pair : renamed.pairs) {
      const auto [a, b] = std::minmax(to[pair.a], to[pair.b]);
      pair = {a, b, pair.weight};
    }
    std::ranges::sort(renamed.pairs, {}, [](const ScoredPair& pair) { return RecordPair(pair.a, pair.b); });
    for (auto* decisions : {&renamed.same, &renamed.apart}) {
      for (auto& [a, b] : *decisions) std::tie(a, b) = std::pair(to[a], to[b]);
    }
    const Labels after = Clusters(graph.records, renamed.pairs, {.same = renamed.same, .apart = renamed.apart});
    for (std::size_t a = 0; a < graph.records; ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        ASSERT_EQ(before[a] == before[b], after[to[a]] == after[to[b]]) << "round " << round;
      }
    }
  }
}

TEST(OneToOneTest, NoRecordHasTwoPartners) {
  RandomStream random(6, "identity.cluster_test");
  std::size_t linked = 0;
  for (int round = 0; round < 1000; ++round) {
    RandomGraph graph = Draw(random, 4);
    const ClusterOptions options{.second_begins = 4, .apart = graph.apart};
    const Labels labels = MatchOneToOne(graph.records, graph.pairs, options);
    std::map<std::uint32_t, std::vector<std::uint32_t>> groups;
    for (std::uint32_t i = 0; i < graph.records; ++i) groups[labels[i]].push_back(i);
    for (const auto& [label, group] : groups) {
      ASSERT_EQ(label, group.front());
      ASSERT_LE(group.size(), 2U);
      if (group.size() < 2) continue;
      ++linked;
      ASSERT_LT(group[0], 4U);
      ASSERT_GE(group[1], 4U);
      ASSERT_EQ(std::ranges::count(graph.apart, RecordPair(group[1], group[0])), 0);
    }
  }
  EXPECT_GT(linked, 500U);
}

TEST(OneToOneTest, WhatElseARecordCouldBeSpeaksAgainstALink) {
  // 0 and 1 of the first file, 2 and 3 of the second. 0 is 2 more likely than 3.
  std::vector<ScoredPair> pairs{{0, 2, 9}, {0, 3, 4}, {1, 3, 6}};
  EXPECT_EQ(MatchOneToOne(4, pairs, {.second_begins = 2}), (Labels{0, 1, 0, 1}));
  EXPECT_NEAR(pairs[0].weight, 9 - std::log2(1 + 16), 1e-5);
  EXPECT_NEAR(pairs[1].weight, 4 - std::log2(1 + 512 + 64), 1e-5);
  EXPECT_NEAR(pairs[2].weight, 6 - std::log2(1 + 16), 1e-5);
  // Two that are as good as each other are no link at all.
  std::vector<ScoredPair> twins{{0, 1, 10}, {0, 2, 10}};
  EXPECT_EQ(MatchOneToOne(3, twins, {.second_begins = 1}), (Labels{0, 1, 2}));
}

TEST(OneToOneTest, DecisionsHoldAndWhatIsApartClaimsNothing) {
  const std::vector<RecordPair> same{{0, 3}};
  std::vector<ScoredPair> pairs{{0, 2, 9}, {0, 3, -5}, {1, 3, 6}};
  EXPECT_EQ(MatchOneToOne(4, pairs, {.second_begins = 2, .same = same}), (Labels{0, 1, 2, 0}));
  // The best partner is none, as somebody said: then the next best is not held back by it.
  const std::vector<RecordPair> apart{{2, 0}};
  pairs = {{0, 2, 9}, {0, 3, 4}};
  EXPECT_EQ(MatchOneToOne(4, pairs, {.second_begins = 2, .apart = apart}), (Labels{0, 1, 2, 0}));
}

}  // namespace
}  // namespace weir::identity
