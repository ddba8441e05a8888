#include "pulse/pulse.h"

#include <algorithm>

#include "pulse/funnel.h"
#include "pulse/headline.h"
#include "pulse/sentences.h"
#include "pulse/view.h"

namespace weir::pulse {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Context;
using analysis::Evidence;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using store::Value;

constexpr std::size_t kMaxEvidence = 1000;

Column Of(std::string name, ColumnType type, std::string unit, analysis::Text title) {
  return {.name = std::move(name), .type = type, .unit = std::move(unit), .title = std::move(title)};
}

std::vector<TableSpec> Specs() {
  return {{.name = "headline",
           .title = {"The five numbers", "Пять чисел"},
           .key = {"metric"},
           .columns = {Of("metric", ColumnType::kText, "", {"Metric", "Показатель"}),
                       Of("value", ColumnType::kDecimal, "", {"Value", "Значение"}),
                       Of("unit", ColumnType::kText, "", {"Unit", "Единица"}),
                       Of("currency", ColumnType::kText, "", {"Currency", "Валюта"}),
                       Of("previous", ColumnType::kDecimal, "",
                          {"Same day of the last period", "Тот же день прошлого периода"}),
                       Of("change", ColumnType::kDecimal, "", {"Change", "Изменение"}),
                       Of("better", ColumnType::kText, "", {"Better", "Лучше"})}},
          {.name = "trend",
           .title = {"Running values", "Значения нарастающим итогом"},
           .key = {"metric", "period"},
           .columns = {Of("metric", ColumnType::kText, "", {"Metric", "Показатель"}),
                       Of("period", ColumnType::kDate, "", {"Step begins", "Начало шага"}),
                       Of("value", ColumnType::kDecimal, "", {"To date", "На конец шага"}),
                       Of("previous", ColumnType::kDecimal, "",
                          {"Same day of the last period", "Тот же день прошлого периода"})},
           .chart = analysis::Chart{.kind = "line", .x = "period", .y = "value", .series = "metric"}},
          {.name = "funnel",
           .title = {"From lead to cash", "От лида до оплаты"},
           .key = {"step"},
           .columns = {Of("step", ColumnType::kText, "", {"Step", "Шаг"}),
                       Of("position", ColumnType::kInteger, "", {"Position", "Место"}),
                       Of("count", ColumnType::kInteger, "count", {"Entered", "Вошло"}),
                       Of("share_of_previous", ColumnType::kShare, "share", {"Went on", "Прошло дальше"}),
                       Of("median_days_from_previous", ColumnType::kDecimal, "days", {"Median days", "Медиана, дней"})},
           .chart = analysis::Chart{.kind = "funnel", .x = "step", .y = "count"}},
          {.name = "freshness",
           .title = {"Sources", "Источники"},
           .key = {"source"},
           .columns = {Of("source", ColumnType::kText, "", {"Source", "Источник"}),
                       Of("last_observed_at", ColumnType::kInstant, "", {"Newest record", "Самая новая запись"}),
                       Of("rows", ColumnType::kInteger, "count", {"Rows", "Строк"}),
                       Of("quarantined", ColumnType::kInteger, "count", {"Set aside", "Отложено"}),
                       Of("age_days", ColumnType::kDecimal, "days", {"Age, days", "Возраст, дней"})}},
          {.name = "period",
           .title = {"Period", "Период"},
           .key = {"first"},
           .columns = {Of("first", ColumnType::kDate, "", {"First day", "Первый день"}),
                       Of("last", ColumnType::kDate, "", {"Last day", "Последний день"}),
                       Of("previous_first", ColumnType::kDate, "",
                          {"First day of the last period", "Первый день прошлого периода"}),
                       Of("previous_last", ColumnType::kDate, "",
                          {"Last day of the last period", "Последний день прошлого периода"}),
                       Of("part_of", ColumnType::kText, "", {"The month, quarter or year", "Месяц, квартал или год"}),
                       Of("is_to_date", ColumnType::kBoolean, "", {"Only a part of it", "Только его часть"}),
                       Of("is_current", ColumnType::kBoolean, "", {"As-of lies in it", "Дата отчёта в нём"}),
                       Of("days", ColumnType::kInteger, "count", {"Days", "Дней"})}},
          {.name = "sentences",
           .title = {"Worth knowing", "Важное"},
           .key = {"position"},
           .columns = {Of("position", ColumnType::kInteger, "", {"Position", "Место"}),
                       Of("code", ColumnType::kText, "", {"Code", "Код"}),
                       Of("en", ColumnType::kText, "", {"English", "По-английски"}),
                       Of("ru", ColumnType::kText, "", {"Russian", "По-русски"})}}};
}

Table Empty(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

template <typename T>
Value Maybe(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

Result<std::vector<SourceState>> ReadSources(Context& context) {
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT source, max(last_observed_at), CAST(sum(rows) AS BIGINT), "
                                   "CAST(sum(quarantined) AS BIGINT) FROM scoped.source_freshness GROUP BY source "
                                   "ORDER BY source NULLS LAST"));
  std::vector<SourceState> sources;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SourceState state{
        .source = rows.TextAt(row, 0), .rows = rows.IntegerAt(row, 2), .quarantined = rows.IntegerAt(row, 3)};
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
                            std::string(metric.is_up_better ? "up" : "down")});
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

Result<Output> RunPulse(const metrics::MetricCatalog& catalog, const PulseParams& params, Context& context) {
  WEIR_TRY(const PulseView view, MakeView(catalog, params, context));
  WEIR_TRY(const Knowledge knowledge, Knowledge::Read(context.session()));
  WEIR_TRY(const Headline headline, MakeHeadline(view, knowledge, context));
  // Shown: by as-of. Compared: both periods by their own last day, so that neither had longer.
  WEIR_TRY(const std::vector<Funnel> funnels,
           MakeFunnels(
               view, {{view.now, context.LocalAsOfDate()}, {view.now, view.now.last}, {view.before, view.before.last}},
               knowledge, context));
  WEIR_TRY(const std::vector<SourceState> sources, ReadSources(context));
  const std::vector<Sentence> sentences = MakeSentences({&view, &headline, &funnels[1], &funnels[2], &sources});

  Output output;
  for (const TableSpec& spec : Specs()) output.tables.push_back(Empty(spec));
  AddHeadline(headline, view, output.tables[0], output.tables[1]);
  AddFunnel(funnels[0], output.tables[2]);
  for (const SourceState& source : sources) {
    output.tables[3].rows.push_back(
        {source.source, Maybe(source.last_observed_at), source.rows, source.quarantined, Maybe(source.age_days)});
  }
  AddPeriod(view, output.tables[4]);
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    output.tables[5].rows.push_back(
        {static_cast<std::int64_t>(i + 1), sentences[i].code, sentences[i].text.en, sentences[i].text.ru});
  }
  if (headline.reads_history) {
    WEIR_TRY(output.history, metrics::HistoryOf(catalog, {"pipeline_amount"}, context.session()));
  }
  return output;
}

Result<Evidence> ExplainPulse(const metrics::MetricCatalog& catalog, const PulseParams& params,
                              const std::string& table, const std::vector<std::string>& key, Context& context) {
  WEIR_TRY(const PulseView view, MakeView(catalog, params, context));
  if (key.empty()) return Fail(BadUsage("the key is empty").Field("explain"));
  if (table == "funnel") return RowsOfStep(view, key.front(), context);
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
      .help = {"The five numbers that matter against the same day of the last period, the funnel from lead to cash, "
               "and how fresh each source is.",
               "Пять главных чисел в сравнении с тем же днём прошлого периода, воронка от лида до оплаты и свежесть "
               "каждого источника."},
      .needs = {"deal", "deal_version", "lead", "invoice", "payment", "activity", "account", "team",
                "source_freshness"},
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
  return {std::move(declared)};
}

}  // namespace weir::pulse
