#pragma once

#include <memory>

#include "sources/reader.h"

namespace weir::sources {

// Private to sources/: use OpenRows.
Result<std::unique_ptr<RowReader>> OpenParquet(const FileInput& file, const ReadOptions& options);

}  // namespace weir::sources
