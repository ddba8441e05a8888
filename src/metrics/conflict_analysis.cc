// metrics.conflict: a sheet that somebody brought, against the governed numbers.
#include <algorithm>
#include <set>

#include "analysis/columns.h"
#include "analysis/params.h"
#include "analysis/words.h"
#include "metrics/bridge_words.h"
#include "metrics/conflict.h"
#include "metrics/custom_columns.h"
#include "metrics/metrics_analysis.h"
#include "metrics/question.h"

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

struct ConflictParams {
  std::string sheet = {};
  std::string name = {};
  std::string metric = {};
  std::vector<std::string> match = {};
  QuestionParams question = {};

  void Describe(ParamVisitor& visitor) {
    visitor.Add(
        {.name = "sheet",
         .help = {"The sheet as text: a header and rows, cells between tabs, semicolons or commas (weir conflict "
                  "FILE reads it from a file)",
                  "Таблица текстом: заголовок и строки, ячейки через табуляцию, точку с запятой или запятую "
                  "(weir conflict ФАЙЛ читает её из файла)"},
         .required = true,
         .positional = true},
        sheet);
    visitor.Add({.name = "name", .help = {"What the sheet is called", "Как называется таблица"}}, name);
    visitor.Add({.name = "metric",
                 .help = {"The metric of columns that name none: months, or an amount",
                          "Показатель столбцов, которые его не называют: месяцев или суммы"}},
                metric);
    visitor.Add({.name = "match",
                 .help = {"What a column is: Column=metric, Column=dimension, Column=period, Column=record or "
                          "Column=none",
                          "Что в столбце: Столбец=показатель, Столбец=разрез, Столбец=period, Столбец=record или "
                          "Столбец=none"},
                 .is_whole = true},
                match);
    question.DescribePeriod(visitor);
    question.DescribeRows(visitor);
  }
};

analysis::TableSpec AnswerSpec() {
  return {.name = "answer",
          .title = {"The answer", "Ответ"},
          .key = {"sheet"},
          .columns = {TextOf("sheet", "Sheet", "Таблица"), TextOf("said_en", "In words", "Словами"),
                      TextOf("said_ru", "In words", "Словами"), CountOf("compared", "Compared", "Сверено"),
                      CountOf("agree", "Agree", "Сходится"), CountOf("differ", "Differ", "Расходится"),
                      CountOf("unexplained", "Without an explanation", "Без объяснения"),
                      CountOf("unread", "Not compared", "Не сверено"),
                      Of("difference", ColumnType::kDecimal, "The sheet less Weir", "Таблица минус Weir"),
                      TextOf("unit", "Unit", "Единица")}};
}

analysis::TableSpec ColumnsSpec() {
  return {.name = "columns",
          .title = {"What the columns are", "Что в столбцах"},
          .key = {"position"},
          .columns = {CountOf("position", "Position", "Место"), TextOf("column", "Column", "Столбец"),
                      TextOf("role", "Taken for", "Принят за"), TextOf("target", "Which", "Что именно"),
                      TextOf("why_en", "Why", "Почему"), TextOf("why_ru", "Why", "Почему")}};
}

analysis::TableSpec CellsSpec() {
  return {
      .name = "cells",
      .title = {"Cells", "Ячейки"},
      .key = {"line", "position"},
      .columns = {CountOf("line", "Line", "Строка"), CountOf("position", "Column", "Столбец №"),
                  TextOf("column", "Column", "Столбец"), TextOf("group", "Group", "Группа"),
                  TextOf("metric", "Metric", "Показатель"), Of("from", ColumnType::kDate, "First day", "Первый день"),
                  Of("to", ColumnType::kDate, "Last day", "Последний день"), TextOf("where", "Condition", "Условие"),
                  TextOf("state", "State", "Состояние"), TextOf("there", "The sheet says", "В таблице"),
                  Of("value", ColumnType::kDecimal, "Weir says", "По Weir"),
                  Of("difference", ColumnType::kDecimal, "The sheet less Weir", "Таблица минус Weir"),
                  TextOf("unit", "Unit", "Единица"), TextOf("kinds", "What is otherwise", "Что отличается"),
                  Of("is_doubtful", ColumnType::kBoolean, "May be a coincidence", "Может быть совпадением"),
                  TextOf("why_en", "Why", "Почему"), TextOf("why_ru", "Why", "Почему")}};
}

analysis::TableSpec RecordsSpec() {
  return {
      .name = "records",
      .title = {"Records", "Записи"},
      .key = {"line", "kind", "table", "id", "name"},
      .columns = {CountOf("line", "Line", "Строка"), TextOf("kind", "What is otherwise", "Что отличается"),
                  TextOf("table", "Kind of row", "Вид строки"), TextOf("id", "Id", "Id"),
                  TextOf("name", "Name", "Название"), Of("there", ColumnType::kDecimal, "The sheet says", "В таблице"),
                  Of("here", ColumnType::kDecimal, "Weir says", "По Weir"),
                  Of("day_there", ColumnType::kDate, "Day in the sheet", "День в таблице"),
                  Of("day_here", ColumnType::kDate, "Day in Weir", "День по Weir"), TextOf("why_en", "Why", "Почему"),
                  TextOf("why_ru", "Why", "Почему")}};
}

struct Counts {
  std::int64_t compared = 0;
  std::int64_t agree = 0;
  std::int64_t differ = 0;
  std::int64_t unexplained = 0;
  std::int64_t unread = 0;
  std::optional<Decimal> difference = {};
  std::string unit = {};
};

std::string UnitOf(const Metric& metric, const std::string& currency) {
  return metric.unit == Unit::kMoney ? currency : std::string(NameOf(metric.unit));
}

// Differences of several metrics or of shares are no sum; nor are those of totals beside what they are of.
Counts CountsOf(const Conflict& conflict, const std::string& currency) {
  Counts counts;
  if (conflict.is_of_records) {
    const auto missing = std::ranges::count(conflict.rows, "missing_there", &ComparedRow::kind);
    counts.compared = conflict.records + missing;
    counts.agree = conflict.agreeing_records;
    counts.differ = counts.compared - counts.agree;
    counts.difference = conflict.record_difference;
    counts.unit = UnitOf(*conflict.record_metric, currency);
    return counts;
  }
  std::set<const Metric*> metrics;
  Decimal sum{0, kAmountScale};
  for (const ComparedCell& cell : conflict.cells) {
    metrics.insert(cell.metric);
    const bool is_compared = cell.state == CellState::kAgrees || cell.state == CellState::kDiffers;
    (is_compared ? counts.compared : counts.unread) += 1;
    counts.agree += cell.state == CellState::kAgrees ? 1 : 0;
    if (cell.state != CellState::kDiffers) continue;
    ++counts.differ;
    counts.unexplained += cell.is_explained ? 0 : 1;
    if (cell.difference && !cell.is_total) {
      sum.units += Rescale(*cell.difference, kAmountScale).value_or(Decimal{}).units;
    }
  }
  if (metrics.size() != 1) return counts;
  const Metric& metric = **metrics.begin();
  const bool adds_up = metric.additivity == Additivity::kAdditive;
  if (adds_up && counts.differ > 0) counts.difference = sum;
  counts.unit = UnitOf(metric, currency);
  return counts;
}

Text NumberOf(std::int64_t count) { return {analysis::GroupedEn(count), analysis::GroupedRu(count)}; }

void Append(Text& said, const Text& more) {
  said.en += more.en;
  said.ru += more.ru;
}

Text DifferenceInWords(const Counts& counts) {
  if (!counts.difference || counts.difference->units == 0) return {};
  const bool is_more = counts.difference->units > 0;
  const Decimal size{is_more ? counts.difference->units : -counts.difference->units, counts.difference->scale};
  const std::string unit = counts.unit == "count" ? "" : " " + counts.unit;
  const Text amount = {analysis::GroupedEn(size) + unit, analysis::GroupedRu(size) + unit};
  return is_more ? Fill({" Together the sheet has {} more.", " Вместе в таблице больше на {}."}, {amount})
                 : Fill({" Together the sheet has {} less.", " Вместе в таблице меньше на {}."}, {amount});
}

// "2 differ in amount, 1 is missing there".
Text RecordsInWords(const Conflict& conflict, const Counts& counts) {
  Text said = Fill({"Of {} records {} agree", "Из записей ({}) сходятся {}"},
                   {NumberOf(counts.compared), NumberOf(counts.agree)});
  const std::vector<std::pair<std::string, Text>> kinds{
      {"missing_there", {"{} missing in the sheet", "нет в таблице: {}"}},
      {"missing_here", {"{} unknown to Weir", "неизвестны Weir: {}"}},
      {"not_counted", {"{} not counted by the metric", "не учитываются показателем: {}"}},
      {"amount", {"{} of another amount", "другая сумма: {}"}},
      {"date", {"{} of another day", "другой день: {}"}}};
  std::string between = "; ";
  for (const auto& [kind, words] : kinds) {
    const std::int64_t count = std::ranges::count(conflict.rows, kind, &ComparedRow::kind);
    if (count == 0) continue;
    Append(said, {between, between});
    Append(said, Fill(words, {NumberOf(count)}));
    between = ", ";
  }
  Append(said, {".", "."});
  Append(said, DifferenceInWords(counts));
  return said;
}

// "Of 36 cells 30 agree; 6 differ because …".
Text CellsInWords(const Conflict& conflict, const Counts& counts) {
  if (counts.compared == 0) {
    return {"No cell could be compared: see what the columns were taken for.",
            "Ни одна ячейка не сверена: посмотрите, за что приняты столбцы."};
  }
  if (counts.differ == 0) {
    Text said =
        Fill({"All {} cells agree with Weir.", "Все ячейки ({}) сходятся с Weir."}, {NumberOf(counts.compared)});
    return said;
  }
  Text said =
      Fill({"Of {} cells {} agree", "Из ячеек ({}) сходятся {}"}, {NumberOf(counts.compared), NumberOf(counts.agree)});
  std::vector<std::pair<Text, std::int64_t>> reasons;
  for (const ComparedCell& cell : conflict.cells) {
    if (!cell.is_explained) continue;
    const auto found =
        std::ranges::find_if(reasons, [&](const auto& reason) { return reason.first.en == cell.reason.en; });
    if (found == reasons.end()) {
      reasons.emplace_back(cell.reason, 1);
    } else {
      ++found->second;
    }
  }
  std::ranges::stable_sort(reasons, [](const auto& one, const auto& other) { return one.second > other.second; });
  constexpr std::size_t kMostSaid = 3;
  if (reasons.size() == 1 && counts.unexplained == 0) {
    Append(said, Fill({"; {} differ because the sheet counts otherwise: {}",
                       "; расходятся {}, потому что таблица "
                       "считает иначе: {}"},
                      {NumberOf(counts.differ), reasons.front().first}));
  } else {
    Append(said, Fill({"; {} differ", "; расходятся {}"}, {NumberOf(counts.differ)}));
    for (std::size_t i = 0; i < std::min(reasons.size(), kMostSaid); ++i) {
      Append(said, {i == 0 ? ": " : "; ", i == 0 ? ": " : "; "});
      Append(said, Fill({"{} — {}", "{} — {}"}, {NumberOf(reasons[i].second), reasons[i].first}));
    }
    if (counts.unexplained > 0) {
      Append(said, Fill({"; {} without an explanation", "; без объяснения — {}"}, {NumberOf(counts.unexplained)}));
    }
  }
  Append(said, {".", "."});
  Append(said, DifferenceInWords(counts));
  return said;
}

Table AnswerTable(const ConflictParams& params, const Conflict& conflict, const Counts& counts) {
  const analysis::TableSpec spec = AnswerSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  Text said = conflict.is_of_records ? RecordsInWords(conflict, counts) : CellsInWords(conflict, counts);
  if (counts.unread > 0) {
    Append(said, Fill({" {} could not be compared.", " Не удалось сверить: {}."}, {NumberOf(counts.unread)}));
  }
  table.rows.push_back({params.name.empty() ? std::string("sheet") : params.name, said.en, said.ru, counts.compared,
                        counts.agree, counts.differ, counts.unexplained, counts.unread,
                        counts.difference ? store::Value(*counts.difference) : store::Value(), counts.unit});
  return table;
}

Table ColumnsTable(const ConflictAsked& asked, const Conflict& conflict) {
  const analysis::TableSpec spec = ColumnsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  std::int64_t position = 0;
  for (const MatchedColumn& column : conflict.columns) {
    const auto at = static_cast<std::size_t>(position++);
    Text why = column.why;
    if (column.role == ColumnRole::kUnknown && why.en.empty()) {
      why = {"nothing in Weir is called so or has such values",
             "в Weir ничто так не называется и не имеет таких значений"};
    }
    table.rows.push_back({position, asked.sheet.header[at], std::string(NameOf(column.role)),
                          column.metric != nullptr ? column.metric->id : column.dimension, why.en, why.ru});
  }
  for (const std::string& label : conflict.unknown_labels) {
    table.rows.push_back({++position, label, std::string("unknown"), std::string(),
                          std::string("a row that names no metric"), std::string("строка не называет показателя")});
  }
  return table;
}

store::Value DayOf(const std::optional<Date>& day) { return day ? store::Value(*day) : store::Value(); }
store::Value AmountOf(const std::optional<Decimal>& amount) { return amount ? store::Value(*amount) : store::Value(); }

// What differs first, the greatest difference before the others.
Table CellsTable(const ConflictAsked& asked, const Conflict& conflict) {
  const analysis::TableSpec spec = CellsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  std::vector<const ComparedCell*> cells;
  cells.reserve(conflict.cells.size());
  for (const ComparedCell& cell : conflict.cells) cells.push_back(&cell);
  const auto size = [](const ComparedCell* cell) {
    const double difference = cell->difference ? ToDouble(*cell->difference) : 0;
    return difference < 0 ? -difference : difference;
  };
  std::ranges::stable_sort(cells, [&](const ComparedCell* one, const ComparedCell* other) {
    if (one->state != other->state)
      return one->state == CellState::kAgrees ? false : other->state == CellState::kAgrees || one->state < other->state;
    return size(one) > size(other);
  });
  for (const ComparedCell* cell : cells) {
    Text why = cell->why;
    if (cell->state == CellState::kDiffers && !cell->is_explained) {
      why = cell->is_tried
                ? Text{"no question that was tried gives it", "ни один из проверенных вопросов его не даёт"}
                : Text{"not looked into: others of the sheet were", "не разбиралась: разобраны другие ячейки"};
    }
    table.rows.push_back({static_cast<std::int64_t>(cell->line), static_cast<std::int64_t>(cell->column + 1),
                          asked.sheet.header[cell->column], cell->group, cell->metric->id, DayOf(cell->query.from),
                          DayOf(cell->query.to), cell->query.where, std::string(NameOf(cell->state)), cell->text,
                          AmountOf(cell->here), AmountOf(cell->difference), UnitOf(*cell->metric, asked.query.currency),
                          cell->kinds, cell->is_doubtful, why.en, why.ru});
  }
  return table;
}

Table RecordsTable(const Conflict& conflict) {
  const analysis::TableSpec spec = RecordsSpec();
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const ComparedRow& row : conflict.rows) {
    table.rows.push_back({static_cast<std::int64_t>(row.line), row.kind, row.table, row.id, row.name,
                          AmountOf(row.there), AmountOf(row.here), DayOf(row.day_there), DayOf(row.day_here),
                          row.why.en, row.why.ru});
  }
  return table;
}

Result<std::map<std::string, std::string>> MatchesOf(const ConflictParams& params) {
  std::map<std::string, std::string> matched;
  for (const std::string& text : params.match) {
    const std::size_t at = text.rfind('=');
    if (at == std::string::npos || at == 0) {
      return Fail(BadUsage("'{}' does not say what a column is", text)
                      .Field("match")
                      .Mend("Write Column=metric, Column=dimension, Column=period, Column=record or Column=none; "
                            "metrics catalog lists the metrics"));
    }
    matched[LabelKey(text.substr(0, at))] = text.substr(at + 1);
  }
  return matched;
}

Result<Output> RunConflict(const MetricCatalog& governed, const ConflictParams& params, Context& context) {
  WEIR_TRY(const std::vector<CustomColumn> custom, NamedColumns({}, params.question.where, context.session()));
  const MetricCatalog catalog = custom.empty() ? governed : governed.With(custom);
  ConflictAsked asked{.catalog = &catalog};
  WEIR_TRY(asked.sheet, ReadSheet(params.sheet, params.name));
  if (!params.metric.empty()) {
    WEIR_TRY(asked.metric, catalog.Require(params.metric));
  }
  WEIR_TRY(asked.matched, MatchesOf(params));
  WEIR_TRY(asked.query, QueryOf(params.question, context));
  WEIR_TRY(const Conflict conflict, FindConflict(asked, context));
  const Counts counts = CountsOf(conflict, asked.query.currency);
  Output output;
  output.tables.push_back(AnswerTable(params, conflict, counts));
  output.tables.push_back(ColumnsTable(asked, conflict));
  output.tables.push_back(CellsTable(asked, conflict));
  output.tables.push_back(RecordsTable(conflict));
  return output;
}

Result<Evidence> ExplainConflict(const std::string& table, const std::vector<std::string>& key) {
  if (table == "records" && key.size() == 5 && !key[3].empty()) {
    return Evidence{.table = key[2], .ids = {key[3]}, .total = 1};
  }
  return Fail(NotFound("table '{}' has no rows behind it", table).Field("explain"));
}

analysis::Info ConflictInfo(const MetricCatalog& catalog) {
  return {.id = "metrics.conflict",
          .title = {"Sheet against the governed numbers", "Сверка таблицы"},
          .help = {"A sheet that somebody brought: its columns are matched to metrics, dimensions and periods, every "
                   "cell is compared, and what differs is explained by definition, period, date, filter, currency, "
                   "time zone, exclusions or rows. A list of records is compared row by row.",
                   "Таблица, которую принесли: столбцы сопоставляются с показателями, разрезами и периодами, каждая "
                   "ячейка сверяется, а расхождения объясняются определением, периодом, датой, фильтром, валютой, "
                   "часовым поясом, исключениями или строками. Список записей сверяется построчно."},
          .needs = NeedsOf(catalog),
          .tables = {AnswerSpec(), ColumnsSpec(), CellsSpec(), RecordsSpec()},
          .is_cacheable = false};
}

}  // namespace

analysis::Analysis ConflictAnalysis(std::shared_ptr<const MetricCatalog> catalog) {
  analysis::Analysis declared{.info = ConflictInfo(*catalog), .params = analysis::SpecsOf<ConflictParams>()};
  AllowMetrics(*catalog, declared.params);
  declared.run = [catalog](const analysis::RawParams& raw, Context& context) -> Result<Output> {
    WEIR_TRY(const ConflictParams params, analysis::Bind<ConflictParams>(raw));
    return RunConflict(*catalog, params, context);
  };
  declared.explain = [](const analysis::RawParams&, const std::string& table, const std::vector<std::string>& key,
                        Context&) -> Result<Evidence> { return ExplainConflict(table, key); };
  return declared;
}

}  // namespace weir::metrics
