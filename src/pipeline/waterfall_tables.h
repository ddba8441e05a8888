// The tables of the waterfall, and its words. Internal to pipeline/.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "analysis/declaration.h"
#include "pipeline/deal_states.h"
#include "pipeline/movement.h"
#include "pipeline/window.h"

namespace weir::pipeline {

// Who made the versions that brought a part, by deal and version.
using Editors = std::map<std::pair<std::int32_t, std::int32_t>, std::string>;

struct Told {
  Span span = {};
  Window window = {};
  bool has_categories = false;
  bool has_scope = false;  // a team or the like is asked about
  DealStates states = {};
  Movement movement = {};
  Editors editors = {};
  std::string currency = {};
};

std::vector<analysis::TableSpec> WaterfallTables();

analysis::Table BarsTable(const Told& told);
analysis::Table OwnCurrencyTable(const Told& told);
analysis::Table DealsTable(const Told& told);

// What is to be known of the figures: currencies without a rate, amounts and dates that cannot be right, what no
// history tells.
std::vector<analysis::Warning> WarningsOf(const Told& told);
analysis::History HistoryOf(const Told& told);

}  // namespace weir::pipeline
