#include "exclusions/rule.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "metrics/left_out.h"
#include "store/database.h"

namespace weir::exclusions {
namespace {

std::int64_t NumberOf(const Rule& rule) {
  std::int64_t number = 0;
  std::from_chars(rule.id.data(), rule.id.data() + rule.id.size(), number);
  return number;
}

// A row for each pair of records of which the first takes the second with it.
std::string LinksSql(const metrics::MetricCatalog& catalog) {
  std::string links;
  for (const std::string_view entity : metrics::kExcludable) {
    const metrics::View& view = *catalog.FindView(entity);
    std::vector<metrics::Described> others = view.described;
    others.insert(others.end(), view.belongs.begin(), view.belongs.end());
    for (const metrics::Described& other : others) {
      const bool is_excludable = std::ranges::find(metrics::kExcludable, other.entity) != metrics::kExcludable.end();
      if (other.entity == entity || !is_excludable) continue;
      links += fmt::format(
          "{0}SELECT '{1}' AS from_entity, {2} AS from_id, '{3}' AS entity, {4} AS entity_id FROM scoped.{3} WHERE {2} "
          "IS NOT NULL",
          links.empty() ? "" : "\n  UNION ALL ", other.entity, other.id.column, entity, view.id);
    }
  }
  return links;
}

}  // namespace

std::string Written(const Rule& rule) {
  return nlohmann::json{
      {"name", rule.name}, {"entity", rule.entity}, {"condition", rule.condition}, {"is_on", rule.is_on}}
      .dump();
}

std::optional<Rule> ReadWritten(std::string_view setting, std::string_view value) {
  if (!setting.starts_with(kSettingPrefix)) return std::nullopt;
  const auto json = nlohmann::json::parse(value, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return Rule{.id = std::string(setting.substr(kSettingPrefix.size())),
              .name = json.value("name", ""),
              .entity = json.value("entity", ""),
              .condition = json.value("condition", ""),
              .is_on = json.value("is_on", true)};
}

Result<std::vector<Rule>> ReadRules(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query(fmt::format(
               "SELECT name, value, decision_id FROM scoped.setting WHERE starts_with(name, '{}')", kSettingPrefix)));
  std::vector<Rule> rules;
  rules.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto rule = ReadWritten(rows.TextAt(i, 0), rows.TextAt(i, 1));
    if (!rule) continue;
    if (!store::IsNull(rows.rows[i][2])) rule->decision_id = rows.IntegerAt(i, 2);
    rules.push_back(std::move(*rule));
  }
  std::ranges::sort(rules, [](const Rule& a, const Rule& b) {
    return std::tuple(NumberOf(a), a.id) < std::tuple(NumberOf(b), b.id);
  });
  return rules;
}

Result<metrics::Where> ConditionOf(const Rule& rule, const metrics::MetricCatalog& catalog, store::Session& session) {
  if (TrimBlanks(rule.condition).empty()) {
    return Fail(
        BadUsage("the rule has no condition").Field("condition").Mend("Write one, such as: name like '%Test%'"));
  }
  auto where = metrics::WhereSql(rule.condition, catalog, rule.entity, session);
  if (!where) return Fail(metrics::InCondition(where.error(), "condition"));
  return where;
}

std::string MatchedSql(const Rule& rule, const metrics::MetricCatalog& catalog, const metrics::Where& where) {
  return fmt::format("SELECT {0}.{1} AS entity_id FROM scoped.{0} AS {0}{2} WHERE {3}", rule.entity,
                     catalog.FindView(rule.entity)->id, where.joins, where.condition);
}

std::string ReachSql(const metrics::MetricCatalog& catalog, std::string_view seeds) {
  return fmt::format(R"(WITH RECURSIVE link AS (
  {}),
seed AS ({}),
taken(rule, entity, entity_id) AS (
  SELECT rule, entity, entity_id FROM seed
  UNION
  SELECT taken.rule, link.entity, link.entity_id
  FROM taken JOIN link ON link.from_entity = taken.entity AND link.from_id = taken.entity_id),
led AS (
  SELECT taken.rule, link.entity, link.entity_id, min(link.from_entity) AS through
  FROM taken JOIN link ON link.from_entity = taken.entity AND link.from_id = taken.entity_id
  GROUP BY taken.rule, link.entity, link.entity_id)
SELECT taken.entity, taken.entity_id, taken.rule, CASE WHEN seed.rule IS NULL THEN led.through END AS through
FROM taken
LEFT JOIN seed ON seed.rule = taken.rule AND seed.entity = taken.entity AND seed.entity_id = taken.entity_id
LEFT JOIN led ON led.rule = taken.rule AND led.entity = taken.entity AND led.entity_id = taken.entity_id)",
                     LinksSql(catalog), seeds);
}

}  // namespace weir::exclusions
