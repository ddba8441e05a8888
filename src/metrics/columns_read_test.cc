#include "metrics/columns_read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::metrics {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> NamesOf(std::string_view sql, std::string_view view) {
  const auto read = ColumnsReadBy(sql);
  const auto found = read.find(view);
  if (found == read.end()) return {"not read"};
  if (found->second.all) return {"all"};
  return {found->second.names.begin(), found->second.names.end()};
}

TEST(ColumnsReadTest, ColumnsAreThoseNamedByTheAliasOfTheirView) {
  constexpr std::string_view kSql =
      "SELECT d.deal_id AS record_id, d.\"amount\" AS amount, a.name AS account, 'd.text' AS word -- d.said\n"
      "FROM scoped.deal AS d LEFT JOIN scoped.\"account\" a ON a.account_id = d.account_id";
  // Words of the language are names as well, and of no column.
  EXPECT_THAT(NamesOf(kSql, "deal"), AllOf(IsSupersetOf({"account_id", "amount", "deal_id"}), Not(Contains("name")),
                                           Not(Contains("said")), Not(Contains("text")), Not(Contains("record_id"))));
  EXPECT_THAT(NamesOf(kSql, "account"), AllOf(IsSupersetOf({"account_id", "name"}), Not(Contains("amount"))));
  EXPECT_EQ(ColumnsReadBy(kSql).size(), 2U);
}

TEST(ColumnsReadTest, NamesWithoutAnAliasMayBeOfAnyView) {
  constexpr std::string_view kSql =
      "SELECT DISTINCT deal_id, max(Total) AS most FROM scoped.invoice WHERE lower(status) = 'paid' GROUP BY deal_id";
  EXPECT_THAT(NamesOf(kSql, "invoice"), IsSupersetOf({"deal_id", "total", "status"}));
  EXPECT_THAT(NamesOf(kSql, "invoice"), Not(Contains("most")));
  EXPECT_THAT(NamesOf("SELECT 1 FROM scoped.a AS a JOIN scoped.b AS b USING (deal_id)", "b"), Contains("deal_id"));
  EXPECT_THAT(NamesOf("SELECT x FROM scoped.deal WHERE deal.stage = 'a'", "deal"), Contains("stage"));
}

TEST(ColumnsReadTest, StarsAndWholeRowsReadEverything) {
  EXPECT_THAT(NamesOf("SELECT d.* FROM scoped.deal AS d", "deal"), ElementsAre("all"));
  EXPECT_THAT(NamesOf("SELECT * FROM scoped.deal", "deal"), ElementsAre("all"));
  EXPECT_THAT(NamesOf("SELECT 1 AS one, * EXCLUDE (stage) FROM x JOIN scoped.deal AS d ON TRUE", "deal"),
              ElementsAre("all"));
  EXPECT_THAT(NamesOf("SELECT d FROM scoped.deal AS d", "deal"), ElementsAre("all"));
  EXPECT_THAT(NamesOf("SELECT COLUMNS(*) FROM scoped.deal AS d", "deal"), ElementsAre("all"));
  EXPECT_THAT(NamesOf("SELECT x FROM scoped.deal NATURAL JOIN scoped.lead", "lead"), ElementsAre("all"));
}

TEST(ColumnsReadTest, ProductsCountsAndStarsOfOtherQueriesReadNothingMore) {
  EXPECT_THAT(NamesOf("SELECT count(*), d.a * d.b FROM scoped.deal AS d", "deal"), IsSupersetOf({"a", "b"}));
  EXPECT_THAT(NamesOf("WITH x AS (SELECT d.a FROM scoped.deal AS d) SELECT * FROM x", "deal"), Contains("a"));
  EXPECT_THAT(NamesOf("WITH x AS (SELECT d.a FROM scoped.deal AS d) SELECT * FROM x", "deal"), Not(Contains("all")));
  EXPECT_THAT(NamesOf("WITH x AS (SELECT d.a FROM scoped.deal AS d) SELECT d.*, (d.a) FROM x AS d", "deal"),
              Not(Contains("all")));
  EXPECT_THAT(NamesOf("SELECT 1 FROM other.scoped.deal", "deal"), ElementsAre("not read"));
}

}  // namespace
}  // namespace weir::metrics
