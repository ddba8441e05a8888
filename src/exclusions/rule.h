// An exclusion rule: records of one kind that meet a condition count in no governed number. It is a decision of the
// workspace, kept as a setting, so that data versions, undo and the past are those of settings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "metrics/catalog.h"
#include "metrics/where.h"
#include "store/engine.h"

namespace weir::exclusions {

struct Rule {
  std::string id = {};  // a number
  std::string name = {};
  std::string entity = {};     // account, person, lead, deal
  std::string condition = {};  // in the language of filters
  bool is_on = true;
  std::optional<std::int64_t> decision_id = {};  // that made it so, and may be undone

  bool operator==(const Rule&) const = default;
};

// The setting that keeps a rule is called by this and the id of the rule.
inline constexpr std::string_view kSettingPrefix = "exclusion:";

std::string Written(const Rule& rule);
// Nothing for what is no rule.
std::optional<Rule> ReadWritten(std::string_view setting, std::string_view value);

// Those that are in force, on or off, by number.
Result<std::vector<Rule>> ReadRules(store::Session& session);

// The condition as SQL over scoped.<entity> under its own name. Errors say at which character of the condition.
Result<metrics::Where> ConditionOf(const Rule& rule, const metrics::MetricCatalog& catalog, store::Session& session);

// SELECT of the ids of the records that meet it; they bind `where.values`.
std::string MatchedSql(const Rule& rule, const metrics::MetricCatalog& catalog, const metrics::Where& where);

// SELECT entity, entity_id, rule, through: `seeds` (columns rule, entity, entity_id) and all that goes with them,
// however far: the people, leads and deals of an account, the deals of a person or a lead, the leads of a deal.
// `through` is the kind of record that takes it along, null where a rule names the record itself. Each record once a
// rule.
std::string ReachSql(const metrics::MetricCatalog& catalog, std::string_view seeds);

}  // namespace weir::exclusions
