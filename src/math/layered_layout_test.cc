#include "math/layered_layout.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::math {
namespace {

using Arcs = std::vector<LayoutArc>;

Layout Drawn(std::size_t nodes, const Arcs& arcs, const LayoutOptions& options = {}) {
  const std::vector<Size> sizes(nodes, Size{100, 40});
  auto layout = LayeredLayout(sizes, arcs, options);
  EXPECT_TRUE(layout);
  return layout ? std::move(*layout) : Layout{};
}

bool Overlap(Point a, Size a_size, Point b, Size b_size) {
  return std::abs(a.x - b.x) < (a_size.width + b_size.width) / 2 - 1e-6 &&
         std::abs(a.y - b.y) < (a_size.height + b_size.height) / 2 - 1e-6;
}

void CheckPicture(const std::vector<Size>& sizes, const Arcs& arcs, const Layout& layout) {
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    ASSERT_GE(layout.centres[a].x - sizes[a].width / 2, -1e-6);
    ASSERT_LE(layout.centres[a].y + sizes[a].height / 2, layout.size.height + 1e-6);
    for (std::size_t b = 0; b < a; ++b) {
      ASSERT_FALSE(Overlap(layout.centres[a], sizes[a], layout.centres[b], sizes[b])) << a << " and " << b;
    }
  }
  for (std::size_t i = 0; i < arcs.size(); ++i) {
    const ArcRoute& route = layout.routes[i];
    ASSERT_GE(route.points.size(), 2U);
    for (std::size_t end = 0; end < 2; ++end) {
      const std::uint32_t node = end == 0 ? arcs[i].from : arcs[i].to;
      const Point& point = end == 0 ? route.points.front() : route.points.back();
      ASSERT_LE(std::abs(point.x - layout.centres[node].x), sizes[node].width / 2 + 1e-6);
      ASSERT_LE(std::abs(point.y - layout.centres[node].y), sizes[node].height / 2 + 1e-6);
    }
    if (arcs[i].from != arcs[i].to) {
      ASSERT_EQ(layout.layers[arcs[i].from] > layout.layers[arcs[i].to], route.is_reversed);
      ASSERT_NE(layout.layers[arcs[i].from], layout.layers[arcs[i].to]);
    }
    for (std::size_t node = 0; node < sizes.size() && arcs[i].label.width > 0; ++node) {
      ASSERT_FALSE(Overlap(route.label, arcs[i].label, layout.centres[node], sizes[node])) << "label " << i;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (arcs[i].label.width == 0 || arcs[j].label.width == 0) continue;
      ASSERT_FALSE(Overlap(route.label, arcs[i].label, layout.routes[j].label, arcs[j].label)) << i << " and " << j;
    }
  }
}

Arcs RandomArcs(RandomStream& random, std::uint32_t nodes, int count, bool has_labels) {
  Arcs arcs;
  for (int i = 0; i < count; ++i) {
    LayoutArc arc{static_cast<std::uint32_t>(random.Integer(0, nodes - 1)),
                  static_cast<std::uint32_t>(random.Integer(0, nodes - 1)),
                  static_cast<std::uint32_t>(random.Integer(1, 9))};
    if (has_labels && random.Chance(.7)) arc.label = {static_cast<double>(random.Integer(10, 60)), 14};
    arcs.push_back(arc);
  }
  return arcs;
}

TEST(LayeredLayout, DrawsWhatIsHardlyAGraph) {
  EXPECT_EQ(Drawn(0, {}).size.width, 0);
  const Layout one = Drawn(1, {});
  EXPECT_EQ(one.centres[0], (Point{50, 20}));
  const Layout loops = Drawn(2, {{0, 0}, {0, 0}, {1, 1}});
  EXPECT_EQ(loops.layers, (std::vector<std::uint32_t>{0, 0}));
  EXPECT_GT(loops.routes[0].points[1].x, loops.centres[0].x + 50);
  const Layout apart = Drawn(3, {});
  CheckPicture(std::vector<Size>(3, {100, 40}), {}, apart);
}

TEST(LayeredLayout, FollowsArcsDown) {
  const Layout layout = Drawn(4, {{0, 1}, {1, 2}, {2, 3}, {0, 3}});
  EXPECT_EQ(layout.layers, (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_EQ(layout.crossings, 0U);
}

TEST(LayeredLayout, ReversesOneArcOfACycle) {
  const Layout layout = Drawn(4, {{0, 1}, {1, 2}, {2, 1}, {2, 3}});
  EXPECT_EQ(layout.layers, (std::vector<std::uint32_t>{0, 1, 2, 3}));
  EXPECT_TRUE(layout.routes[2].is_reversed);
  EXPECT_FALSE(layout.routes[1].is_reversed);
  EXPECT_GT(layout.routes[2].points.front().y, layout.routes[2].points.back().y);
}

TEST(LayeredLayout, HasTheFewestCrossingsOfKnownGraphs) {
  // A complete bipartite graph of 3 and 3 has 9 crossings in two layers, one of 2 and 3 has 3.
  Arcs full;
  for (std::uint32_t a = 0; a < 3; ++a) {
    for (std::uint32_t b = 3; b < 6; ++b) full.push_back({a, b});
  }
  EXPECT_EQ(Drawn(6, full).crossings, 9U);
  Arcs smaller;
  for (std::uint32_t a = 0; a < 2; ++a) {
    for (std::uint32_t b = 2; b < 5; ++b) smaller.push_back({a, b});
  }
  EXPECT_EQ(Drawn(5, smaller).crossings, 3U);
  // Two paths that are told crosswise, and a binary tree of 15 nodes.
  EXPECT_EQ(Drawn(4, {{0, 3}, {1, 2}}).crossings, 0U);
  Arcs tree;
  for (std::uint32_t child = 1; child < 15; ++child) tree.push_back({(child - 1) / 2, child});
  EXPECT_EQ(Drawn(15, tree).crossings, 0U);
}

TEST(LayeredLayout, KeepsAChainStraight) {
  const Layout layout = Drawn(4, {{0, 1}, {1, 2}, {2, 3}});
  for (const Point& centre : layout.centres) EXPECT_DOUBLE_EQ(centre.x, 50);
  EXPECT_EQ(layout.routes[0].points.size(), 2U);
}

TEST(LayeredLayout, LeadsToTheRightAsWell) {
  const Layout layout = Drawn(3, {{0, 1}, {0, 2}}, {.direction = LayoutDirection::kRight});
  EXPECT_GT(layout.centres[1].x, layout.centres[0].x + 100);
  EXPECT_DOUBLE_EQ(layout.centres[1].x, layout.centres[2].x);
  CheckPicture(std::vector<Size>(3, {100, 40}), {{0, 1}, {0, 2}}, layout);
}

TEST(LayeredLayout, NeverOverlaps) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    RandomStream random(seed, "layout");
    const auto nodes = static_cast<std::uint32_t>(random.Integer(1, 25));
    std::vector<Size> sizes;
    sizes.reserve(nodes);
    for (std::uint32_t node = 0; node < nodes; ++node) {
      sizes.push_back({static_cast<double>(random.Integer(0, 150)), static_cast<double>(random.Integer(0, 80))});
    }
    const Arcs arcs = RandomArcs(random, nodes, static_cast<int>(random.Integer(0, 60)), true);
    for (const LayoutDirection direction : {LayoutDirection::kDown, LayoutDirection::kRight}) {
      const auto layout = LayeredLayout(sizes, arcs, {.direction = direction});
      ASSERT_TRUE(layout);
      CheckPicture(sizes, arcs, *layout);
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
    }
  }
}

TEST(LayeredLayout, DoesNotDependOnTheOrderOfArcs) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RandomStream random(seed, "order");
    Arcs arcs = RandomArcs(random, 12, 30, true);
    std::ranges::sort(arcs, {}, [](const LayoutArc& a) { return std::pair(a.from, a.to); });
    arcs.erase(std::ranges::unique(arcs, {}, [](const LayoutArc& a) { return std::pair(a.from, a.to); }).begin(),
               arcs.end());
    const Layout before = Drawn(12, arcs);
    std::ranges::reverse(arcs);
    const Layout after = Drawn(12, arcs);
    ASSERT_EQ(before.centres, after.centres) << "seed " << seed;
    for (std::size_t i = 0; i < arcs.size(); ++i) {
      ASSERT_EQ(before.routes[i].points, after.routes[arcs.size() - 1 - i].points);
    }
  }
}

TEST(LayeredLayout, RefusesWhatIsNoGraph) {
  const std::vector<Size> two(2, Size{10, 10});
  EXPECT_EQ(LayeredLayout(two, Arcs{{0, 2}}).error().code(), Code::kBadUsage);
  EXPECT_EQ(LayeredLayout(std::vector<Size>{{std::nan(""), 1}}, {}).error().code(), Code::kBadUsage);
  EXPECT_EQ(LayeredLayout(std::vector<Size>(6000), {}).error().code(), Code::kTooLarge);
}

TEST(LayeredLayout, IsQuickForAMapOfAProcess) {
  RandomStream random(1, "speed");
  const Arcs arcs = RandomArcs(random, 100, 250, false);
  const auto start = std::chrono::steady_clock::now();
  Drawn(100, arcs);
  // A wide bound: this is a random graph, worse than any process, and the machine may be slow.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

}  // namespace
}  // namespace weir::math
