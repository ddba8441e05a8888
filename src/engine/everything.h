// The explicit lists of all analyses and producers: adding one is one line in everything.cc.
#pragma once

#include <vector>

#include "analysis/declaration.h"
#include "analysis/producer.h"
#include "base/definitions.h"
#include "base/result.h"

namespace weir::engine {

// The texts that analyses are made of: those of the program, then the workspace's.
struct CatalogFiles {
  std::vector<DefinitionFile> metrics = {};
  std::vector<DefinitionFile> leaks = {};
  std::vector<DefinitionFile> setup = {};  // exports of products
  std::vector<DefinitionFile> lifecycle = {};

  static CatalogFiles BuiltIn();
};

Result<std::vector<analysis::Analysis>> LoadEverything(const CatalogFiles& files);

// What is materialised after the model is built: adding one is one line in everything.cc.
std::vector<analysis::Producer> AllProducers();

}  // namespace weir::engine
