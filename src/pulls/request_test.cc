#include "pulls/request.h"

#include <gtest/gtest.h>

namespace weir::pulls {
namespace {

Ask Listed() {
  Ask ask;
  ask.path = "/v1/{kind}/list";
  ask.params = {{"filter[since]", "{since}"}, {"after", "{cursor}"}, {"q", "SELECT Id{add} WHERE a >= {since}"}};
  ask.since = Since{.form = StampForm::kUnix, .at = "updated"};
  return ask;
}

TEST(Request, FillsIn) {
  Fill fill;
  fill.since = StartOf(FromCivil({2026, 1, 2}));
  fill.settings["kind"] = "a/b";
  fill.add = ",Name";
  EXPECT_EQ(TargetOf(Listed(), fill),
            "/v1/a%2Fb/list?filter%5Bsince%5D=1767312000&q=SELECT%20Id%2CName%20WHERE%20a%20%3E%3D%201767312000");
  Ask listed = Listed();
  listed.params = {{"select[]", "ID"}, {"select[]", "{add}"}};
  fill.add = ",Name,Kind";
  EXPECT_EQ(TargetOf(listed, fill), "/v1/a%2Fb/list?select%5B%5D=ID&select%5B%5D=Name&select%5B%5D=Kind");
  fill.add.clear();
  EXPECT_EQ(TargetOf(listed, fill), "/v1/a%2Fb/list?select%5B%5D=ID");
  fill.cursor = "x&y=z";
  EXPECT_NE(TargetOf(Listed(), fill).find("&after=x%26y%3Dz&"), std::string::npos);
}

TEST(Request, MakesBodies) {
  Ask ask;
  ask.body = R"({"inputs": [{"id": "{id}", "at": "{since}"}], "after": "{cursor}", "limit": 200, "all": ["a", "b"]})";
  ask.since = Since{.form = StampForm::kUnixMs, .at = {}};
  Fill fill;
  fill.since = StartOf(FromCivil({2026, 1, 2}));
  fill.ids = {"7", "8\""};
  EXPECT_EQ(BodyOf(ask, fill), R"({"inputs":[{"id":"7","at":"1767312000000"},{"id":"8\"","at":"1767312000000"}],)"
                               R"("limit":200,"all":["a","b"]})");
  fill.cursor = "200";
  EXPECT_NE(BodyOf(ask, fill).find(R"("after":"200")"), std::string::npos);
  ask.body = R"({"fields": ["name", "{add}"], "other": "x{add}"})";
  EXPECT_EQ(BodyOf(ask, fill), R"({"fields":["name"],"other":"x"})");
  fill.add = ",Region,Kind";
  EXPECT_EQ(BodyOf(ask, fill), R"({"fields":["name","Region","Kind"],"other":"x,Region,Kind"})");
}

TEST(Request, ReadsAndWritesStamps) {
  const Instant at = *ParseIsoInstant("2026-01-02T03:04:05Z");
  EXPECT_EQ(FormatStamp(at, StampForm::kIso), "2026-01-02T03:04:05Z");
  EXPECT_EQ(FormatStamp({at.micros + 7}, StampForm::kSql), "2026-01-02 03:04:05");
  for (const char* text : {"1767323045", "1767323045000", "2026-01-02T03:04:05Z", "2026-01-02 03:04:05",
                           "2026-01-02T06:04:05+03:00", "2026-01-02T03:04:05.000+0000", "2026-01-02T03:04:05.000Z"}) {
    ASSERT_TRUE(ParseStamp(text)) << text;
    EXPECT_EQ(ParseStamp(text)->micros, at.micros) << text;
  }
  EXPECT_EQ(ParseStamp("2026-01-02"), StartOf(FromCivil({2026, 1, 2})));
  for (const char* text : {"", "soon", "2026-13-02"}) EXPECT_FALSE(ParseStamp(text)) << text;
}

}  // namespace
}  // namespace weir::pulls
