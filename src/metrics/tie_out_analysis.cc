// metrics.reconcile: which question gives the figure of another report.
#include <algorithm>
#include <cmath>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "analysis/words.h"
#include "metrics/bridge_words.h"
#include "metrics/custom_columns.h"
#include "metrics/metrics_analysis.h"
#include "metrics/question.h"
#include "metrics/tie_out.h"
#include "metrics/tie_out_tries.h"

namespace weir::metrics {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Evidence;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::Table;
using analysis::TextOf;

constexpr std::size_t kMostVersions = 5;
// Above it a match says little.
constexpr double kDoubtfulChance = 0.3;

struct TieOutParams {
  std::string figure = {};
  std::string metric = {};
  QuestionParams question = {};
  std::vector<std::string> versions = {};

  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "figure",
                 .help = {"The figure as the report says it: 1 234 567.89, $1.2M, 1,5 млн, 12.3%",
                          "Число, как оно стоит в отчёте: 1 234 567,89, $1.2M, 1,5 млн, 12,3%"},
                 .required = true,
                 .positional = true},
                figure);
    visitor.Add({.name = "metric",
                 .help = {"The metric that it should be; none tries all of the unit",
                          "Какой это показатель; без него пробуются все с той же единицей"},
                 .positional = true},
                metric);
    question.DescribePeriod(visitor);
    question.DescribeRows(visitor);
    visitor.Add({.name = "versions",
                 .help = {"Try what was known by these data versions too, five at most",
                          "Пробовать и то, что знали эти версии данных, не больше пяти"}},
                versions);
  }
};

analysis::TableSpec FigureSpec() {
  return {.name = "figure",
          .title = {"The figure", "Число"},
          .key = {"figure"},
          .columns = {TextOf("figure", "As typed", "Как введено"),
                      TextOf("verdict", "match, doubtful or none",
                             "match — сходится, doubtful — возможно случайно, none — не сходится"),
                      TextOf("said_en", "In words", "Словами"), TextOf("said_ru", "In words", "Словами"),
                      Of("low", ColumnType::kDecimal, "At least", "Не меньше"),
                      Of("high", ColumnType::kDecimal, "At most", "Не больше"),
                      Of("value", ColumnType::kDecimal, "Weir says", "По Weir"),
                      Of("difference", ColumnType::kDecimal, "Difference", "Разница"),
                      CountOf("candidates", "Numbers tried", "Проверено чисел")}};
}

analysis::TableSpec AnswersSpec() {
  return {.name = "answers",
          .title = {"What gives the figure", "Что даёт это число"},
          .key = {"position"},
          .columns = {CountOf("position", "Position", "Место"),
                      Of("is_match", ColumnType::kBoolean, "Gives the figure", "Сходится"),
                      TextOf("kinds", "What is otherwise", "Что отличается"), TextOf("why_en", "How", "Как"),
                      TextOf("why_ru", "How", "Как"), Of("value", ColumnType::kDecimal, "Value", "Значение"),
                      Of("difference", ColumnType::kDecimal, "Difference to the figure", "Разница с числом"),
                      TextOf("unit", "Unit", "Единица"),
                      Of("chance", ColumnType::kShare, "Chance of coincidence", "Вероятность совпадения", "share"),
                      CountOf("row_count", "Rows", "Строк"), TextOf("metric", "Metric", "Показатель"),
                      Of("from", ColumnType::kDate, "First day", "Первый день"),
                      Of("to", ColumnType::kDate, "Last day", "Последний день"),
                      TextOf("where", "Condition", "Условие"), Of("as_of", ColumnType::kInstant, "As of", "На момент"),
                      Of("known_at", ColumnType::kInteger, "Data version", "Версия данных"),
                      Of("with_excluded", ColumnType::kBoolean, "With what is excluded", "С исключённым"),
                      Of("is_askable", ColumnType::kBoolean, "Metrics gives it, asked so",
                         "Показатель даёт его на такой вопрос")}};
}

analysis::TableSpec RowsSpec() {
  return {.name = "rows",
          .title = {"Rows that make the difference", "Строки, дающие разницу"},
          .key = {"position", "table", "id"},
          .columns = {CountOf("position", "Position of the answer", "Место ответа"),
                      TextOf("table", "Kind of row", "Вид строки"), TextOf("id", "Id", "Id"),
                      TextOf("name", "Name", "Название"), Of("value", ColumnType::kDecimal, "Value", "Значение"),
                      TextOf("why_en", "Why", "Почему"), TextOf("why_ru", "Why", "Почему")}};
}

std::string UnitOf(const TieAnswer& answer) {
  return answer.metric->unit == Unit::kMoney ? answer.currency : std::string(NameOf(answer.metric->unit));
}

Text WhyOf(const TieAnswer& answer) {
  Text why;
  for (const TieChange& change : answer.changes) {
    why.en += (why.en.empty() ? "" : "; ") + change.title.en;
    why.ru += (why.ru.empty() ? "" : "; ") + change.title.ru;
  }
  if (why.en.empty()) {
    return Fill({"“{}”, as asked", "«{}», как спрошено"}, {answer.metric->title});
  }
  return why;
}

std::string KindsOf(const TieAnswer& answer) {
  std::vector<std::string> kinds;
  for (const TieChange& change : answer.changes) {
    if (std::ranges::find(kinds, change.kind) == kinds.end()) kinds.push_back(change.kind);
  }
  return kinds.empty() ? "same" : fmt::format("{}", fmt::join(kinds, "+"));
}

Decimal ValueOf(const TieAnswer& answer) { return {answer.units, static_cast<std::uint8_t>(answer.digits)}; }

// To three digits: an estimate pretends no more.
Decimal ChanceOf(double chance) { return {std::lround(std::clamp(chance, 0.0, 1.0) * 1000), 3}; }

// The answer in one or two sentences.
Text SaidOf(const TieOut& out, std::string_view verdict) {
  const Text tried = {analysis::GroupedEn(out.candidates), analysis::GroupedRu(out.candidates)};
  if (verdict == "none") {
    return Fill({"None of {} numbers that were tried is this figure. The nearest are listed.",
                 "Ни одно из проверенных чисел ({}) не совпало. Ниже — ближайшие."},
                {tried});
  }
  const TieAnswer& best = out.answers.front();
  const bool is_doubtful = verdict == "doubtful";
  const bool is_same = KindsOf(best) == "same";
  Text said{"Weir says the same.", "По Weir — то же самое."};
  if (!is_same && is_doubtful) said = Fill({"The figure could be: {}.", "Это может быть: {}."}, {WhyOf(best)});
  if (!is_same && !is_doubtful) {
    said = Fill({"The report counts otherwise: {}.", "Отчёт считает иначе: {}."}, {WhyOf(best)});
  }
  if (!is_same && !is_doubtful && !out.asked) said = Fill({"The figure is: {}.", "Это число: {}."}, {WhyOf(best)});
  const Text percent = analysis::PercentOf(ChanceOf(best.chance));
  const Text doubt = verdict == "doubtful" ? Fill({" It may well be a coincidence: of {} numbers tried, one as simple "
                                                   "fits by chance with a probability of {}. "
                                                   "Give more digits, the metric or the period.",
                                                   " Это вполне может быть совпадением: проверено чисел — {}, и с "
                                                   "вероятностью {} одно из столь же простых "
                                                   "подошло бы случайно. Дайте больше знаков, показатель или период."},
                                                  {tried, percent})
                                           : Fill({" {} numbers were tried; a coincidence is unlikely.",
                                                   " Проверено чисел: {}; совпадение маловероятно."},
                                                  {tried});
  said.en += doubt.en;
  said.ru += doubt.ru;
  return said;
}

// Half sure is not sure.
std::string_view VerdictOf(const TieOut& out) {
  if (out.answers.empty() || !out.answers.front().is_match) return "none";
  return out.answers.front().chance > kDoubtfulChance ? "doubtful" : "match";
}

Table FigureTable(const TieOutParams& params, const Figure& figure, const TieOut& out) {
  const analysis::TableSpec spec = FigureSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  const std::string_view verdict = VerdictOf(out);
  const Text said = SaidOf(out, verdict);
  store::Value value;
  store::Value difference;
  if (out.asked) {
    value = ValueOf(*out.asked);
    difference = out.asked->difference;
  }
  const Reading& reading = figure.readings.front();
  table.rows.push_back({params.figure, std::string(verdict), said.en, said.ru, reading.low, reading.high,
                        std::move(value), std::move(difference), out.candidates});
  return table;
}

Table AnswersTable(const TieOut& out) {
  const analysis::TableSpec spec = AnswersSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  const auto day = [](const std::optional<Date>& date) { return date ? store::Value(*date) : store::Value(); };
  std::int64_t position = 0;
  for (const TieAnswer& answer : out.answers) {
    const Text why = WhyOf(answer);
    table.rows.push_back(
        {++position, answer.is_match, KindsOf(answer), why.en, why.ru, ValueOf(answer), answer.difference,
         UnitOf(answer), answer.is_match ? store::Value(ChanceOf(answer.chance)) : store::Value(), answer.row_count,
         answer.metric->id, day(answer.from), day(answer.to), answer.where,
         answer.as_of ? store::Value(*answer.as_of) : store::Value(),
         answer.known_at ? store::Value(*answer.known_at) : store::Value(), answer.with_excluded, answer.is_askable});
  }
  return table;
}

Table RowsTable(const TieOut& out) {
  const analysis::TableSpec spec = RowsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (std::size_t i = 0; i < out.answers.size(); ++i) {
    for (const TieRowNamed& row : out.answers[i].rows) {
      table.rows.push_back({static_cast<std::int64_t>(i + 1), row.table, row.id, row.name,
                            Decimal{row.units, static_cast<std::uint8_t>(row.scale)}, row.why.en, row.why.ru});
    }
  }
  return table;
}

Result<std::vector<std::int64_t>> VersionsOf(const TieOutParams& params, const Context& context) {
  std::vector<std::int64_t> versions;
  for (const std::string& text : params.versions) {
    const auto number = ParsePlainDecimal(text);
    if (!number || number->scale != 0 || number->units < 1 || number->units > context.data_version()) {
      return Fail(BadUsage("there is no data version '{}'", text).Field("versions"));
    }
    versions.push_back(static_cast<std::int64_t>(number->units));
  }
  if (versions.size() > kMostVersions) {
    return Fail(BadUsage("at most {} data versions are tried at once", kMostVersions).Field("versions"));
  }
  return versions;
}

// The question with what it reads.
struct Prepared {
  MetricCatalog wider;
  TieOutAsked asked = {};
};

Result<std::unique_ptr<Prepared>> Prepare(const MetricCatalog& governed, const TieOutParams& params, Context& context) {
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns({}, params.question.where, context.session()));
  auto prepared = std::make_unique<Prepared>(Prepared{.wider = custom.empty() ? governed : governed.With(custom)});
  TieOutAsked& asked = prepared->asked;
  asked.catalog = &prepared->wider;
  if (params.metric.empty()) {
    WEIR_TRY(asked.figure, ParseFigure(params.figure));
  } else {
    WEIR_TRY(asked.metric, prepared->wider.Require(params.metric));
    WEIR_TRY(asked.figure, FigureOf(params.figure, *asked.metric));
    if (!MayBe(asked.figure, *asked.metric)) {
      return Fail(BadUsage("'{}' is no number of '{}', whose unit is {}", params.figure, asked.metric->id,
                           NameOf(asked.metric->unit))
                      .Field("figure")
                      .Mend("Leave the metric out: all of the unit are tried"));
    }
  }
  WEIR_TRY(asked.query, QueryOf(params.question, context));
  // Quarters and years of both calendars are tried.
  asked.query.first_month = context.settings().fiscal_year_start_month;
  asked.unfiltered = asked.query;
  asked.unfiltered.where.clear();
  asked.unfiltered.team_ids.clear();
  asked.unfiltered.segment.clear();
  WEIR_TRY(asked.versions, VersionsOf(params, context));
  return prepared;
}

Result<Output> RunTieOut(const MetricCatalog& catalog, const TieOutParams& params, Context& context) {
  WEIR_TRY(const auto prepared, Prepare(catalog, params, context));
  WEIR_TRY(const TieOut out, FindTieOut(prepared->asked, context));
  Output output;
  if (out.unread > 0) {
    output.warnings.push_back(
        {.code = "not_tried",
         .message = MakePhrase("{} metrics could not be asked this question and were not tried", out.unread),
         .params = {{"count", fmt::format("{}", out.unread)}}});
  }
  output.tables.push_back(FigureTable(params, prepared->asked.figure, out));
  output.tables.push_back(AnswersTable(out));
  output.tables.push_back(RowsTable(out));
  if (prepared->asked.metric != nullptr) {
    output.definition = {prepared->asked.metric->id, prepared->asked.metric->version};
  }
  return output;
}

Result<Evidence> ExplainTieOut(const std::string& table, const std::vector<std::string>& key) {
  if (table == "rows" && key.size() == 3) return Evidence{.table = key[1], .ids = {key[2]}, .total = 1};
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Info TieOutInfo(const MetricCatalog& catalog) {
  return {
      .id = "metrics.reconcile",
      .title = {"Tie-out of a figure", "Сверка числа"},
      .help =
          {"Which question gives the figure of another report: definitions, periods, filters, currencies, time zones, "
           "exclusions and moments are tried and ranked by the simplest explanation, with the chance that it fits "
           "by coincidence. Where the question as asked differs, the rows that make exactly the difference.",
           "Какой вопрос даёт число из другого отчёта: перебираются определения, периоды, фильтры, валюты, часовые "
           "пояса, исключения и моменты; сначала самое простое объяснение, с вероятностью случайного совпадения. "
           "Если вопрос как задан даёт другое — строки, которые составляют ровно разницу."},
      .needs = NeedsOf(catalog),
      .tables = {FigureSpec(), AnswersSpec(), RowsSpec()}};
}

}  // namespace

analysis::Analysis TieOutAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{.info = TieOutInfo(*catalog), .params = analysis::SpecsOf<TieOutParams>()};
  AllowMetrics(*catalog, declared.params);
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const TieOutParams params, analysis::Bind<TieOutParams>(raw));
    return RunTieOut(*catalog, params, context);
  };
  declared.explain = [](const analysis::RawParams&, const std::string& table, const std::vector<std::string>& key,
                        Context&) -> Result<Evidence> { return ExplainTieOut(table, key); };
  return declared;
}

}  // namespace weir::metrics
