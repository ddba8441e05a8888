#include "pulls/json_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::pulls {
namespace {

using ::testing::ElementsAre;

TEST(JsonPath, FindsWhatStandsThere) {
  constexpr std::string_view kText = R"({"a": {"b": [ {"c": 1.50}, {"c": "two"} ]}, "d.e": true, "n": null})";
  EXPECT_EQ(ScalarAt(kText, "a.b.0.c"), "1.50");
  EXPECT_EQ(ScalarAt(kText, "a.b.1.c"), "two");
  EXPECT_EQ(ScalarAt(kText, "a.b.2.c"), "");
  EXPECT_EQ(ScalarAt(kText, "a.b"), "");
  EXPECT_EQ(ScalarAt(kText, "n"), "");
  EXPECT_TRUE(IsTrueAt(kText, "d.e"));
  EXPECT_FALSE(IsTrueAt(kText, "a.b.1.c"));
  EXPECT_EQ(FindJson("[1, 2]", "1")->text, "2");
  EXPECT_FALSE(FindJson(kText, "a.x.y"));
  EXPECT_EQ(FindJson(R"({"a": 1})", "")->text, R"({"a": 1})");
}

TEST(JsonPath, GivesTheRecordsAsTheyAreWritten) {
  std::vector<std::string> records;
  const auto take = [&](std::string_view record) { records.emplace_back(record); };
  EXPECT_TRUE(ForEachObject(R"({"data": [{"n": 0.10}, 5, {"n": 12345678901234567890}]})", "data", take));
  EXPECT_THAT(records, ElementsAre(R"({"n": 0.10})", R"({"n": 12345678901234567890})"));
  EXPECT_TRUE(ForEachObject(R"({"data": null})", "data", take));
  EXPECT_FALSE(ForEachObject(R"({"date": []})", "data", take));
  EXPECT_EQ(records.size(), 2U);
}

TEST(JsonPath, KnowsWhatWasCut) {
  EXPECT_TRUE(IsWholeJson(R"({"a": [1, {"b": "}"}]})"));
  EXPECT_TRUE(IsWholeJson(" [] \n"));
  for (const char* text : {"", "{", R"({"a": [1)", R"({"a": 1} x)", "<html>", R"({"a": "b)", "7"}) {
    EXPECT_FALSE(IsWholeJson(text)) << text;
  }
}

TEST(JsonPath, WritesOnOneLine) {
  // Characters stand for themselves where they may; pairs make one, halves and what must be escaped stay.
  EXPECT_EQ(OneLine(R"({"\u0418\u041d\u041d": "https:\/\/a", "b": "\ud83d\ude00 \u00e9 \u20ac"})"),
            R"({"ИНН":"https://a","b":"😀 é €"})");
  for (const char* kept : {R"({"a":"\u0022\u005c\u000a\ud83d\\u0041"})", R"({"a":"\ude00\uZZZZ\u00"})"}) {
    EXPECT_EQ(OneLine(kept), kept);
  }
  EXPECT_EQ(OneLine("{\n  \"a b\" : \"c \\\" d\\n\",\r\n \"e\": [ 1 , 2 ]\n}"), R"({"a b":"c \" d\n","e":[1,2]})");
  EXPECT_EQ(WithMember(R"({"a":1})", "id", "x\"y"), R"({"id":"x\"y","a":1})");
  EXPECT_EQ(WithMember("{ }", "id", "1"), R"({"id":"1"})");
}

}  // namespace
}  // namespace weir::pulls
