// The board of the call as tables: lines with what was said, what is below, what the source's categories promise, what
// the model says. Internal to call/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "forecast/call/call_history.h"
#include "metrics/ask.h"

namespace weir::forecast {

// What stands beside the words of a line.
struct BesideLine {
  std::optional<ModelLine> model = {};
  std::optional<Decimal> expected = {};  // won, and open deals by the model
  std::optional<Decimal> target = {};
  std::optional<Decimal> pooled = {};
  std::optional<double> weight = {};  // of people in what is pooled
};

struct CallState {
  metrics::DayRange period = {};
  Instant as_of = {};
  Instant since = {};  // the last call
  CallWords words = {};
  CallTree tree = {};
  PlacedWords placed = {};
  CallBoard board = {};
  std::vector<LineMoney> money = {};
  std::vector<BesideLine> beside = {};  // by line
  std::map<std::string, ModelDeal, std::less<>> model_deals = {};
};

analysis::TableSpec BoardSpec();
analysis::TableSpec CellsSpec();
analysis::TableSpec HistorySpec();
analysis::TableSpec AuditSpec();

analysis::Table BoardTable(const CallState& state, const std::string& currency);
analysis::Table CellsTable(const CallState& state, const std::string& currency);
analysis::Table SubmissionsTable(const CallState& state, const std::string& currency);
analysis::Table AuditTable(const CallState& state, const std::string& currency);

}  // namespace weir::forecast
