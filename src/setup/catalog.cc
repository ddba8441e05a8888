#include "setup/catalog.h"

#include <algorithm>
#include <tuple>

#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "metrics/table_reader.h"

namespace weir::setup {
namespace {

using metrics::TableReader;

// One text is the same in both languages.
Result<analysis::Text> TitleOf(TableReader& reader) {
  const toml::node* node = reader.Find("title");
  if (node != nullptr && node->is_string()) {
    const std::string title = node->value_or(std::string());
    return analysis::Text{title, title};
  }
  return reader.BothLanguages("title");
}

Result<std::vector<std::string>> KindsOf(TableReader& reader, std::string_view field) {
  WEIR_TRY(std::vector<std::string> kinds, reader.TextsOr(field));
  for (const std::string& kind : kinds) {
    if (std::ranges::find(RowKinds(), kind) != RowKinds().end()) continue;
    return Fail(reader.At(BadInput("there are no rows of kind '{}'", kind), field)
                    .Mend("Write some of: {}", fmt::join(RowKinds(), ", ")));
  }
  if (kinds.empty()) return Fail(reader.At(BadInput("'{}' is empty", field), field));
  return kinds;
}

Result<Export> ReadExport(const toml::table& table, const std::string& path) {
  TableReader reader(table, path);
  Export one;
  WEIR_TRY(one.id, reader.Text("id"));
  WEIR_TRY(one.title, reader.BothLanguages("title"));
  WEIR_TRY(one.how, reader.BothLanguages("how"));
  WEIR_TRY(one.objects, reader.TextsOr("objects"));
  if (one.objects.empty()) return Fail(reader.At(BadInput("an export names no object"), "objects"));
  WEIR_TRY(one.gives, KindsOf(reader, "gives"));
  WEIR_TRY(reader.Finish());
  return one;
}

Result<Product> ReadProduct(const std::string& id, const toml::table& table, const std::string& path) {
  TableReader reader(table, path);
  Product product{.id = id};
  WEIR_TRY(product.position, reader.Integer("position"));
  WEIR_TRY(product.title, TitleOf(reader));
  const toml::node* exports = reader.Find("export");
  const toml::array* array = exports == nullptr ? nullptr : exports->as_array();
  if (array == nullptr || array->empty()) {
    return Fail(reader.At(BadInput("product '{}' has no exports", id), "export")
                    .Mend("Write [[product.{}.export]] with id, title, how, objects and gives", id));
  }
  for (const toml::node& item : *array) {
    if (!item.is_table()) return Fail(reader.At(BadInput("an export is not a table"), item));
    WEIR_TRY(Export one, ReadExport(*item.as_table(), path));
    product.exports.push_back(std::move(one));
  }
  WEIR_TRY(reader.Finish());
  return product;
}

Result<Unlock> ReadUnlock(const std::string& id, const toml::table& table, const std::string& path) {
  TableReader reader(table, path);
  Unlock unlock{.id = id};
  WEIR_TRY(unlock.position, reader.Integer("position"));
  WEIR_TRY(unlock.title, reader.BothLanguages("title"));
  WEIR_TRY(unlock.page, reader.Text("page"));
  WEIR_TRY(unlock.needs, KindsOf(reader, "needs"));
  WEIR_TRY(reader.Finish());
  return unlock;
}

template <typename T>
void Replace(T item, std::vector<T>& all) {
  std::erase_if(all, [&](const T& known) { return known.id == item.id; });
  all.push_back(std::move(item));
}

// The tables below [product] or [unlock].
template <typename Read>
Status ReadAll(TableReader& root, std::string_view name, Read read) {
  WEIR_TRY(const toml::table* tables, root.TableOr(name));
  if (tables == nullptr) return {};
  for (const auto& [id, node] : *tables) {
    if (!node.is_table()) return Fail(root.At(BadInput("'{}.{}' is not a table", name, id.str()), node));
    WEIR_TRY(read(std::string(id.str()), *node.as_table()));
  }
  return {};
}

}  // namespace

const std::vector<std::string>& RowKinds() {
  static const std::vector<std::string> kKinds{
      "lead",         "deal",    "deal_history", "account",       "person",   "member", "activity",   "call",
      "touch",        "ticket",  "invoice",      "payment",       "spend",    "goal",   "tool_usage", "time_entry",
      "subscription", "message", "calendar",     "survey_answer", "training", "tool",   "licence"};
  return kKinds;
}

bool Export::Gives(const std::vector<std::string>& kinds) const {
  return std::ranges::any_of(gives,
                             [&](const std::string& one) { return std::ranges::find(kinds, one) != kinds.end(); });
}

analysis::Text SetupCatalog::TitleOf(std::string_view source) const {
  const auto product = std::ranges::find(products, source, &Product::id);
  return product == products.end() ? analysis::Text{std::string(source), std::string(source)} : product->title;
}

Result<SetupCatalog> SetupCatalog::Load(std::span<const DefinitionFile> files) {
  SetupCatalog catalog;
  for (const DefinitionFile& file : files) {
    WEIR_TRY(const toml::table root, metrics::ParseToml(file.text, file.path));
    TableReader reader(root, file.path);
    WEIR_TRY(ReadAll(reader, "unlock", [&](const std::string& id, const toml::table& table) -> Status {
      WEIR_TRY(Unlock unlock, ReadUnlock(id, table, file.path));
      Replace(std::move(unlock), catalog.unlocks);
      return {};
    }));
    WEIR_TRY(ReadAll(reader, "product", [&](const std::string& id, const toml::table& table) -> Status {
      WEIR_TRY(Product product, ReadProduct(id, table, file.path));
      Replace(std::move(product), catalog.products);
      return {};
    }));
    WEIR_TRY(reader.Finish());
  }
  const auto by_position = [](const auto& a, const auto& b) {
    return std::tie(a.position, a.id) < std::tie(b.position, b.id);
  };
  std::ranges::sort(catalog.unlocks, by_position);
  std::ranges::sort(catalog.products, by_position);
  return catalog;
}

}  // namespace weir::setup
