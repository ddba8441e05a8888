// hygiene.trend: the scores at the ends of months.
#include <algorithm>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/quality_tables.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Maybe;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::int64_t kMostMonths = 36;

struct TrendParams {
  std::int64_t months = 6;
  QualityFilter filter;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "months", .help = {"How many months back", "На сколько месяцев назад"}}, months);
    filter.Describe(visitor);
  }
};

TableSpec TrendTable() {
  TableSpec table = ScoresTable();
  table.name = "trend";
  table.title = {"At the end of each month", "На конец каждого месяца"};
  table.key = {"period", "dimension"};
  table.columns.insert(table.columns.begin(), Of("period", ColumnType::kDate, "End of", "На конец"));
  table.chart = analysis::Chart{.kind = "line", .x = "period", .y = "score", .series = "dimension"};
  return table;
}

TableSpec RulesTable() {
  return {.name = "rules",
          .title = {"Rules at the end of each month", "Правила на конец каждого месяца"},
          .key = {"period", "rule"},
          .columns = {Of("period", ColumnType::kDate, "End of", "На конец"), TextOf("rule", "Rule", "Правило"),
                      CountOf("checked", "Checked", "Проверено"), CountOf("failing", "Failing", "С ошибкой"),
                      Of("score", ColumnType::kShare, "In order", "В порядке", "share"),
                      Of("exposed", ColumnType::kMoney, "Money behind", "Деньги за этим")}};
}

struct Moment {
  Date day;
  Instant at;
};
// Ends of months before as-of, the earliest first.
Result<std::vector<Moment>> MomentsOf(std::int64_t months, const Context& context) {
  if (months < 1 || months > kMostMonths) {
    return Fail(BadUsage("'{}' is not a number of months from 1 to {}", months, kMostMonths).Field("months"));
  }
  WEIR_TRY(const TimeZone zone, TimeZone::Find(context.settings().time_zone));
  const Date today = context.LocalAsOfDate();
  const Date first{today.days - ToCivil(today).day + 1};
  std::vector<Moment> moments;
  for (std::int64_t back = months - 1; back >= 0; --back) {
    const Date next = AddMonths(first, -static_cast<int>(back));
    moments.push_back({{next.days - 1}, {zone.StartOfDay(next).micros - 1}});
  }
  return moments;
}

void AddMoment(const std::vector<Tallies>& all, Date day, Table& trend, Table& rules) {
  AddScores(all, {day}, trend);
  for (const Tallies& tallies : all) {
    const RuleSum sum = SumOf(tallies);
    if (sum.checked == 0) continue;
    Score score;
    score.Add(*tallies.rule, sum);
    rules.rows.push_back({day, tallies.rule->id, sum.checked, sum.failing, Maybe(score.Share()), Maybe(sum.exposed)});
  }
}

// A source that keeps no history is known from one export to the next only.
Result<analysis::History> HistoryOf(const std::vector<Tallies>& all, Context& context) {
  std::set<std::string> entities;
  for (const Tallies& tallies : all) entities.insert(tallies.rule->entity);
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT entity, coverage FROM scoped.history_coverage ORDER BY entity NULLS LAST"));
  bool is_whole = true;
  bool is_none = true;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!entities.contains(rows.TextAt(i, 0))) continue;
    is_whole = is_whole && rows.TextAt(i, 1) == "complete";
    is_none = is_none && rows.TextAt(i, 1) == "none";
  }
  if (rows.size() == 0 || is_none) return analysis::History::kNone;
  return is_whole ? analysis::History::kComplete : analysis::History::kPartial;
}

Result<Output> RunTrend(const std::vector<QualityRule>& rules, const TrendParams& params, Context& context) {
  WEIR_TRY(const std::vector<Moment> moments, MomentsOf(params.months, context));
  Table trend = EmptyTable(TrendTable());
  Table by_rule = EmptyTable(RulesTable(), context.settings().currency);
  for (std::size_t i = 0; i < moments.size(); ++i) {
    if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
    context.Report(MakePhrase("the data as of {}", FormatDate(moments[i].day)),
                   static_cast<double>(i) / static_cast<double>(moments.size() + 1));
    WEIR_TRY(const std::unique_ptr<Context> then, context.Elsewhere(moments[i].at, std::nullopt));
    WEIR_TRY(const QualityScope scope, QualityScopeOf(params.filter, rules, *then));
    WEIR_TRY(const std::vector<Tallies> all, RunQuality(rules, scope, *then));
    AddMoment(all, moments[i].day, trend, by_rule);
  }
  WEIR_TRY(const QualityScope scope, QualityScopeOf(params.filter, rules, context));
  WEIR_TRY(const std::vector<Tallies> now, RunQuality(rules, scope, context));
  AddMoment(now, context.LocalAsOfDate(), trend, by_rule);
  Output output;
  WEIR_TRY(output.history, HistoryOf(now, context));
  output.tables = {std::move(trend), std::move(by_rule)};
  return output;
}

}  // namespace

analysis::Analysis QualityTrendAnalysis(std::shared_ptr<const std::vector<QualityRule>> rules,
                                        std::vector<std::string> needs) {
  needs.emplace_back("history_coverage");
  return analysis::DeclareOver<TrendParams>(
      std::move(rules),
      {.id = "hygiene.trend",
       .title = {"Quality of the data over time", "Качество данных во времени"},
       .help =
           {"The scores at the end of each month, by what is known of the past: what a source kept no history of is "
            "told from one export to the next",
            "Оценки на конец каждого месяца по тому, что известно о прошлом: чего источник не хранит, видно лишь от "
            "выгрузки к выгрузке"},
       .needs = std::move(needs),
       .tables = {TrendTable(), RulesTable()}},
      &RunTrend);
}

}  // namespace weir::hygiene
