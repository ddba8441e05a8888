#include "metrics/where.h"

#include <tuple>

#include "metrics/custom_columns.h"
#include "metrics/sql_writer.h"

namespace weir::metrics {

Result<Where> WhereSql(std::string_view text, std::string_view relation, const std::vector<ColumnRef>& columns,
                       const std::vector<Described>& described, store::Session& session) {
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns({}, std::string(text), session));
  const MetricCatalog catalog =
      MetricCatalog::Of({.name = std::string(relation), .columns = columns, .described = described}).With(custom);
  const View& view = *catalog.FindView(relation);
  const ViewNames names(view, catalog.views());
  WEIR_TRY(const Condition condition, ParseCondition(text, names));
  SqlWriter writer(catalog, store::DuckDbDialect());
  Scope scope{.view = &view};
  Where where;
  std::tie(where.condition, where.values) = writer.Finish(writer.Asked(condition, scope));
  where.joins = writer.Joins(scope);
  return where;
}

}  // namespace weir::metrics
