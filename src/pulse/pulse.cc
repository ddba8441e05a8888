#include "pulse/pulse.h"

#include <algorithm>

#include "analysis/columns.h"
#include "pulse/brief.h"
#include "pulse/funnel.h"
#include "pulse/headline.h"
#include "pulse/plan.h"
#include "pulse/sentences.h"
#include "pulse/view.h"

namespace weir::pulse {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Context;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr std::size_t kMaxEvidence = 1000;

std::vector<TableSpec> Specs() {
  return {
      {.name = "headline",
       .title = {"The five numbers", "Пять чисел"},
       .key = {"metric"},
       .columns = {TextOf("metric", "Metric", "Показатель"), Of("value", ColumnType::kDecimal, "Value", "Значение"),
                   TextOf("unit", "Unit", "Единица"), TextOf("currency", "Currency", "Валюта"),
                   Of("previous", ColumnType::kDecimal, "Same day of the last period", "Тот же день прошлого периода"),
                   Of("change", ColumnType::kDecimal, "Change", "Изменение"), TextOf("better", "Better", "Лучше"),
                   analysis::CountOf("base", "Records that it rests on", "На скольких записях держится")}},
      {.name = "trend",
       .title = {"Running values", "Значения нарастающим итогом"},
       .key = {"metric", "period"},
       .columns = {TextOf("metric", "Metric", "Показатель"),
                   Of("period", ColumnType::kDate, "Step begins", "Начало шага"),
                   Of("value", ColumnType::kDecimal, "To date", "На конец шага"),
                   Of("previous", ColumnType::kDecimal, "Same day of the last period", "Тот же день прошлого периода")},
       .chart = analysis::Chart{.kind = "line", .x = "period", .y = "value", .series = "metric"}},
      {.name = "funnel",
       .title = {"From lead to cash", "От лида до оплаты"},
       .key = {"step"},
       .columns = {TextOf("step", "Step", "Шаг"), Of("position", ColumnType::kInteger, "Position", "Место"),
                   Of("count", ColumnType::kInteger, "Entered", "Вошло", "count"),
                   Of("share_of_previous", ColumnType::kShare, "Went on", "Прошло дальше", "share"),
                   Of("median_days_from_previous", ColumnType::kDecimal, "Median days", "Медиана, дней", "days")},
       .chart = analysis::Chart{.kind = "funnel", .x = "step", .y = "count"}},
      {.name = "freshness",
       .title = {"Sources", "Источники"},
       .key = {"source"},
       .columns = {TextOf("source", "Source", "Источник"),
                   Of("last_observed_at", ColumnType::kInstant, "Newest record", "Самая новая запись"),
                   Of("rows", ColumnType::kInteger, "Rows", "Строк", "count"),
                   Of("quarantined", ColumnType::kInteger, "Set aside", "Отложено", "count"),
                   Of("age_days", ColumnType::kDecimal, "Age, days", "Возраст, дней", "days")}},
      {.name = "period",
       .title = {"Period", "Период"},
       .key = {"first"},
       .columns = {Of("first", ColumnType::kDate, "First day", "Первый день"),
                   Of("last", ColumnType::kDate, "Last day", "Последний день"),
                   Of("previous_first", ColumnType::kDate, "First day of the last period",
                      "Первый день прошлого периода"),
                   Of("previous_last", ColumnType::kDate, "Last day of the last period",
                      "Последний день прошлого периода"),
                   TextOf("part_of", "The month, quarter or year", "Месяц, квартал или год"),
                   Of("is_to_date", ColumnType::kBoolean, "Only a part of it", "Только его часть"),
                   Of("is_current", ColumnType::kBoolean, "As-of lies in it", "Дата отчёта в нём"),
                   Of("days", ColumnType::kInteger, "Days", "Дней", "count")}},
      {.name = "plan",
       .title = {"Plan and fact", "План и факт"},
       .key = {"metric"},
       .columns = {TextOf("metric", "Metric", "Показатель"), Of("first", ColumnType::kDate, "First day", "Первый день"),
                   Of("last", ColumnType::kDate, "Last day", "Последний день"),
                   Of("plan", ColumnType::kMoney, "Plan of the period", "План на период"),
                   Of("fact", ColumnType::kMoney, "Fact to date", "Факт на сегодня"),
                   Of("plan_to_date", ColumnType::kMoney, "Plan to date", "План на сегодня"),
                   Of("ahead", ColumnType::kMoney, "Ahead of plan", "Опережение плана"),
                   Of("share_of_plan", ColumnType::kShare, "Part of the plan", "Доля плана", "share"),
                   Of("share_of_days", ColumnType::kShare, "Part of the days", "Доля дней", "share")}},
      {.name = "leaks",
       .title = {"Where money leaks now", "Где сейчас утекают деньги"},
       .key = {"rule"},
       .columns = {TextOf("rule", "Rule", "Правило"), TextOf("title_en", "Title", "Название"),
                   TextOf("title_ru", "Title (Russian)", "Название по-русски"),
                   TextOf("department", "Department", "Отдел"), TextOf("certainty", "Certainty", "Достоверность"),
                   TextOf("state", "State", "Состояние"), Of("count", ColumnType::kInteger, "Leaks", "Утечек", "count"),
                   Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                   Of("exposed", ColumnType::kMoney, "Hangs on it", "Под угрозой"),
                   Of("oldest_days", ColumnType::kInteger, "Oldest, days", "Самая старая, дней", "days"),
                   TextOf("note_en", "What is missing", "Чего не хватает"),
                   TextOf("note_ru", "What is missing (Russian)", "Чего не хватает (по-русски)")}},
      {.name = "next",
       .title = {"What to bring next", "Что загрузить следующим"},
       .key = {"unlock"},
       .columns = {TextOf("unlock", "Opens", "Открывает"), TextOf("product", "Product", "Продукт"),
                   TextOf("export", "Export", "Выгрузка"), TextOf("en", "English", "По-английски"),
                   TextOf("ru", "Russian", "По-русски")}},
      {.name = "sentences",
       .title = {"Worth knowing", "Важное"},
       .key = {"position"},
       .columns = {Of("position", ColumnType::kInteger, "Position", "Место"), TextOf("code", "Code", "Код"),
                   TextOf("en", "English", "По-английски"), TextOf("ru", "Russian", "По-русски")}}};
}

Table Empty(const TableSpec& spec, const std::string& currency) {
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (Column& column : table.columns) {
    if (column.type == ColumnType::kMoney) column.unit = currency;
  }
  return table;
}

template <typename T>
Value Maybe(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

// What a source is called, by the products of the checklist; one that is no product there, by its id.
analysis::Text TitleOf(const std::string& source, const Output& checklist) {
  if (const Table* products = checklist.Find("products")) {
    for (const auto& row : products->rows) {
      if (store::ToText(row[products->IndexOf("product")]) != source) continue;
      return {store::ToText(row[products->IndexOf("title_en")]), store::ToText(row[products->IndexOf("title_ru")])};
    }
  }
  return {source, source};
}

Result<std::vector<SourceState>> ReadSources(const Output& checklist, Context& context) {
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT source, max(last_observed_at), CAST(sum(rows) AS BIGINT), "
                                   "CAST(sum(quarantined) AS BIGINT) FROM scoped.source_freshness GROUP BY source "
                                   "ORDER BY source NULLS LAST"));
  std::vector<SourceState> sources;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SourceState state{
        .source = rows.TextAt(row, 0), .rows = rows.IntegerAt(row, 2), .quarantined = rows.IntegerAt(row, 3)};
    state.title = TitleOf(state.source, checklist);
    if (const auto* at = std::get_if<Instant>(&rows.rows[row][1])) {
      state.last_observed_at = *at;
      const std::int64_t age = std::max<std::int64_t>(0, context.as_of().micros - at->micros);
      state.age_days = Rescale({Int128{age} * 100 / kMicrosPerDay, 2}, 2);
    }
    sources.push_back(std::move(state));
  }
  return sources;
}

void AddHeadline(const Headline& headline, const PulseView& view, Table& numbers, Table& trend) {
  for (const HeadlineNumber& number : headline.numbers) {
    const metrics::Metric& metric = *number.metric;
    const bool is_money = metric.unit == metrics::Unit::kMoney;
    numbers.rows.push_back({metric.id, number.value, std::string(metrics::NameOf(metric.unit)),
                            is_money ? Value(view.currency) : Value(), number.previous, Maybe(number.change),
                            std::string(metric.is_up_better ? "up" : "down"), Maybe(number.base)});
    for (const TrendPoint& point : number.trend) {
      trend.rows.push_back({metric.id, point.period, point.value, point.previous});
    }
  }
}

void AddFunnel(const Funnel& steps, Table& table) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FunnelStep& step = steps[i];
    table.rows.push_back({std::string(step.name), static_cast<std::int64_t>(i + 1), Maybe(step.count),
                          step.transition ? Maybe(step.transition->Share()) : Value(), Maybe(step.median_days)});
  }
}

void AddPeriod(const PulseView& view, Table& table) {
  table.rows.push_back({view.now.first, view.now.last, view.before.first, view.before.last,
                        view.part_of ? Value(std::string(metrics::NameOf(*view.part_of))) : Value(), view.is_to_date,
                        view.is_current, std::int64_t{view.now.last.days - view.now.first.days + 1}});
}

std::optional<Decimal> WonOf(const Headline& headline) {
  for (const HeadlineNumber& number : headline.numbers) {
    if (number.metric->id != "won_amount") continue;
    if (const auto* decimal = std::get_if<Decimal>(&number.value)) return *decimal;
    if (const auto* integer = std::get_if<std::int64_t>(&number.value)) return Decimal{*integer, 0};
  }
  return std::nullopt;
}

void AddPlan(const std::optional<PlanFact>& plan, Table& table) {
  if (!plan) return;
  table.rows.push_back({std::string("won_amount"), plan->period.first, plan->period.last, plan->plan, Maybe(plan->fact),
                        plan->plan_to_date, Maybe(plan->ahead_of_plan), Maybe(plan->share_of_plan),
                        Maybe(plan->share_of_days)});
}

// One line a rule of the ledger, in its order, and what the ledger warns of.
Status AddLeaks(const PulseParams& params, Context& context, Output& output) {
  Table& table = output.tables[6];
  analysis::RawParams asked;
  if (!params.team.empty()) asked["team"] = {params.team};
  if (!params.segment.empty()) asked["segment"] = {params.segment};
  WEIR_TRY(const Output ledger, context.Run("leaks", asked));
  const Table& rules = *ledger.Find("rules");
  output.warnings.insert(output.warnings.end(), ledger.warnings.begin(), ledger.warnings.end());
  const std::size_t oldest = rules.IndexOf("oldest");
  for (const auto& rule : rules.rows) {
    std::vector<Value>& row = table.rows.emplace_back();
    for (const Column& column : table.columns) {
      if (column.name != "oldest_days") {
        row.push_back(rule[rules.IndexOf(column.name)]);
      } else if (const Date* since = std::get_if<Date>(&rule[oldest])) {
        row.emplace_back(std::int64_t{context.LocalAsOfDate().days - since->days});
      } else {
        row.emplace_back();
      }
    }
  }
  return {};
}

// The export that would open most, told by the checklist of the setup; no row where everything is open.
void AddNext(const Output& checklist, Table& table) {
  const Table& next = *checklist.Find("next");
  if (next.rows.empty()) return;
  std::vector<Value>& row = table.rows.emplace_back();
  for (const Column& column : table.columns) row.push_back(next.rows.front()[next.IndexOf(column.name)]);
}

// What stages that no line of the lifecycle knows raise; the first few.
Status AddStageNotices(Context& context, std::vector<Sentence>& sentences) {
  constexpr std::size_t kMost = 3;
  WEIR_TRY(const Output lifecycle, context.Run("lifecycle", {}));
  const Table& notices = *lifecycle.Find("notices");
  const auto text = [&](std::size_t row, std::string_view column) {
    return store::ToText(notices.rows[row][notices.IndexOf(column)]);
  };
  for (std::size_t row = 0; row < notices.rows.size(); ++row) {
    const bool is_last = row + 1 == notices.rows.size();  // how many there are
    if (row < kMost || is_last) sentences.push_back({text(row, "code"), {text(row, "en"), text(row, "ru")}});
  }
  return {};
}

// What exclusion rules leave out of the five numbers.
Result<std::vector<analysis::Warning>> WarnOfLeftOut(const Headline& headline, const PulseView& view,
                                                     Context& context) {
  std::vector<std::string> ids;
  for (const HeadlineNumber& number : headline.numbers) {
    if (!store::IsNull(number.value)) ids.push_back(number.metric->id);
  }
  if (ids.empty()) return std::vector<analysis::Warning>{};
  WEIR_TRY(const auto left_out, metrics::CountLeftOut(*view.catalog, QueryOf(view, ids, view.now), context.session()));
  return metrics::WarnOfLeftOut(left_out);
}

// Where a step from won to paid rests on less than all won deals.
void WarnOfPaid(const Funnel& funnel, const Knowledge& knowledge, std::vector<analysis::Warning>& warnings) {
  const std::int64_t won = funnel[3].count.value_or(0);
  const FunnelStep& paid = funnel[4];
  if (won == 0 || !knowledge.Has("invoice")) return;
  if (paid.untold == 0 && !paid.count) {
    warnings.push_back({"paid_unknown",
                        MakePhrase("Whether won deals are paid cannot be told: invoices name no deal, and none is of a "
                                   "customer with a won deal"),
                        {}});
  } else if (paid.untold > 0) {
    warnings.push_back({"paid_untold",
                        MakePhrase("{} of {} won deals count neither as paid nor as unpaid: no invoice names them, and "
                                   "their customer is not known, has other won deals, or has invoices in another "
                                   "currency",
                                   paid.untold, won),
                        {{"deals", std::to_string(paid.untold)}, {"won", std::to_string(won)}}});
  }
}

Result<Output> RunPulse(const metrics::MetricCatalog& catalog, const PulseParams& params, Context& context) {
  WEIR_TRY(const PulseView view, MakeView(catalog, params, context));
  WEIR_TRY(const Knowledge knowledge, Knowledge::Read(context.session()));
  WEIR_TRY(const Headline headline, MakeHeadline(view, knowledge, context));
  // Shown: by as-of. Compared: both periods by their own last day, so that neither had longer.
  WEIR_TRY(const std::vector<Funnel> funnels,
           MakeFunnels(
               view, {{view.now, context.LocalAsOfDate()}, {view.now, view.now.last}, {view.before, view.before.last}},
               knowledge, context));
  WEIR_TRY(const Output checklist, context.Run("setup.checklist", {}));
  WEIR_TRY(const std::vector<SourceState> sources, ReadSources(checklist, context));
  const std::optional<PlanFact> plan = MakePlan(view, context.settings(), WonOf(headline));
  std::vector<Sentence> sentences = MakeSentences({&view, &headline, &funnels[1], &funnels[2], &sources, &plan});

  WEIR_TRY(AddStageNotices(context, sentences));

  Output output;
  for (const TableSpec& spec : Specs()) output.tables.push_back(Empty(spec, view.currency));
  AddHeadline(headline, view, output.tables[0], output.tables[1]);
  AddFunnel(funnels[0], output.tables[2]);
  for (const SourceState& source : sources) {
    output.tables[3].rows.push_back(
        {source.source, Maybe(source.last_observed_at), source.rows, source.quarantined, Maybe(source.age_days)});
  }
  AddPeriod(view, output.tables[4]);
  AddPlan(plan, output.tables[5]);
  AddNext(checklist, output.tables[7]);
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    output.tables[8].rows.push_back(
        {static_cast<std::int64_t>(i + 1), sentences[i].code, sentences[i].text.en, sentences[i].text.ru});
  }
  WEIR_TRY(output.warnings, WarnOfLeftOut(headline, view, context));
  WarnOfPaid(funnels[0], knowledge, output.warnings);
  WEIR_TRY(AddLeaks(params, context, output));
  if (headline.reads_history) {
    WEIR_TRY(output.history, metrics::HistoryOf(catalog, {"pipeline_amount"}, context.session()));
  }
  return output;
}

// The records that the rule counts, the largest first.
Result<Evidence> RowsOfLeak(const PulseParams& params, const std::string& rule, Context& context) {
  analysis::RawParams asked{{"rule", {rule}}};
  if (!params.team.empty()) asked["team"] = {params.team};
  if (!params.segment.empty()) asked["segment"] = {params.segment};
  WEIR_TRY(const Output ledger, context.Run("leaks", asked));
  const Table& leaks = *ledger.Find("leaks");
  Evidence evidence;
  std::int64_t total = 0;
  for (const auto& leak : leaks.rows) {
    if (!store::IsNull(leak[leaks.IndexOf("counted_by")])) continue;
    evidence.table = store::ToText(leak[leaks.IndexOf("entity")]);
    if (++total <= static_cast<std::int64_t>(kMaxEvidence)) {
      evidence.ids.push_back(store::ToText(leak[leaks.IndexOf("record_id")]));
    }
  }
  evidence.total = total;
  return evidence;
}

Result<Evidence> ExplainPulse(const metrics::MetricCatalog& catalog, const PulseParams& params,
                              const std::string& table, const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const PulseView view, MakeView(catalog, params, context));
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table == "funnel") return RowsOfStep(view, key.front(), context);
  if (table == "leaks") return RowsOfLeak(params, key.front(), context);
  if (table != "headline" && table != "trend") {
    return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
  }
  WEIR_TRY(catalog.Require(key.front()));
  metrics::DayRange days = view.now;
  if (table == "trend") {
    const auto period = key.size() == 2 ? ParseIsoDate(key[1]) : std::nullopt;
    if (!period) return Fail(BadUsage("the key is not a metric and a day").Field("explain"));
    days = DaysOfPoint(view, *period);
  }
  return metrics::RowsBehind(catalog, QueryOf(view, {key.front()}, days), {}, kMaxEvidence, context.session());
}

analysis::Info PulseInfo() {
  return {
      .id = "pulse",
      .title = {"Pulse", "Пульс"},
      .help =
          {"The five numbers that matter against the same day of the last period, plan and fact, the funnel from lead "
           "to cash, where money leaks, and how fresh each source is.",
           "Пять главных чисел в сравнении с тем же днём прошлого периода, план и факт, воронка от лида до оплаты, "
           "утечки денег и свежесть каждого источника."},
      .asks = {"leaks", "lifecycle", "setup.checklist"},
      .needs = {"deal", "deal_version", "lead", "invoice", "payment", "activity", "account", "team", "source_freshness",
                "excluded"},
      .tables = Specs()};
}

}  // namespace

std::vector<analysis::Analysis> Analyses(std::shared_ptr<const metrics::MetricCatalog> catalog) {
  analysis::Analysis declared{.info = PulseInfo(), .params = analysis::SpecsOf<PulseParams>()};
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(PulseParams params, analysis::Bind<PulseParams>(raw));
    return RunPulse(*catalog, params, context);
  };
  declared.explain = [catalog](const analysis::RawParams& raw, const std::string& table,
                               const std::vector<std::string>& key, Context& context) -> Result<Evidence> {
    WEIR_TRY(PulseParams params, analysis::Bind<PulseParams>(raw));
    return ExplainPulse(*catalog, params, table, key, context);
  };
  return {std::move(declared), BriefAnalysis(std::move(catalog))};
}

}  // namespace weir::pulse
