// What the model says of leads, deals, subscriptions, invoices and payments, as the tree of forecasts takes it. Amounts
// are in units of the ledger, in the currency of reports. Internal to tree/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "forecast/tree/cash.h"
#include "forecast/tree/delays.h"
#include "metrics/catalog.h"

namespace weir::forecast {

// What came on the days on which something came, the oldest first.
struct DailyFlow {
  struct On {
    std::int32_t day;
    double amount;
  };
  std::vector<On> days = {};

  bool IsEmpty() const { return days.empty(); }
  double Within(std::int32_t first, std::int32_t last) const;
  std::vector<double> Months(int first, int last) const;  // both inclusive
};

// Who makes what is won: leads and campaigns bring new deals, sellers find others, success expands and renews.
enum class DealOrigin : std::uint8_t { kNewByMarketing, kNewBySales, kExpansion, kRenewal };
inline constexpr std::size_t kDealOrigins = 4;

// Leads that were created on a day, and when they had a deal, and won it.
struct LeadCohort {
  std::int32_t created = 0;
  std::int32_t deal = kStillAwaited;
  std::int32_t won = kStillAwaited;
  double count = 0;
};

// A new deal that was won, and when revenue of its account began.
struct StartingDeal {
  std::int32_t won = 0;
  double amount = 0;
  std::int32_t starts = kStillAwaited;
  double monthly = 0;
};

struct RecurringDay {
  std::int32_t day = 0;
  double started = 0;  // new, reactivation
  double grown = 0;    // expansion, contraction, churn
  double carried = 0;  // exchange rates
};

struct TreeFacts {
  std::int32_t as_of = 0;
  int first_month = 0;  // the first that is not over
  std::array<DailyFlow, kDealOrigins> won = {};
  std::array<DailyFlow, kDealOrigins> created = {};
  std::optional<std::int32_t> created_since = {};  // new deals that were not won are known from here on
  DailyFlow leads = {};
  std::vector<LeadCohort> cohorts = {};  // of leads of which it is known whether they became deals
  double won_of_leads = 0;               // won amount of deals that leads became
  double created_of_leads = 0;           // what such deals were created with
  std::vector<RecurringDay> recurring = {};
  std::vector<StartingDeal> booked = {};
  std::vector<InvoiceFact> invoices = {};
  DailyFlow invoiced = {};
  DailyFlow paid = {};
  std::int64_t paid_without_day = 0;  // invoices
  std::int64_t won_without_amount = 0;
};

Result<TreeFacts> ReadTreeFacts(const metrics::MetricCatalog& catalog, analysis::Context& context);

// The deals or payments of a past month of a node, the largest first; not_found for nodes that have none.
Result<analysis::Evidence> RowsBehind(const metrics::MetricCatalog& catalog, const std::string& node, int month,
                                      analysis::Context& context);

}  // namespace weir::forecast
