#include "explore/views.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "metrics/custom_columns.h"
#include "metrics/table_reader.h"

namespace weir::explore {
namespace {

using analysis::Column;
using analysis::ColumnType;
using metrics::TableReader;

struct TypeName {
  std::string_view name;
  ColumnType type;
};
constexpr std::array<TypeName, 9> kTypes{{{"text", ColumnType::kText},
                                          {"integer", ColumnType::kInteger},
                                          {"decimal", ColumnType::kDecimal},
                                          {"money", ColumnType::kMoney},
                                          {"share", ColumnType::kShare},
                                          {"date", ColumnType::kDate},
                                          {"instant", ColumnType::kInstant},
                                          {"boolean", ColumnType::kBoolean},
                                          {"json", ColumnType::kJson}}};
constexpr std::array<std::string_view, 4> kKinds{"scalar", "aggregate", "window", "table"};

using Columns = std::map<std::string, Column, std::less<>>;

Result<Column> ReadColumn(const std::string& name, const toml::node& node, const std::string& path) {
  static const toml::table kEmpty;
  const toml::table* table = node.as_table();
  TableReader reader(table == nullptr ? kEmpty : *table, path);
  if (table == nullptr) {
    return Fail(reader.At(BadInput("column '{}' is not described", name), node)
                    .Mend("Write: {} = {{ type = \"text\", en = \"...\", ru = \"...\" }}", name));
  }
  std::vector<std::string> types;
  types.reserve(kTypes.size());
  for (const TypeName& type : kTypes) types.emplace_back(type.name);
  WEIR_TRY(const std::size_t type, reader.OneOf("type", types));
  Column column{.name = name, .type = kTypes.at(type).type};
  WEIR_TRY(column.unit, reader.TextOr("unit", ""));
  WEIR_TRY(column.title.en, reader.Text("en"));
  WEIR_TRY(column.title.ru, reader.Text("ru"));
  WEIR_TRY(reader.Finish());
  return column;
}

Result<Columns> ReadColumns(const toml::table* table, const std::string& path) {
  Columns columns;
  if (table == nullptr) return columns;
  for (const auto& [key, node] : *table) {
    WEIR_TRY(Column column, ReadColumn(std::string(key.str()), node, path));
    columns.emplace(column.name, std::move(column));
  }
  return columns;
}

// A column is described by its view, else for all views that have one of its name.
Result<View> ReadView(const std::string& name, const toml::table& table, const Columns& shared,
                      const std::string& path) {
  TableReader reader(table, path);
  View view{.name = name};
  WEIR_TRY(view.group, reader.Text("group"));
  WEIR_TRY(view.title, reader.BothLanguages("title"));
  WEIR_TRY(view.help, reader.BothLanguages("help"));
  WEIR_TRY(view.select, reader.TextOr("select", ""));
  WEIR_TRY(const std::vector<std::string> names, reader.TextsOr("columns"));
  WEIR_TRY(const toml::table* own_table, reader.TableOr("column"));
  WEIR_TRY(Columns own, ReadColumns(own_table, path));
  for (const std::string& column : names) {
    const auto found = own.find(column);
    const auto known = shared.find(column);
    if (found == own.end() && known == shared.end()) {
      return Fail(reader.At(BadInput("column '{}' is not described", column), "columns")
                      .Mend("Describe it in [view.{}.column] or, for all views, in [column]", name));
    }
    view.columns.push_back(found == own.end() ? known->second : found->second);
    if (found != own.end()) own.erase(found);
  }
  if (!own.empty()) {
    return Fail(reader.At(BadInput("'{}' is not among the columns of the view", own.begin()->first), "column"));
  }
  if (view.columns.empty()) return Fail(reader.At(BadInput("the view has no columns"), "columns"));
  WEIR_TRY(reader.Finish());
  return view;
}

Result<Function> ReadFunction(const std::string& name, const toml::table& table, const std::string& path) {
  TableReader reader(table, path);
  Function function{.name = name};
  WEIR_TRY(const std::size_t kind, reader.OneOf("kind", {kKinds.begin(), kKinds.end()}));
  function.kind = static_cast<FunctionKind>(kind);
  WEIR_TRY(function.form, reader.Text("form"));
  WEIR_TRY(function.help.en, reader.Text("en"));
  WEIR_TRY(function.help.ru, reader.Text("ru"));
  WEIR_TRY(reader.Finish());
  return function;
}

Result<const toml::table*> TableOf(const toml::node& node, const std::string& name, const std::string& path) {
  if (const toml::table* table = node.as_table()) return table;
  static const toml::table kEmpty;
  return Fail(TableReader(kEmpty, path).At(BadInput("'{}' is not a table", name), node));
}

View CustomView(const metrics::CustomColumn& column) {
  const analysis::Text object = column.object_title;
  View view{
      .name = column.view,
      .group = "custom",
      .title = {fmt::format("{} of {}: columns of your own", object.en, column.source),
                fmt::format("{} из {}: свои столбцы", object.ru, column.source)},
      .help = {"What each import said in the columns that no mapping names; the newest word has the greatest place",
               "Что сообщал каждый импорт в столбцах, которых нет в сопоставлении; последнее слово — с наибольшим "
               "place"}};
  view.columns.push_back({.name = column.entity + "_id", .title = {"Whose it is", "К чему относится"}});
  view.columns.push_back(
      {.name = "valid_from", .type = ColumnType::kInstant, .title = {"Since when it held", "С какого момента верно"}});
  view.columns.push_back({.name = "place",
                          .type = ColumnType::kDecimal,
                          .title = {"Order in which it was said", "Порядок, в котором это сообщено"}});
  return view;
}

}  // namespace

std::string_view NameOf(FunctionKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return lowered;
}

Result<Offer> Offer::Load(const std::vector<DefinitionFile>& files) {
  Offer offer;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(const toml::table document, metrics::ParseToml(file.text, file.path));
    TableReader reader(document, file.path);
    WEIR_TRY(const toml::table* columns, reader.TableOr("column"));
    WEIR_TRY(const toml::table* views, reader.TableOr("view"));
    WEIR_TRY(const toml::table* functions, reader.TableOr("function"));
    WEIR_TRY(reader.Finish());
    WEIR_TRY(const Columns shared, ReadColumns(columns, file.path));
    for (const auto& [key, node] : views == nullptr ? toml::table{} : *views) {
      const std::string name(key.str());
      WEIR_TRY(const toml::table* table, TableOf(node, name, file.path));
      WEIR_TRY(View view, ReadView(name, *table, shared, file.path));
      offer.views_.push_back(std::move(view));
    }
    for (const auto& [key, node] : functions == nullptr ? toml::table{} : *functions) {
      const std::string name(key.str());
      WEIR_TRY(const toml::table* table, TableOf(node, name, file.path));
      WEIR_TRY(Function function, ReadFunction(name, *table, file.path));
      offer.functions_.push_back(std::move(function));
    }
  }
  std::ranges::sort(offer.views_, {}, &View::name);
  std::ranges::sort(offer.functions_, {}, &Function::name);
  return offer;
}

Result<Offer> Offer::BuiltIn() { return Load(BuiltInDefinitions("explore")); }

const View* Offer::FindView(std::string_view name) const {
  const std::string lowered = Lowered(name);
  const auto found = std::ranges::lower_bound(views_, lowered, {}, &View::name);
  return found != views_.end() && found->name == lowered ? &*found : nullptr;
}

const Function* Offer::FindFunction(std::string_view name) const {
  const auto found = std::ranges::lower_bound(functions_, name, {}, &Function::name);
  return found != functions_.end() && found->name == name ? &*found : nullptr;
}

Result<Offer> Offer::WithCustomColumns(store::Session& session) const {
  WEIR_TRY(const std::vector<metrics::CustomColumn> columns, metrics::ReadCustomColumns(session));
  Offer offer = *this;
  std::map<std::string, View, std::less<>> views;
  for (const metrics::CustomColumn& column : columns) {
    View& view = views.try_emplace(column.view, CustomView(column)).first->second;
    view.columns.push_back(
        {.name = column.column, .type = metrics::ColumnTypeOf(column.type), .title = {column.header, column.header}});
  }
  for (auto& [name, view] : views) offer.views_.push_back(std::move(view));
  std::ranges::sort(offer.views_, {}, &View::name);
  return offer;
}

}  // namespace weir::explore
