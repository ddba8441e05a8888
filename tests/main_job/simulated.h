// A simulated company in a folder that goes with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "simulate/simulate.h"

namespace weir::main_job {

class Simulated {
 public:
  // `params.directory` is made from the name.
  Simulated(const std::string& name, simulate::SimulateParams params);
  Simulated(const Simulated&) = delete;
  Simulated& operator=(const Simulated&) = delete;
  ~Simulated();

  const std::filesystem::path& folder() const { return folder_; }
  // What `weir up` would read of the exports, in order of their names: of all files, or of those whose names begin so.
  std::vector<std::filesystem::path> Files(const std::vector<std::string>& begins = {}) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace weir::main_job
