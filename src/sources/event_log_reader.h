// Event logs of process mining (XES, IEEE 1849), by Expat: an event is a row, with the attributes of its case before it
// ("case:concept:name"). Attributes of attributes, lists and what the log says of itself are left out. Read twice,
// since an attribute may appear for the first time in the last event. Private to sources/: use OpenRows.
#pragma once

#include <memory>
#include <string_view>

#include "sources/reader.h"

namespace weir::sources {

// By the beginning of a text.
bool IsEventLog(std::string_view text);

Result<std::unique_ptr<RowReader>> OpenEventLog(const FileInput& file, const ReadOptions& options);

}  // namespace weir::sources
