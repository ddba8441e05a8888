#include "journey/map/process_map.h"

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <expat.h>
#include <gtest/gtest.h>

#include "journey/discovery/logs_for_tests.h"
#include "journey/map/svg.h"

namespace weir::journey {
namespace {

ShownGraph GraphOf(const testing::NamedLog& log) {
  auto graph = ShownGraphOf(log.variants, {}, {});
  EXPECT_TRUE(graph);
  return graph ? std::move(*graph) : ShownGraph{};
}

bool IsXml(std::string_view text) {
  XML_Parser parser = XML_ParserCreate(nullptr);
  const bool is_good = XML_Parse(parser, text.data(), static_cast<int>(text.size()), 1) == XML_STATUS_OK;
  XML_ParserFree(parser);
  return is_good;
}

TEST(ProcessMap, ShowsActivitiesAndWhatFollowsWhat) {
  const auto log = testing::LogOf("abc abc acb abbc");
  const auto map = ProcessMapOf(GraphOf(log), log.names);
  ASSERT_TRUE(map);
  ASSERT_EQ(map->nodes.size(), 5U);
  EXPECT_EQ(map->nodes[0].kind, MapNodeKind::kStart);
  EXPECT_EQ(map->nodes[0].count, 4U);
  EXPECT_EQ(map->nodes[1].count, 4U);
  for (const MapArc& arc : map->arcs) {
    ASSERT_GE(arc.points.size(), 2U);
    EXPECT_EQ(arc.label, std::to_string(arc.count));
    EXPECT_LE(arc.strength, 1);
  }
  // The start is above all, the end below all.
  for (const MapNode& node : map->nodes) {
    EXPECT_GE(node.centre.y, map->nodes[0].centre.y);
    EXPECT_LE(node.centre.y, map->nodes[1].centre.y);
  }
}

TEST(ProcessMap, SaysMoneyAndRefusesWhatDoesNotFit) {
  const auto log = testing::LogOf("ab");
  const ShownGraph graph = GraphOf(log);
  MapMoney money{
      .of_activities = {}, .of_arcs = std::vector<std::int64_t>(graph.arcs.size(), 1'250'000), .currency = "EUR"};
  const auto map = ProcessMapOf(graph, log.names, {.mode = MapMode::kMoney}, money);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->arcs[0].label, "12.5 k EUR");
  money.of_arcs.pop_back();
  EXPECT_FALSE(ProcessMapOf(graph, log.names, {}, money));
}

TEST(ProcessMap, IsEmptyWhereNothingIs) {
  const auto map = ProcessMapOf({}, {});
  ASSERT_TRUE(map);
  EXPECT_TRUE(IsXml(SvgOf(*map)));
}

TEST(ProcessMap, SaysNumbersShortly) {
  EXPECT_EQ(ShortCount(0), "0");
  EXPECT_EQ(ShortCount(999), "999");
  EXPECT_EQ(ShortCount(1'000), "1.0 k");
  EXPECT_EQ(ShortCount(99'940), "99.9 k");
  EXPECT_EQ(ShortCount(262'200), "262 k");
  EXPECT_EQ(ShortCount(999'999), "1.0 M");
  EXPECT_EQ(ShortTime(0), "0 s");
  EXPECT_EQ(ShortTime(90e6), "1.5 min");
  EXPECT_EQ(ShortTime(7200e6), "2 h");
  EXPECT_EQ(ShortTime(10 * 86'400e6), "10 d");
  EXPECT_EQ(ShortTime(21 * 86'400e6), "3 wk");
  EXPECT_EQ(ShortMoney(-45'000, 2, "EUR"), "-450 EUR");
}

TEST(ProcessMap, BreaksAndCutsLongNames) {
  testing::NamedLog log = testing::LogOf("ab");
  log.names = {"Draft the internal advice that is to be held for type 4 and then some more of it, and more",
               "\xD0\x94\xD0\xBE\xD0\xB3\xD0\xBE\xD0\xB2\xD0\xBE\xD1\x80"};
  const auto map = ProcessMapOf(GraphOf(log), log.names);
  ASSERT_TRUE(map);
  ASSERT_EQ(map->nodes[2].lines.size(), 3U);
  EXPECT_EQ(map->nodes[2].lines[0], "Draft the internal");
  EXPECT_TRUE(map->nodes[2].lines[2].ends_with("\xE2\x80\xA6"));
  EXPECT_EQ(map->nodes[3].lines, std::vector<std::string>{log.names[1]});
}

TEST(Svg, IsXmlWhateverNamesHold) {
  testing::NamedLog log = testing::LogOf("abab");
  log.names = {"<script>alert('1')</script>", "\xFF\x01 & \"quoted\""};
  const auto map = ProcessMapOf(GraphOf(log), log.names, {.direction = math::LayoutDirection::kRight});
  ASSERT_TRUE(map);
  const std::string svg = SvgOf(*map, {.title = "a < b"});
  EXPECT_TRUE(IsXml(svg));
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_NE(svg.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_EQ(SvgOf(*map, {.title = "a < b"}), svg);
}

}  // namespace
}  // namespace weir::journey
