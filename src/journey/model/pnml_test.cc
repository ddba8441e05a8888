#include "journey/model/pnml.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journey/model/tree_to_net.h"
#include "journey/model/trees_for_tests.h"
#include "journey/model/xml_text.h"

namespace weir::journey {
namespace {

std::string Net(const std::string& inside) { return "<pnml><net id='n'>" + inside + "</net></pnml>"; }

constexpr const char* kSmall =
    "<page id='g'><arc id='1' source='p' target='t'/><arc id='2' source='t' target='q'/>"
    "<place id='p'><initialMarking><text> 1 </text></initialMarking></place><place id='q'/>"
    "<transition id='t'><name><text>go &amp; see</text></name></transition></page>";

std::string Refusal(const std::string& text, const PnmlLimits& limits = {}) {
  const auto net = ReadPnml(text, limits);
  return net ? "" : net.error().ToString();
}

TEST(Pnml, ReadsWhatItWrites) {
  std::vector<std::string> names;
  const ProcessTree tree = testing::TreeOf("->( 'a <&\"\\'>', +( 'b', X( tau, 'c' ) ), *( 'd', tau ) )", names);
  const PetriNet net = NetOf(tree);
  const std::string text = PnmlOf(net, names);
  const auto read = ReadPnml(text);
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->net.places, net.places);
  EXPECT_EQ(read->net.initial, net.initial);
  EXPECT_EQ(read->net.final, net.final);
  EXPECT_EQ(read->activity_names, names);
  ASSERT_EQ(read->net.transitions.size(), net.transitions.size());
  for (std::size_t t = 0; t < net.transitions.size(); ++t) {
    EXPECT_EQ(read->net.transitions[t].activity, net.transitions[t].activity);
    EXPECT_EQ(read->net.transitions[t].inputs, net.transitions[t].inputs);
    EXPECT_EQ(read->net.transitions[t].outputs, net.transitions[t].outputs);
  }
  EXPECT_EQ(PnmlOf(read->net, read->activity_names), text);
}

TEST(Pnml, ReadsNetsOfOthers) {
  const auto read = ReadPnml(Net(kSmall));
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->activity_names, std::vector<std::string>{"go & see"});
  EXPECT_EQ(read->net.initial, (std::vector<std::uint32_t>{1, 0}));
  EXPECT_EQ(read->net.final, (std::vector<std::uint32_t>{0, 1}));
}

TEST(Pnml, RefusesWhatIsNoNet) {
  EXPECT_NE(Refusal("").find("not well-formed"), std::string::npos);
  EXPECT_NE(Refusal("<pnml/>").find("no net"), std::string::npos);
  EXPECT_NE(Refusal("<!DOCTYPE a [<!ENTITY b 'c'>]><pnml/>").find("document type"), std::string::npos);
  EXPECT_NE(Refusal(Net("<place id='p'/><place id='p'/>")).find("stands twice"), std::string::npos);
  EXPECT_NE(Refusal(Net("<place/>")).find("no id"), std::string::npos);
  EXPECT_NE(Refusal(Net("<arc id='a' source='p' target='q'/>")).find("not there"), std::string::npos);
  EXPECT_NE(Refusal(Net("<place id='p'/><place id='q'/><arc id='a' source='p' target='q'/>")).find("of one kind"),
            std::string::npos);
  EXPECT_NE(Refusal(Net("<place id='p'><initialMarking><text>-1</text></initialMarking></place>")).find("tokens"),
            std::string::npos);
  EXPECT_NE(Refusal(Net("<arc id='a'><inscription><text>2</text></inscription></arc>")).find("weight"),
            std::string::npos);
  EXPECT_NE(Refusal(Net(kSmall), {.nodes = 2}).find("more than 2 nodes"), std::string::npos);
  EXPECT_NE(Refusal(Net(kSmall), {.bytes = 10}).find("more than 10 bytes"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_NE(Refusal(deep).find("nested"), std::string::npos);
}

TEST(XmlText, HoldsAnything) {
  EXPECT_EQ(XmlText("a\x01"
                    "b\xFF\n\xC3\xA9"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD&#10;\xC3\xA9");
  EXPECT_EQ(XmlText("\xED\xA0\x80").size(), 9U);
}

}  // namespace
}  // namespace weir::journey
