// Reading columns of the store row by row. Internal to pipeline/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "pipeline/movement.h"
#include "store/engine.h"

namespace weir::pipeline {

inline std::string TextOf(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? std::string() : std::string(view.TextAt(row));
}
inline std::int64_t AmountOf(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? kNoAmount : static_cast<std::int64_t>(view.UnitsAt(row));
}
inline std::int32_t DayOf(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? kNoDay : view.Dates()[row].days;
}
// kAlways where there is none.
inline std::int64_t MicrosOf(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return view.IsNullAt(row) ? kAlways : view.Instants()[row].micros;
}
inline bool IsSo(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const store::ColumnView& view = chunk.Column(column);
  return !view.IsNullAt(row) && view.Booleans()[row];
}
inline Standing StandingNamed(std::string_view status) {
  return status == "won" ? Standing::kWon : status == "lost" ? Standing::kLost : Standing::kOpen;
}

// Calls take(chunk, row) for each row of the statement.
template <typename Take>
Status EachRow(store::Session& session, const std::string& sql, const Take& take) {
  WEIR_TRY(const std::unique_ptr<store::RowStream> stream, session.Stream(sql));
  while (true) {
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return {};
    for (std::size_t row = 0; row < chunk->size(); ++row) take(*chunk, row);
  }
}

}  // namespace weir::pipeline
