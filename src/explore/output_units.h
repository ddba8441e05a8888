// What the columns of an answer are measured in, as far as the query tells: a column of a view keeps its unit, also
// when it is summed, averaged or rounded; a count is a count.
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "explore/statement.h"

namespace weir::explore {

Outputs OutputsOf(const nlohmann::json& root, const std::vector<const View*>& reads);

}  // namespace weir::explore
