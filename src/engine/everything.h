// The explicit lists of all analyses and producers: adding one is one line in everything.cc.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/producer.h"
#include "base/definitions.h"
#include "base/result.h"
#include "metrics/catalog.h"

namespace weir::engine {

// The texts that analyses are made of: those of the program, then the workspace's.
struct CatalogFiles {
  std::vector<DefinitionFile> metrics = {};
  std::vector<DefinitionFile> leaks = {};
  std::vector<DefinitionFile> openings = {};
  std::vector<DefinitionFile> setup = {};  // exports of products
  std::vector<DefinitionFile> lifecycle = {};
  std::vector<DefinitionFile> hygiene = {};  // rules of data quality
  std::vector<DefinitionFile> explore = {};  // views and functions of queries
  std::vector<DefinitionFile> diagnosis = {};

  static CatalogFiles BuiltIn();
};

struct Everything {
  std::vector<analysis::Analysis> analyses = {};
  std::vector<analysis::Producer> producers = {};  // what is materialised after the model is built
  std::shared_ptr<const metrics::MetricCatalog> metrics = {};
};
Result<Everything> LoadEverything(const CatalogFiles& files);

}  // namespace weir::engine
