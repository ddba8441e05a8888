// What the model says of sellers and what they won, as the kernel of capacity takes it. Internal to plan/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "forecast/plan/capacity.h"
#include "metrics/catalog.h"

namespace weir::forecast {

// Months that productivity, ramp and attrition are learnt from, at most.
inline constexpr int kPastMonths = 24;

struct SellerFact {
  std::string id = {};
  std::string name = {};
  std::string team = {};
  std::optional<Date> started = {};
  std::optional<Date> ended = {};  // the first day that the seller is gone; may lie ahead
  std::int64_t won_units = 0;      // in the last twelve whole months
};

struct CapacityFacts {
  int first_month = 0;  // of the past
  int plan_month = 0;   // the first month that is not over
  std::vector<SellerFact> sellers = {};
  std::vector<SellerMonth> months = {};  // by number of the seller
  std::vector<double> others = {};       // won by nobody who counts as a seller, units a month of the past
  std::int64_t won_deals = 0;            // of sellers, in the past
  double left = 0;                       // sellers who left in the past
  double seller_months = 0;
  std::int64_t without_start = 0;
  std::int64_t without_amount = 0;
  std::vector<std::string> departments = {};  // whose sellers never won a deal: they open them, and plan none
  std::int64_t not_closing = 0;               // sellers of these
};

// Of the whole company, or of a team and those below it.
Result<CapacityFacts> ReadCapacityFacts(const metrics::MetricCatalog& catalog, const std::string& team,
                                        analysis::Context& context);

// The sellers who are here or come, as the plan takes them; `places` says which of the facts each is.
std::vector<PlannedSeller> PlannedOf(const CapacityFacts& facts, const CapacityPast& past,
                                     std::vector<std::size_t>& places);

}  // namespace weir::forecast
