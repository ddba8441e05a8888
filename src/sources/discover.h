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
  // In the order of their names; members of a zip, sheets of a workbook and nested lists of JSON follow their file.
  std::vector<FileInput> files;
  std::vector<Error> problems;  // what is there but cannot be read
  std::vector<Error>
      left_out;  // what is there but is not meant: hidden sheets, and sheets without a table beside others
};

struct Listed {
  std::vector<FileInput> files;  // in the order of their names
  std::vector<Error> problems;   // entries of a folder that are no files of it
};

// The file itself, or the files of a folder one level deep, without a look inside. Hidden files are left out, and links
// that lead out of the folder are problems.
Result<Listed> ListFiles(const std::filesystem::path& path, const DiscoverOptions& options = {});
// The same with what is inside: members of zips, sheets of workbooks and nested lists of JSON.
Result<Discovered> Discover(const std::filesystem::path& path, const DiscoverOptions& options = {});
// Parts of one file that is known by its descriptor.
Result<Discovered> DiscoverFile(const FileInput& file);

}  // namespace weir::sources
