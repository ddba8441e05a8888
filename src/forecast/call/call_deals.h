// The deals of the call, the next to talk about first. Internal to call/.
#pragma once

#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "forecast/call/call_board.h"

namespace weir::forecast {

analysis::TableSpec CallDealsSpec();
analysis::TableSpec CallDealChangesSpec();
analysis::TableSpec CallDealNotesSpec();

// Open deals to close by the end of the period, with what changed since the last call. What the inspection says of them
// is asked of pipeline.inspect by id; where it cannot be, the tables are empty and a warning says why.
struct CallDeals {
  std::vector<analysis::Table> tables = {};
  std::vector<analysis::Warning> warnings = {};
};
Result<CallDeals> ReadCallDeals(const CallState& state, const std::string& team, analysis::Context& context);

}  // namespace weir::forecast
