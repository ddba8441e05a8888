#include "sources/toml_reader.h"

#include <algorithm>

#include "base/text.h"

namespace weir::sources {

Error UnknownName(const Phrase& what, std::string_view name, std::span<const std::string> known) {
  Error error = BadInput("unknown {} '{}'", what, name);
  const std::string_view nearest = NearestName(name, known);
  if (!nearest.empty()) return std::move(error).Mend("Did you mean '{}'?", nearest);
  return error;
}

Result<TomlReader> TomlReader::Parse(std::string_view text, std::string_view file_name) {
  const std::string file(file_name);
  const std::size_t fault = FirstInvalidUtf8(text);
  if (fault != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(fault), '\n');
    return Fail(BadInput("the text is not UTF-8").At(file, static_cast<std::uint64_t>(line)).Mend("Save it as UTF-8"));
  }
  try {
    return TomlReader(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    const toml::source_position& at = error.source().begin;
    return Fail(BadInput("{}", error.description()).At(file, at.line, at.column));
  }
}

Error TomlReader::At(const toml::node& node, Error error) const {
  const toml::source_position& at = node.source().begin;
  return std::move(error).At(file_name_, at.line, at.column);
}

Status TomlReader::OnlyKeys(const toml::table& table, std::initializer_list<std::string_view> known) const {
  const std::vector<std::string> names(known.begin(), known.end());
  for (const auto& [key, node] : table) {
    if (std::ranges::find(names, key.str()) == names.end()) {
      const toml::source_position& at = key.source().begin;
      return Fail(UnknownName(MakePhrase("key"), key.str(), names).At(file_name_, at.line, at.column));
    }
  }
  return {};
}

std::vector<std::pair<std::string_view, const toml::node*>> TomlReader::InOrder(const toml::table& table) {
  struct Entry {
    toml::source_position at;
    std::string_view key;
    const toml::node* node;
  };
  std::vector<Entry> entries;
  entries.reserve(table.size());
  for (const auto& [key, node] : table) entries.push_back({key.source().begin, key.str(), &node});
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
  });
  std::vector<std::pair<std::string_view, const toml::node*>> ordered;
  ordered.reserve(entries.size());
  for (const Entry& entry : entries) ordered.emplace_back(entry.key, entry.node);
  return ordered;
}

Result<const toml::table*> TomlReader::Table(const toml::node& node) const {
  if (const toml::table* table = node.as_table()) return table;
  return Fail(At(node, BadInput("a table is expected here")));
}

Result<std::string> TomlReader::Text(const toml::node& node) const {
  if (const auto* text = node.as_string()) return text->get();
  return Fail(At(node, BadInput("a text in quotes is expected here")));
}

Result<bool> TomlReader::Boolean(const toml::node& node) const {
  if (const auto* flag = node.as_boolean()) return flag->get();
  return Fail(At(node, BadInput("true or false is expected here")));
}

Result<std::vector<std::string>> TomlReader::Texts(const toml::node& node) const {
  if (node.is_string()) {
    WEIR_TRY(std::string single, Text(node));
    return std::vector<std::string>{std::move(single)};
  }
  const toml::array* array = node.as_array();
  if (array == nullptr) return Fail(At(node, BadInput("a list of texts is expected here")));
  std::vector<std::string> texts;
  for (const toml::node& element : *array) {
    WEIR_TRY(std::string text, Text(element));
    texts.push_back(std::move(text));
  }
  return texts;
}

Result<std::string> TomlReader::TextOr(const toml::table& table, std::string_view key, std::string otherwise) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  return Text(*node);
}

Result<bool> TomlReader::BooleanOr(const toml::table& table, std::string_view key, bool otherwise) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  return Boolean(*node);
}

Result<std::vector<std::string>> TomlReader::TextsOr(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::vector<std::string>{};
  return Texts(*node);
}

Result<std::string> TomlReader::RequiredText(const toml::table& table, std::string_view key) const {
  const toml::node* node = table.get(key);
  if (node == nullptr) return Fail(At(table, BadInput("'{}' is missing", key)));
  return Text(*node);
}

}  // namespace weir::sources
