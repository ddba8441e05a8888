// A new workspace for a test, by copying one that the process made first: making one plans every table of the model,
// which takes longer than most tests. For tests.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "workspace/workspace.h"

namespace weir::workspace {

class EmptyHome {
 public:
  // Lays an empty workspace into the folder, which must not hold one.
  static void CopyTo(const std::filesystem::path& home) {
    static const EmptyHome kMade;
    std::filesystem::create_directories(home);
    std::filesystem::copy_file(kMade.path_ / kStore, home / kStore);
  }
  EmptyHome(const EmptyHome&) = delete;
  EmptyHome& operator=(const EmptyHome&) = delete;

 private:
  static constexpr const char* kStore = "weir.duckdb";

  EmptyHome() : path_(std::filesystem::temp_directory_path() / fmt::format("weir-empty-{}", ::getpid())) {
    std::filesystem::remove_all(path_);
    const auto made = Workspace::Open({.home = path_, .access = Access::kWrite, .create = true});
    if (!made) throw std::runtime_error(made.error().ToString());
  }
  ~EmptyHome() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path path_;
};

}  // namespace weir::workspace
