#include <algorithm>

#include "analysis/params.h"
#include "metrics/loader.h"
#include "metrics/scan.h"

namespace weir::metrics {
namespace {

// The `time` of a stock.
constexpr std::string_view kStock = "as_of";
constexpr std::string_view kOpeningStock = "opening";

bool ReadsAt(const Arithmetic& arithmetic) {
  return arithmetic.kind == Arithmetic::Kind::kAt || std::ranges::any_of(arithmetic.children, ReadsAt);
}

}  // namespace

Status Loader::BuildMetrics() {
  for (const Entry& entry : metric_entries_) {
    WEIR_TRY(Metric metric, ReadMetric(entry));
    metrics.push_back(std::move(metric));
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) WEIR_TRY(CheckReferences(metric_entries_[i], metrics[i]));
  for (std::size_t i = 0; i < metrics.size(); ++i) WEIR_TRY(CheckCycle(metric_entries_[i], metrics[i], 0));
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    TableReader reader(*metric_entries_[i].table, metric_entries_[i].file->path);
    WEIR_TRY(FillDimensions(reader, metrics[i]));
  }
  std::ranges::sort(metrics, {}, &Metric::id);
  std::ranges::sort(views, {}, &View::name);
  return {};
}

Result<Metric> Loader::ReadMetric(const Entry& entry) const {
  TableReader reader(*entry.table, entry.file->path);
  Metric metric{.id = entry.name, .source_file = entry.file->path};
  WEIR_TRY(metric.version, reader.Integer("version"));
  if (metric.version < 1) return Fail(reader.At(BadInput("a version counts from 1"), "version"));
  WEIR_TRY(metric.is_part, reader.BooleanOr("part", false));
  WEIR_TRY(metric.title, reader.BothLanguages("title"));
  WEIR_TRY(metric.description, reader.BothLanguages("description"));
  WEIR_TRY(metric.owners, reader.TextsOr("owner"));
  if (metric.owners.empty()) {
    WEIR_TRY(std::string owner, reader.Text("owner"));
    metric.owners.push_back(std::move(owner));
  }
  if (std::ranges::find(metric.owners, "") != metric.owners.end()) {
    return Fail(reader.At(BadInput("'owner' names no department"), "owner")
                    .Mend("Write: owner = \"sales\", or owner = [\"sales\", \"finance\"]"));
  }
  metric.owner = fmt::format("{}", fmt::join(metric.owners, ", "));
  WEIR_TRY(metric.note, reader.TextOr("note", ""));
  WEIR_TRY(metric.formula, reader.BothLanguages("formula"));
  WEIR_TRY(std::size_t unit, reader.OneOf("unit", {"money", "count", "share", "days", "hours"}));
  metric.unit = static_cast<Unit>(unit);
  WEIR_TRY(std::size_t direction, reader.OneOf("better", {"up", "down"}));
  metric.is_up_better = direction == 0;
  WEIR_TRY(std::size_t additivity, reader.OneOf("additivity", {"additive", "semi_additive", "non_additive", "ratio"}));
  metric.additivity = static_cast<Additivity>(additivity);
  WEIR_TRY(ReadRivals(reader, metric));
  WEIR_TRY(metric.numerator, reader.TextsOr("numerator"));
  WEIR_TRY(metric.denominator, reader.TextsOr("denominator"));
  WEIR_TRY(metric.unknown, reader.TextOr("unknown", ""));
  reader.Find("dimensions");
  if (metric.additivity != Additivity::kRatio) WEIR_TRY(ReadMeasure(reader, metric));
  WEIR_TRY(reader.Finish());
  if (metric.IsRatio() != (metric.additivity == Additivity::kRatio) || metric.IsRatio() == metric.denominator.empty()) {
    return Fail(reader.At(BadInput("a ratio, and nothing else, has numerator and denominator"), "additivity")
                    .Mend("Give both with additivity = \"ratio\", or neither"));
  }
  return metric;
}

Status Loader::ReadRivals(TableReader& reader, Metric& metric) const {
  const toml::node* node = reader.Find("rivals");
  if (node == nullptr) return {};
  const toml::array* array = node->as_array();
  const Phrase form = MakePhrase(
      "Write: rivals = [{{ id = \"...\" }}, {{ name = {{ en, ru }}, formula = {{ en, ru }}, used_by = \"...\" }}]");
  if (array == nullptr) return Fail(reader.At(BadInput("'rivals' is not a list"), "rivals").Mend(form));
  for (const toml::node& item : *array) {
    if (!item.is_table()) return Fail(reader.At(BadInput("a rival is not a table"), item).Mend(form));
    TableReader one(*item.as_table(), reader.path());
    Rival rival;
    WEIR_TRY(rival.id, one.TextOr("id", ""));
    WEIR_TRY(rival.name, one.BothLanguagesOr("name"));
    WEIR_TRY(rival.used_by, one.TextOr("used_by", ""));
    if (rival.id.empty()) {
      WEIR_TRY(rival.formula, one.BothLanguages("formula"));
    }
    WEIR_TRY(one.Finish());
    if (rival.id.empty() == rival.name.en.empty()) {
      return Fail(reader.At(BadInput("a rival has either the id of a metric or a name"), item).Mend(form));
    }
    metric.rivals.push_back(std::move(rival));
  }
  return {};
}

Error Loader::InExpression(const TableReader& reader, std::string_view field, const Error& error) const {
  const toml::source_position begin = reader.table().get(field)->source().begin;
  Error placed = MakeError(Code::kBadInput, "in '{}': {}", field, error.phrase())
                     .Field(std::string(field))
                     .At(reader.path(), begin.line, begin.column + error.place().column);
  return std::move(placed).Mend(error.mend());
}

Status Loader::ReadMeasure(TableReader& reader, Metric& metric) const {
  WEIR_TRY(metric.view, reader.Text("view"));
  const View* view = FindView(metric.view);
  if (view == nullptr) {
    std::vector<std::string> known;
    known.reserve(views.size());
    for (const View& one : views) known.push_back(one.name);
    const auto near = analysis::NearestName(metric.view, known);
    return Fail(
        reader.At(BadInput("there is no view '{}'", metric.view), "view")
            .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("Views: {}", fmt::join(known, ", "))));
  }
  const ViewNames names(*view, views);
  WEIR_TRY(metric.measure_text, reader.Text("measure"));
  auto measure = ParseMeasure(metric.measure_text, names);
  if (!measure) return Fail(InExpression(reader, "measure", measure.error()));
  metric.measure = std::move(*measure);
  WEIR_TRY(ReadTime(reader, *view, metric));
  WEIR_TRY(metric.filter_text, reader.TextOr("filter", ""));
  if (!metric.filter_text.empty()) {
    auto filter =
        ParseCondition(metric.filter_text, names, {.allows_at = metric.IsStock(), .allows_opening = !metric.IsStock()});
    if (!filter) return Fail(InExpression(reader, "filter", filter.error()));
    metric.filter = std::move(*filter);
  }
  return CheckUnit(reader, *view, metric);
}

Status Loader::ReadTime(TableReader& reader, const View& view, Metric& metric) const {
  WEIR_TRY(std::string time, reader.Text("time"));
  if (time == kStock) return {};
  if (time == kOpeningStock) {
    metric.is_of_opening = true;
    if (view.history) return {};
    return Fail(
        reader.At(BadInput("'{}' keeps no past: what it held when a period opened is not known", view.name), "time")
            .Mend("Set time = \"as_of\", or use a view with a history"));
  }
  WEIR_TRY(ColumnRef column, ColumnOf(reader, "time", time, view));
  if (column.type != ValueType::kDate) {
    return Fail(reader.At(BadInput("'{}' is of type {}, not a date", time, NameOf(column.type)), "time")
                    .Mend("Periods are days of the reporting zone: name a date column, or as_of for a stock"));
  }
  metric.time = std::move(column);
  if (metric.measure.value && ReadsAt(*metric.measure.value)) {
    return Fail(reader.At(BadInput("only a stock knows the day 'at'"), "measure").Mend("Set time = \"as_of\""));
  }
  return {};
}

Status Loader::CheckUnit(const TableReader& reader, const View& view, const Metric& metric) const {
  const Measure& measure = metric.measure;
  const bool is_duration = measure.value && (measure.value->kind == Arithmetic::Kind::kDays ||
                                             measure.value->kind == Arithmetic::Kind::kHours);
  const bool is_recomputed = measure.aggregate == Aggregate::kMedian || measure.aggregate == Aggregate::kCountDistinct;
  const Additivity implied = is_recomputed                                ? Additivity::kNonAdditive
                             : metric.IsStock() || AsksForOpening(metric) ? Additivity::kSemiAdditive
                                                                          : Additivity::kAdditive;
  if (metric.additivity != implied) {
    return Fail(reader.At(BadInput("'{}' makes this metric {}", metric.measure_text, NameOf(implied)), "additivity")
                    .Mend("Write: additivity = \"{}\"", NameOf(implied)));
  }
  if (is_duration != (metric.unit == Unit::kDays || metric.unit == Unit::kHours)) {
    return Fail(reader.At(BadInput("'{}' is not measured in {}", metric.measure_text, NameOf(metric.unit)), "unit"));
  }
  std::vector<ColumnRef> columns;
  if (measure.value) CollectColumns(*measure.value, columns);
  const bool is_converted = std::ranges::any_of(columns, [&](const ColumnRef& column) {
    return std::ranges::any_of(view.converted, [&](const auto& pair) { return pair.first == column.Path(); });
  });
  if ((metric.unit == Unit::kMoney) != is_converted) {
    return Fail(reader.At(BadInput("money, and nothing else, sums an amount in the reporting currency"), "measure")
                    .Mend("Use a column that the view lists under 'converted'"));
  }
  return {};
}

Status Loader::CheckReferences(const Entry& entry, const Metric& metric) const {
  TableReader reader(*entry.table, entry.file->path);
  std::vector<std::string> ids;
  ids.reserve(metrics.size());
  for (const Metric& one : metrics) ids.push_back(one.id);
  const auto check = [&](const std::string& id, std::string_view field) -> Status {
    if (Find(id) != nullptr) return {};
    const auto near = analysis::NearestName(id, ids);
    return Fail(reader.At(BadInput("there is no metric '{}'", id), field)
                    .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("Define it first")));
  };
  for (const std::string& id : metric.numerator) WEIR_TRY(check(id, "numerator"));
  for (const std::string& id : metric.denominator) WEIR_TRY(check(id, "denominator"));
  if (!metric.unknown.empty()) WEIR_TRY(check(metric.unknown, "unknown"));
  for (const Rival& rival : metric.rivals) {
    if (!rival.id.empty()) WEIR_TRY(check(rival.id, "rivals"));
  }
  return {};
}

Status Loader::CheckCycle(const Entry& entry, const Metric& metric, int depth) const {
  constexpr int kMaxDepth = 5;
  if (depth > kMaxDepth) {
    TableReader reader(*entry.table, entry.file->path);
    return Fail(reader.At(BadInput("'{}' is a ratio of itself, or of ratios deeper than {}", metric.id, kMaxDepth),
                          "numerator"));
  }
  for (const auto* side : {&metric.numerator, &metric.denominator}) {
    for (const std::string& id : *side) WEIR_TRY(CheckCycle(entry, *Find(id), depth + 1));
  }
  return {};
}

std::vector<const Metric*> Loader::Bases(const Metric& metric) const {
  if (!metric.IsRatio()) return {&metric};
  std::vector<const Metric*> bases;
  for (const auto* side : {&metric.numerator, &metric.denominator}) {
    for (const std::string& id : *side) {
      const auto inner = Bases(*Find(id));
      bases.insert(bases.end(), inner.begin(), inner.end());
    }
  }
  return bases;
}

// A metric may be split by what every view behind it knows, or by fewer where the definition says so.
Status Loader::FillDimensions(TableReader& reader, Metric& metric) const {
  const auto bases = Bases(metric);
  std::vector<std::string> common;
  for (const Dimension& dimension : FindView(bases.front()->view)->dimensions) {
    const bool everywhere = std::ranges::all_of(
        bases, [&](const Metric* base) { return FindView(base->view)->FindDimension(dimension.id) != nullptr; });
    if (everywhere) common.push_back(dimension.id);
  }
  WEIR_TRY(std::vector<std::string> wanted, reader.TextsOr("dimensions"));
  for (const std::string& id : wanted) {
    if (std::ranges::find(common, id) != common.end()) continue;
    return Fail(reader.At(BadInput("'{}' is not a dimension of every view behind this metric", id), "dimensions")
                    .Mend("Possible: {}", fmt::join(common, ", ")));
  }
  metric.dimensions = wanted.empty() ? std::move(common) : std::move(wanted);
  return {};
}

}  // namespace weir::metrics
