#include "exclusions/preview.h"

#include <algorithm>

#include "analysis/columns.h"
#include "exclusions/analyses.h"
#include "metrics/left_out.h"

namespace weir::exclusions {
namespace {

using analysis::Context;
using analysis::CountOf;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;

constexpr std::size_t kSamples = 20;

struct PreviewParams {
  std::string entity = {};
  std::string condition = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Which records", "Какие записи"},
                 .allowed = {metrics::kExcludable.begin(), metrics::kExcludable.end()},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "condition",
                 .help = {"Those that meet this, such as: name like '%Test%'",
                          "Те, что отвечают условию, например: name like '%Тест%'"},
                 .positional = true},
                condition);
  }
};

std::vector<TableSpec> Specs() {
  return {{.name = "shares",
           .title = {"What it would leave out", "Что не будет учитываться"},
           .key = {"entity"},
           .columns = {TextOf("entity", "Kind", "Вид"), CountOf("named", "Meet the condition", "Отвечают условию"),
                       CountOf("with_them", "Go with them", "Связаны с ними"), CountOf("all", "Of", "Всего")}},
          {.name = "samples",
           .title = {"The first of them", "Первые из них"},
           .key = {"id"},
           .columns = {TextOf("id", "Record", "Запись"), TextOf("name", "Name", "Название")}},
          {.name = "columns",
           .title = {"What a condition may name", "Что можно назвать в условии"},
           .key = {"name"},
           .columns = {TextOf("name", "Column", "Столбец"), TextOf("type", "Type", "Тип")}}};
}

// How a record of each kind is called.
std::string_view NameColumn(std::string_view entity) {
  if (entity == "person") return "full_name";
  return entity == "lead" ? "coalesce(full_name, company)" : "name";
}

Result<analysis::Table> SamplesOf(const Rule& rule, const metrics::MetricCatalog& catalog, Context& context) {
  WEIR_TRY(const metrics::Where where, ConditionOf(rule, catalog, context.session()));
  const std::string& id = catalog.FindView(rule.entity)->id;
  const std::string sql = fmt::format(
      "SELECT {0} AS id, {1} AS name FROM scoped.{2} WHERE {0} IN ({3}) ORDER BY name NULLS LAST, id NULLS LAST LIMIT "
      "{4}",
      id, NameColumn(rule.entity), rule.entity, MatchedSql(rule, catalog, where), kSamples);
  return analysis::ReadTable(Specs()[1], context.session(), sql, where.values);
}

analysis::Table Empty(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

// Without a condition only what one may name.
Result<Output> Run(const metrics::MetricCatalog& catalog, const PreviewParams& params, Context& context) {
  const std::vector<TableSpec> specs = Specs();
  Output output{.tables = {Empty(specs[0]), Empty(specs[1]), Empty(specs[2])}};
  for (const metrics::ColumnRef& column : catalog.FindView(params.entity)->columns) {
    output.tables[2].rows.push_back({column.column, std::string(metrics::NameOf(column.type))});
  }
  if (params.condition.empty()) return output;
  const Rule rule{.id = "0", .entity = params.entity, .condition = params.condition};
  WEIR_TRY(const std::vector<Share> shares, SharesOf(rule, catalog, context));
  for (const Share& share : shares) {
    output.tables[0].rows.push_back({share.entity, share.named, share.with_them, share.all});
  }
  WEIR_TRY(output.tables[1], SamplesOf(rule, catalog, context));
  output.warnings = Judge(shares);
  return output;
}

}  // namespace

Result<std::vector<Share>> SharesOf(const Rule& rule, const metrics::MetricCatalog& catalog, Context& context) {
  WEIR_TRY(const metrics::Where where, ConditionOf(rule, catalog, context.session()));
  const std::string seeds = fmt::format("SELECT '{}' AS rule, '{}' AS entity, entity_id FROM ({}) AS matched", rule.id,
                                        rule.entity, MatchedSql(rule, catalog, where));
  std::string all;
  for (const std::string_view entity : metrics::kExcludable) {
    all += fmt::format("{0}SELECT '{1}' AS entity, count(*) AS total FROM scoped.{1}", all.empty() ? "" : " UNION ALL ",
                       entity);
  }
  WEIR_TRY(const store::Rows rows,
           context.session().Query(
               fmt::format("SELECT a.entity, count(t.entity_id) FILTER (WHERE t.through IS NULL), count(t.entity_id) "
                           "FILTER (WHERE t.through IS NOT NULL), a.total FROM ({}) AS a LEFT JOIN ({}) AS t ON "
                           "t.entity = a.entity GROUP BY a.entity, a.total ORDER BY a.entity <> '{}', a.entity",
                           all, ReachSql(catalog, seeds), rule.entity),
               where.values));
  std::vector<Share> shares;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Share share{rows.TextAt(i, 0), rows.IntegerAt(i, 1), rows.IntegerAt(i, 2), rows.IntegerAt(i, 3)};
    if (share.entity == rule.entity || share.named + share.with_them > 0) shares.push_back(std::move(share));
  }
  return shares;
}

std::vector<analysis::Warning> Judge(const std::vector<Share>& shares) {
  const Share& own = shares.front();
  std::vector<analysis::Warning> warnings;
  if (own.all == 0 || own.named == 0) {
    warnings.push_back(
        {.code = "leaves_out_nothing",
         .message = MakePhrase("nothing meets the condition now: 0 of {} records of {}", own.all, own.entity),
         .params = {{"entity", own.entity}, {"all", fmt::format("{}", own.all)}}});
    return warnings;
  }
  if (own.named == own.all) {
    warnings.push_back({.code = "leaves_out_all",
                        .message = MakePhrase("every record of {} ({}) meets the condition: no number would be left",
                                              own.entity, own.all),
                        .params = {}});
  } else if (own.named * 2 > own.all) {
    warnings.push_back(
        {.code = "leaves_out_most",
         .message = MakePhrase("{} of {} records of {} meet the condition", own.named, own.all, own.entity),
         .params = {
             {"entity", own.entity}, {"named", fmt::format("{}", own.named)}, {"all", fmt::format("{}", own.all)}}});
  }
  return warnings;
}

analysis::Analysis PreviewAnalysis(const Catalog& catalog) {
  analysis::Analysis declared{
      .info = {.id = "exclusions.preview",
               .title = {"What a condition would leave out", "Что уберёт условие"},
               .help = {"How many records meet a condition, what goes with them, and the first of them, before it is a "
                        "rule; without a condition, what one may name.",
                        "Сколько записей отвечает условию, что с ними связано и первые из них — до того, как условие "
                        "станет правилом; без условия — что в нём можно назвать."},
               .needs = {"account", "person", "lead", "deal"},
               .tables = Specs()},
      .params = analysis::SpecsOf<PreviewParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const PreviewParams params, analysis::Bind<PreviewParams>(raw));
    return Run(*catalog, params, context);
  };
  return declared;
}

}  // namespace weir::exclusions
