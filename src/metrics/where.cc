#include "metrics/where.h"

#include <tuple>

#include "metrics/custom_columns.h"
#include "metrics/sql_writer.h"

namespace weir::metrics {

Result<Where> WhereSql(std::string_view text, const MetricCatalog& catalog, std::string_view view,
                       store::Session& session) {
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns({}, std::string(text), session));
  const MetricCatalog wider = catalog.With(custom);
  Scope scope{.view = wider.FindView(view)};
  WEIR_CHECK(scope.view != nullptr);
  const ViewNames names(*scope.view, wider.views());
  WEIR_TRY(const Condition condition, ParseCondition(text, names));
  SqlWriter writer(wider, store::DuckDbDialect());
  Where where;
  std::tie(where.condition, where.values) = writer.Finish(writer.Asked(condition, scope));
  where.joins = writer.Joins(scope);
  return where;
}

Result<Where> WhereSql(std::string_view text, std::string_view relation, const std::vector<ColumnRef>& columns,
                       const std::vector<Described>& described, store::Session& session) {
  return WhereSql(text, MetricCatalog::Of({.name = std::string(relation), .columns = columns, .described = described}),
                  relation, session);
}

Error InCondition(const Error& error, std::string_view field) {
  return MakeError(error.code(), "at character {} of the condition: {}", error.place().column, error.phrase())
      .Field(std::string(field))
      .Mend(error.mend());
}

}  // namespace weir::metrics
