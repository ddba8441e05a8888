#include "metrics/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "metrics/lexer.h"
#include "metrics/scoped_story.h"
#include "metrics/sql_writer.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using ::testing::HasSubstr;
using testing::Need;

class Expressions : public ::testing::Test {
 protected:
  const View& deal = *BuiltIn()->FindView("deal");
  ViewNames names{deal, BuiltIn()->views()};

  // The condition as SQL with its values in place, as definitions are written.
  std::string Sql(std::string_view text, bool allows_at = false) {
    const auto condition = ParseCondition(text, names, {.allows_at = allows_at});
    if (!condition) return condition.error().ToString();
    Scope scope{.view = &deal, .at = "DAY"};
    return SqlWriter(*BuiltIn(), store::DuckDbDialect()).Definition(*condition, scope);
  }
  std::string MeasureSql(std::string_view text) {
    const auto measure = ParseMeasure(text, names);
    if (!measure) return measure.error().ToString();
    Scope scope{.view = &deal, .at = "DAY"};
    const std::string value =
        measure->value ? SqlWriter(*BuiltIn(), store::DuckDbDialect()).Value(*measure->value, scope) : "";
    return fmt::format("{}({}) scale {} per {}", static_cast<int>(measure->aggregate), value, measure->scale,
                       measure->per_unit);
  }
  std::size_t ColumnOf(std::string_view text) {
    const auto condition = ParseCondition(text, names);
    return condition ? 0 : condition.error().place().column;
  }
};

TEST_F(Expressions, BindsAndBeforeOr) {
  EXPECT_EQ(Sql("status = 'won' or status = 'lost' and amount > 5"),
            "(deal.status = 'won' OR (deal.status = 'lost' AND deal.amount > 5))");
  EXPECT_EQ(Sql("(status = 'won' or status = 'lost') AND NOT amount > 5"),
            "((deal.status = 'won' OR deal.status = 'lost') AND (NOT deal.amount > 5))");
}

TEST_F(Expressions, KnowsEveryOperator) {
  EXPECT_EQ(Sql("amount != -1.50"), "deal.amount <> -1.5");
  EXPECT_EQ(Sql("amount <= 5 and amount < 5 and amount >= 5 and stage_position = 5"),
            "(deal.amount <= 5 AND deal.amount < 5 AND deal.amount >= 5 AND deal.stage_position = 5)");
  EXPECT_EQ(Sql("status in ('won', 'lost')"), "deal.status IN ('won', 'lost')");
  EXPECT_EQ(Sql("status not in ('won')"), "deal.status NOT IN ('won')");
  EXPECT_EQ(Sql("name like '%GmbH' and name not like 'A_'"), "(deal.name LIKE '%GmbH' AND deal.name NOT LIKE 'A_')");
  EXPECT_EQ(Sql("amount is null and stage is not null"), "(deal.amount IS NULL AND deal.stage IS NOT NULL)");
  EXPECT_EQ(Sql("close_date >= '2025-01-31'"), "deal.close_date >= DATE '2025-01-31'");
  EXPECT_EQ(Sql("created_at < '2025-01-31T10:00:00+03:00'"),
            "deal.created_at < TIMESTAMP '2025-01-31 07:00:00.000000'");
  EXPECT_EQ(Sql("close_date < at", true), "deal.close_date < DAY");
}

TEST_F(Expressions, TextsKeepTheirQuotes) {
  EXPECT_EQ(Sql("name = 'O''Neil'"), "deal.name = 'O''Neil'");
  EXPECT_EQ(Sql("name = \"O'Neil\""), "deal.name = 'O''Neil'");
  EXPECT_EQ(Sql("name = 'Ромашка'"), "deal.name = 'Ромашка'");
}

TEST_F(Expressions, DimensionsAreNamesToo) {
  EXPECT_EQ(Sql("source = 'Web'"), "deal.lead_source = 'Web'");  // the dimension, not the column of the same name
  EXPECT_EQ(Sql("system = 'crm'"), "deal.source = 'crm'");
}

TEST_F(Expressions, ErrorsSayWhereAndHow) {
  EXPECT_THAT(Sql("teem = 'x'"), AllOf(HasSubstr("no column 'teem'"), HasSubstr("Did you mean 'team'?")));
  EXPECT_EQ(ColumnOf("status = 'won' and teem = 'x'"), 20U);
  EXPECT_THAT(Sql("team = North"), AllOf(HasSubstr("North is not quoted"), HasSubstr("'North'")));
  EXPECT_THAT(Sql("amount = 'x'"), HasSubstr("expected a number, as 'amount' is of type decimal"));
  EXPECT_THAT(Sql("close_date = '31.01.2025'"), HasSubstr("a date such as '2026-11-23'"));
  EXPECT_THAT(Sql("created_at = '2025-01-31'"), HasSubstr("a moment such as"));
  EXPECT_THAT(Sql("amount = null"), HasSubstr("amount is null"));
  EXPECT_THAT(Sql("'won' = status"), HasSubstr("begins with a column"));
  EXPECT_THAT(Sql("amount like '5%'"), HasSubstr("'like' is for texts"));
  EXPECT_THAT(Sql("status = 'won"), HasSubstr("has no end"));
  EXPECT_THAT(Sql("status = 'won' status = 'lost'"), HasSubstr("expected 'and', 'or' or the end"));
  EXPECT_THAT(Sql("(status = 'won'"), HasSubstr("expected ')', found the end"));
  EXPECT_THAT(Sql("status"), HasSubstr("expected one of ="));
  EXPECT_THAT(Sql("close_date < at"), HasSubstr("a date such as"));  // people do not say at
  EXPECT_THAT(Sql(""), HasSubstr("expected a column"));
  EXPECT_THAT(Sql("status = 'won'; drop"), HasSubstr("';' has no meaning here"));
  EXPECT_THAT(Sql(std::string_view("status = '\0'", 12)), HasSubstr("control character 0"));
  EXPECT_THAT(Sql("amount > 99999999999999999999999999999999"), HasSubstr("not a plain number"));
}

TEST_F(Expressions, DepthAndLengthAreBounded) {
  EXPECT_THAT(Sql(std::string(60, '(') + "amount > 1" + std::string(60, ')')), HasSubstr("nested deeper"));
  EXPECT_THAT(Sql(std::string(5000, ' ')), HasSubstr("longer than 4096"));
  std::string nots;
  for (int i = 0; i < 500; ++i) nots += "not ";
  EXPECT_THAT(Sql(nots + "amount > 1"), HasSubstr("nested deeper"));
}

TEST_F(Expressions, SeesWhatFollowsFromWhat) {
  const auto implies = [&](std::string_view first, std::string_view second) {
    return Implies(Need(ParseCondition(first, names)), Need(ParseCondition(second, names)));
  };
  EXPECT_TRUE(implies("status = 'won'", "status = 'won'"));
  EXPECT_TRUE(implies("status = 'won' and amount > 5", "status = 'won'"));
  EXPECT_TRUE(implies("status = 'won'", "status in ('won', 'lost')"));
  EXPECT_TRUE(implies("status in ('won', 'lost')", "status in ('lost', 'open', 'won')"));
  EXPECT_TRUE(implies("status = 'won'", "status = 'won' or amount > 5"));
  EXPECT_TRUE(implies("amount > 5 and status = 'won'", "status = 'won' and amount > 5"));
  EXPECT_FALSE(implies("status in ('won', 'lost')", "status = 'won'"));
  EXPECT_FALSE(implies("status = 'won'", "status not in ('won')"));
  EXPECT_FALSE(implies("status <> 'won'", "status in ('won')"));
  EXPECT_FALSE(implies("stage = 'won'", "status in ('won')"));
  EXPECT_FALSE(implies("status = 'won' or amount > 5", "status = 'won'"));
  const auto follows = [&](std::string_view first, std::string_view second) {
    const ParseOptions options{.allows_at = true, .allows_opening = true};
    return Implies(Need(ParseCondition(first, names, options)), Need(ParseCondition(second, names, options)));
  };
  EXPECT_TRUE(follows("close_date = opening", "close_date = opening"));
  EXPECT_FALSE(follows("close_date = opening", "close_date = at")) << "two days of the question";
  EXPECT_FALSE(follows("close_date = opening", "close_date in ('2025-01-01')")) << "a day that is not known yet";
  EXPECT_FALSE(follows("close_date = at", "close_date in ('2025-01-01')"));
}

TEST_F(Expressions, Measures) {
  EXPECT_EQ(MeasureSql("count()"), "0() scale 0 per 1");
  EXPECT_EQ(MeasureSql("COUNT(DISTINCT account_id)"), "1(deal.account_id) scale 0 per 1");
  EXPECT_EQ(MeasureSql("sum(amount_reporting * probability)"),
            "2(CAST(deal.amount_reporting AS DECIMAL(38,4)) * deal.probability) scale 13 per 1");
  EXPECT_EQ(MeasureSql("sum(amount - 2 * (amount + 1.5))"),
            "2((deal.amount - CAST(2 AS DECIMAL(38,0)) * (deal.amount + 1.5))) scale 4 per 1");
  EXPECT_EQ(MeasureSql("median(days(created_date, close_date))"),
            "3((deal.close_date - deal.created_date)) scale 0 per 1");
  EXPECT_EQ(MeasureSql("median(hours(created_at, closed_at))"),
            "3(((epoch_us(deal.closed_at) - epoch_us(deal.created_at)) // 1000)) scale 0 per 3600000");
  EXPECT_EQ(MeasureSql("sum(days(created_date, at))"), "2((DAY - deal.created_date)) scale 0 per 1");
}

TEST_F(Expressions, MeasureErrors) {
  EXPECT_THAT(MeasureSql("avg(amount)"), HasSubstr("expected count()"));
  EXPECT_THAT(MeasureSql("sum(status)"), HasSubstr("'status' is of type text, not a number"));
  EXPECT_THAT(MeasureSql("sum(days(created_date, closed_at))"),
              HasSubstr("one end is a date and the other an instant"));
  EXPECT_THAT(MeasureSql("sum(hours(created_date, close_date))"), HasSubstr("dates have no hours"));
  EXPECT_THAT(MeasureSql("sum(probability * probability * amount)"), HasSubstr("more than 18 digits"));
  EXPECT_THAT(MeasureSql("sum(days(status, at))"), HasSubstr("neither a date nor an instant"));
}

// Whatever is put together from its words is either parsed or refused, with a place inside the text.
TEST_F(Expressions, AnyTextIsAnswered) {
  const std::vector<std::string> words{"status", "amount", "=",          "!=",           "<",    "(",    ")",     "and",
                                       "or",     "not",    "in",         "like",         "is",   "null", "'won'", "5",
                                       "-",      ",",      "close_date", "'2025-01-01'", "true", "at",   "*"};
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    RandomStream random(seed, "expression");
    std::string text;
    for (std::int64_t i = random.Integer(1, 12); i > 0; --i) {
      text += words[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(words.size()) - 1))] + " ";
    }
    const auto condition = ParseCondition(text, names);
    if (!condition) {
      EXPECT_GE(condition.error().place().column, 1U) << text;
      EXPECT_LE(condition.error().place().column, text.size() + 1) << text;
    }
    const auto measure = ParseMeasure("sum(" + text + ")", names);
    EXPECT_TRUE(measure || !measure.error().message().empty());
  }
}

}  // namespace
}  // namespace weir::metrics
