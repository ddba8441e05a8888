#include "simulated.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace weir::main_job {

Simulated::Simulated(const std::string& name, simulate::SimulateParams params)
    : folder_(std::filesystem::path(testing::TempDir()) / ("weir-" + name)) {
  std::filesystem::remove_all(folder_);
  params.directory = folder_.string();
  const auto made = simulate::Simulate(params, {}, {});
  if (!made) throw Bug(made.error().ToString());
}

Simulated::~Simulated() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::filesystem::path> Simulated::Files(const std::vector<std::string>& begins) const {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || !entry.path().parent_path().filename().string().starts_with("export-")) continue;
    const bool is_named =
        std::ranges::any_of(begins, [&](const std::string& begin) { return name.starts_with(begin); });
    if (begins.empty() || is_named) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace weir::main_job
