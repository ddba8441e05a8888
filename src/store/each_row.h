// A statement read row by row, for what is neither a kernel nor a table of an answer; and cells where null is a value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/engine.h"

namespace weir::store {

// "" where there is none.
inline std::string TextOr(const Chunk& chunk, std::size_t column, std::size_t row) {
  const ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string() : std::string(view.TextAt(row));
}
// A decimal as its units, such as those of a ledger amount.
inline std::optional<std::int64_t> UnitsOr(const Chunk& chunk, std::size_t column, std::size_t row) {
  const ColumnView& view = chunk.Column(column);
  if (view.IsNullAt(row)) return std::nullopt;
  return static_cast<std::int64_t>(view.UnitsAt(row));
}
inline std::optional<Date> DateOr(const Chunk& chunk, std::size_t column, std::size_t row) {
  const ColumnView& view = chunk.Column(column);
  if (view.IsNullAt(row)) return std::nullopt;
  return view.Dates()[row];
}
// False where there is none.
inline bool IsSo(const Chunk& chunk, std::size_t column, std::size_t row) {
  const ColumnView& view = chunk.Column(column);
  return !view.IsNullAt(row) && view.Booleans()[row];
}

// Calls take(chunk, row) for each row of the statement.
template <typename Take>
Status EachRow(Session& session, const std::string& sql, const Take& take) {
  WEIR_TRY(const std::unique_ptr<RowStream> stream, session.Stream(sql));
  while (true) {
    WEIR_TRY(const Chunk* chunk, stream->Next());
    if (chunk == nullptr) return {};
    for (std::size_t row = 0; row < chunk->size(); ++row) take(*chunk, row);
  }
}

}  // namespace weir::store
