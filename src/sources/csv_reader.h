#pragma once

#include <memory>

#include "sources/reader.h"
#include "sources/text_stream.h"

namespace weir::sources {

// Private to sources/: use OpenRows.
Result<std::unique_ptr<RowReader>> OpenCsv(const FileInput& file, const ReadOptions& options);

// Why the cells of a record do not fit the header; nothing if they do.
std::optional<RowFault> FaultOfCells(const std::vector<std::string_view>& cells, std::size_t columns);
// Zero bytes and broken UTF-8 in a record.
std::optional<RowFault> FaultOfText(std::string_view raw, const std::vector<std::string_view>& cells);

}  // namespace weir::sources
