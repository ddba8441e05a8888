#include <gtest/gtest.h>

#include "store/memory_fixture.h"

namespace weir::store {
namespace {

class ListFunctions : public MemoryFixture {
 protected:
  std::string Ask(const std::string& sql) {
    const auto value = connection_->Query("SELECT " + sql);
    return value ? value->TextAt(0, 0) : value.error().ToString();
  }
};

TEST_F(ListFunctions, KnowWhatIsAmongThem) {
  EXPECT_EQ(Ask("is_among(7, '3 7 -5')"), "true");
  EXPECT_EQ(Ask("is_among(-5, ' 3  7 -5 ')"), "true");
  EXPECT_EQ(Ask("is_among(5, '3 7 -5')"), "false");
  EXPECT_EQ(Ask("is_among(0, '')"), "false");
  EXPECT_EQ(Ask("is_among(0, '0')"), "true");
  EXPECT_EQ(Ask("is_among(NULL, '3')"), "");
}

TEST_F(ListFunctions, TakeNumbersToTheEnds) {
  EXPECT_EQ(Ask("is_among(9223372036854775807, '1 9223372036854775807')"), "true");
  EXPECT_EQ(Ask("is_among(CAST('-9223372036854775808' AS BIGINT), '1')"), "false");
  EXPECT_EQ(Ask("is_among(CAST('-9223372036854775808' AS BIGINT), '-9223372036854775808')"), "true");
}

TEST_F(ListFunctions, RefuseWhatIsNoList) {
  for (const char* list : {"'1 x'", "'1,2'", "'9223372036854775808'", "'1.5'", "'--1'"}) {
    EXPECT_NE(Ask(fmt::format("is_among(1, {})", list)).find("is not a list of numbers"), std::string::npos) << list;
  }
  const std::string constant = "the list of numbers must be a constant text";
  EXPECT_NE(Ask("is_among(1, NULL)").find(constant), std::string::npos);
  EXPECT_NE(Ask("count(*) FROM range(3) AS t(i) WHERE is_among(i, CAST(i AS VARCHAR))").find(constant),
            std::string::npos);
}

// Against IN, over rows with and without nulls, with lists that fill the table of hashes in many ways.
TEST_F(ListFunctions, AgreeWithIn) {
  ASSERT_TRUE(connection_->Execute(
      "CREATE TABLE numbered AS SELECT (i * 7919) % 100003 - 50000 AS n, CASE WHEN i % 7 <> 0 THEN i END AS m "
      "FROM range(100000) AS t(i)"));
  for (const int step : {1, 64, 4096, 99991}) {
    for (const int count : {1, 2, 191, 900}) {
      std::string words;
      std::string values;
      for (int i = 0; i < count; ++i) {
        words += fmt::format("{} ", i * step - 20000);
        values += fmt::format("{}{}", i == 0 ? "" : ", ", i * step - 20000);
      }
      for (const char* column : {"n", "m"}) {
        const auto differ = connection_->QueryInteger(
            fmt::format("SELECT count(*) FROM numbered WHERE is_among({0}, '{1}') IS DISTINCT FROM ({0} IN ({2}))",
                        column, words, values));
        ASSERT_TRUE(differ) << differ.error().ToString();
        EXPECT_EQ(*differ, 0) << column << " " << step << " " << count;
      }
    }
  }
  EXPECT_EQ(Ask("count(*) FROM numbered WHERE is_among(n, '1 2 3 77777')"), "3");
}

// The plan keeps it beside the table, where it is tried before other columns are read.
TEST_F(ListFunctions, AreTriedWhileTheTableIsRead) {
  ASSERT_TRUE(
      connection_->Execute("CREATE TABLE named AS SELECT i AS n, 'name ' || i AS name FROM range(1000) AS t(i)"));
  const auto plan = connection_->Query("EXPLAIN SELECT name FROM named WHERE is_among(n, '3 500')");
  ASSERT_TRUE(plan) << plan.error().ToString();
  const std::string text = plan->TextAt(0, 1);
  EXPECT_NE(text.find("is_among"), std::string::npos) << text;
  EXPECT_EQ(text.find("FILTER"), std::string::npos) << text;
}

}  // namespace
}  // namespace weir::store
