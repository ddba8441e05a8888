#include "metrics/custom_columns.h"

#include <algorithm>
#include <array>

#include "analysis/params.h"
#include "metrics/lexer.h"

namespace weir::metrics {
namespace {

constexpr std::string_view kPrefix = "ext.";
constexpr std::int64_t kMostValues = 100;  // that a person can read as groups
constexpr std::int64_t kFewValues = 12;    // of which any may stand for one row alone
constexpr std::uint8_t kDecimalDigits = 12;

constexpr std::string_view kColumns =
    "SELECT id, source, object, title_en, title_ru, header, entity, view_name, column_name, type, row_count, "
    "filled_count, distinct_count, is_personal FROM scoped.custom_column ORDER BY id NULLS LAST, entity NULLS LAST";

ValueType TypeNamed(std::string_view name) {
  static constexpr std::array kTypes{ValueType::kInteger, ValueType::kDecimal, ValueType::kDate, ValueType::kInstant,
                                     ValueType::kBoolean};
  const auto type = std::ranges::find_if(kTypes, [&](ValueType one) { return NameOf(one) == name; });
  return type == kTypes.end() ? ValueType::kText : *type;
}

// The words of a condition that name such columns. What is no condition is refused where it is parsed.
std::vector<std::string> NamesIn(const std::string& where) {
  std::vector<std::string> names;
  const auto tokens = Tokenize(where, ParseOptions{}.max_length);
  if (!tokens) return names;
  for (const Token& token : *tokens) {
    if (token.kind == Token::Kind::kWord && token.text.starts_with(kPrefix)) names.push_back(token.text);
  }
  return names;
}

Error Unknown(const std::string& name, std::string_view field, const std::vector<CustomColumn>& columns) {
  std::vector<std::string> ids;
  ids.reserve(columns.size());
  for (const CustomColumn& column : columns) ids.push_back(column.id);
  const auto near = analysis::NearestName(name, ids);
  return BadUsage("there is no column '{}' that you may see", name)
      .Field(std::string(field))
      .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("'weir metrics columns' lists the columns"));
}

const CustomColumn* FindOf(const std::vector<CustomColumn>& columns, std::string_view id, std::string_view entity) {
  const auto found = std::ranges::find_if(
      columns, [&](const CustomColumn& column) { return column.id == id && column.entity == entity; });
  return found == columns.end() ? nullptr : &*found;
}

// Of several kinds of entity that have the column, the first that describes the rows of the view.
const Described* FindDescribed(const View& view, const std::vector<CustomColumn>& columns, std::string_view id) {
  const auto found = std::ranges::find_if(
      view.described, [&](const Described& one) { return FindOf(columns, id, one.entity) != nullptr; });
  return found == view.described.end() ? nullptr : &*found;
}

void AddTo(View& view, const std::vector<CustomColumn>& columns) {
  for (const CustomColumn& named : columns) {
    const Described* described = FindDescribed(view, columns, named.id);
    if (described == nullptr || view.FindDimension(named.id) != nullptr) continue;
    const CustomColumn& column = *FindOf(columns, named.id, described->entity);
    if (view.FindLookup(column.view) == nullptr) {
      view.lookups.push_back({.name = column.view, .view = column.view, .from = described->id});
    }
    view.dimensions.push_back({column.id,
                               column.Title(),
                               {.lookup = column.view,
                                .column = column.column,
                                .type = column.type,
                                .scale = column.type == ValueType::kDecimal ? kDecimalDigits : std::uint8_t{0}}});
  }
}

}  // namespace

analysis::Text CustomColumn::Title() const {
  return {fmt::format("{}: {}", object_title.en, header), fmt::format("{}: {}", object_title.ru, header)};
}

bool CustomColumn::SplitsWell() const {
  const bool stands_for_many = different <= kFewValues || different * 2 <= filled;
  return different > 1 && different <= kMostValues && stands_for_many;
}

Result<std::vector<CustomColumn>> ReadCustomColumns(store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(kColumns));
  std::vector<CustomColumn> columns;
  columns.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    columns.push_back({.id = rows.TextAt(i, 0),
                       .source = rows.TextAt(i, 1),
                       .object = rows.TextAt(i, 2),
                       .object_title = {rows.TextAt(i, 3), rows.TextAt(i, 4)},
                       .header = rows.TextAt(i, 5),
                       .entity = rows.TextAt(i, 6),
                       .view = rows.TextAt(i, 7),
                       .column = rows.TextAt(i, 8),
                       .type = TypeNamed(rows.TextAt(i, 9)),
                       .rows = rows.IntegerAt(i, 10),
                       .filled = rows.IntegerAt(i, 11),
                       .different = rows.IntegerAt(i, 12),
                       .is_personal = rows.IntegerAt(i, 13) != 0});
  }
  return columns;
}

bool Describes(const MetricCatalog& catalog, const Metric& metric, const CustomColumn& column) {
  return std::ranges::all_of(catalog.BasesOf(metric), [&](const Metric* base) {
    const View& view = *catalog.FindView(base->view);
    return std::ranges::find(view.described, column.entity, &Described::entity) != view.described.end();
  });
}

Result<std::vector<CustomColumn>> NamedColumns(const std::vector<std::string>& by, const std::string& where,
                                               store::Session& session) {
  std::vector<std::pair<std::string, std::string_view>> names;
  for (const std::string& id : by) {
    if (id.starts_with(kPrefix)) names.emplace_back(id, "by");
  }
  for (std::string& id : NamesIn(where)) names.emplace_back(std::move(id), "where");
  std::vector<CustomColumn> named;
  if (names.empty()) return named;
  WEIR_TRY(const std::vector<CustomColumn> columns, ReadCustomColumns(session));
  for (const auto& [id, field] : names) {
    if (std::ranges::find(columns, id, &CustomColumn::id) == columns.end()) return Fail(Unknown(id, field, columns));
  }
  for (const CustomColumn& column : columns) {
    const auto is_it = [&](const auto& name) { return name.first == column.id; };
    if (std::ranges::any_of(names, is_it)) named.push_back(column);
  }
  return named;
}

std::vector<analysis::Warning> WarnOfManyValues(const std::vector<std::string>& by,
                                                const std::vector<CustomColumn>& columns) {
  std::vector<analysis::Warning> warnings;
  for (const std::string& id : by) {
    const auto column = std::ranges::find(columns, id, &CustomColumn::id);
    if (column == columns.end() || column->different <= 1 || column->SplitsWell()) continue;
    warnings.push_back(
        {.code = "many_values",
         .message = MakePhrase("{} has about {} different values in {} rows: it serves better as a filter", id,
                               column->different, column->filled),
         .params = {{"column", column->header},
                    {"values", fmt::format("{}", column->different)},
                    {"rows", fmt::format("{}", column->filled)}}});
  }
  return warnings;
}

MetricCatalog MetricCatalog::With(const std::vector<CustomColumn>& columns) const {
  MetricCatalog wider = *this;
  for (View& view : wider.views_) AddTo(view, columns);
  for (const CustomColumn& column : columns) {
    const ColumnRef own{.column = column.column, .type = column.type};
    const auto known = std::ranges::find(wider.views_, column.view, &View::name);
    if (known != wider.views_.end()) {
      known->columns.push_back(own);
      continue;
    }
    wider.views_.push_back({.name = column.view,
                            .entity = column.entity,
                            .id = column.entity + "_id",
                            .columns = {own},
                            .is_of_words = true});
  }
  for (Metric& metric : wider.metrics_) {
    for (const CustomColumn& column : columns) {
      const auto bases = wider.BasesOf(metric);
      const bool splits = std::ranges::all_of(
          bases, [&](const Metric* base) { return wider.FindView(base->view)->FindDimension(column.id) != nullptr; });
      const bool is_known = std::ranges::find(metric.dimensions, column.id) != metric.dimensions.end();
      if (splits && !is_known) metric.dimensions.push_back(column.id);
    }
  }
  return wider;
}

}  // namespace weir::metrics
