// A sheet that is a list of records, row by row against the rows behind a metric. Internal to metrics/.
#pragma once

#include "metrics/conflict.h"

namespace weir::metrics {

// False where the sheet is no list of records of the metric: `conflict` is then as it was. `metric` is that of the
// amounts, if a column names one; else the one that was asked.
Result<bool> CompareRecords(const ConflictAsked& asked, Conflict& conflict, const Metric* metric,
                            analysis::Context& context);

}  // namespace weir::metrics
