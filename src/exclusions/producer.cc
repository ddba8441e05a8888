#include "exclusions/producer.h"

#include "analysis/columns.h"
#include "exclusions/rule.h"
#include "store/database.h"

namespace weir::exclusions {
namespace {

using analysis::TextOf;

constexpr std::string_view kTable =
    "CREATE OR REPLACE TABLE model.excluded (entity VARCHAR NOT NULL, entity_id VARCHAR NOT NULL, rule VARCHAR NOT "
    "NULL, name VARCHAR NOT NULL, through VARCHAR)";

constexpr std::string_view kSeeds = "temp.weir_excluded_by_a_rule";

// What the data or the workspace is to blame for is no reason to fail a build.
bool IsUnreadable(const Error& error) { return error.code() == Code::kBadUsage || error.code() == Code::kBadInput; }

Status MakeExcluded(const metrics::MetricCatalog& catalog, analysis::ProducerRun& run) {
  WEIR_TRY(run.connection.Execute(kTable));
  WEIR_TRY(const std::vector<Rule> rules, ReadRules(run.connection));
  std::string seeds;
  std::string names;
  std::vector<store::Value> values;
  for (const Rule& rule : rules) {
    if (!rule.is_on) continue;
    auto where = ConditionOf(rule, catalog, run.connection);
    if (!where && !IsUnreadable(where.error())) return Fail(std::move(where).error());
    if (!where) continue;
    seeds += fmt::format("{}SELECT {} AS rule, '{}' AS entity, entity_id FROM ({}) AS matched",
                         seeds.empty() ? "" : " UNION ALL ", store::QuoteText(rule.id), rule.entity,
                         MatchedSql(rule, catalog, *where));
    names += fmt::format(" WHEN {} THEN {}", store::QuoteText(rule.id), store::QuoteText(rule.name));
    values.insert(values.end(), where->values.begin(), where->values.end());
  }
  if (seeds.empty()) return {};
  // What goes with them is looked for among everything: where nothing is left out, nothing is.
  WEIR_TRY(run.connection.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} AS {}", kSeeds, seeds), values));
  WEIR_TRY(const std::int64_t found, run.connection.QueryInteger(fmt::format("SELECT count(*) FROM {}", kSeeds)));
  if (found > 0) {
    const std::string reached = ReachSql(catalog, fmt::format("SELECT rule, entity, entity_id FROM {}", kSeeds));
    WEIR_TRY(run.connection.Execute(fmt::format(
        "INSERT INTO model.excluded SELECT entity, entity_id, rule, CASE rule{} END, through FROM ({}) AS reached "
        "ORDER BY entity NULLS LAST, entity_id NULLS LAST, rule NULLS LAST",
        names, reached)));
  }
  WEIR_TRY(run.connection.Execute(fmt::format("DROP TABLE {}", kSeeds)));
  return {};
}

}  // namespace

analysis::Producer ExcludedProducer(std::shared_ptr<const metrics::MetricCatalog> catalog) {
  analysis::Info info{
      .id = "exclusions.records",
      .title = {"Records that are not counted", "Записи, которые не учитываются"},
      .help = {"Which records each exclusion rule leaves out of every number, with all that goes with them",
               "Какие записи каждое правило исключения убирает из всех чисел — вместе со всем, что с ними связано"},
      .needs = {"model.*", "obs.*", "setting.*", "definitions"}};
  info.tables.push_back(
      {.name = "excluded",
       .title = {"Not counted", "Не учитывается"},
       .key = {"entity", "entity_id", "rule"},
       .columns = {TextOf("entity", "Kind", "Вид"), TextOf("entity_id", "Record", "Запись"),
                   TextOf("rule", "Rule", "Правило"), TextOf("name", "Name of the rule", "Название правила"),
                   TextOf("through", "Through", "Через")}});
  return {.info = std::move(info),
          .make = [catalog = std::move(catalog)](analysis::ProducerRun& run) { return MakeExcluded(*catalog, run); },
          // Ids alone, of all records: what an account of another team takes with it is left out for everybody.
          .scoped_select = {},
          .reads_scoped = true};
}

}  // namespace weir::exclusions
