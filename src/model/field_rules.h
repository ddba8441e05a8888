// Whose word counts for single fields of companies and people, where somebody has settled that: survivorship rules. A
// field without a rule is as ever the newest word of the source that ranks first (models/source_rank.sql) among those
// that say anything.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/records.h"

namespace weir::model {

enum class Choice : std::uint8_t {
  kRanked,    // the newest word of the first of the named sources that says anything; the others come after them
  kNewest,    // the newest word, whoever says it
  kLongest,   // of what records say now the longest, of equally long ones as by default
  kFrequent,  // of what records say now what most of them say, of equally frequent ones as by default
};

struct FieldRule {
  Choice choice = Choice::kRanked;
  std::vector<std::string> sources = {};  // of kRanked, whose word counts most first

  bool operator==(const FieldRule&) const = default;
};

// "salesforce > hubspot", "newest", "longest", "frequent"; the error says what is allowed.
Result<FieldRule> ParseFieldRule(std::string_view text);
std::string TextOf(const FieldRule& rule);

// How settings name it: a rule of one field, "whose.account.phone", and the order of sources for all others.
inline constexpr std::string_view kRuleSetting = "whose.";
inline constexpr std::string_view kOrderSetting = "source_order";

// What is settled, by "account.phone": a record table with an entity that several sources tell of, and its column.
struct FieldRules {
  // Of fields without a rule of their own: sources, whose word counts most first; empty: the ranks by default.
  FieldRule order = {};
  std::map<std::string, FieldRule, std::less<>> choices = {};
  // What a field is where nobody says anything and nobody took the value away, by the same names: text columns alone.
  std::map<std::string, std::string, std::less<>> defaults = {};
  // Record tables of whose entities files of enrichment tell, too: model.<table>_enrichment.
  std::set<std::string, std::less<>> enriched = {};

  // Null: by default.
  const FieldRule* Find(const RecordTable& table, std::string_view column) const;
  const std::string* Default(const RecordTable& table, std::string_view column) const;
};

// The columns of a record table for which it may be settled whose word counts: none of tables that one source tells of.
std::vector<std::string> RuledColumns(const RecordTable& table);

// The column of a field as pages and people name it ("owner" is owner_key); empty where nothing can be settled of it.
std::string RuledColumn(const RecordTable& table, std::string_view field);

// Whose word counts more, the smaller the more, as SQL over `source` and `rank`, the rank by default; what only
// mentions the entity, or was merged away, comes after all others in any case.
std::string RankBy(const FieldRule* rule, std::string_view source, std::string_view rank);

}  // namespace weir::model
