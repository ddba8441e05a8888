#include "journey/model/pnml.h"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/model/tree_to_net.h"
#include "journey/model/trees_for_tests.h"
#include "journey/model/xml_text.h"

namespace weir::journey {
namespace {

std::string Net(std::string_view inside) {
  return "<?xml version='1.0'?><pnml xmlns='http://www.pnml.org/version-2009/grammar/pnml'><net id='n' type='t'>" +
         std::string(inside) + "</net></pnml>";
}

constexpr std::string_view kSmall =
    "<place id='p'><initialMarking><text> 1 </text></initialMarking></place><place id='q'/>"
    "<transition id='t'><name><text>call</text></name></transition>"
    "<arc id='1' source='p' target='t'><inscription><text>1</text></inscription></arc>"
    "<arc id='2' source='t' target='q'/>";

std::string Refusal(std::string_view text, const PnmlLimits& limits = {}) {
  const auto net = ReadPnml(text, limits);
  return net ? "was read" : net.error().ToString();
}

TEST(Pnml, ReadsWhatItWrites) {
  std::vector<std::string> names;
  const ProcessTree tree =
      testing::TreeOf("->( 'a', *( +( 'b <&> \"c\"', X( 'd\xD0\xB6', tau ) ), 'e\nf' ), 'a' )", names);
  const PetriNet net = NetOf(tree);
  const std::string text = PnmlOf(net, names);
  const auto read = ReadPnml(text);
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->activity_names.size(), names.size());
  EXPECT_EQ(PnmlOf(read->net, read->activity_names), text);
  EXPECT_EQ(read->net.final, net.final);
}

TEST(Pnml, PutsAMarkWhereXmlHasNoPlaceForACharacter) {
  const PetriNet net{.places = 1, .transitions = {{0, {0}, {0}}}, .initial = {1}, .final = {1}};
  const auto read = ReadPnml(PnmlOf(net, {"a\x01z\xFF\xED\xA0\x80"}));
  ASSERT_TRUE(read) << read.error().ToString();
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(read->activity_names[0], "a" + mark + "z" + mark + mark + mark + mark);
}

TEST(XmlText, HoldsAnything) {
  EXPECT_EQ(XmlText("a\x01"
                    "b\xFF\n\xC3\xA9"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD&#10;\xC3\xA9");
  EXPECT_EQ(XmlText("\xED\xA0\x80").size(), 9U);
}

TEST(Pnml, ReadsNetsOfOthers) {
  // Names with prefixes, pages, arcs before nodes, graphics, other tools' notes, a second net.
  const auto read = ReadPnml(
      "<x:pnml xmlns:x='u'><x:net id='n'><name><text>net</text></name><page id='g'>"
      "<arc id='1' source='p' target='t'><arctype><text>normal</text></arctype></arc>"
      "<arc id='2' source='t' target='q'/><arc id='3' source='q' target='u'/><arc id='4' source='u' target='r'/>"
      "<place id='p'><name><text>9</text></name><graphics><position x='1' y='2'/></graphics>"
      "<initialMarking><text>2</text></initialMarking></place><place id='q'/><place id='r'/>"
      "<transition id='t'><toolspecific tool='Other'><name><text>no</text></name></toolspecific>"
      "<name><text>go</text></name></transition>"
      "<transition id='u'><name><text>inv_1</text></name>"
      "<toolspecific tool='ProM' version='6.4' activity='$invisible$' localNodeID='1'/></transition></page>"
      "<finalmarkings><marking><place idref='p'><text>0</text></place><place idref='q'><text>3</text></place>"
      "</marking><marking><place idref='r'><text>1</text></place></marking></finalmarkings></x:net>"
      "<net id='m'><place id='p'/></net></x:pnml>");
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->net.places, 3U);
  EXPECT_EQ(read->activity_names, std::vector<std::string>{"go"});
  EXPECT_EQ(read->net.transitions[1].activity, kNoValue);
  EXPECT_EQ(read->net.transitions[1].outputs, std::vector<std::uint32_t>{2});
  EXPECT_EQ(read->net.initial, (std::vector<std::uint32_t>{2, 0, 0}));
  EXPECT_EQ(read->net.final, (std::vector<std::uint32_t>{0, 3, 0}));
}

TEST(Pnml, EndsWhereNothingLeavesWhenNotTold) {
  const auto read = ReadPnml(Net(kSmall));
  ASSERT_TRUE(read) << read.error().ToString();
  EXPECT_EQ(read->net.final, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(read->net.initial, (std::vector<std::uint32_t>{1, 0}));
}

TEST(Pnml, SaysWhatIsWrong) {
  const std::string small(kSmall);
  EXPECT_EQ(Refusal("<xes/>"), "PNML:1: the text is no PNML: its outermost element is xes");
  EXPECT_EQ(Refusal("<pnml/>"), "PNML: the PNML has no net");
  EXPECT_THAT(Refusal(""), ::testing::HasSubstr("is broken"));
  EXPECT_THAT(Refusal("<!DOCTYPE pnml [<!ENTITY a 'b'>]><pnml/>"), ::testing::HasSubstr("document type"));
  EXPECT_THAT(Refusal(Net("<page>")), ::testing::HasSubstr("is broken"));
  EXPECT_THAT(Refusal(Net(small + "\n<arc source='q' target='z'/>")), ::testing::HasSubstr("PNML:2: an arc goes"));
  EXPECT_THAT(Refusal(Net(small + "<arc source='q' target='p'/>")), ::testing::HasSubstr("does not join"));
  EXPECT_THAT(Refusal(Net(small + "<arc source='p' target='t'/>")), ::testing::HasSubstr("two arcs"));
  EXPECT_THAT(Refusal(Net(small + "<place id='t'/>")), ::testing::HasSubstr("the id 't'"));
  EXPECT_THAT(Refusal(Net(small + "<referencePlace id='x' ref='p'/>")), ::testing::HasSubstr("referencePlace"));
  EXPECT_THAT(Refusal(Net(small + "<arc source='q' target='t'><type value='inhibitor'/></arc>")),
              ::testing::HasSubstr("'inhibitor'"));
  EXPECT_THAT(Refusal(Net(small + "<arc source='q' target='t'><inscription><text>2</text></inscription></arc>")),
              ::testing::HasSubstr("weight '2'"));
  EXPECT_THAT(Refusal(Net("<place id='p'><initialMarking><text>-1</text></initialMarking></place>")),
              ::testing::HasSubstr("'-1'"));
  EXPECT_THAT(Refusal(Net(small + "<finalmarkings><marking><place idref='t'><text>1</text></place></marking>"
                                  "</finalmarkings>")),
              ::testing::HasSubstr("ends in the place 't'"));
}

TEST(Pnml, HasLimits) {
  EXPECT_THAT(Refusal(Net(kSmall), {.bytes = 20}), ::testing::HasSubstr("larger than 20 bytes"));
  EXPECT_THAT(Refusal(Net(kSmall), {.nodes = 2}), ::testing::HasSubstr("more than 2 places"));
  EXPECT_THAT(Refusal(Net(kSmall), {.arcs = 1}), ::testing::HasSubstr("more than 1 arcs"));
  const std::string name(70'000, 'n');
  EXPECT_THAT(Refusal(Net("<transition id='t'><name><text>" + name + "</text></name></transition>")),
              ::testing::HasSubstr("a name is longer than"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<page>";
  EXPECT_THAT(Refusal(Net(deep)), ::testing::HasSubstr("too deeply"));
}

TEST(Pnml, StandsWhateverIsBroken) {
  std::vector<std::string> names;
  const std::string whole = PnmlOf(NetOf(testing::TreeOf("+( 'a', *( 'b', 'c' ) )", names)), names);
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    RandomStream random(seed, "pnml");
    std::string text = whole;
    for (std::int64_t i = random.Integer(1, 4); i > 0; --i) {
      const auto at = static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(text.size()) - 1));
      text[at] = whole[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(whole.size()) - 1))];
    }
    const auto read = ReadPnml(text);
    if (!read) continue;
    EXPECT_EQ(read->net.initial.size(), read->net.places);
    EXPECT_EQ(read->net.final.size(), read->net.places);
  }
}

}  // namespace
}  // namespace weir::journey
