// Steps of the company's work that are looked at after leaks were mended: catalog/steps/*.toml. A rule names those that
// are its neighbours (`watch`), else they are all of its department. Internal to leaks/.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/text.h"
#include "base/definitions.h"
#include "leaks/rule.h"

namespace weir::leaks {

struct Step {
  std::string id = {};  // the name of its file
  analysis::Text title = {};
  std::vector<std::string> departments = {};
  std::string unit = {};  // share, days or money
  bool is_up_better = true;
  std::string entity = {};  // canonical table of record_id
  // After so many days a case is what it is: those that began later in a span are left out of both.
  std::int64_t ripe_days = 0;
  // One row a case: record_id, day, team_id, segment, and is_hit (share) or value (days, money).
  std::string sql = {};
  std::string source_file = {};

  bool IsOf(const Rule& rule) const;
};

// By id. Errors name file, line, column and field.
Result<std::vector<Step>> LoadSteps(std::span<const DefinitionFile> files);
// Those of the program, read once.
const std::vector<Step>& BuiltInSteps();

}  // namespace weir::leaks
