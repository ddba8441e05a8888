#include <algorithm>
#include <array>

#include "analysis/params.h"
#include "metrics/loader.h"

namespace weir::metrics {
namespace {

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

}  // namespace

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
                    .Mend("Add it to [view.{}.columns]", view.name));
  }
  for (const char* later : {"team", "segment", "history", "described", "belongs", "converted", "dimensions"})
    reader.Find(later);
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
      known.reserve(kTypes.size());
      for (const TypeName& one : kTypes) known.push_back(one.name);
      return Fail(reader.At(BadInput("column '{}' has the unknown type '{}'", name, type_name), *node)
                      .Field(name)
                      .Mend("Write one of: {}", fmt::join(known, ", ")));
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
                      .Mend("Write: {} = {{ view = \"...\", from = \"...\" }}", name));
    }
    TableReader one(*node->as_table(), reader.path());
    Lookup lookup{.name = name};
    WEIR_TRY(lookup.view, one.Text("view"));
    WEIR_TRY(lookup.from.column, one.Text("from"));
    WEIR_TRY(one.Finish());
    view.lookups.push_back(std::move(lookup));
  }
  return {};
}

// What refers to other views is resolved once all of them are known.
Status Loader::LinkView(const Entry& entry, View& view) const {
  TableReader reader(*entry.table, entry.file->path);
  for (Lookup& lookup : view.lookups) {
    const View* other = FindView(lookup.view);
    if (other == nullptr) {
      return Fail(
          reader.At(BadInput("lookup '{}' leads to the unknown view '{}'", lookup.name, lookup.view), "lookups"));
    }
    if (other->entity != other->name) {
      return Fail(reader.At(BadInput("lookup '{}' may find several rows of '{}'", lookup.name, lookup.view), "lookups")
                      .Mend("Look up a view with one row for each id"));
    }
    WEIR_TRY(lookup.from, ColumnOf(reader, "lookups", lookup.from.column, view));
  }
  for (const auto& [name, target] : {std::pair("team", &view.team), std::pair("segment", &view.segment)}) {
    WEIR_TRY(std::string path, reader.TextOr(name, ""));
    if (path.empty()) continue;
    WEIR_TRY(*target, ColumnOf(reader, name, path, view));
  }
  WEIR_TRY(LinkHistory(reader, view));
  WEIR_TRY(LinkDescribed(reader, "described", view, view.described));
  WEIR_TRY(LinkDescribed(reader, "belongs", view, view.belongs));
  WEIR_TRY(LinkConverted(reader, view));
  return LinkDimensions(reader, view);
}

Status Loader::LinkDimensions(TableReader& reader, View& view) const {
  WEIR_TRY(const toml::table* dimensions, reader.TableOr("dimensions"));
  if (dimensions == nullptr) return {};
  for (const auto& [id, node] : InOrder(*dimensions)) {
    const auto title = titles_.find(id);
    if (title == titles_.end()) {
      return Fail(
          reader.At(BadInput("dimension '{}' has no title", id), *node).Mend("Add [dimension.{}] with en and ru", id));
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

Status Loader::LinkDescribed(TableReader& reader, std::string_view field, const View& view,
                             std::vector<Described>& described) const {
  WEIR_TRY(const toml::table* table, reader.TableOr(field));
  if (table == nullptr) return {};
  TableReader inner(*table, reader.path());
  for (const auto& [entity, node] : InOrder(*table)) {
    WEIR_TRY(std::string path, inner.Text(entity));
    WEIR_TRY(ColumnRef id, ColumnOf(inner, entity, path, view));
    described.push_back({entity, std::move(id)});
  }
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
  return Fail(
      reader.At(BadInput("view '{}' has no column '{}'", view.name, name), field)
          .Mend(near ? MakePhrase("Did you mean '{}'?", *near) : MakePhrase("Add it to the columns of the view")));
}

}  // namespace weir::metrics
