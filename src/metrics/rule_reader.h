// The tables that rules of leaks and of data quality have alike in their files. Errors name file, line and column.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "metrics/rule_text.h"
#include "metrics/table_reader.h"

namespace weir::metrics {

// A SELECT under `sql` that reads what rules may read.
Result<std::string> ReadSelect(TableReader& reader);
// [parameters]: whole numbers by name; none where the table is missing.
Result<RuleParameters> ReadParameters(TableReader& reader);
// [[requires]]; none where they are missing.
Result<std::vector<Requirement>> ReadRequirements(TableReader& reader);

}  // namespace weir::metrics
