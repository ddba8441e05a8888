#include "exclusions/exclusions.h"

#include <algorithm>
#include <map>

#include "analysis/columns.h"
#include "base/russian.h"
#include "exclusions/analyses.h"
#include "metrics/left_out.h"

namespace weir::exclusions {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMaxEvidence = 1000;

TableSpec RulesTable() {
  return {.name = "rules",
          .title = {"Exclusion rules", "Правила исключения"},
          .key = {"rule"},
          .columns = {TextOf("rule", "Rule", "Правило"), TextOf("name", "Name", "Название"),
                      TextOf("entity", "Which records", "Какие записи"), TextOf("condition", "Condition", "Условие"),
                      TextOf("state", "State", "Состояние"), CountOf("named", "Meet it", "Отвечают условию"),
                      CountOf("with_them", "Go with them", "Связаны с ними"),
                      Of("decision_id", ColumnType::kInteger, "Decision", "Решение"),
                      TextOf("problem", "What is wrong with it", "Что с ним не так"),
                      TextOf("problem_ru", "What is wrong with it (Russian)", "Что с ним не так (по-русски)")}};
}

TableSpec RecordsTable() {
  return {.name = "records",
          .title = {"What each rule leaves out", "Что убирает каждое правило"},
          .key = {"rule", "entity"},
          .columns = {TextOf("rule", "Rule", "Правило"), TextOf("entity", "Kind", "Вид"),
                      CountOf("named", "Meet it", "Отвечают условию"),
                      CountOf("with_them", "Go with them", "Связаны с ними")}};
}

// The records that rules leave out and the caller may see.
std::string SeenSql(const metrics::MetricCatalog& catalog) {
  std::string sql;
  for (const std::string_view entity : metrics::kExcludable) {
    sql += fmt::format(
        "{0}SELECT x.rule, x.entity, x.entity_id, x.through FROM scoped.excluded AS x JOIN scoped.{1} AS r ON r.{2} = "
        "x.entity_id WHERE x.entity = '{1}'",
        sql.empty() ? "" : " UNION ALL ", entity, catalog.FindView(entity)->id);
  }
  return sql;
}

// "off", "failed" where the condition cannot be read any more, "empty" where nothing meets it, else "on".
std::string_view StateOf(const Rule& rule, bool is_read, std::int64_t named) {
  if (!rule.is_on) return "off";
  if (!is_read) return "failed";
  return named == 0 ? "empty" : "on";
}

Result<Output> Run(const metrics::MetricCatalog& catalog, Context& context) {
  WEIR_TRY(const std::vector<Rule> rules, ReadRules(context.session()));
  WEIR_TRY(analysis::Table records,
           analysis::ReadTable(RecordsTable(), context.session(),
                               fmt::format("SELECT rule, entity, count(*) FILTER (WHERE through IS NULL) AS named, "
                                           "count(*) FILTER (WHERE through IS NOT NULL) AS with_them FROM ({}) AS seen "
                                           "GROUP BY rule, entity ORDER BY rule NULLS LAST, entity NULLS LAST",
                                           SeenSql(catalog))));
  std::map<std::string, std::pair<std::int64_t, std::int64_t>, std::less<>> sums;
  for (const auto& row : records.rows) {
    auto& [named, with_them] = sums[store::ToText(row[0])];
    named += std::get<std::int64_t>(row[2]);
    with_them += std::get<std::int64_t>(row[3]);
  }
  Output output;
  const TableSpec spec = RulesTable();
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const Rule& rule : rules) {
    const auto [named, with_them] = sums[rule.id];
    const auto where = ConditionOf(rule, catalog, context.session());
    const Phrase problem = where ? Phrase() : where.error().Whole();
    if (rule.is_on && !where) {
      output.warnings.push_back({.code = "exclusion_failed",
                                 .message = MakePhrase("the rule '{}' leaves nothing out: {}", rule.name, problem),
                                 .params = {{"rule", rule.name}}});
    }
    table.rows.push_back({rule.id, rule.name, rule.entity, rule.condition,
                          std::string(StateOf(rule, where.has_value(), named)), named, with_them,
                          rule.decision_id ? Value(*rule.decision_id) : Value(), where ? Value() : Value(problem.text),
                          where ? Value() : Value(InRussian(problem))});
  }
  output.tables = {std::move(table), std::move(records)};
  return output;
}

// The records behind a row: those that meet the condition first.
Result<Evidence> Explain(const metrics::MetricCatalog& catalog, const std::string& table,
                         const std::vector<std::string>& key, Context& context) {
  if (table != "rules" && table != "records") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  if (key.size() != (table == "rules" ? 1U : 2U)) {
    return Fail((table == "rules" ? BadUsage("the key is not a rule") : BadUsage("the key is not a rule and a kind"))
                    .Field("explain"));
  }
  WEIR_TRY(const std::vector<Rule> rules, ReadRules(context.session()));
  const auto rule = std::ranges::find(rules, key.front(), &Rule::id);
  if (rule == rules.end()) return Fail(NotFound("there is no exclusion rule {}", key.front()).Field("explain"));
  Evidence evidence{.table = key.size() == 2 ? key[1] : rule->entity};
  const std::array<Value, 2> values{rule->id, evidence.table};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(fmt::format("SELECT entity_id, count(*) OVER () FROM ({}) AS seen WHERE rule = ? AND "
                                          "entity = ? ORDER BY through NULLS FIRST, entity_id NULLS LAST LIMIT {}",
                                          SeenSql(catalog), kMaxEvidence),
                              values));
  for (std::size_t i = 0; i < rows.size(); ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  if (rows.size() > 0) evidence.total = rows.IntegerAt(0, 1);
  return evidence;
}

}  // namespace

analysis::Analysis RulesAnalysis(const Catalog& catalog) {
  analysis::Analysis declared{
      .info = {.id = "exclusions",
               .title = {"What is not counted", "Что не учитывается"},
               .help = {"Exclusion rules: records that count in no number, how many each rule leaves out with all that "
                        "goes with them.",
                        "Правила исключения: записи, которые не входят ни в одно число, и сколько записей убирает "
                        "каждое правило вместе со всем, что с ними связано."},
               .needs = {"account", "person", "lead", "deal", "setting", "excluded"},
               .tables = {RulesTable(), RecordsTable()}},
      .params = analysis::SpecsOf<NoParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(analysis::Bind<NoParams>(raw));
    return Run(*catalog, context);
  };
  declared.explain = [catalog](const analysis::RawParams& /*raw*/, const std::string& table,
                               const std::vector<std::string>& key,
                               Context& context) { return Explain(*catalog, table, key, context); };
  return declared;
}

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog) {
  std::vector<analysis::Analysis> all;
  all.push_back(RulesAnalysis(catalog));
  all.push_back(PreviewAnalysis(catalog));
  all.push_back(EffectAnalysis(catalog));
  all.push_back(ProposalsAnalysis(catalog));
  return all;
}

}  // namespace weir::exclusions
