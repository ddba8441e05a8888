// --where over a relation that is no view of the catalogue: the list of an analysis, with its own columns, and those
// that no mapping names of what its rows are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metrics/catalog.h"
#include "metrics/expression.h"
#include "store/engine.h"
#include "store/value.h"

namespace weir::metrics {

struct Where {
  std::string joins = {};      // after the relation in FROM; empty where only its own columns are named
  std::string condition = {};  // with its values to bind in order
  std::vector<store::Value> values = {};
};

// `relation` is what the list is called in its statement; `described` says by which of its columns it finds custom
// ones. Errors as ParseCondition gives them.
Result<Where> WhereSql(std::string_view text, std::string_view relation, const std::vector<ColumnRef>& columns,
                       const std::vector<Described>& described, store::Session& session);

}  // namespace weir::metrics
