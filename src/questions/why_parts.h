// The parts of the answer to why sales changed: the causes whose product the amount is, the places that it comes from,
// the customers, and what was due. Internal to questions/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "questions/answer.h"
#include "questions/scope.h"
#include "questions/words.h"

namespace weir::questions {

// --- Why: factors whose product is the won amount --------------------------------------------------------------------

// What one side is made of, by governed numbers alone.
struct Side {
  std::int64_t pool = 0;  // deals to work on: decided in the period, or open at its end
  std::int64_t decided = 0;
  std::int64_t won = 0;
  std::int64_t with_amount = 0;
  Decimal amount = {0, kAmountScale};
  store::Value win_rate = {};  // as the metrics give them
  store::Value average = {};
};

const std::vector<std::string>& SideMetrics();
Side SideOf(const Numbers& numbers);

struct Cause {
  std::string id;
  Text title;
  Text fewer;  // why the sum is smaller: half a sentence
  Text more;
  std::string unit;
  store::Value before;
  store::Value now;
  Int128 effect = 0;
};

// The one that weighs most first; their effects add up to the change.
std::vector<Cause> CausesOf(const Side& before, const Side& now);
analysis::TableSpec CausesSpec();
analysis::Table CausesTable(const std::vector<Cause>& causes, const Side& before, const Side& now, const Scope& scope);
Step CausesStep(const std::vector<Cause>& causes, const Side& before, const Side& now, const Scope& scope);

// --- Where: the dimension along which the change is least even
// --------------------------------------------------------

// A dimension that says nothing for more than this part of the amount is not asked what it explains.
inline constexpr double kMostUnnamed = 0.5;

struct Place {
  std::string value;
  bool is_named = false;
  std::int64_t deals_before = 0;
  std::int64_t deals_now = 0;
  Decimal before = {0, kAmountScale};
  Decimal now = {0, kAmountScale};
  double squares_before = 0;
  double squares_now = 0;

  Int128 change() const { return now.units - before.units; }
};

struct Places {
  std::string dimension;
  Text title;
  std::vector<Place> places;
  double unnamed_share = 0;
  std::optional<double> unevenness;  // times what chance would make it; none: not asked
  bool is_beyond_chance = false;
};

std::optional<std::string> ColumnOf(const metrics::MetricCatalog& catalog, std::string_view dimension);
// A dimension each with its values, those that pull the sum where it went first.
Result<std::vector<Places>> ReadPlaces(const Scope& scope, analysis::Context& context);
// The one that chance explains least; none where no dimension has two values.
const Places* Chosen(const std::vector<Places>& all);
analysis::TableSpec PlacesSpec();
analysis::TableSpec DimensionsSpec();
analysis::Table PlacesTable(const Places* chosen, const Scope& scope);
analysis::Table DimensionsTable(const std::vector<Places>& all, const Scope& scope);
std::optional<Step> PlacesStep(const Places* chosen, const Scope& scope);

// --- Who: new customers, those who came again, those who did not
// --------------------------------------------------------

struct Customers {
  std::int64_t accounts = 0;
  Decimal before = {0, kAmountScale};
  Decimal now = {0, kAmountScale};
};

using CustomersByKind = std::map<std::string, Customers, std::less<>>;

// WITH kinds: a row an account with a won deal on either side, and its kind.
std::string CustomersSql(const Scope& scope);
Result<CustomersByKind> ReadCustomers(const Scope& scope, analysis::Context& context);
analysis::TableSpec CustomersSpec();
analysis::Table CustomersTable(const CustomersByKind& kinds, const Scope& scope);
Step CustomersStep(const CustomersByKind& kinds, const Scope& scope);

// --- When: what was due in the period on its first day
// --------------------------------------------------------------------

struct Due {
  std::int64_t deals = 0;
  Decimal amount = {0, kAmountScale};
};
using DueByFate = std::map<std::string, Due, std::less<>>;

// WITH due: deals that were open when the days began, with a close date within them; the amount is that of the day.
std::string DueSql(const Scope& scope, metrics::DayRange days);
Result<DueByFate> ReadDue(const Scope& scope, metrics::DayRange days, analysis::Context& context);
analysis::TableSpec DueSpec();
analysis::Table DueTable(const DueByFate& before, const DueByFate& now, const Scope& scope);
// None where nothing was due, or nobody knows what was.
std::optional<Step> DueStep(const DueByFate& before, const DueByFate& now, const Scope& scope);

}  // namespace weir::questions
