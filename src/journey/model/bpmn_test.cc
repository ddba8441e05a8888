#include "journey/model/bpmn.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "journey/model/trees_for_tests.h"

namespace weir::journey {
namespace {

std::size_t Count(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string Written(const std::string& text) {
  std::vector<std::string> names;
  const ProcessTree tree = testing::TreeOf(text, names);
  const auto bpmn = BpmnOf(tree, names);
  return bpmn ? *bpmn : bpmn.error().message();
}

TEST(Bpmn, HasAGatewayBeforeAndBehindEachChoiceAndLoop) {
  const std::string bpmn = Written("->( 'a <b>', X( tau, 'c' ), +( 'd', 'e' ), *( 'f', tau ) )");
  EXPECT_EQ(Count(bpmn, "<task "), 5U);
  EXPECT_EQ(Count(bpmn, "<exclusiveGateway "), 4U);
  EXPECT_EQ(Count(bpmn, "<parallelGateway "), 2U);
  EXPECT_EQ(Count(bpmn, "name=\"a &lt;b&gt;\""), 1U);
  // start a; a X; X c; X X; c X; X +; + d; + e; d +; e +; + *; * f; f *; * *; * end.
  EXPECT_EQ(Count(bpmn, "<sequenceFlow "), 15U);
  EXPECT_EQ(Count(bpmn, "<bpmndi:BPMNShape "), 13U);
  EXPECT_EQ(Count(bpmn, "<bpmndi:BPMNEdge "), 15U);
  EXPECT_EQ(Count(bpmn, "x=\"-"), 0U);
}

TEST(Bpmn, EveryFlowIsToldByBothOfItsNodes) {
  const std::string bpmn = Written("*( X( 'a', 'b' ), 'c', 'd' )");
  EXPECT_EQ(Count(bpmn, "<incoming>"), Count(bpmn, "<sequenceFlow "));
  EXPECT_EQ(Count(bpmn, "<outgoing>"), Count(bpmn, "<sequenceFlow "));
}

TEST(Bpmn, WritesAnEmptyProcess) {
  const std::string bpmn = Written("tau");
  EXPECT_EQ(Count(bpmn, "<sequenceFlow "), 1U);
}

TEST(Bpmn, SaysThatAPictureIsTooLarge) {
  ProcessTree tree{.op = TreeOperator::kSequence, .children = {}};
  for (int i = 0; i < 6000; ++i)
    tree.children.push_back({.op = TreeOperator::kActivity, .activity = 0, .children = {}});
  const auto bpmn = BpmnOf(tree, {"a"});
  ASSERT_FALSE(bpmn);
  EXPECT_EQ(bpmn.error().code(), Code::kTooLarge);
}

}  // namespace
}  // namespace weir::journey
