// Runs the rules of data quality over the model as the caller sees it. Internal to hygiene/.
//
// A rule's SELECT gives every record that it checks; here it is counted by source, team, owner and by whoever wrote the
// field last, in one pass, so that every score that is shown is a sum over these counts and none costs another pass.
// What exclusion rules leave out of numbers is not checked either.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "base/decimal.h"
#include "hygiene/quality_rule.h"
#include "metrics/left_out.h"

namespace weir::hygiene {

// What of the data is looked at; empty: everything.
struct QualityFilter {
  std::string rule = {};
  std::string dimension = {};
  std::string entity = {};
  std::string source = {};
  std::string team = {};
  std::string owner = {};
  std::string segment = {};
  std::string writer = {};  // "person", "import", "unknown" or "integration: HubSpot sync"

  void Describe(analysis::ParamVisitor& visitor);
};

struct QualityScope {
  QualityFilter filter = {};
  std::vector<std::string> team_ids = {};
  metrics::LeaveOut leave_out = {};
};
Result<QualityScope> QualityScopeOf(const QualityFilter& filter, std::span<const QualityRule> rules,
                                    analysis::Context& context);

// Records that a rule checks and that have these in common.
struct Tally {
  std::string source = {};
  std::string team_id = {};
  std::string team = {};
  std::string owner_id = {};
  std::string owner = {};
  std::string writer = {};
  std::int64_t checked = 0;
  std::int64_t failing = 0;
  std::int64_t repairable = 0;          // of the failing ones
  std::optional<Decimal> exposed = {};  // of the failing ones
};

struct Tallies {
  const QualityRule* rule = nullptr;
  std::vector<Tally> parts = {};
  std::optional<analysis::Text> missing = {};  // what has to be known first
  std::optional<Phrase> failure = {};          // why a rule of the workspace could not be run
};

// Rules that the filter leaves, in their order. A rule that is built in and fails is an error; one of the workspace has
// its `failure`. Cost: a pass over each view that they read, and one over the records of each rule.
Result<std::vector<Tallies>> RunQuality(std::span<const QualityRule> rules, const QualityScope& scope,
                                        analysis::Context& context);

// One record that a rule finds.
struct Finding {
  std::string record_id = {};
  std::string name = {};
  std::string account_id = {};
  std::string account = {};
  std::string owner = {};
  std::string team = {};
  std::string source = {};
  std::string writer = {};
  std::optional<Decimal> exposed = {};
  std::string value = {};
  std::string field = {};                    // that a correction would change
  std::optional<std::string> proposed = {};  // empty text: the field is to be emptied
  analysis::Text detail = {};
};

// The largest amounts first. At most `limit`; `total` says how many there are.
struct Findings {
  std::vector<Finding> rows = {};
  std::int64_t total = 0;
  std::optional<analysis::Text> missing = {};
};
Result<Findings> FindRecords(const QualityRule& rule, const QualityScope& scope, std::size_t limit,
                             analysis::Context& context);

// A rule by its id; the nearest name is suggested.
Result<const QualityRule*> FindQualityRule(std::span<const QualityRule> rules, const std::string& id);

// What should stand there; nothing where it cannot be told. A region is a country by code or name.
std::optional<std::string> Proposal(Repair repair, const std::string& value, const std::string& region);

}  // namespace weir::hygiene
