// Which rows the plan and the tree of forecasts count, as the governed metrics have them, and how cells are read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "metrics/catalog.h"
#include "store/engine.h"

namespace weir::forecast {

// SELECT of the rows of a view of the catalogue that no exclusion rule leaves out; of deals those of pipelines that
// sell.
Result<std::string> CountedSql(const metrics::MetricCatalog& catalog, std::string_view view, store::Session& session);

// The day as a literal.
std::string DaySql(Date day);

namespace cells {

inline std::string Text(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string() : std::string(view.TextAt(row));
}
// 0 where there is none; amounts in units of the ledger's scale.
inline std::int64_t Units(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? 0 : static_cast<std::int64_t>(view.UnitsAt(row));
}
inline std::optional<Date> Day(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  if (view.IsNullAt(row)) return std::nullopt;
  return view.Dates()[row];
}
inline bool IsSo(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return !view.IsNullAt(row) && view.Booleans()[row];
}

}  // namespace cells

// Calls take(chunk, row) for each row of the statement.
template <typename Take>
Status ForRows(store::Session& session, const std::string& sql, const Take& take) {
  WEIR_TRY(const std::unique_ptr<store::RowStream> stream, session.Stream(sql));
  while (true) {
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return {};
    for (std::size_t row = 0; row < chunk->size(); ++row) take(*chunk, row);
  }
}

}  // namespace weir::forecast
