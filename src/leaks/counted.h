// Rules over the records that count: what exclusion rules leave out is no leak, and no case to learn from either.
// Internal to leaks/.
#pragma once

#include <string>
#include <string_view>

#include "metrics/catalog.h"
#include "metrics/left_out.h"

namespace weir::leaks {

// The SELECT with every scoped view of which something is left out read without it. Quoted text, quoted names and
// comments are left alone. With nothing to leave out it is the same text.
std::string OverCounted(std::string_view sql, const metrics::MetricCatalog& catalog,
                        const metrics::LeaveOut& leave_out);

}  // namespace weir::leaks
