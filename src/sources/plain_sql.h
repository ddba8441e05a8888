// SQL that a person may bring in from a page: expressions over the columns of one row and nothing else. No subquery, no
// function that reads beyond the row, none that could take long. Private to sources/ and its callers in workspace/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/mapping.h"

namespace weir::sources {

// The error names the word that is not allowed. O(bytes).
Status CheckPlainSql(std::string_view expression, const std::vector<std::string>& columns);

// All expressions of a mapping's emits.
Status CheckPlainSql(const Mapping& mapping);

}  // namespace weir::sources
