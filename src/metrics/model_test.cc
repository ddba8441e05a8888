// The catalogue against the views that the model really has, and against what a caller may see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/query.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using testing::Need;

store::Type StoredAs(ValueType type) {
  switch (type) {
    case ValueType::kInteger:
      return store::Type::kInteger;
    case ValueType::kDecimal:
      return store::Type::kDecimal;
    case ValueType::kText:
      return store::Type::kText;
    case ValueType::kDate:
      return store::Type::kDate;
    case ValueType::kInstant:
      return store::Type::kInstant;
    case ValueType::kBoolean:
      return store::Type::kBoolean;
  }
  return store::Type::kNull;
}

class Model : public ::testing::Test {
 protected:
  void Build() {
    ASSERT_TRUE(model.Build()) << model.error();
    model.AsOf("2025-06-30T12:00:00Z");
  }
  std::string One(const std::string& metric) {
    const Query query{.metrics = {metric}, .as_of = *ParseIsoInstant("2025-06-30T12:00:00Z")};
    const Compiled compiled = Need(Compile(*BuiltIn(), query, store::DuckDbDialect()));
    return Need(model.connection().Query(compiled.sql, compiled.parameters)).TextAt(0, 1);
  }

  model::TestModel model;
};

TEST_F(Model, ViewsHaveTheColumnsOfTheCatalogue) {
  Build();
  for (const View& view : BuiltIn()->views()) {
    for (const ColumnRef& column : view.columns) {
      const auto rows = model.connection().Query(
          fmt::format("SELECT {} FROM scoped.{} LIMIT 0", store::QuoteName(column.column), view.name));
      ASSERT_TRUE(rows) << view.name << "." << column.column << ": " << rows.error().ToString();
      EXPECT_EQ(rows->columns[0].type, StoredAs(column.type)) << view.name << "." << column.column;
      if (column.type == ValueType::kDecimal) {
        EXPECT_EQ(rows->columns[0].scale, column.scale) << view.name << "." << column.column;
      }
    }
  }
}

TEST_F(Model, EveryMetricRunsOnAnEmptyModel) {
  Build();
  for (const Metric& metric : BuiltIn()->metrics()) {
    const std::string value = One(metric.id);
    EXPECT_TRUE(value.empty() || value == "0") << metric.id << ": " << value;
  }
}

TEST_F(Model, ACallerCountsOnlyTheRowsOfTheirTeams) {
  model.Record("team", {{"key", "north"}, {"name", "North"}}, "2025-01-01T00:00:00Z");
  model.Record("team", {{"key", "south"}, {"name", "South"}}, "2025-01-01T00:00:00Z");
  for (const auto& [key, team, amount] :
       {std::tuple("1", "north", "100"), std::tuple("2", "south", "250"), std::tuple("3", "south", "50")}) {
    model.Record("deal",
                 {{"key", key},
                  {"team_key", team},
                  {"amount", amount},
                  {"currency", "EUR"},
                  {"stage", "Won"},
                  {"stage_kind", "won"},
                  {"created_at", "2025-01-01T00:00:00Z"},
                  {"close_date", "2025-02-01"}},
                 "2025-03-01T00:00:00Z");
  }
  model.settings.currency = "EUR";
  Build();
  EXPECT_EQ(One("won_amount"), "400");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:south']");
  EXPECT_EQ(One("deals_won"), "2");
  EXPECT_EQ(One("won_amount"), "300");
  model.Execute("SET VARIABLE team_ids = ['test:nowhere']");
  EXPECT_EQ(One("deals_won"), "0");
}

}  // namespace
}  // namespace weir::metrics
