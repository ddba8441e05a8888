// --where over a relation that is no view of the catalogue: the list of an analysis, with its own columns.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "metrics/expression.h"
#include "store/value.h"

namespace weir::metrics {

// The condition as SQL over `relation`, with its values to bind in order. Errors as ParseCondition gives them.
Result<std::pair<std::string, std::vector<store::Value>>> WhereSql(std::string_view text, std::string_view relation,
                                                                   const std::vector<ColumnRef>& columns);

}  // namespace weir::metrics
