// The text in which Russian banks and 1C exchange payments: 1CClientBankExchange, a line a key=value, sections of
// accounts and of documents. A document is a row; the column of СекцияДокумент is its kind, that of РасчСчет the
// accounts of the statement that it names: who pays from one of them pays for us, who pays into one pays us. Read
// twice, since keys and accounts are known only at the end. Cost O(bytes). Private to sources/: use OpenRows.
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

// By the beginning of a text.
bool IsBankExchange(std::string_view text);

Result<std::unique_ptr<RowReader>> OpenBankExchange(const FileInput& file, const ReadOptions& options);

// Cells of one document against known columns; also for rows kept in quarantine.
std::optional<RowFault> CellsOfBankDocument(std::string_view document, const std::vector<SourceColumn>& columns,
                                            std::deque<std::string>& texts, std::span<std::string_view> cells);

}  // namespace weir::sources
