#include "metrics/table_reader.h"

#include <algorithm>

#include "analysis/params.h"

namespace weir::metrics {

Result<toml::table> ParseToml(std::string_view text, const std::string& path) {
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& error) {
    return Fail(BadInput("{}", error.description()).At(path, error.source().begin.line, error.source().begin.column));
  }
}

Error TableReader::At(Error error, const toml::node& node) const {
  const toml::source_position begin = node.source().begin;
  return std::move(error).At(path_, begin.line, begin.column);
}

Error TableReader::At(Error error, std::string_view name) const {
  const toml::node* node = table_.get(name);
  return At(std::move(error).Field(std::string(name)),
            node == nullptr ? static_cast<const toml::node&>(table_) : *node);
}

const toml::node* TableReader::Find(std::string_view name) {
  asked_.emplace_back(name);
  return table_.get(name);
}

Result<std::string> TableReader::Text(std::string_view name) {
  const toml::node* node = Find(name);
  if (node == nullptr) {
    return Fail(At(BadInput("'{}' is missing", name), name).Mend("Add: {} = \"...\"", name));
  }
  const auto text = node->value<std::string>();
  if (!node->is_string() || text->empty()) {
    return Fail(At(BadInput("'{}' is not a text", name), name).Mend("Write: {} = \"...\"", name));
  }
  return *text;
}

Result<std::string> TableReader::TextOr(std::string_view name, std::string_view fallback) {
  if (table_.get(name) != nullptr) return Text(name);
  asked_.emplace_back(name);
  return std::string(fallback);
}

Result<std::int64_t> TableReader::Integer(std::string_view name) {
  const toml::node* node = Find(name);
  if (node == nullptr || !node->is_integer()) {
    return Fail(At(BadInput("'{}' is missing or not a whole number", name), name).Mend("Write: {} = 1", name));
  }
  return **node->as_integer();
}

Result<bool> TableReader::BooleanOr(std::string_view name, bool fallback) {
  const toml::node* node = Find(name);
  if (node == nullptr) return fallback;
  if (!node->is_boolean()) {
    return Fail(At(BadInput("'{}' is neither true nor false", name), name).Mend("Write true or false, without quotes"));
  }
  return **node->as_boolean();
}

Result<std::vector<std::string>> TableReader::TextsOr(std::string_view name) {
  const toml::node* node = Find(name);
  if (node == nullptr) return std::vector<std::string>{};
  if (const auto text = node->value<std::string>(); text && node->is_string()) return std::vector{*text};
  const toml::array* array = node->as_array();
  const auto wrong = [&] {
    return Fail(At(BadInput("'{}' is not a list of texts", name), name).Mend("Write: {} = [\"...\", \"...\"]", name));
  };
  if (array == nullptr) return wrong();
  std::vector<std::string> texts;
  for (const toml::node& item : *array) {
    if (!item.is_string()) return wrong();
    texts.push_back(*item.value<std::string>());
  }
  return texts;
}

Result<analysis::Text> TableReader::BothLanguages(std::string_view name) {
  WEIR_TRY(const toml::table* table, TableOr(name));
  const Phrase mend = MakePhrase("Write: {} = {{ en = \"...\", ru = \"...\" }}", name);
  if (table == nullptr) return Fail(At(BadInput("'{}' is missing", name), name).Mend(mend));
  TableReader both(*table, path_);
  auto en = both.Text("en");
  auto ru = both.Text("ru");
  if (!en || !ru) return Fail(At(BadInput("'{}' needs a text in English and in Russian", name), name).Mend(mend));
  WEIR_TRY(both.Finish());
  return analysis::Text{std::move(*en), std::move(*ru)};
}

Result<analysis::Text> TableReader::BothLanguagesOr(std::string_view name) {
  const toml::node* node = Find(name);
  if (node == nullptr) return analysis::Text{};
  if (!node->is_string()) return BothLanguages(name);
  WEIR_TRY(const std::string text, Text(name));
  return analysis::Text{text, text};
}

Result<const toml::table*> TableReader::TableOr(std::string_view name) {
  const toml::node* node = Find(name);
  if (node == nullptr) return static_cast<const toml::table*>(nullptr);
  if (!node->is_table()) {
    return Fail(At(BadInput("'{}' is not a table", name), name).Mend("Write: {} = {{ ... }}", name));
  }
  return node->as_table();
}

Result<std::size_t> TableReader::OneOf(std::string_view name, const std::vector<std::string>& allowed) {
  WEIR_TRY(std::string text, Text(name));
  const auto found = std::ranges::find(allowed, text);
  if (found == allowed.end()) {
    return Fail(At(BadInput("'{}' is '{}'", name, text), name).Mend("Write one of: {}", fmt::join(allowed, ", ")));
  }
  return static_cast<std::size_t>(found - allowed.begin());
}

Status TableReader::Finish() const {
  for (const auto& [key, value] : table_) {
    if (std::ranges::find(asked_, key.str()) != asked_.end()) continue;
    const toml::source_position begin = key.source().begin;
    Error error = BadInput("nothing here is called '{}'", key.str())
                      .Field(std::string(key.str()))
                      .At(path_, begin.line, begin.column);
    const auto near = analysis::NearestName(key.str(), asked_);
    return Fail(std::move(error).Mend(near ? MakePhrase("Did you mean '{}'?", *near)
                                           : MakePhrase("Known names: {}", fmt::join(asked_, ", "))));
  }
  return {};
}

}  // namespace weir::metrics
