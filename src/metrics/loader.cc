// Reads the definition files into a MetricCatalog. First views, then measures over them, then ratios of measures.
#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include <toml++/toml.h>

#include "analysis/params.h"
#include "base/embedded.h"
#include "base/random.h"
#include "metrics/catalog.h"
#include "metrics/table_reader.h"

namespace weir::metrics {
namespace {

constexpr std::string_view kStock = "as_of";

struct TypeName {
  std::string_view name;
  ValueType type;
  std::uint8_t scale;
};
constexpr std::array<TypeName, 8> kTypes{{{"text", ValueType::kText, 0},
                                          {"integer", ValueType::kInteger, 0},
                                          {"decimal", ValueType::kDecimal, 12},
                                          {"money", ValueType::kDecimal, 4},
                                          {"share", ValueType::kDecimal, 9},
                                          {"date", ValueType::kDate, 0},
                                          {"instant", ValueType::kInstant, 0},
                                          {"boolean", ValueType::kBoolean, 0}}};

struct Entry {
  std::string name;
  const toml::table* table;
  const DefinitionFile* file;
};

bool IsId(std::string_view id) {
  return !id.empty() && id.front() >= 'a' && id.front() <= 'z' && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// The keys of a table in the order of the file, which is the order that people see.
std::vector<std::pair<std::string, const toml::node*>> InOrder(const toml::table& table) {
  std::vector<std::pair<std::string, const toml::node*>> pairs;
  for (const auto& [key, node] : table) pairs.emplace_back(std::string(key.str()), &node);
  std::ranges::stable_sort(pairs, [](const auto& a, const auto& b) {
    const auto left = a.second->source().begin;
    const auto right = b.second->source().begin;
    return std::pair(left.line, left.column) < std::pair(right.line, right.column);
  });
  return pairs;
}

class Loader {
 public:
  Status Read(std::span<const DefinitionFile> files);
  Status BuildViews();
  Status BuildMetrics();

  std::vector<Metric> metrics;
  std::vector<View> views;

 private:
  Status Collect(const DefinitionFile& file, const toml::table& root, std::string_view kind,
                 std::vector<Entry>& entries);
  Status Replace(Entry entry, std::vector<Entry>& entries) const;
  Result<View> ReadView(const Entry& entry) const;
  Status ReadColumns(TableReader& reader, View& view) const;
  Status ReadLookups(TableReader& reader, View& view) const;
  Status LinkView(const Entry& entry, View& view) const;
  Status LinkDimensions(TableReader& reader, View& view) const;
  Status LinkHistory(TableReader& reader, View& view) const;
  Status LinkConverted(TableReader& reader, View& view) const;
  Result<ColumnRef> ColumnOf(TableReader& reader, std::string_view field, const std::string& name,
                             const View& view) const;
  Result<Metric> ReadMetric(const Entry& entry) const;
  Status ReadRivals(TableReader& reader, Metric& metric) const;
  Status ReadMeasure(TableReader& reader, Metric& metric) const;
  Status ReadTime(TableReader& reader, const View& view, Metric& metric) const;
  Status CheckUnit(const TableReader& reader, const View& view, const Metric& metric) const;
  Status CheckReferences(const Entry& entry, const Metric& metric) const;
  Status CheckCycle(const Entry& entry, const Metric& metric, int depth) const;
  Status FillDimensions(TableReader& reader, Metric& metric) const;
  Error InExpression(const TableReader& reader, std::string_view field, const Error& error) const;
  const Metric* Find(std::string_view id) const;
  const View* FindView(std::string_view name) const;
  std::vector<const Metric*> Bases(const Metric& metric) const;

  std::vector<toml::table> roots_;
  std::map<std::string, analysis::Text> titles_;  // of dimensions
  std::vector<Entry> view_entries_;
  std::vector<Entry> metric_entries_;
};

Status Loader::Read(std::span<const DefinitionFile> files) {
  roots_.reserve(files.size());
  for (const DefinitionFile& file : files) {
    try {
      roots_.push_back(toml::parse(file.text, file.path));
    } catch (const toml::parse_error& error) {
      const toml::source_position begin = error.source().begin;
      return Fail(BadInput("this is not TOML: {}", error.description())
                      .At(file.path, begin.line, begin.column)
                      .Mend("See docs/add-a-metric.md for the form of the file"));
    }
    const toml::table& root = roots_.back();
    TableReader reader(root, file.path);
    for (const char* kind : {"dimension", "view", "metric"}) WEIR_TRY(reader.TableOr(kind));
    WEIR_TRY(reader.Finish());
    std::vector<Entry> dimensions;
    WEIR_TRY(Collect(file, root, "dimension", dimensions));
    for (const Entry& entry : dimensions) {
      TableReader title(*entry.table, file.path);
      WEIR_TRY(std::string en, title.Text("en"));
      WEIR_TRY(std::string ru, title.Text("ru"));
      WEIR_TRY(title.Finish());
      titles_[entry.name] = {std::move(en), std::move(ru)};
    }
    WEIR_TRY(Collect(file, root, "view", view_entries_));
    WEIR_TRY(Collect(file, root, "metric", metric_entries_));
  }
  return {};
}

Status Loader::Collect(const DefinitionFile& file, const toml::table& root, std::string_view kind,
                       std::vector<Entry>& entries) {
  const toml::node* node = root.get(kind);
  if (node == nullptr) return {};
  for (const auto& [name, child] : InOrder(*node->as_table())) {
    TableReader reader(*node->as_table(), file.path);
    if (!IsId(name)) {
      return Fail(reader.At(BadInput("'{}' is not an id", name), *child)
                      .Mend("Ids are small Latin letters, digits and _, and begin with a letter"));
    }
    if (!child->is_table()) {
      return Fail(reader.At(BadInput("'{}' is not a table", name), *child)
                      .Mend(fmt::format("Begin it with [{}.{}]", kind, name)));
    }
    WEIR_TRY(Replace({name, child->as_table(), &file}, entries));
  }
  return {};
}

// The workspace may redefine what is built in, but only openly: with a higher version.
Status Loader::Replace(Entry entry, std::vector<Entry>& entries) const {
  const auto known = std::ranges::find(entries, entry.name, &Entry::name);
  if (known == entries.end()) {
    entries.push_back(std::move(entry));
    return {};
  }
  const auto version = [](const toml::table& table) { return table["version"].value_or(std::int64_t{0}); };
  TableReader reader(*entry.table, entry.file->path);
  if (known->file->is_own == entry.file->is_own) {
    return Fail(reader.At(BadInput("'{}' is already defined in {}", entry.name, known->file->path), *entry.table)
                    .Mend("Choose another id"));
  }
  if (version(*entry.table) <= version(*known->table)) {
    return Fail(reader.At(BadInput("'{}' is built in with version {}", entry.name, version(*known->table)),
                          *entry.table)
                    .Field("version")
                    .Mend("Choose another id, or give it a higher version to replace the built-in definition"));
  }
  *known = std::move(entry);
  return {};
}

const Metric* Loader::Find(std::string_view id) const {
  const auto found = std::ranges::find(metrics, id, &Metric::id);
  return found == metrics.end() ? nullptr : &*found;
}

const View* Loader::FindView(std::string_view name) const {
  const auto found = std::ranges::find(views, name, &View::name);
  return found == views.end() ? nullptr : &*found;
}

// ---- Views

Status Loader::BuildViews() {
  for (const Entry& entry : view_entries_) {
    WEIR_TRY(View view, ReadView(entry));
    views.push_back(std::move(view));
  }
  for (std::size_t i = 0; i < views.size(); ++i) WEIR_TRY(LinkView(view_entries_[i], views[i]));
  return {};
}

Result<View> Loader::ReadView(const Entry& entry) const {
  TableReader reader(*entry.table, entry.file->path);
  View view{.name = entry.name, .source_file = entry.file->path};
  WEIR_TRY(ReadColumns(reader, view));
  WEIR_TRY(ReadLookups(reader, view));
  WEIR_TRY(view.id, reader.Text("id"));
  WEIR_TRY(view.entity, reader.TextOr("entity", view.name));
  if (std::ranges::find(view.columns, view.id, &ColumnRef::column) == view.columns.end()) {
    return Fail(reader.At(BadInput("'{}' is not among the columns of the view", view.id), "id")
                    .Mend("Add it to [view." + view.name + ".columns]"));
  }
  for (const char* later : {"team", "segment", "history", "converted", "dimensions"}) reader.Find(later);
  WEIR_TRY(reader.Finish());
  return view;
}

Status Loader::ReadColumns(TableReader& reader, View& view) const {
  WEIR_TRY(const toml::table* columns, reader.TableOr("columns"));
  if (columns == nullptr) return Fail(reader.At(BadInput("the view has no columns"), "columns"));
  for (const auto& [name, node] : InOrder(*columns)) {
    const std::string type_name = node->value_or(std::string());
    const auto type = std::ranges::find(kTypes, type_name, &TypeName::name);
    if (type == kTypes.end()) {
      std::vector<std::string_view> known;
      for (const TypeName& one : kTypes) known.push_back(one.name);
      return Fail(reader.At(BadInput("column '{}' has the unknown type '{}'", name, type_name), *node)
                      .Field(name)
                      .Mend(fmt::format("Write one of: {}", fmt::join(known, ", "))));
    }
    view.columns.push_back({.column = name, .type = type->type, .scale = type->scale});
  }
  return {};
}

Status Loader::ReadLookups(TableReader& reader, View& view) const {
  WEIR_TRY(const toml::table* lookups, reader.TableOr("lookups"));
  if (lookups == nullptr) return {};
  for (const auto& [name, node] : InOrder(*lookups)) {
    if (!node->is_table()) {
      return Fail(reader.At(BadInput("lookup '{}' is not a table", name), *node)
                      .Mend(name + " = { view = \"...\", from = \"...\" }"));
    }
    TableReader one(*node->as_table(), reader.path());
    Lookup lookup{.name = name};
    WEIR_TRY(lookup.view, one.Text("view"));
    WEIR_TRY(lookup.from, one.Text("from"));
    WEIR_TRY(one.Finish());
    view.lookups.push_back(std::move(lookup));
  }
  return {};
}

// What refers to other views is resolved once all of them are known.
Status Loader::LinkView(const Entry& entry, View& view) const {
  TableReader reader(*entry.table, entry.file->path);
  for (const Lookup& lookup : view.lookups) {
    const View* other = FindView(lookup.view);
    if (other == nullptr) {
      return Fail(reader.At(BadInput("lookup '{}' leads to the unknown view '{}'", lookup.name, lookup.view),
                            "lookups"));
    }
    if (other->entity != other->name) {
      return Fail(reader.At(BadInput("lookup '{}' may find several rows of '{}'", lookup.name, lookup.view), "lookups")
                      .Mend("Look up a view with one row for each id"));
    }
    WEIR_TRY(ColumnOf(reader, "lookups", lookup.from, view));
  }
  for (const auto& [name, target] : {std::pair("team", &view.team), std::pair("segment", &view.segment)}) {
    WEIR_TRY(std::string path, reader.TextOr(name, ""));
    if (path.empty()) continue;
    WEIR_TRY(*target, ColumnOf(reader, name, path, view));
  }
  WEIR_TRY(LinkHistory(reader, view));
  WEIR_TRY(LinkConverted(reader, view));
  return LinkDimensions(reader, view);
}

Status Loader::LinkDimensions(TableReader& reader, View& view) const {
  WEIR_TRY(const toml::table* dimensions, reader.TableOr("dimensions"));
  if (dimensions == nullptr) return {};
  for (const auto& [id, node] : InOrder(*dimensions)) {
    const auto title = titles_.find(id);
    if (title == titles_.end()) {
      return Fail(reader.At(BadInput("dimension '{}' has no title", id), *node)
                      .Mend(fmt::format("Add [dimension.{}] with en and ru", id)));
    }
    TableReader inner(*dimensions, reader.path());
    WEIR_TRY(std::string path, inner.Text(id));
    WEIR_TRY(ColumnRef column, ColumnOf(inner, id, path, view));
    view.dimensions.push_back({id, title->second, std::move(column)});
  }
  return {};
}

Status Loader::LinkHistory(TableReader& reader, View& view) const {
  WEIR_TRY(const toml::table* table, reader.TableOr("history"));
  if (table == nullptr) return {};
  TableReader inner(*table, reader.path());
  History history;
  WEIR_TRY(history.view, inner.Text("view"));
  WEIR_TRY(history.from, inner.Text("from"));
  WEIR_TRY(history.until, inner.Text("until"));
  WEIR_TRY(history.columns, inner.TextsOr("columns"));
  WEIR_TRY(inner.Finish());
  const View* past = FindView(history.view);
  if (past == nullptr) return Fail(inner.At(BadInput("there is no view '{}'", history.view), "view"));
  std::vector<std::string> needed = history.columns;
  needed.insert(needed.end(), {view.id, history.from, history.until});
  for (const std::string& name : needed) {
    if (std::ranges::find(past->columns, name, &ColumnRef::column) == past->columns.end()) {
      return Fail(inner.At(BadInput("view '{}' has no column '{}'", past->name, name), "columns"));
    }
  }
  view.history = std::move(history);
  return {};
}

Status Loader::LinkConverted(TableReader& reader, View& view) const {
  WEIR_TRY(const toml::table* table, reader.TableOr("converted"));
  if (table == nullptr) return {};
  TableReader inner(*table, reader.path());
  for (const auto& [name, node] : InOrder(*table)) {
    WEIR_TRY(std::string original, inner.Text(name));
    WEIR_TRY(ColumnOf(inner, name, name, view));
    WEIR_TRY(ColumnOf(inner, name, original, view));
    view.converted.emplace_back(name, std::move(original));
  }
  return {};
}

// Columns here are those of the files: dimension ids do not shadow them.
Result<ColumnRef> Loader::ColumnOf(TableReader& reader, std::string_view field, const std::string& name,
                                   const View& view) const {
  View bare = view;
  bare.dimensions.clear();
  const ViewNames names(bare, views);
  if (const auto column = names.Find(name)) return *column;
  const auto near = analysis::NearestName(name, names.All());
  return Fail(reader.At(BadInput("view '{}' has no column '{}'", view.name, name), field)
                  .Mend(near ? "Did you mean '" + *near + "'?" : "Add it to the columns of the view"));
}

// ---- Metrics

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
  WEIR_TRY(metric.owner, reader.Text("owner"));
  WEIR_TRY(metric.formula, reader.BothLanguages("formula"));
  WEIR_TRY(std::size_t unit, reader.OneOf("unit", {"money", "count", "share", "days", "hours"}));
  metric.unit = static_cast<Unit>(unit);
  WEIR_TRY(std::size_t direction, reader.OneOf("better", {"up", "down"}));
  metric.is_up_better = direction == 0;
  WEIR_TRY(std::size_t additivity,
           reader.OneOf("additivity", {"additive", "semi_additive", "non_additive", "ratio"}));
  metric.additivity = static_cast<Additivity>(additivity);
  WEIR_TRY(ReadRivals(reader, metric));
  WEIR_TRY(metric.numerator, reader.TextsOr("numerator"));
  WEIR_TRY(metric.denominator, reader.TextsOr("denominator"));
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
  const std::string form = "rivals = [{ id = \"...\" }, { name = \"...\", formula = { en, ru }, used_by = \"...\" }]";
  if (array == nullptr) return Fail(reader.At(BadInput("'rivals' is not a list"), "rivals").Mend(form));
  for (const toml::node& item : *array) {
    if (!item.is_table()) return Fail(reader.At(BadInput("a rival is not a table"), item).Mend(form));
    TableReader one(*item.as_table(), reader.path());
    Rival rival;
    WEIR_TRY(rival.id, one.TextOr("id", ""));
    WEIR_TRY(rival.name, one.TextOr("name", ""));
    WEIR_TRY(rival.used_by, one.TextOr("used_by", ""));
    if (rival.id.empty()) {
      WEIR_TRY(rival.formula, one.BothLanguages("formula"));
    }
    WEIR_TRY(one.Finish());
    if (rival.id.empty() == rival.name.empty()) {
      return Fail(reader.At(BadInput("a rival has either the id of a metric or a name"), item).Mend(form));
    }
    metric.rivals.push_back(std::move(rival));
  }
  return {};
}

Error Loader::InExpression(const TableReader& reader, std::string_view field, const Error& error) const {
  const toml::source_position begin = reader.table().get(field)->source().begin;
  Error placed = MakeError(Code::kBadInput, "in '{}': {}", field, error.message())
                     .Field(std::string(field))
                     .At(reader.path(), begin.line, begin.column + error.place().column);
  return error.hint().empty() ? std::move(placed) : std::move(placed).Mend(error.hint());
}

Status Loader::ReadMeasure(TableReader& reader, Metric& metric) const {
  WEIR_TRY(metric.view, reader.Text("view"));
  const View* view = FindView(metric.view);
  if (view == nullptr) {
    std::vector<std::string> known;
    for (const View& one : views) known.push_back(one.name);
    const auto near = analysis::NearestName(metric.view, known);
    return Fail(reader.At(BadInput("there is no view '{}'", metric.view), "view")
                    .Mend(near ? "Did you mean '" + *near + "'?" : fmt::format("Views: {}", fmt::join(known, ", "))));
  }
  const ViewNames names(*view, views);
  WEIR_TRY(metric.measure_text, reader.Text("measure"));
  auto measure = ParseMeasure(metric.measure_text, names);
  if (!measure) return Fail(InExpression(reader, "measure", measure.error()));
  metric.measure = std::move(*measure);
  WEIR_TRY(ReadTime(reader, *view, metric));
  WEIR_TRY(metric.filter_text, reader.TextOr("filter", ""));
  if (!metric.filter_text.empty()) {
    auto filter = ParseCondition(metric.filter_text, names, {.allows_at = metric.IsStock()});
    if (!filter) return Fail(InExpression(reader, "filter", filter.error()));
    metric.filter = std::move(*filter);
  }
  return CheckUnit(reader, *view, metric);
}

bool ReadsAt(const Arithmetic& arithmetic) {
  return arithmetic.kind == Arithmetic::Kind::kAt || std::ranges::any_of(arithmetic.children, ReadsAt);
}

Status Loader::ReadTime(TableReader& reader, const View& view, Metric& metric) const {
  WEIR_TRY(std::string time, reader.Text("time"));
  if (time == kStock) return {};
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
  const bool is_recomputed =
      measure.aggregate == Aggregate::kMedian || measure.aggregate == Aggregate::kCountDistinct;
  const Additivity implied = is_recomputed        ? Additivity::kNonAdditive
                             : metric.IsStock() ? Additivity::kSemiAdditive
                                                  : Additivity::kAdditive;
  if (metric.additivity != implied) {
    return Fail(reader.At(BadInput("'{}' makes this metric {}", metric.measure_text, NameOf(implied)), "additivity")
                    .Mend(fmt::format("Write: additivity = \"{}\"", NameOf(implied))));
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
  for (const Metric& one : metrics) ids.push_back(one.id);
  const auto check = [&](const std::string& id, std::string_view field) -> Status {
    if (Find(id) != nullptr) return {};
    const auto near = analysis::NearestName(id, ids);
    return Fail(reader.At(BadInput("there is no metric '{}'", id), field)
                    .Mend(near ? "Did you mean '" + *near + "'?" : "Define it first"));
  };
  for (const std::string& id : metric.numerator) WEIR_TRY(check(id, "numerator"));
  for (const std::string& id : metric.denominator) WEIR_TRY(check(id, "denominator"));
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
    const bool everywhere = std::ranges::all_of(bases, [&](const Metric* base) {
      return FindView(base->view)->FindDimension(dimension.id) != nullptr;
    });
    if (everywhere) common.push_back(dimension.id);
  }
  WEIR_TRY(std::vector<std::string> wanted, reader.TextsOr("dimensions"));
  for (const std::string& id : wanted) {
    if (std::ranges::find(common, id) != common.end()) continue;
    return Fail(reader.At(BadInput("'{}' is not a dimension of every view behind this metric", id), "dimensions")
                    .Mend(fmt::format("Possible: {}", fmt::join(common, ", "))));
  }
  metric.dimensions = wanted.empty() ? std::move(common) : std::move(wanted);
  return {};
}

Result<std::string> ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return Fail(Unavailable("the file cannot be read").At(path.string()));
  return std::move(text).str();
}

}  // namespace

Result<MetricCatalog> MetricCatalog::Load(std::span<const DefinitionFile> files) {
  Loader loader;
  WEIR_TRY(loader.Read(files));
  WEIR_TRY(loader.BuildViews());
  WEIR_TRY(loader.BuildMetrics());
  MetricCatalog catalog;
  catalog.metrics_ = std::move(loader.metrics);
  catalog.views_ = std::move(loader.views);
  std::uint64_t hash = 0;
  for (const DefinitionFile& file : files) hash = hash * 31 + HashText(file.text);
  catalog.fingerprint_ = fmt::format("{:016x}", hash);
  return catalog;
}

Result<std::shared_ptr<const MetricCatalog>> LoadCatalog(const std::filesystem::path& own_directory) {
  std::vector<DefinitionFile> files;
  for (const EmbeddedFile& file : EmbeddedFiles("catalog")) {
    if (file.path.starts_with("metrics/") && file.path.ends_with(".toml")) {
      files.push_back({"catalog/" + std::string(file.path), std::string(file.bytes), false});
    }
  }
  std::error_code error;
  std::set<std::filesystem::path> own;
  if (!own_directory.empty()) {
    for (const auto& entry : std::filesystem::directory_iterator(own_directory, error)) {
      if (entry.path().extension() == ".toml" && entry.is_regular_file(error)) own.insert(entry.path());
    }
  }
  for (const std::filesystem::path& path : own) {
    WEIR_TRY(std::string text, ReadFile(path));
    files.push_back({"metrics/" + path.filename().string(), std::move(text), true});
  }
  WEIR_TRY(MetricCatalog catalog, MetricCatalog::Load(files));
  return std::make_shared<const MetricCatalog>(std::move(catalog));
}

}  // namespace weir::metrics
