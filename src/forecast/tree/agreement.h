// What each department says of the same thing, beside what all of it comes to where it adds up. Internal to tree/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "forecast/tree/branches.h"

namespace weir::forecast {

struct Saying {
  std::string thing = {};       // a node of the tree, or leads
  std::string says = {};        // own, parts, leads, goal
  std::string department = {};  // whose
  analysis::Text what = {};
  Date first_day = {};
  Date last_day = {};
  Decimal said = {};  // of leads: what they are worth in bookings
  Decimal agreed = {};
  std::optional<std::int64_t> said_leads = {};
  std::optional<std::int64_t> agreed_leads = {};
};

// Money is that of the tree as it is shown, month by month and node by node.
struct ShownNode {
  std::string id = {};
  std::vector<std::optional<std::int64_t>> past = {};  // actual months, as far as they are known
  int first_past = 0;
  std::vector<std::int64_t> agreed = {};
};

// In the order of the tree: departments against each other, then goals. Warnings tell which goals are not compared.
Result<std::vector<Saying>> SayingsOf(const Forecasts& forecasts, const std::vector<ShownNode>& shown, int first_month,
                                      analysis::Context& context, std::vector<analysis::Warning>& warnings);

}  // namespace weir::forecast
