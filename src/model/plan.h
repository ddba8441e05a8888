// The order in which models/*.sql are built, and which of them must be built again.
//
// A file holds statements that make one table of the same name in schema `model`, and says in comments
//   -- needs: rec.deal, model.stage, setting.currency
//   -- generate: facts activity          (statements written by expand.h, before those of the file)
//   -- can wait: REASON                  (the first screen of a large import does without it; one statement)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::model {

struct ModelFile {
  std::string name;                // "deal_version"
  std::vector<std::string> needs;  // "rec.deal", "model.stage", "setting.currency"
  std::string sql;                 // generated and own statements
  bool can_wait = false;
};

Result<ModelFile> ParseModelFile(std::string_view name, std::string_view text);

// All embedded model files, each after what it needs, otherwise by name. A cycle or an unknown need is an error.
Result<std::vector<ModelFile>> OrderModels(std::vector<ModelFile> files);
Result<std::vector<ModelFile>> EmbeddedModels();

}  // namespace weir::model
