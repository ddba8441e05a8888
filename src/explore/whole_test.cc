#include "explore/whole.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/database.h"

namespace weir::explore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class WholeTest : public ::testing::Test {
 protected:
  WholeTest() : database_(*store::Database::Open({}, {.threads = 1})), connection_(*database_.Connect()) {
    EXPECT_TRUE(
        connection_.Execute("CREATE SCHEMA scoped; CREATE TABLE scoped.note AS SELECT i AS id, i % 7 AS kind, i AS "
                            "inner_slot FROM range(1000) AS r(i)"));
    offer_ = *Offer::Load({{.path = "views.toml", .text = R"(
[column]
id = { type = "integer", en = "Id", ru = "Номер" }
kind = { type = "integer", en = "Kind", ru = "Вид" }
[view.note]
group = "sales"
title = { en = "Notes", ru = "Заметки" }
help = { en = "A note", ru = "Заметка" }
columns = ["id", "kind"]
)"}});
  }

  std::string PlanOf(const std::string& query, bool sees_all_rows) {
    const Ran ran = WholeOf(*CheckStatement(connection_, query, offer_), "SELECT 1 AS as_of", sees_all_rows);
    const auto rows = connection_.Query("EXPLAIN " + ran.text);
    EXPECT_TRUE(rows) << rows.error().ToString();
    return rows->TextAt(0, 1);
  }

  Offer offer_;
  store::Database database_;
  store::Connection connection_;
};

// Filters that the store moves into the scan meet rows before the view has asked who may see them.
TEST_F(WholeTest, NoConditionPassesTheViewOfWhoSeesAPart) {
  for (const char* query :
       {"SELECT * FROM note WHERE kind = 3", "SELECT * FROM (FROM scoped.note) AS n WHERE n.kind = 3",
        "WITH n AS (FROM note) SELECT * FROM n JOIN note AS o USING (id) WHERE n.kind = 3"}) {
    EXPECT_THAT(PlanOf(query, true), HasSubstr("Filters")) << query;
    const std::string plan = PlanOf(query, false);
    EXPECT_THAT(plan, Not(HasSubstr("Filters"))) << plan;
    EXPECT_LT(plan.find("FILTER"), plan.rfind("LIMIT")) << "the condition is above the limit: " << plan;
  }
}

TEST_F(WholeTest, ShowsDocumentedColumnsAlone) {
  const Ran ran = WholeOf(*CheckStatement(connection_, "SELECT * FROM note ORDER BY id", offer_), "", true);
  const auto rows = connection_.Query(ran.text);
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->columns.size(), 2U);
  EXPECT_EQ(rows->size(), 1000U);
  EXPECT_EQ(ran.text.substr(ran.query_begin, 6), "SELECT");
}

TEST_F(WholeTest, TheMomentIsAView) {
  const Ran ran = WholeOf(*CheckStatement(connection_, "SELECT as_of, id FROM moment, note LIMIT 1", offer_),
                          "SELECT 7 AS as_of", false);
  const auto rows = connection_.Query(ran.text);
  ASSERT_TRUE(rows) << rows.error().ToString();
  EXPECT_EQ(rows->TextAt(0, 0), "7");
}

}  // namespace
}  // namespace weir::explore
