// Cells of the store as a movement has them. Internal to pipeline/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "pipeline/movement.h"
#include "store/each_row.h"

namespace weir::pipeline {

using store::EachRow;
using store::IsSo;

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
inline Standing StandingNamed(std::string_view status) {
  return status == "won" ? Standing::kWon : status == "lost" ? Standing::kLost : Standing::kOpen;
}

}  // namespace weir::pipeline
