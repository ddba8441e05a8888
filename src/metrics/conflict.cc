#include "metrics/conflict.h"

#include <algorithm>
#include <array>
#include <set>

#include "metrics/bridge_words.h"
#include "metrics/conflict_names.h"
#include "metrics/conflict_reasons.h"
#include "metrics/conflict_records.h"
#include "metrics/figure.h"
#include "metrics/tie_out_tries.h"

namespace weir::metrics {
namespace {

using analysis::Context;
using analysis::Text;

constexpr double kKnownShare = 0.8;  // of the values of a column, for it to be a dimension by them
constexpr std::size_t kMostDimensionValues = 100'000;

constexpr std::array<std::string_view, 14> kPeriodNames{"period",  "date",   "day",  "month", "quarter",
                                                        "year",    "период", "дата", "день",  "месяц",
                                                        "квартал", "год",    "week", "неделя"};

Text Same(const std::string& text) { return {text, text}; }

std::optional<Decimal> AsDecimal(const store::Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return Decimal{*whole, 0};
  if (const auto* exact = std::get_if<Decimal>(&value)) return *exact;
  return std::nullopt;
}

Decimal Less(Decimal one, Decimal other) {
  const std::uint8_t scale = std::max(one.scale, other.scale);
  return {Rescale(one, scale).value_or(one).units - Rescale(other, scale).value_or(other).units, scale};
}

// The values that a dimension has for a metric: by key, as Weir writes them.
using Values = std::map<std::string, std::string>;

class Finder {
 public:
  Finder(const ConflictAsked& asked, Context& context)
      : asked_(asked), catalog_(*asked.catalog), sheet_(asked.sheet), context_(context) {}

  Result<Conflict> Run() {
    conflict_.columns.resize(sheet_.header.size());
    WEIR_TRY(MatchHeaders());
    MatchPeriods();
    if (asked_.metric != nullptr || FirstMetric() != nullptr) {
      WEIR_TRY(const bool is_of_records, CompareRecords(asked_, conflict_, FirstMetric(), context_));
      if (is_of_records) return std::move(conflict_);
    }
    MatchMetricNames();
    if (FirstMetric() == nullptr) TakeOnlyNumbers();
    if (FirstMetric() == nullptr) return Fail(NoMetric());
    WEIR_TRY(MatchValues());
    WEIR_TRY(MakeCells());
    WEIR_TRY(Compare());
    WEIR_TRY(ExplainCells(asked_, conflict_, context_));
    return std::move(conflict_);
  }

 private:
  std::vector<std::string> CellsOf(std::size_t column) const {
    std::vector<std::string> cells;
    for (const SheetRow& row : sheet_.rows) {
      if (!IsBlank(row.cells[column]) && !IsTotalLabel(row.cells[column])) cells.push_back(row.cells[column]);
    }
    return cells;
  }

  // What a person said, what the header says.
  Status MatchHeaders() {
    std::set<std::string> used;
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      MatchedColumn& column = conflict_.columns[i];
      const std::string& header = sheet_.header[i];
      if (const auto said = asked_.matched.find(LabelKey(header)); said != asked_.matched.end()) {
        used.insert(said->first);
        WEIR_TRY(TakeSaid(said->second, header, column));
        continue;
      }
      if (CellsOf(i).empty()) {
        column.role = ColumnRole::kLeftOut;
        column.why = {"it is empty", "он пуст"};
      } else if (const Metric* metric = MetricNamed(catalog_, header)) {
        column.role = ColumnRole::kMetric;
        column.metric = metric;
        column.why = {"by its name", "по названию"};
      } else if (const auto dimension = DimensionNamed(catalog_, header)) {
        column.role = ColumnRole::kDimension;
        column.dimension = *dimension;
        column.why = {"by its name", "по названию"};
      } else if (const auto period = ReadPeriod(header, asked_.query.first_month); period && AreFigures(i)) {
        column.role = ColumnRole::kAmount;
        column.period = period;
        column.metric = asked_.metric;
        column.why = {"its name is a period", "его название — период"};
      }
    }
    for (const auto& [key, what] : asked_.matched) {
      if (used.contains(key)) continue;
      return Fail(BadUsage("the sheet has no column '{}'", key)
                      .Field("match")
                      .Mend("Its columns: {}", fmt::join(sheet_.header, ", ")));
    }
    return {};
  }

  Status TakeSaid(const std::string& what, const std::string& header, MatchedColumn& column) {
    column.why = {"as was said", "как указано"};
    if (what == "none") {
      column.role = ColumnRole::kLeftOut;
    } else if (what == "period") {
      column.role = ColumnRole::kPeriod;
    } else if (what == "record") {
      column.role = ColumnRole::kRecord;
    } else if (const Metric* metric = MetricNamed(catalog_, what)) {
      column.role = ColumnRole::kMetric;
      column.metric = metric;
      column.period = ReadPeriod(header, asked_.query.first_month);
    } else if (const auto dimension = DimensionNamed(catalog_, what)) {
      column.role = ColumnRole::kDimension;
      column.dimension = *dimension;
    } else {
      return Fail(BadUsage("'{}' is no metric and no dimension", what)
                      .Field("match")
                      .Mend("Write Column=metric, Column=dimension, Column=period, Column=record or Column=none; "
                            "metrics catalog lists the metrics"));
    }
    return {};
  }

  bool AreFigures(std::size_t column) const {
    const std::vector<std::string> cells = CellsOf(column);
    return !cells.empty() &&
           std::ranges::all_of(cells, [](const std::string& cell) { return ParseFigure(cell).has_value(); });
  }

  // A column of periods: all its cells are such. Bare years are numbers as well, so that its header has to say it.
  void MatchPeriods() {
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      MatchedColumn& column = conflict_.columns[i];
      if (column.role != ColumnRole::kUnknown) continue;
      const std::vector<std::string> cells = CellsOf(i);
      const bool is_said = std::ranges::find(kPeriodNames, LabelKey(sheet_.header[i])) != kPeriodNames.end();
      const bool are_periods = std::ranges::all_of(cells, [&](const std::string& cell) {
        const auto period = ReadPeriod(cell, asked_.query.first_month);
        return period && (is_said || period->grain != Grain::kYear);
      });
      if (cells.empty() || !are_periods) continue;
      column.role = ColumnRole::kPeriod;
      column.why = {"its values are periods", "его значения — периоды"};
    }
  }

  const Metric* FirstMetric() const {
    for (const MatchedColumn& column : conflict_.columns) {
      if (column.metric != nullptr) return column.metric;
    }
    return row_metric_;
  }

  // Columns are periods and rows are metrics.
  void MatchMetricNames() {
    const bool has_periods = std::ranges::any_of(
        conflict_.columns, [](const MatchedColumn& column) { return column.role == ColumnRole::kAmount; });
    for (std::size_t i = 0; i < sheet_.header.size() && has_periods; ++i) {
      MatchedColumn& column = conflict_.columns[i];
      if (column.role != ColumnRole::kUnknown) continue;
      for (const std::string& cell : CellsOf(i)) {
        if (row_metric_ == nullptr) row_metric_ = MetricNamed(catalog_, cell);
      }
      if (row_metric_ == nullptr) continue;
      column.role = ColumnRole::kMetricNames;
      column.why = {"its values are metrics", "его значения — показатели"};
      return;
    }
  }

  // The metric that was given is what the one column of numbers has.
  void TakeOnlyNumbers() {
    if (asked_.metric == nullptr) return;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      if (conflict_.columns[i].role == ColumnRole::kUnknown && AreFigures(i)) numbers.push_back(i);
    }
    if (numbers.size() != 1) return;
    MatchedColumn& column = conflict_.columns[numbers.front()];
    column.role = ColumnRole::kMetric;
    column.metric = asked_.metric;
    column.why = {"the only column of numbers, for the metric that was given",
                  "единственный столбец чисел — для указанного показателя"};
  }

  Error NoMetric() const {
    return BadInput("no column of the sheet is known to be a metric: {}", fmt::join(sheet_.header, ", "))
        .At("", sheet_.rows.front().line > 1 ? sheet_.rows.front().line - 1 : 1)
        .Field("match")
        .Mend("Say what a column is: --match 'Column=won_amount', or --metric for the only one of numbers");
  }

  // Columns whose values are those of one dimension. Of several nothing is guessed.
  Status MatchValues() {
    const Metric& metric = *FirstMetric();
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      MatchedColumn& column = conflict_.columns[i];
      if (column.role != ColumnRole::kUnknown || AreFigures(i)) continue;
      std::set<std::string> keys;
      for (const std::string& cell : CellsOf(i)) keys.insert(FoldKey(cell));
      std::vector<std::pair<std::string, std::size_t>> fitting;
      for (const std::string& dimension : metric.dimensions) {
        const auto found = ValuesOf(metric, dimension);
        // A dimension of too many values is matched by its name alone.
        if (!found && found.error().code() == Code::kTooLarge) continue;
        WEIR_TRY(const Values* values, found);
        const auto known = static_cast<std::size_t>(
            std::ranges::count_if(keys, [&](const std::string& key) { return values->contains(key); }));
        if (static_cast<double>(known) >= kKnownShare * static_cast<double>(keys.size())) {
          fitting.emplace_back(dimension, known);
        }
      }
      if (fitting.size() == 1) {
        column.role = ColumnRole::kDimension;
        column.dimension = fitting.front().first;
        column.why = Fill({"{} of its {} values are known as such", "значений, которые так известны: {} из {}"},
                          {Same(fmt::format("{}", fitting.front().second)), Same(fmt::format("{}", keys.size()))});
      } else if (!fitting.empty()) {
        Text titles;
        for (const auto& [dimension, known] : fitting) {
          const Text title = catalog_.DimensionTitle(dimension);
          titles.en += (titles.en.empty() ? "" : ", ") + title.en;
          titles.ru += (titles.ru.empty() ? "" : ", ") + title.ru;
        }
        column.why =
            Fill({"its values may be of several: {}", "его значения бывают в нескольких разрезах: {}"}, {titles});
      }
    }
    return {};
  }

  Result<const Values*> ValuesOf(const Metric& metric, const std::string& dimension) {
    const std::pair<std::string, std::string> key{metric.id, dimension};
    if (const auto found = values_.find(key); found != values_.end()) return &found->second;
    Query query = asked_.query;
    query.metrics = {metric.id};
    query.by = {dimension};
    query.from.reset();
    query.to.reset();
    query.grain = Grain::kNone;
    Values values;
    WEIR_TRY(const Compiled compiled, Compile(catalog_, query, store::DuckDbDialect()));
    if (!compiled.is_empty) {
      WEIR_TRY(const store::Rows rows,
               context_.session().Query(compiled.sql, compiled.parameters, kMostDimensionValues));
      for (std::size_t row = 0; row < rows.size(); ++row)
        values.emplace(FoldKey(rows.TextAt(row, 1)), rows.TextAt(row, 1));
    }
    return &values_.emplace(key, std::move(values)).first->second;
  }

  // The condition of a dimension's value, as `where` takes it.
  static std::optional<std::string> ConditionOf(const std::string& dimension, const std::string& value) {
    if (value.empty()) return fmt::format("{} is null", dimension);
    const char quote = value.find('\'') == std::string::npos ? '\'' : '"';
    if (value.find(quote) != std::string::npos) return std::nullopt;
    return fmt::format("{} = {}{}{}", dimension, quote, value, quote);
  }

  // The grain of a column of days: whole periods where they are the first days of such.
  Grain DaysOf(std::size_t column) const {
    const std::string name = LabelKey(sheet_.header[column]);
    if (name == "month" || name == "месяц") return Grain::kMonth;
    if (name == "quarter" || name == "квартал") return Grain::kQuarter;
    if (name == "year" || name == "год") return Grain::kYear;
    if (name == "week" || name == "неделя") return Grain::kWeek;
    std::vector<Date> days;
    for (const std::string& cell : CellsOf(column)) {
      if (const auto period = ReadPeriod(cell, asked_.query.first_month)) days.push_back(period->first);
    }
    return GrainOf(std::move(days), asked_.query.first_month);
  }

  Status MakeCells() {
    std::map<std::size_t, Grain> grains;
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      if (conflict_.columns[i].role == ColumnRole::kPeriod) grains[i] = DaysOf(i);
    }
    for (const SheetRow& row : sheet_.rows) {
      ComparedCell about{.line = row.line, .query = asked_.query};
      const Metric* named = nullptr;
      WEIR_TRY(Place(row, grains, about, named));
      for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
        const MatchedColumn& column = conflict_.columns[i];
        if (column.role != ColumnRole::kMetric && column.role != ColumnRole::kAmount) continue;
        if (IsBlank(row.cells[i])) continue;
        ComparedCell cell = about;
        cell.metric = column.metric != nullptr && !HasMetricNames() ? column.metric : named;
        if (cell.metric == nullptr) continue;
        WEIR_TRY(Finish(row.cells[i], i, cell));
        if (conflict_.cells.size() == kMostCells) {
          return Fail(BadInput("the sheet has more than {} cells with figures", kMostCells)
                          .At("", row.line, i + 1)
                          .Mend("Compare a part of it, such as one quarter"));
        }
        conflict_.cells.push_back(std::move(cell));
      }
    }
    return {};
  }

  bool HasMetricNames() const { return row_metric_ != nullptr; }

  // Period, groups and metric of a row.
  Status Place(const SheetRow& row, const std::map<std::size_t, Grain>& grains, ComparedCell& about,
               const Metric*& named) {
    for (std::size_t i = 0; i < sheet_.header.size(); ++i) {
      const MatchedColumn& column = conflict_.columns[i];
      const std::string& text = row.cells[i];
      if (column.role == ColumnRole::kMetricNames) {
        named = MetricNamed(catalog_, text);
        if (named == nullptr && !IsBlank(text)) conflict_.unknown_labels.push_back(text);
      } else if (column.role == ColumnRole::kPeriod || column.role == ColumnRole::kDimension) {
        about.group += (about.group.empty() ? "" : " · ") + text;
        if (IsTotalLabel(text)) {
          about.is_total = true;
        } else if (column.role == ColumnRole::kPeriod) {
          if (const auto period = ReadPeriod(text, asked_.query.first_month)) {
            SetPeriod({period->first, period->grain == Grain::kDay ? grains.at(i) : period->grain}, about);
          }
        }
      }
      if (column.role == ColumnRole::kDimension && !IsTotalLabel(text)) {
        groups_[row.line].emplace_back(column.dimension, text);
      }
    }
    return {};
  }

  void SetPeriod(const PeriodLabel& period, ComparedCell& cell) const {
    const DayRange days = PeriodAround(period.first, period.grain, asked_.query.first_month);
    cell.query.from = days.first;
    cell.query.to = days.last;
  }

  // The question of one cell, and its figure.
  Status Finish(const std::string& text, std::size_t column, ComparedCell& cell) {
    cell.column = column;
    cell.text = text;
    cell.query.metrics = {cell.metric->id};
    const MatchedColumn& matched = conflict_.columns[column];
    if (matched.period) {
      SetPeriod(*matched.period, cell);
      cell.group += (cell.group.empty() ? "" : " · ") + sheet_.header[column];
    }
    bool is_known = true;
    for (const auto& [dimension, value] : groups_[cell.line]) {
      if (std::ranges::find(cell.metric->dimensions, dimension) == cell.metric->dimensions.end()) {
        is_known = false;
        cell.why = Fill({"“{}” is not split by “{}”", "«{}» не делится по разрезу «{}»"},
                        {cell.metric->title, catalog_.DimensionTitle(dimension)});
        continue;
      }
      WEIR_TRY(const Values* values, ValuesOf(*cell.metric, dimension));
      const auto found = values->find(FoldKey(value));
      const auto condition = found == values->end() ? std::nullopt : ConditionOf(dimension, found->second);
      if (!condition) {
        is_known = false;
        cell.why = {fmt::format("Weir knows no “{}” in “{}”", value, catalog_.DimensionTitle(dimension).en),
                    fmt::format("Weir не знает «{}» в разрезе «{}»", value, catalog_.DimensionTitle(dimension).ru)};
        continue;
      }
      std::string& where = cell.query.where;
      where = where.empty() ? *condition : fmt::format("({}) and ({})", where, *condition);
    }
    if (!is_known) cell.state = CellState::kUnknownGroup;
    const auto figure = FigureOf(text, *cell.metric);
    if (!figure || !MayBe(*figure, *cell.metric)) {
      cell.state = CellState::kUnread;
      cell.why = {"it is not read as a figure of the metric", "не читается как число этого показателя"};
      return {};
    }
    cell.there = figure->readings.front().value;
    if (is_known) cell.state = CellState::kDiffers;
    return {};
  }

  // One question for each period and condition, with all metrics that stand there.
  Status Compare() {
    std::map<std::string, std::optional<Decimal>> known;
    std::size_t done = 0;
    for (ComparedCell& cell : conflict_.cells) {
      if (context_.stop().stop_requested()) return Fail(MakeError(Code::kCancelled, "the search was cancelled"));
      context_.Report(MakePhrase("comparing cells"),
                      static_cast<double>(done++) / static_cast<double>(conflict_.cells.size()));
      if (cell.state != CellState::kDiffers) continue;
      const Query& query = cell.query;
      const std::string key = fmt::format("{}|{}|{}|{}", cell.metric->id, query.from ? FormatDate(*query.from) : "",
                                          query.to ? FormatDate(*query.to) : "", query.where);
      auto found = known.find(key);
      if (found == known.end()) {
        WEIR_TRY(const std::optional<Decimal> value, ValueOf(query));
        found = known.emplace(key, value).first;
      }
      Judge(found->second, cell);
    }
    return {};
  }

  Result<std::optional<Decimal>> ValueOf(const Query& query) {
    WEIR_TRY(const Compiled compiled, Compile(catalog_, query, store::DuckDbDialect()));
    if (compiled.is_empty) return std::optional<Decimal>();
    WEIR_TRY(const store::Rows rows, context_.session().Query(compiled.sql, compiled.parameters));
    if (rows.rows.empty()) return std::optional<Decimal>();
    return AsDecimal(rows.rows.front().at(1));
  }

  static void Judge(const std::optional<Decimal>& here, ComparedCell& cell) {
    cell.here = here;
    const bool adds_up =
        cell.metric->additivity == Additivity::kAdditive || cell.metric->additivity == Additivity::kSemiAdditive;
    // Nothing to add up is zero; of a ratio it is no number.
    if (!here && adds_up) cell.here = Decimal{0, 0};
    if (!cell.here) return;
    cell.difference = Less(*cell.there, *cell.here);
    const auto figure = FigureOf(cell.text, *cell.metric);
    const bool meets = std::ranges::any_of(figure->readings, [&](const Reading& reading) {
      return RangeOf(reading, cell.here->scale).Has(cell.here->units);
    });
    if (!meets) return;
    cell.state = CellState::kAgrees;
    cell.difference.reset();
  }

  const ConflictAsked& asked_;
  const MetricCatalog& catalog_;
  const SheetTable& sheet_;
  Context& context_;
  Conflict conflict_;
  const Metric* row_metric_ = nullptr;
  std::map<std::pair<std::string, std::string>, Values> values_;
  std::map<std::uint64_t, std::vector<std::pair<std::string, std::string>>> groups_;  // by line: dimension, value
};

}  // namespace

std::string_view NameOf(ColumnRole role) {
  static constexpr std::array<std::string_view, 8> kNames{"metric",       "amount", "dimension", "period",
                                                          "metric_names", "record", "left_out",  "unknown"};
  return kNames.at(static_cast<std::size_t>(role));
}

std::string_view NameOf(CellState state) {
  static constexpr std::array<std::string_view, 4> kNames{"agrees", "differs", "unknown_group", "unread"};
  return kNames.at(static_cast<std::size_t>(state));
}

Result<Conflict> FindConflict(const ConflictAsked& asked, Context& context) { return Finder(asked, context).Run(); }

}  // namespace weir::metrics
