#include "sources/proposal_words.h"

#include <algorithm>

#include <toml++/toml.h>

#include "base/embedded.h"
#include "base/text.h"

namespace weir::sources {
namespace {

constexpr double kAtEnd = 0.75;
constexpr double kAtBeginning = 0.65;
constexpr double kInside = 0.5;

Phrases PhrasesOf(const toml::node& node) {
  Phrases phrases;
  if (const toml::array* array = node.as_array()) {
    for (const toml::node& element : *array) {
      std::string phrase = NormaliseHeader(element.value_or(std::string_view()));
      if (!phrase.empty()) phrases.push_back(std::move(phrase));
    }
  }
  return phrases;
}

std::map<std::string, Phrases, std::less<>> ReadLists(const toml::table& root, std::string_view key) {
  std::map<std::string, Phrases, std::less<>> lists;
  if (const toml::table* table = root[key].as_table()) {
    for (const auto& [name, list] : *table) lists.emplace(name.str(), PhrasesOf(list));
  }
  return lists;
}

void ReadValues(const toml::table& root, ProposalWords& words) {
  const toml::table* fields = root["values"].as_table();
  if (fields == nullptr) return;
  for (const auto& [field, sets] : *fields) {
    const toml::table* meanings = sets.as_table();
    if (meanings == nullptr) continue;
    auto& values = words.values[std::string(field.str())];
    for (const auto& [meaning, texts] : *meanings) {
      const toml::array* array = texts.as_array();
      if (array == nullptr) continue;
      for (const toml::node& text : *array) values.emplace(FoldCase(text.value_or(std::string_view())), meaning.str());
    }
  }
}

// A catalogue that is no TOML is found by the tests.
ProposalWords ReadWords() {
  ProposalWords words;
  const toml::table root = toml::parse(FindEmbedded("catalog", "words/columns.toml").value_or(""));
  words.things = ReadLists(root, "things");
  words.tables = ReadLists(root, "tables");
  words.fields = ReadLists(root, "fields");
  if (const toml::table* id = root["id"].as_table()) {
    if (const toml::node* list = id->get("words")) words.id = PhrasesOf(*list);
  }
  ReadValues(root, words);
  return words;
}

// The column that an expression is, bare or in one letter case: "stage", "upper(currency)".
std::string_view ColumnOf(std::string_view expression) {
  for (const std::string_view function : {"lower(", "upper(", "name_key("}) {
    if (expression.starts_with(function) && expression.ends_with(")")) {
      expression.remove_prefix(function.size());
      expression.remove_suffix(1);
    }
  }
  if (expression.starts_with('"') && expression.ends_with('"') && expression.size() > 2) {
    expression = expression.substr(1, expression.size() - 2);
  }
  return expression;
}

std::string KeyOf(std::string_view header, std::string_view table, std::string_view field) {
  return fmt::format("{}\n{}.{}", header, table, field);
}

}  // namespace

const ProposalWords& WordsOfColumns() {
  static const ProposalWords words = ReadWords();
  return words;
}

double Likeness(std::string_view name, std::string_view phrase) {
  if (phrase.empty() || name.size() < phrase.size()) return 0;
  if (name == phrase) return 1.0;
  if (name.ends_with(phrase) && name[name.size() - phrase.size() - 1] == '_') return kAtEnd;
  if (name.starts_with(phrase) && name[phrase.size()] == '_') return kAtBeginning;
  for (std::size_t at = name.find(phrase, 1); at != std::string_view::npos; at = name.find(phrase, at + 1)) {
    const std::size_t end = at + phrase.size();
    if (name[at - 1] == '_' && end < name.size() && name[end] == '_') return kInside;
  }
  return 0;
}

double Likeness(std::string_view name, const Phrases& phrases) {
  double best = 0;
  for (const std::string& phrase : phrases) best = std::max(best, Likeness(name, phrase));
  return best;
}

KnownHeaders::KnownHeaders(const MappingCatalog& catalog) {
  for (const Mapping& mapping : catalog.mappings) {
    for (const Emit& emit : mapping.emits) {
      for (const auto& [field, expression] : emit.set) {
        const auto column = mapping.Find(ColumnOf(expression));
        if (!column) continue;
        for (const std::string& header : mapping.columns[*column].headers) {
          known_.try_emplace(KeyOf(header, emit.table, field), mapping.source + " " + mapping.object);
        }
      }
    }
  }
}

std::optional<std::string> KnownHeaders::WhoKnows(std::string_view header, std::string_view table,
                                                  std::string_view field) const {
  const auto found = known_.find(KeyOf(header, table, field));
  if (found == known_.end()) return std::nullopt;
  return found->second;
}

}  // namespace weir::sources
