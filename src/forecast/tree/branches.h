// The branches of the tree of forecasts, each foretold from its own facts: bookings, pipeline, revenue, cash, and what
// leads imply. A branch without facts enough is left out, with a warning. Internal to tree/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/result.h"
#include "analysis/text.h"
#include "base/executor.h"
#include "forecast/tree/flows.h"
#include "forecast/tree/tree_facts.h"

namespace weir::forecast {

struct NodeName {
  const char* id;
  int parent;  // within its branch
  const char* department;
  analysis::Text title;
};

struct Branch {
  std::vector<NodeName> names = {};
  std::vector<FlowNode> nodes = {};
  int first_past = 0;       // month of the first value of pasts; the last one is the month before the first ahead
  bool has_history = true;  // of nodes below the root
  TreeForecast forecast = {};
};

// What leads bring, by how often and how fast those of the past became deals and were won.
struct LeadOutlook {
  int first_past = 0;
  std::vector<double> past = {};  // leads
  double so_far = 0;
  OwnForecast leads = {};
  bool has_chain = false;
  DelayCurve to_deal = {};
  DelayCurve to_won = {};
  double amount_per_deal = 0;  // first amount
  double amount_per_won = 0;
  // By month ahead: of leads that are there and those to come.
  std::vector<double> deals = {};
  std::vector<double> pipeline = {};
  std::vector<double> bookings = {};
};

struct Starts {
  DelayCurve curve = {};     // from a won deal to the beginning of its revenue
  double monthly_share = 0;  // recurring revenue a month by amount won
  double matched = 0;        // deals
  double not_yet = 0;        // won amount of those whose revenue may still begin
};

struct Forecasts {
  std::vector<Branch> branches = {};  // bookings, pipeline, revenue, cash, as far as they are there
  std::optional<LeadOutlook> leads = {};
  std::optional<PaymentBehaviour> payments = {};
  Starts starts = {};
  std::vector<analysis::Warning> warnings = {};

  const Branch* Find(std::string_view root) const;
};

// not_enough_data where no branch is left; cancelled where it was told to stop.
Result<Forecasts> ForecastBranches(const TreeFacts& facts, int months, const Executor& executor,
                                   const std::stop_token& stop);

}  // namespace weir::forecast
