// Sheets of workbooks (.xlsx, .xlsm) as tables: each is one of its own. Memory is that of a block of rows and of the
// texts that the cells share. The header may stand below titles; merged cells above and in it are understood. Private
// to sources/: use OpenRows and Discover.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sources/reader.h"

namespace weir::sources {

struct ListedSheet {
  std::string name;
  std::optional<Error> lack;  // why it is not read: it is hidden, or holds no table
};

// The sheets of a workbook in their order.
Result<std::vector<ListedSheet>> ListSheets(const FileInput& file, const ReadLimits& limits);

// The sheet that the file names.
Result<std::unique_ptr<RowReader>> OpenSheet(const FileInput& file, const ReadOptions& options);

// Cells of a row that was kept as a list in JSON, also those beyond the header.
std::optional<RowFault> CellsOfSheetRow(std::string_view row, std::deque<std::string>& texts,
                                        std::span<std::string_view> cells);

}  // namespace weir::sources
