// Where the table of a sheet begins: the lines above it, and the names of its columns. Private to sources/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/sheet_rows.h"

namespace weir::sources {

struct SheetHeader {
  std::size_t row = 0;                // among the waiting rows; those after it are data
  std::vector<std::string> names;     // one a column; empty where none stands
  std::vector<std::string> preamble;  // what stands above
};

// The same as of the rows of a table as CSV would have them: each as wide as the widest.
std::optional<std::size_t> FindSheetHeader(const SheetRows& rows, std::size_t width);

// Whether cells of the header are empty: then merged cells may say what they mean.
bool HasGap(const SheetRows& rows, std::size_t row, std::size_t width);

// The header in that row. Cells that are merged into a wide one above names are its group: the names below them count,
// and where two are the same the group stands before them.
SheetHeader ReadSheetHeader(const SheetRows& rows, std::size_t row, std::size_t width,
                            const std::vector<MergedCells>& merged);

}  // namespace weir::sources
