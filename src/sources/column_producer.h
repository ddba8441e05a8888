// What every observed column holds: how many rows, how many filled, how many different values, from where to where, and
// the first values as they are. The Columns tab of the Sources page shows it.
#pragma once

#include "analysis/producer.h"

namespace weir::sources {

// Makes model.column_profile. Reads only the observation tables that have changed since; one pass over each.
analysis::Producer ColumnProfileProducer();

}  // namespace weir::sources
