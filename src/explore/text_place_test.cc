#include "explore/text_place.h"

#include <gtest/gtest.h>

namespace weir::explore {
namespace {

TEST(TextPlaceTest, CountsCharacters) {
  EXPECT_EQ(PlaceAt("abc", 0).column, 1U);
  EXPECT_EQ(PlaceAt("абв г", 6).column, 4U);
  const TextPlace second = PlaceAt("a\nбв", 4);
  EXPECT_EQ(second.line, 2U);
  EXPECT_EQ(second.column, 2U);
  EXPECT_EQ(PlaceAt("a", 100).column, 2U);
}

TEST(TextPlaceTest, FindsWhereTheStorePoints) {
  const std::string ran = "SELECT * FROM (\nSELECT naem,\n  1 FROM deal\n) AS asked";
  const StoreMessage message =
      ReadMessage("Binder Error: Referenced column \"naem\" not found\n\nLINE 2: SELECT naem,\n               ^", ran);
  EXPECT_EQ(message.text, "Referenced column \"naem\" not found");
  ASSERT_TRUE(message.offset);
  EXPECT_EQ(ran.substr(*message.offset, 4), "naem");
}

TEST(TextPlaceTest, ReadsALineThatIsCut) {
  const std::string ran = "x\nSELECT 'привет', a_rather_long_name FROM deal";
  const StoreMessage message =
      ReadMessage("Error\nLINE 2: ...ривет', a_rather_long_name FRO...\n                   ^", ran);
  ASSERT_TRUE(message.offset);
  EXPECT_EQ(ran.substr(*message.offset, 8), "a_rather");
}

TEST(TextPlaceTest, SaysNothingWhereNothingFits) {
  EXPECT_FALSE(ReadMessage("no picture", "SELECT 1").offset);
  EXPECT_FALSE(ReadMessage("x\nLINE 9: abc\n        ^", "SELECT 1").offset);
  EXPECT_FALSE(ReadMessage("x\nLINE 1: other\n        ^", "SELECT 1").offset);
  EXPECT_FALSE(ReadMessage("x\nLINE a", "SELECT 1").offset);
  EXPECT_FALSE(ReadMessage("x\nLINE 1: SELECT 1", "SELECT 1").offset);
  EXPECT_EQ(ReadMessage("Conversion Error: a\nLINE 1: SELECT 1\n", "SELECT 1").text, "a");
}

}  // namespace
}  // namespace weir::explore
