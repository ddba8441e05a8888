// The explicit list of all analyses: adding one is one line in everything.cc.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"

namespace weir::engine {

struct Everything {
  std::vector<analysis::Analysis> analyses;
  std::string definitions_fingerprint;  // of the metric catalogue
};

// `metrics_directory`: definitions of the workspace's own; may be absent.
Result<Everything> LoadEverything(const std::filesystem::path& metrics_directory);

}  // namespace weir::engine
