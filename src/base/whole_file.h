// A file that is there whole or not at all.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace weir {

// Writes beside the target first, so that a full disk or a crash leaves an earlier file as it was. It is on the disk
// when the call returns. Errors: kUnavailable, at the path.
Status WriteWholeFile(const std::filesystem::path& path, std::string_view text);

}  // namespace weir
