// Two numbers over different kinds of rows, such as deals and invoices: rows are brought together by the records that
// both belong to, the nearest first. Internal to metrics/.
#pragma once

#include <string>
#include <vector>

#include "metrics/bridge_parts.h"

namespace weir::metrics {

// The kinds of records that rows of both views belong to, from the invoice to the customer.
std::vector<std::string> SharedEntities(const View& start, const View& end);

// Adds every row of both sides to the parts, and both sums to the bridge. There is at least one shared entity.
Status AddAcross(const Comparison& comparison, SumBridge& bridge, PartList& parts);

}  // namespace weir::metrics
