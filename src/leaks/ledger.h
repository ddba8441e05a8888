// Runs the rules over the model as the caller sees it. Internal to leaks/.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "leaks/matched.h"
#include "leaks/rule.h"
#include "metrics/catalog.h"
#include "metrics/left_out.h"

namespace weir::leaks {

struct Leak {
  std::string record_id = {};
  std::string claim = {};  // records of the same claim are one loss
  std::string name = {};
  std::string account_id = {};
  std::string account = {};
  std::string owner_id = {};
  std::string owner = {};
  std::string team_id = {};
  std::optional<Date> since = {};
  std::optional<Decimal> exposed = {};  // what hangs on it
  std::optional<Decimal> amount = {};   // what is lost, or expected to be; none: too few cases to say
  analysis::Text detail = {};
  std::optional<Decimal> won_back = {};  // what of it usually comes back once somebody acts
  std::string stratum = {};              // of the past cases that it is compared with
  bool is_certain = false;
  std::optional<Decimal> low = {};  // the range of the amount where the rule itself gives one
  std::optional<Decimal> high = {};
  std::string counted_by = {};  // the rule that counts the same claim by another record; empty: this one counts
  std::string aside = {};       // "tolerated" or "false_alarm" as somebody said by then; empty: neither

  // Whether its money is in the sums.
  bool Counts() const { return counted_by.empty() && aside.empty(); }
};

struct Findings {
  const Rule* rule = nullptr;
  std::vector<Leak> leaks = {};                // largest first
  std::optional<analysis::Text> missing = {};  // what has to be known first
  std::optional<Phrase> left_out = {};         // of what the rule does not speak, though it could
  std::optional<Phrase> failure = {};          // why a rule of the workspace could not be run
  std::optional<Phrase> too_few = {};          // why its leaks have no amount
  // Of the sum of what it counts itself: ranges that the rule gives lie between each other's ends together, amounts by
  // arithmetic stand in it as they are, though not all of them are certain.
  std::optional<Interval> interval = {};
  std::optional<MatchedCases> cases = {};
  std::vector<double> draws = {};  // of that sum; empty where there is no interval
};

struct LedgerScope {
  std::vector<std::string> team_ids = {};  // empty: all
  std::string segment = {};                // empty: all
  const metrics::MetricCatalog* catalog = nullptr;
  metrics::LeaveOut leave_out = {};
};

// The conditions " AND team_id IN (?, …) AND segment = ?" of a scope on rows that have those columns, with their values
// behind those that are there.
std::string AndInScope(const LedgerScope& scope, std::vector<store::Value>& values);

// What the caller asks for, as the model of `context` has it.
Result<LedgerScope> ScopeOf(const std::string& team, const std::string& segment, const metrics::MetricCatalog& catalog,
                            analysis::Context& context);
// Fails on a name that is no rule; nothing is every rule.
Status CheckRule(std::span<const Rule> rules, const std::string& id);

// In the order of the rules. A rule that is built in and fails is an error; one of the workspace has its `failure`.
Result<std::vector<Findings>> RunRules(std::span<const Rule> rules, const LedgerScope& scope,
                                       analysis::Context& context);

}  // namespace weir::leaks
