#include "model/field_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "model/references.h"
#include "store/database.h"

namespace weir::model {
namespace {

constexpr std::array<std::pair<Choice, std::string_view>, 3> kNames{
    {{Choice::kNewest, "newest"}, {Choice::kLongest, "longest"}, {Choice::kFrequent, "frequent"}}};
constexpr std::size_t kMostSources = 20;

bool IsSourceName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

Result<FieldRule> ParseFieldRule(std::string_view text) {
  const std::string_view word = TrimBlanks(text);
  for (const auto& [choice, name] : kNames) {
    if (word == name) return FieldRule{.choice = choice};
  }
  FieldRule rule;
  std::string_view rest = word;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('>'), rest.size());
    const std::string_view name = TrimBlanks(rest.substr(0, end));
    const bool is_again = std::ranges::find(rule.sources, name) != rule.sources.end();
    if (!IsSourceName(name) || is_again || rule.sources.size() == kMostSources) {
      rule.sources.clear();
      break;
    }
    rule.sources.emplace_back(name);
    rest = end == rest.size() ? std::string_view() : rest.substr(end + 1);
    if (end < word.size() && rest.empty() && word.ends_with('>')) rule.sources.clear();
  }
  if (!rule.sources.empty()) return rule;
  return Fail(BadUsage("'{}' does not say whose word counts", std::string(text))
                  .Field("rule")
                  .Mend("Use newest, longest, frequent, or sources such as salesforce > hubspot"));
}

std::string TextOf(const FieldRule& rule) {
  for (const auto& [choice, name] : kNames) {
    if (rule.choice == choice) return std::string(name);
  }
  return fmt::format("{}", fmt::join(rule.sources, " > "));
}

const FieldRule* FieldRules::Find(const RecordTable& table, std::string_view column) const {
  const auto found = choices.find(fmt::format("{}.{}", table.name, column));
  if (found != choices.end()) return &found->second;
  return order.sources.empty() ? nullptr : &order;
}

const std::string* FieldRules::Default(const RecordTable& table, std::string_view column) const {
  const auto found = defaults.find(fmt::format("{}.{}", table.name, column));
  return found == defaults.end() ? nullptr : &found->second;
}

std::vector<std::string> RuledColumns(const RecordTable& table) {
  std::vector<std::string> columns;
  if (table.entity != "account" && table.entity != "person") return columns;
  for (const RecordColumn& column : table.columns) {
    if (column.name == "key" || column.name == "created_at" || column.name == "modified_at") continue;
    columns.push_back(column.name);
  }
  return columns;
}

std::string RuledColumn(const RecordTable& table, std::string_view field) {
  const std::vector<std::string> columns = RuledColumns(table);
  const std::string of_key = std::string(field) + "_key";
  const std::string_view column = field == "lead_source" ? "source" : field;
  for (const std::string& one : columns) {
    if (one == column || one == of_key) return one;
  }
  return {};
}

std::string RankBy(const FieldRule* rule, std::string_view source, std::string_view rank) {
  if (rule == nullptr) return std::string(rank);
  if (rule->choice != Choice::kRanked) return fmt::format("CASE WHEN {0} >= 50 THEN {0} ELSE 1 END", rank);
  // The ranks by default are below 10: the others keep their order after those that are named.
  std::string cases;
  for (std::size_t i = 0; i < rule->sources.size(); ++i) {
    cases += fmt::format(" WHEN {} = {} THEN {}", source, store::QuoteText(rule->sources[i]), i);
  }
  return fmt::format("CASE WHEN {0} >= 50 THEN {0}{1} ELSE {2} + {0} END", rank, cases, kMostSources);
}

}  // namespace weir::model
