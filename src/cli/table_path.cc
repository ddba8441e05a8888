#include "cli/table_path.h"

#include <filesystem>

#include <fmt/format.h>

#include "workspace/proposals.h"

namespace weir::cli {

namespace fs = std::filesystem;

Result<sources::FileInput> TableOf(const std::string& path) {
  fs::path file(path);
  std::error_code ignored;
  // What is no file may be a part of one.
  for (fs::path above = file.parent_path(); !fs::exists(file, ignored) && above != above.parent_path();
       above = above.parent_path()) {
    if (!fs::is_regular_file(above, ignored)) continue;
    const std::string part = fs::path(path).lexically_relative(above).generic_string();
    const std::string name = above.filename().string();
    return workspace::PartOf({.name = name, .path = above}, fmt::format("{}/{}", name, part));
  }
  const std::string name = file.filename().string();
  if (!fs::is_directory(file, ignored)) {
    // A JSON file may hold lists within its main one, which is meant then.
    if (auto whole = workspace::PartOf({.name = name, .path = file}, name)) return whole;
  }
  return workspace::PartOf({.name = name, .path = file}, "");
}

}  // namespace weir::cli
