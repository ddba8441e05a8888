#include "journey/model/process_tree.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journey/model/trees_for_tests.h"

namespace weir::journey {
namespace {

using testing::TreeOf;

std::string ReducedText(const std::string& text) {
  std::vector<std::string> names;
  const ProcessTree tree = TreeOf(text, names);
  return TextOf(Reduced(tree), names);
}

TEST(ProcessTree, IsReadAsItIsWritten) {
  std::vector<std::string> names;
  const std::string text = "->( 'it\\'s', X( 'b\\\\', tau ), +( 'c', 'd' ), *( 'e', tau ) )";
  EXPECT_EQ(TextOf(TreeOf(text, names), names), text);
  EXPECT_EQ(names, (std::vector<std::string>{"it's", "b\\", "c", "d", "e"}));
}

TEST(ProcessTree, JoinsNestedOperatorsOfOneKind) {
  EXPECT_EQ(ReducedText("->( ->( 'a', 'b' ), ->( 'c', ->( 'd', 'e' ) ) )"), "->( 'a', 'b', 'c', 'd', 'e' )");
  EXPECT_EQ(ReducedText("X( 'a', X( 'b', 'c' ) )"), "X( 'a', 'b', 'c' )");
  EXPECT_EQ(ReducedText("+( +( 'a', 'b' ), 'c' )"), "+( 'a', 'b', 'c' )");
  EXPECT_EQ(ReducedText("*( *( 'a', 'b' ), 'c' )"), "*( 'a', 'b', 'c' )");
  EXPECT_EQ(ReducedText("*( 'a', *( 'b', 'c' ) )"), "*( 'a', *( 'b', 'c' ) )");
}

TEST(ProcessTree, DropsSilentChildrenThatChangeNothing) {
  EXPECT_EQ(ReducedText("->( tau, 'a', tau, 'b' )"), "->( 'a', 'b' )");
  EXPECT_EQ(ReducedText("+( tau, 'a' )"), "'a'");
  EXPECT_EQ(ReducedText("X( tau, 'a', tau )"), "X( tau, 'a' )");
  EXPECT_EQ(ReducedText("X( tau, 'a', *( tau, 'b' ) )"), "X( 'a', *( tau, 'b' ) )");
  EXPECT_EQ(ReducedText("->( tau, +( tau, tau ), *( tau, tau ) )"), "tau");
  EXPECT_EQ(ReducedText("*( 'a', tau )"), "*( 'a', tau )");
  EXPECT_EQ(ReducedText("*( tau, 'a' )"), "*( tau, 'a' )");
}

TEST(ProcessTree, KnowsItsLanguage) {
  std::vector<std::string> names{"a", "b", "c"};
  const ProcessTree tree = TreeOf("->( 'a', *( +( 'b', X( tau, 'c' ) ), tau ) )", names);
  testing::Membership language(tree);
  EXPECT_TRUE(language.Has(std::vector<ActivityId>{0, 1}));
  EXPECT_TRUE(language.Has(std::vector<ActivityId>{0, 2, 1, 1, 1, 2}));
  EXPECT_FALSE(language.Has(std::vector<ActivityId>{0, 2, 1, 2, 2}));
  EXPECT_FALSE(language.Has(std::vector<ActivityId>{0}));
  EXPECT_FALSE(language.Has(std::vector<ActivityId>{1}));
}

}  // namespace
}  // namespace weir::journey
