// What a workspace says of itself: its sources, imports, rejected rows, history, settings and decisions.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "sources/mapping.h"

namespace weir::workspace {

// Over the mappings by which its files are read; without them for their declarations alone.
std::vector<analysis::Analysis> WorkspaceAnalyses(std::shared_ptr<const sources::MappingCatalog> mappings = nullptr);

}  // namespace weir::workspace
