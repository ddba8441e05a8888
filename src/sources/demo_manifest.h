// Which files are invented: `weir simulate` lays weir-demo.json beside them, with the digest of each. An import of such
// a file is marked, so that all of them can be taken out of a workspace at once. A file that anybody has changed is not
// one of them, and no other file can be taken for one.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::sources {

inline constexpr std::string_view kDemoManifest = "weir-demo.json";

// In each folder that holds files, at any depth. Reads all of them once.
Status WriteDemoManifests(const std::filesystem::path& folder);

// Reads each manifest once. Safe for any number of threads.
class DemoFiles {
 public:
  // `digest` is that of the file's bytes (known_files.h). A manifest that cannot be read marks nothing.
  bool Holds(const FileInput& file, std::string_view digest);

 private:
  std::mutex mutex_;
  std::map<std::filesystem::path, std::set<std::string, std::less<>>> digests_;  // by folder
};

}  // namespace weir::sources
