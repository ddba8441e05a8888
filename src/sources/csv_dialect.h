// How a CSV file is laid out: its separator, the lines above the header, the header. Private to sources/.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::sources {

struct CsvDialect {
  char separator = ',';
  std::uint64_t header_line = 1;
  std::size_t header_offset = 0;  // bytes above the header
  std::vector<std::string> preamble;
  std::vector<SourceColumn> columns;
};

// Judges the beginning of a file. `is_whole` says that nothing follows. A given separator is kept.
Result<CsvDialect> FindDialect(std::string_view sample, bool is_whole, const ReadOptions& options,
                               const std::string& title);

// How a row is filled: all that tells titles from the header.
struct RowShape {
  std::size_t filled = 0;  // cells with something in them
  std::size_t cells = 0;
  std::size_t used = 0;  // cells up to the last filled one
};

// The place of the header among the first rows of a table, none of them blank. It stands below titles and date ranges,
// into whose cells most rows would not fit.
std::optional<std::size_t> FindHeaderRow(std::span<const RowShape> rows, std::size_t from);

// Whether a row names columns: at least one of its cells is neither blank nor a number or a date.
bool HoldsNames(std::span<const std::string_view> cells);

// The columns of a header row: normalised names, currencies of their signs; an empty header is "column_3".
std::vector<SourceColumn> ColumnsOf(const std::vector<std::string_view>& cells);

}  // namespace weir::sources
