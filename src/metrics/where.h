// A condition that people write, over any relation, as SQL: with the columns of the relation, and those that no mapping
// names of what its rows are.
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

// Over a view of the catalogue, which FROM reads under its own name.
Result<Where> WhereSql(std::string_view text, const MetricCatalog& catalog, std::string_view view,
                       store::Session& session);

// Over a relation that is no view of the catalogue: the list of an analysis.
// `relation` is what the list is called in its statement; `described` says by which of its columns it finds custom
// ones. Errors as ParseCondition gives them.
Result<Where> WhereSql(std::string_view text, std::string_view relation, const std::vector<ColumnRef>& columns,
                       const std::vector<Described>& described, store::Session& session);

// People see the place in their condition, not that of a file.
Error InCondition(const Error& error, std::string_view field);

}  // namespace weir::metrics
