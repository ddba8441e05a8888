#include "analysis/declaration.h"

namespace weir::analysis {

Result<Table> ReadTable(const TableSpec& spec, store::Session& session, std::string_view sql,
                        std::span<const store::Value> parameters) {
  WEIR_TRY(store::Rows rows, session.Query(sql, parameters));
  return TableOf(spec, std::move(rows));
}

Table TableOf(const TableSpec& spec, store::Rows rows) {
  WEIR_CHECK(rows.columns.size() == spec.columns.size());
  for (std::size_t i = 0; i < rows.columns.size(); ++i) WEIR_CHECK(rows.columns[i].name == spec.columns[i].name);
  return {.name = spec.name,
          .key = spec.key,
          .columns = spec.columns,
          .rows = std::move(rows.rows),
          .next_cursor = std::nullopt,
          .total_rows = std::nullopt};
}

}  // namespace weir::analysis
