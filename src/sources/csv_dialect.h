// How a CSV file is laid out: its separator, the lines above the header, the header. Private to sources/.
#pragma once

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

// The columns of a header row: normalised names, currencies of their signs; an empty header is "column_3".
std::vector<SourceColumn> ColumnsOf(const std::vector<std::string_view>& cells);

}  // namespace weir::sources
