#include "customers/search_terms.h"

#include <algorithm>
#include <map>

#include "store/database.h"

namespace weir::customers {
namespace {

using store::Value;

// A token with more parts is found by the first of them.
constexpr std::size_t kMostParts = 8;

// A word as it was typed, and the word of the answer that it fills.
struct Typed {
  std::string text;
  std::string_view folding;
  TypedWord* word = nullptr;
};

std::vector<Typed> WordsOf(const SearchQuery& query, std::vector<TypedToken>& tokens) {
  std::vector<Typed> words;
  tokens.resize(query.tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const SearchToken& given = query.tokens[i];
    words.push_back({given.whole, "squeezed", &tokens[i].whole});
    tokens[i].parts.resize(std::min(given.parts.size(), kMostParts));
    for (std::size_t k = 0; k < tokens[i].parts.size(); ++k) {
      words.push_back({given.parts[k], "folded", &tokens[i].parts[k]});
    }
  }
  return words;
}

Result<std::vector<std::string>> Fold(const std::vector<Typed>& words, analysis::Context& context) {
  std::string list;
  std::vector<Value> values;
  values.reserve(words.size());
  for (const Typed& word : words) {
    list += fmt::format("{}{}(?)", list.empty() ? "" : ", ", word.folding);
    values.emplace_back(word.text);
  }
  WEIR_TRY(const store::Rows rows, context.session().QueryFew("SELECT " + list, values));
  std::vector<std::string> folded;
  folded.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) folded.push_back(rows.TextAt(0, i));
  return folded;
}

}  // namespace

std::int64_t TypedWord::Hits() const {
  std::int64_t hits = 0;
  for (const TermRange& range : ranges) hits += range.hits;
  return hits;
}

std::int64_t TypedToken::Hits() const {
  std::int64_t hits = whole.Hits();
  if (!parts.empty()) hits += std::ranges::min(parts, {}, &TypedWord::Hits).Hits();
  return hits;
}

Result<std::vector<TypedToken>> FindTerms(const SearchQuery& query, analysis::Context& context) {
  std::vector<TypedToken> tokens;
  const std::vector<Typed> words = WordsOf(query, tokens);
  WEIR_TRY(const std::vector<std::string> folded, Fold(words, context));
  std::string sql;
  std::vector<Value> values;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (folded[i].empty()) continue;
    words[i].word->text = folded[i];
    sql += fmt::format(
        "{}SELECT CAST({} AS BIGINT) AS place, kind, length, min(term), max(term), CAST(sum(hits) AS BIGINT) "
        "FROM scoped.search_term WHERE word >= ? AND word < ? || chr(1114111) GROUP BY kind, is_personal, length",
        sql.empty() ? "" : " UNION ALL ", i);
    for (int k = 0; k < 2; ++k) values.emplace_back(folded[i]);
  }
  if (sql.empty()) return tokens;
  WEIR_TRY(const store::Rows rows, context.session().QueryFew(sql + " ORDER BY 1, 2, 3, 4", values));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    words[static_cast<std::size_t>(rows.IntegerAt(i, 0))].word->ranges.push_back({.kind = rows.TextAt(i, 1),
                                                                                  .length = rows.IntegerAt(i, 2),
                                                                                  .first = rows.IntegerAt(i, 3),
                                                                                  .last = rows.IntegerAt(i, 4),
                                                                                  .hits = rows.IntegerAt(i, 5)});
  }
  return tokens;
}

std::vector<TermRange> Nearest(const TypedWord& word, std::int64_t most) {
  std::vector<TermRange> nearest;
  std::map<std::string, std::int64_t> held;
  for (const TermRange& range : word.ranges) {
    std::int64_t& of_kind = held[range.kind];
    if (of_kind >= most) continue;
    of_kind += range.hits;
    nearest.push_back(range);
  }
  return nearest;
}

}  // namespace weir::customers
