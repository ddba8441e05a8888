// The part of history.gaps that tells of leads, tickets and subscriptions: whether the history of a field ends with
// what the newest export says. Internal to hygiene/.
#pragma once

#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"

namespace weir::hygiene {

std::vector<analysis::TableSpec> RecordGapTables();

struct RecordGaps {
  std::vector<analysis::Table> tables = {};
  bool has_holes = false;
};

// Of one source, or of all where it is empty; fields of every name.
Result<RecordGaps> ReadRecordGaps(const std::string& source, analysis::Context& context);

// Behind a row of either table.
Result<analysis::Evidence> ExplainRecordGaps(const std::string& table, const std::vector<std::string>& key,
                                             analysis::Context& context);

}  // namespace weir::hygiene
