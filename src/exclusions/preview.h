// What a condition would leave out, as the caller sees it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "exclusions/rule.h"

namespace weir::exclusions {

// Records of one kind that a rule leaves out.
struct Share {
  std::string entity = {};
  std::int64_t named = 0;      // meet the condition themselves
  std::int64_t with_them = 0;  // go with those
  std::int64_t all = 0;        // there are
};

// The kind that the rule names first, then others of which it takes some. Errors of the condition name its field.
Result<std::vector<Share>> SharesOf(const Rule& rule, const metrics::MetricCatalog& catalog,
                                    analysis::Context& context);

// That a rule leaves out nothing, more than half, or all: then no number would be left, and it cannot be kept.
std::vector<analysis::Warning> Judge(const std::vector<Share>& shares);

}  // namespace weir::exclusions
