// hygiene.rows: the records that one rule finds.
#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/quality_tables.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kMostRows = 20'000;

struct RowsParams {
  QualityFilter filter;
  bool repairable = false;
  void Describe(analysis::ParamVisitor& visitor) {
    filter.Describe(visitor);
    visitor.Add({.name = "repairable",
                 .help = {"Only those whose right value is known", "Только те, у которых верное значение известно"}},
                repairable);
  }
};

TableSpec RowsTable() {
  return {.name = "rows",
          .title = {"Records", "Записи"},
          .key = {"record_id"},
          .columns = {
              TextOf("record_id", "Record", "Запись"), TextOf("entity", "Kind", "Вид"),
              TextOf("name", "Name", "Название"), TextOf("account", "Company", "Компания"),
              TextOf("owner", "Owner", "Ответственный"), TextOf("team", "Team", "Команда"),
              TextOf("source", "Source", "Источник"), TextOf("writer", "Who wrote it last", "Кто записал последним"),
              Of("exposed", ColumnType::kMoney, "Money behind", "Деньги за этим"), TextOf("field", "Field", "Поле"),
              TextOf("value", "It says", "Сейчас"), TextOf("proposed", "It should say", "Должно быть"),
              Of("is_emptied", ColumnType::kBoolean, "Should be empty", "Должно быть пусто"),
              TextOf("detail_en", "Why", "Почему"), TextOf("detail_ru", "Why (Russian)", "Почему (по-русски)"),
              TextOf("account_id", "Company id", "Код компании")}};
}

Result<Output> RunRows(const std::vector<QualityRule>& rules, const RowsParams& params, Context& context) {
  if (params.filter.rule.empty()) {
    return Fail(BadUsage("name a rule").Field("rule").Mend("'weir hygiene quality' lists the rules"));
  }
  WEIR_TRY(const QualityRule* rule, FindQualityRule(rules, params.filter.rule));
  WEIR_TRY(const QualityScope scope, QualityScopeOf(params.filter, rules, context));
  WEIR_TRY(const Findings found, FindRecords(*rule, scope, kMostRows, context));
  Output output;
  if (found.missing) {
    output.warnings.push_back({.code = "not_measured", .message = InBoth(found.missing->en, found.missing->ru)});
  }
  if (found.total > static_cast<std::int64_t>(found.rows.size())) {
    output.warnings.push_back(
        {.code = "cut",
         .message = MakePhrase("the first {} of {} records are listed", found.rows.size(), found.total)});
  }
  analysis::Table table = EmptyTable(RowsTable(), context.settings().currency);
  for (const Finding& one : found.rows) {
    if (params.repairable && !one.proposed) continue;
    const bool is_emptied = one.proposed && one.proposed->empty();
    table.rows.push_back({one.record_id, rule->entity, OrNull(one.name), OrNull(one.account), OrNull(one.owner),
                          OrNull(one.team), OrNull(one.source), one.writer, Maybe(one.exposed), OrNull(one.field),
                          OrNull(one.value), one.proposed && !is_emptied ? Value(*one.proposed) : Value(), is_emptied,
                          one.detail.en, one.detail.ru, OrNull(one.account_id)});
  }
  output.tables.push_back(std::move(table));
  return output;
}

Result<Evidence> ExplainRows(const std::vector<QualityRule>& rules, const RowsParams& params,
                             const std::string& /*table*/, const std::vector<std::string>& key, Context& /*context*/) {
  if (key.size() != 1) return Fail(BadUsage("a record has {} keys", 1));
  WEIR_TRY(const QualityRule* rule, FindQualityRule(rules, params.filter.rule));
  return Evidence{.table = rule->entity, .ids = {key.front()}};
}

}  // namespace

analysis::Analysis RowsAnalysis(std::shared_ptr<const std::vector<QualityRule>> rules, std::vector<std::string> needs) {
  return analysis::DeclareOver<RowsParams>(
      std::move(rules),
      {.id = "hygiene.rows",
       .title = {"Records that fail a rule", "Записи, не прошедшие правило"},
       .help =
           {"The records that one rule of data quality finds, the most money first, with the value that should stand "
            "there where it is known",
            "Записи, которые находит одно правило качества данных, сначала с наибольшими деньгами, и верное "
            "значение, где оно известно"},
       .needs = std::move(needs),
       .tables = {RowsTable()}},
      &RunRows, &ExplainRows);
}

}  // namespace weir::hygiene
