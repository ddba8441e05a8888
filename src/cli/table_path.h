// Which table the path of a command names, for the commands that work on plain files.
#pragma once

#include <string>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::cli {

// A file, or a part of one that is named after it: "book.xlsx/March", "exports.zip/deals.csv".
Result<sources::FileInput> TableOf(const std::string& path);

}  // namespace weir::cli
