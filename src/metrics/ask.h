// Governed numbers and targets that questions of several folders rest on: the pipeline, the forecast.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/params.h"
#include "base/decimal.h"
#include "metrics/period.h"

namespace weir::metrics {

// Whose numbers: as the metrics take it.
struct WhoseParams {
  std::string team = {};
  std::string segment = {};
  std::string where = {};

  void Describe(analysis::ParamVisitor& visitor);
  bool IsEverybody() const { return team.empty() && segment.empty() && where.empty(); }
};

// The table of these metrics over the days; `where` is joined to that of the parameters.
Result<analysis::Output> AskMetrics(const std::vector<std::string>& metrics, DayRange days, const WhoseParams& whose,
                                    const std::string& by, const std::string& where, analysis::Context& context);
// The first row of such a table; null where there is none.
store::Value ValueOf(const analysis::Output& output, std::string_view metric, std::size_t row = 0);
// With the digits of ledgers; none where it is null.
std::optional<Decimal> MoneyOf(const store::Value& value);

struct Target {
  std::optional<Decimal> amount = {};
  std::string source = {};    // given, goal, plan; empty where there is none
  std::string whose = {};     // of a goal
  std::string currency = {};  // of a goal in another currency than that of reports, which is not compared
};

// What is to be won in the days: what is given, else the goal of won_amount for exactly these days (of the company,
// else of a department; of the team or segment that is asked about), else the plan of the settings for the whole
// company.
Result<Target> TargetOf(const std::string& given, DayRange days, const WhoseParams& whose, analysis::Context& context);
// A warning for each thing that keeps a target from being compared.
std::vector<analysis::Warning> WarningsOf(const Target& target);

// No deal has an owner of this id or name; `names` are those that deals have.
Error NoSuchOwner(const std::string& owner, const std::vector<std::string>& names);

// Period grains that people may ask of, and the one of a name; quarters and years are fiscal ones.
std::vector<std::string> PeriodNames();
DayRange PeriodNow(const std::string& name, const analysis::Context& context);

// a / b with six digits, half away from zero; none where b is 0.
std::optional<Decimal> RatioOf(const std::optional<Decimal>& a, const std::optional<Decimal>& b);

}  // namespace weir::metrics
