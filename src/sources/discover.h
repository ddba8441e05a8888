// Which files, and parts of files, a path holds.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::sources {

struct DiscoverOptions {
  bool is_recursive = false;       // folders below the named one too
  std::size_t max_files = 10'000;  // more is an error: the wrong folder was named
};

struct Discovered {
  std::vector<FileInput> files;  // in the order of their names; zip members and nested lists of JSON follow their file
  std::vector<Error> problems;   // what is there but cannot be read
};

// A file, or a folder one level deep. Hidden files are left out.
Result<Discovered> Discover(const std::filesystem::path& path, const DiscoverOptions& options = {});
// Parts of one file that is known by its descriptor.
Result<Discovered> DiscoverFile(const FileInput& file);

}  // namespace weir::sources
