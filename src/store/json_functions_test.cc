#include <gtest/gtest.h>

#include "store/memory_fixture.h"

namespace weir::store {
namespace {

class JsonFunctions : public MemoryFixture {
 protected:
  std::string Ask(const std::string& pairs, const std::string& key) {
    const auto value = connection_->Query(fmt::format("SELECT pair_value({}, {})", QuoteText(pairs), QuoteText(key)));
    if (!value) return value.error().ToString();
    return IsNull(value->rows.at(0).at(0)) ? "-" : value->TextAt(0, 0);
  }
};

// As BigQuery writes the parameters of an event into lines of JSON: whole numbers in quotes, empty members left out.
TEST_F(JsonFunctions, FindTheValueOfAKey) {
  const std::string params =
      R"([{"key":"ga_session_id","value":{"int_value":"1700000001"}}, {"key":"source","value":{"string_value":"news"}},)"
      R"( {"key": "score", "value": {"double_value": 0.5}}, {"key":"plain","value":"text"}, {"key":"n","value":7}])";
  EXPECT_EQ(Ask(params, "ga_session_id"), "1700000001");
  EXPECT_EQ(Ask(params, "source"), "news");
  EXPECT_EQ(Ask(params, "score"), "0.5");
  EXPECT_EQ(Ask(params, "plain"), "text");
  EXPECT_EQ(Ask(params, "n"), "7");
  EXPECT_EQ(Ask(params, "medium"), "-");
  EXPECT_EQ(Ask(params, "value"), "-") << "names of members are no keys";
  EXPECT_EQ(Ask(params, "string_value"), "-");
}

// As the same list comes out of Parquet: every member, most of them null.
TEST_F(JsonFunctions, SkipWhatIsNull) {
  EXPECT_EQ(
      Ask(R"([{"key":"a","value":{"string_value":null,"int_value":5,"float_value":null,"double_value":6}}])", "a"),
      "5");
  EXPECT_EQ(Ask(R"([{"key":"a","value":{"string_value":null,"int_value":null}}])", "a"), "-");
  EXPECT_EQ(Ask(R"([{"key":"a","value":{"string_value":""}}])", "a"), "") << "empty is not null";
  EXPECT_EQ(Ask(R"([{"key":"a","value":null},{"key":"b","value":1}])", "a"), "-");
  EXPECT_EQ(Ask(R"([{"key":"a"},{"key":"b","value":1}])", "a"), "-");
  EXPECT_EQ(Ask(R"([{"value":3,"note":"x","key":"a"}])", "a"), "3") << "in any order";
  EXPECT_EQ(Ask(R"([{"key":"a","value":1},{"key":"a","value":2}])", "a"), "1") << "the first";
  EXPECT_EQ(Ask(R"([{"key":"a","value":[1,{"b":"]"}]}])", "a"), R"([1,{"b":"]"}])");
  EXPECT_EQ(Ask(R"([{"key":5,"value":1}])", "5"), "-") << "a key is a text";
}

TEST_F(JsonFunctions, ReadEscapes) {
  EXPECT_EQ(Ask(R"([{"key":"a\"b","value":"c\\d\/e\n"}])", "a\"b"), "c\\d/e\n");
  EXPECT_EQ(Ask(R"([{"key":"\u0430","value":{"s":"\u043c\u00e9 \ud83d\ude00"}}])", "а"), "мé 😀");
  EXPECT_EQ(Ask(R"([{"key":"a","value":"\ud83d!"}])", "a"), "\xEF\xBF\xBD!") << "half a pair";
  EXPECT_EQ(Ask(R"([{"key":"a","value":"\u12"}])", "a"), "-");
  EXPECT_EQ(Ask(R"([{"key":"a","value":"\x"}])", "a"), "-");
  EXPECT_EQ(Ask(R"([{"key":"x}]","value":"[{"},{"key":"a","value":"y"}])", "a"), "y") << "brackets within texts";
}

TEST_F(JsonFunctions, TakeNothingFromWhatIsNoListOfPairs) {
  for (const char* text :
       {"", "x", "{}", "[]", "[1]", "[\"a\"]", "[[]]", "[{]", "[{\"key\"",
        "[{\"key\":\"a\",\"value\":", "[{\"key\":\"a\",\"value\":\"x", "[{\"key\":\"a\\",
        "[{\"key\":\"b\",\"value\":1}", "[{\"key\" \"a\",\"value\":1}]", "null", "[{\"key\":\"a\",\"value\":{\"b\""}) {
    EXPECT_EQ(Ask(text, "a"), "-") << text;
  }
  EXPECT_EQ(connection_->Query("SELECT pair_value(NULL, 'a') IS NULL AND pair_value('[]', NULL) IS NULL")->TextAt(0, 0),
            "true");
}

// Chunks of many rows, with and without nulls.
TEST_F(JsonFunctions, ReadEveryRow) {
  const auto rows = connection_->Query(
      "SELECT count(*), count(v), sum(CAST(v AS BIGINT)), bool_and(v IS NULL OR v = CAST(i AS VARCHAR)) FROM (SELECT "
      "i, "
      "pair_value(CASE WHEN i % 3 <> 0 THEN '[{\"key\":\"a\",\"value\":{\"s\":null,\"i\":' || i || '}}]' END, 'a') AS "
      "v "
      "FROM range(5000) AS t(i)) AS read");
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->TextAt(0, 0), "5000");
  EXPECT_EQ(rows->TextAt(0, 1), "3333");
  EXPECT_EQ(rows->TextAt(0, 2), "8331667");
  EXPECT_EQ(rows->TextAt(0, 3), "true");
}

}  // namespace
}  // namespace weir::store
