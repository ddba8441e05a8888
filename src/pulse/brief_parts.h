// The three lists of the brief and what is missing from them. Internal to pulse/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/context.h"
#include "analysis/text.h"
#include "metrics/catalog.h"
#include "metrics/period.h"
#include "metrics/query.h"
#include "pulse/view.h"

namespace weir::pulse {

constexpr std::size_t kBriefLines = 5;
constexpr std::size_t kBriefOpenings = 3;
// What began so many days ago or later is new, and is told before what has been told for weeks.
constexpr int kNewDays = 7;

struct BriefParams {
  std::string team = {};
  std::string segment = {};
  std::string department = {};
  std::string owner = {};
  std::vector<std::string> told = {};

  void Describe(analysis::ParamVisitor& visitor);
};

// Whose brief it is.
struct BriefScope {
  PulseView view = {};  // the fiscal quarter to as-of
  std::string team = {};
  std::string department = {};
  std::string owner = {};  // name of a seller
  Date today = {};
};
Result<BriefScope> ScopeOf(const metrics::MetricCatalog& catalog, const BriefParams& params,
                           analysis::Context& context);

struct BriefNumber {
  const metrics::Metric* metric = nullptr;
  store::Value value = {};
  std::optional<Decimal> since_day = {};   // of what adds up by day: what the day brought; else the difference
  std::optional<Decimal> since_week = {};  // the same of seven days
};

struct BriefNumbers {
  std::vector<BriefNumber> known = {};               // at most five
  std::vector<const metrics::Metric*> unknown = {};  // asked before them and not answered
  bool reads_history = false;
};
Result<BriefNumbers> ReadNumbers(const BriefScope& scope, analysis::Context& context);
// What any of the numbers may be counted from.
std::vector<std::string> BriefViews(const metrics::MetricCatalog& catalog);
// The query of a number, to explain it.
metrics::Query BriefQuery(const BriefScope& scope, const std::vector<std::string>& metrics, metrics::DayRange days);

struct BriefReason {
  std::string code = {};  // closes_today, past_close_date, or the rule of a leak
  analysis::Text text = {};
  std::optional<Date> since = {};
};

struct BriefDeal {
  std::string id = {};
  std::string name = {};
  std::string account = {};
  std::string stage = {};
  std::string owner = {};
  std::optional<Decimal> amount = {};
  std::optional<Date> close_date = {};
  std::vector<BriefReason> reasons = {};  // at least one
  bool is_new = false;                    // some reason is
};

struct BriefDeals {
  std::vector<BriefDeal> waiting = {};  // new ones first, decisions before next steps, then by amount
  std::int64_t open = 0;
  std::int64_t without_close_date = 0;
};
// `leaks` is the table of analysis leaks.list.
Result<BriefDeals> ReadDeals(const BriefScope& scope, const analysis::Table& leaks, analysis::Context& context);

struct BriefLeak {
  std::size_t row = 0;  // of leaks.list or openings.list
  Decimal won_back = {};
  bool is_new = false;
};
// Leaks or openings of the scope that count themselves and of which something can be won back, the most first.
std::vector<BriefLeak> PickLeaks(const BriefScope& scope, const analysis::Table& list);

// Where a page shows the same, under the same filters and at the same moment.
std::string PlaceOf(const BriefScope& scope, std::string_view path,
                    const std::vector<std::pair<std::string, std::string>>& query);

}  // namespace weir::pulse
