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
  std::string definitions_fingerprint;  // of metrics and leak rules
};

// `home`: the workspace, whose metrics/ and leaks/ may hold definitions of its own; empty: none.
Result<Everything> LoadEverything(const std::filesystem::path& home);

}  // namespace weir::engine
