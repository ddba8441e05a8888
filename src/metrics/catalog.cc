#include "metrics/catalog.h"

#include <algorithm>
#include <array>

#include "analysis/params.h"

namespace weir::metrics {
namespace {

const View* FindIn(const std::vector<View>& views, std::string_view name) {
  const auto found = std::ranges::find(views, name, &View::name);
  return found == views.end() ? nullptr : &*found;
}

std::optional<ColumnRef> FindColumn(const View& view, std::string_view name) {
  const auto found = std::ranges::find(view.columns, name, &ColumnRef::column);
  return found == view.columns.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

std::string_view NameOf(Unit unit) {
  static constexpr std::array<std::string_view, 5> kNames{"money", "count", "share", "days", "hours"};
  return kNames.at(static_cast<std::size_t>(unit));
}

std::string_view NameOf(Additivity additivity) {
  static constexpr std::array<std::string_view, 4> kNames{"additive", "semi_additive", "non_additive", "ratio"};
  return kNames.at(static_cast<std::size_t>(additivity));
}

analysis::ColumnType ColumnTypeOf(ValueType type) {
  switch (type) {
    case ValueType::kInteger:
      return analysis::ColumnType::kInteger;
    case ValueType::kDecimal:
      return analysis::ColumnType::kDecimal;
    case ValueType::kText:
      return analysis::ColumnType::kText;
    case ValueType::kDate:
      return analysis::ColumnType::kDate;
    case ValueType::kInstant:
      return analysis::ColumnType::kInstant;
    case ValueType::kBoolean:
      return analysis::ColumnType::kBoolean;
  }
  ThrowBug(__FILE__, __LINE__, "a type without a column");
}

const Dimension* View::FindDimension(std::string_view dimension) const {
  const auto found = std::ranges::find(dimensions, dimension, &Dimension::id);
  return found == dimensions.end() ? nullptr : &*found;
}

const Lookup* View::FindLookup(std::string_view lookup) const {
  const auto found = std::ranges::find(lookups, lookup, &Lookup::name);
  return found == lookups.end() ? nullptr : &*found;
}

MetricCatalog MetricCatalog::Of(View view) {
  MetricCatalog catalog;
  catalog.views_.push_back(std::move(view));
  return catalog;
}

const Metric* MetricCatalog::FindMetric(std::string_view id) const {
  const auto found = std::ranges::lower_bound(metrics_, id, {}, &Metric::id);
  return found == metrics_.end() || found->id != id ? nullptr : &*found;
}

const View* MetricCatalog::FindView(std::string_view name) const { return FindIn(views_, name); }

Result<const Metric*> MetricCatalog::Require(std::string_view id) const {
  if (const Metric* metric = FindMetric(id)) return metric;
  std::vector<std::string> ids;
  for (const Metric& metric : metrics_) {
    if (!metric.is_part) ids.push_back(metric.id);
  }
  Error error = BadUsage("there is no metric '{}'", id).Field("metrics");
  const auto near = analysis::NearestName(id, ids);
  return Fail(std::move(error).Mend(near ? MakePhrase("Did you mean '{}'?", *near)
                                         : MakePhrase("'weir metrics' lists the catalogue")));
}

std::vector<const Metric*> MetricCatalog::BasesOf(const Metric& metric) const {
  if (!metric.IsRatio()) return {&metric};
  std::vector<const Metric*> bases;
  const auto add = [&](const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
      for (const Metric* base : BasesOf(*FindMetric(id))) {
        if (std::ranges::find(bases, base) == bases.end()) bases.push_back(base);
      }
    }
  };
  add(metric.numerator);
  add(metric.denominator);
  return bases;
}

analysis::Text MetricCatalog::DimensionTitle(std::string_view id) const {
  for (const View& view : views_) {
    if (const Dimension* dimension = view.FindDimension(id)) return dimension->title;
  }
  return {std::string(id), std::string(id)};
}

std::optional<ColumnRef> ViewNames::Find(std::string_view name) const {
  if (const Dimension* dimension = view_.FindDimension(name)) return dimension->column;
  if (const std::size_t dot = name.find('.'); dot != std::string_view::npos) {
    const Lookup* lookup = view_.FindLookup(name.substr(0, dot));
    const View* other = lookup == nullptr ? nullptr : FindIn(views_, lookup->view);
    if (other == nullptr) return std::nullopt;
    auto column = FindColumn(*other, name.substr(dot + 1));
    if (column) column->lookup = lookup->name;
    return column;
  }
  return FindColumn(view_, name);
}

std::vector<std::string> ViewNames::All() const {
  std::vector<std::string> names;
  names.reserve(view_.dimensions.size() + view_.columns.size());
  for (const Dimension& dimension : view_.dimensions) names.push_back(dimension.id);
  for (const ColumnRef& column : view_.columns) names.push_back(column.column);
  for (const Lookup& lookup : view_.lookups) {
    const View* other = FindIn(views_, lookup.view);
    if (other == nullptr || other->is_of_words) continue;
    for (const ColumnRef& column : other->columns) names.push_back(lookup.name + "." + column.column);
  }
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

}  // namespace weir::metrics
