// The explicit lists of all analyses and producers: adding one is one line in everything.cc.
#pragma once

#include <span>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/producer.h"
#include "base/definitions.h"
#include "base/result.h"

namespace weir::engine {

// The analyses over the metrics, the leak rules and the exports of products that these files define: those of the
// program, then the workspace's.
Result<std::vector<analysis::Analysis>> LoadEverything(std::span<const DefinitionFile> metric_files,
                                                       std::span<const DefinitionFile> leak_files,
                                                       std::span<const DefinitionFile> setup_files);

// What is materialised after the model is built: adding one is one line in everything.cc.
std::vector<analysis::Producer> AllProducers();

}  // namespace weir::engine
