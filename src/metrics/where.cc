#include "metrics/where.h"

#include "metrics/catalog.h"
#include "metrics/sql_writer.h"

namespace weir::metrics {

Result<std::pair<std::string, std::vector<store::Value>>> WhereSql(std::string_view text, std::string_view relation,
                                                                   const std::vector<ColumnRef>& columns) {
  View view;
  view.name = std::string(relation);
  view.columns = columns;
  const ViewNames names(view, {});
  WEIR_TRY(const Condition condition, ParseCondition(text, names));
  const MetricCatalog none;
  SqlWriter writer(none, store::DuckDbDialect());
  Scope scope{.view = &view};
  const std::string sql = writer.Asked(condition, scope);
  return writer.Finish(sql);
}

}  // namespace weir::metrics
