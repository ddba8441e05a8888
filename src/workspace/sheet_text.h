// A table of a file, in whatever form and encoding, as the text that metrics.conflict takes. Reads the file alone.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::workspace {

// `part` is a sheet's name or the title of a part as an import shows it; empty where there is but one. Errors name
// file, line and column.
Result<std::string> SheetTextOf(const std::filesystem::path& path, std::string_view part);
// The same of a file that is open already.
Result<std::string> SheetTextOf(int descriptor, const std::string& name, std::string_view part);
Result<std::string> SheetTextOf(const sources::FileInput& file);

}  // namespace weir::workspace
