#include "store/engine.h"

namespace weir::store {

Result<Rows> Session::Query(std::string_view sql, std::span<const Value> parameters, std::size_t max_rows) {
  WEIR_TRY(std::unique_ptr<RowStream> stream, Stream(sql, parameters));
  return ReadAll(*stream, max_rows);
}

Result<Rows> ReadAll(RowStream& stream, std::size_t max_rows) {
  Rows rows;
  rows.columns = stream.columns();
  while (true) {
    WEIR_TRY(const Chunk* chunk, stream.Next());
    if (chunk == nullptr) return rows;
    if (rows.rows.size() + chunk->size() > max_rows) {
      return Fail(TooLarge("the result has more than {} rows", max_rows).Mend("Narrow the filter or page through it"));
    }
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      std::vector<Value>& cells = rows.rows.emplace_back();
      cells.reserve(rows.columns.size());
      for (std::size_t column = 0; column < rows.columns.size(); ++column) {
        cells.push_back(chunk->Column(column).ValueAt(row));
      }
    }
  }
}

Result<Value> Session::QueryValue(std::string_view sql, std::span<const Value> parameters) {
  WEIR_TRY(Rows rows, Query(sql, parameters));
  if (rows.rows.empty()) return Value{};
  WEIR_CHECK(rows.columns.size() == 1);
  return std::move(rows.rows.front().front());
}

Result<std::int64_t> Session::QueryInteger(std::string_view sql, std::span<const Value> parameters) {
  WEIR_TRY(Rows rows, Query(sql, parameters));
  return rows.rows.empty() ? 0 : rows.IntegerAt(0, 0);
}

}  // namespace weir::store
