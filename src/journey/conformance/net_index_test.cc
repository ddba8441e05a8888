#include "journey/conformance/net_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/conformance/marking_space.h"
#include "journey/conformance/nets_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::NetOf;

std::string ErrorOf(const PetriNet& net, std::uint32_t activities = 3) {
  const Result<NetIndex> index = IndexOf(net, activities);
  return index ? "" : index.error().message();
}

TEST(NetIndexTest, RefusesNetsThatContradictThemselves) {
  PetriNet net = NetOf("0 > a > 1");
  net.transitions[0].inputs = {7};
  EXPECT_THAT(ErrorOf(net), HasSubstr("an arc to no place: 7"));
  net = NetOf("0 1 > a > 2");
  net.transitions[0].inputs = {1, 0};
  EXPECT_THAT(ErrorOf(net), HasSubstr("not in order"));
  net = NetOf("0 > a > 1");
  net.final.pop_back();
  EXPECT_THAT(ErrorOf(net), HasSubstr("a marking names 1 places, the net has 2"));
  net = NetOf("0 > d > 1");
  EXPECT_THAT(ErrorOf(net), HasSubstr("no known activity: 3"));
  net = NetOf("0 > a > 1");
  net.initial[0] = 4'000'000'000;
  EXPECT_THAT(ErrorOf(net), HasSubstr("4000000000 tokens"));
  net = {.places = 70'000};
  EXPECT_THAT(ErrorOf(net), HasSubstr("70000 places"));
}

TEST(NetIndexTest, KnowsWhichSilentTransitionsCanHelp) {
  // b needs place 2, which the third fills from 1, which nothing silent fills; the fourth only leads away.
  const NetIndex index = *IndexOf(NetOf("0 > a > 1; 2 > b > 3; 1 > . > 2; 2 > . > 4; 3 > . > 5"), 2);
  EXPECT_THAT(index.helpers[1], ElementsAre(2));
  EXPECT_THAT(index.helpers[0], ElementsAre());
  EXPECT_FALSE(index.has_rival_helper[1]);
  EXPECT_THAT(index.is_eager, ElementsAre(false, false, true, false, true));
}

TEST(NetIndexTest, AHelperThatTakesFromTheSameInputIsARival) {
  const NetIndex index = *IndexOf(NetOf("0 1 > a > 3; 0 > . > 2; 2 > . > 1; 2 > . > 0"), 1);
  EXPECT_TRUE(index.has_rival_helper[0]);
}

TEST(MarkingSpaceTest, FiresWhatLosesNothingAtOnce) {
  const NetIndex index = *IndexOf(NetOf("0 > . > 1 2; 1 > a > 3; 2 > b > 4; 3 4 > . > 5; 5 > . > 6"), 2);
  MarkingSpace space(index, 100);
  EXPECT_THAT(space.Tokens(space.initial()), ElementsAre(0, 1, 1, 0, 0, 0, 0));
  const Firing first = space.Fire(space.initial(), 1);
  EXPECT_THAT(space.Tokens(first.to), ElementsAre(0, 0, 1, 1, 0, 0, 0));
  const Firing second = space.Fire(first.to, 2);
  EXPECT_EQ(second.to, space.final());
  EXPECT_EQ(second.consumed, 4U);  // its own, two of the join, one of the last
  EXPECT_EQ(second.silent, 2U);
}

TEST(MarkingSpaceTest, EndsWhereANetGrowsWithoutEnd) {
  const NetIndex index = *IndexOf(NetOf("0 > a > 0 1; 1 > b > 2"), 2);
  MarkingSpace space(index, 1'000'000);
  for (MarkingId id = 0; id < space.size(); ++id) static_cast<void>(space.FiringsOf(id));
  EXPECT_TRUE(space.was_cut());
  EXPECT_LT(space.size(), 100'000U);
  MarkingSpace small(index, 50);
  for (MarkingId id = 0; id < small.size(); ++id) static_cast<void>(small.FiringsOf(id));
  EXPECT_TRUE(small.was_cut());
  EXPECT_LE(small.size(), 50U);
}

TEST(MarkingSpaceTest, EagerTransitionsInACircleComeToAnEnd) {
  const NetIndex index = *IndexOf(NetOf("0 > . > 1; 1 > . > 0; 2 > a > 3"), 1);
  MarkingSpace space(index, 100);
  EXPECT_LE(space.size(), 3U);
}

}  // namespace
}  // namespace weir::journey
