#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sources/reader.h"

namespace weir::sources {

// Private to sources/: use OpenRows.
Result<std::unique_ptr<RowReader>> OpenJson(const FileInput& file, const ReadOptions& options);

// Paths of lists of objects within the first records: each may be read as rows of its own.
Result<std::vector<std::string>> NestedLists(const FileInput& file);

// Cells of one record against known columns; for rows kept in quarantine.
std::optional<RowFault> CellsOfJson(std::string_view record, const std::vector<SourceColumn>& columns,
                                    std::deque<std::string>& texts, std::span<std::string_view> cells);

// A row as a list of its cells, for rows that no raw text of the file stands for; and back.
std::string JsonOfCells(std::span<const std::string_view> cells);

}  // namespace weir::sources
