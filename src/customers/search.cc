#include "customers/search.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "analysis/tables.h"
#include "customers/columns.h"
#include "customers/search_query.h"
#include "customers/search_terms.h"
#include "customers/sections.h"
#include "store/database.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::Output;
using analysis::TableSpec;
using store::Value;

// In the order in which groups are shown.
const std::vector<std::string>& Kinds() {
  static const std::vector<std::string> kinds{"account", "person", "deal", "lead", "ticket", "invoice"};
  return kinds;
}

struct SearchParams {
  std::string text;
  std::vector<std::string> kinds;
  std::int64_t most = 8;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"Name, e-mail, domain, phone, number or id, or the beginning of one",
                          "Имя, почта, домен, телефон, номер или идентификатор, можно только начало"},
                 .required = true,
                 .positional = true},
                text);
    visitor.Add({.name = "kinds", .help = {"Only these", "Только такие"}, .allowed = Kinds()}, kinds);
    visitor.Add({.name = "most", .help = {"At most so many of each kind", "Не больше стольких каждого вида"}}, most);
  }
};

constexpr std::int64_t kMostAllowed = 200;
// How many of the best by their words are looked at first, of each kind; ten times more if the caller may see too few.
constexpr std::int64_t kFirstLook = 32;
constexpr std::int64_t kWider = 10;
constexpr std::int64_t kLastLook = kFirstLook * kWider * kWider * kWider * kWider;

const TableSpec& FoundSpec() {
  static const TableSpec spec{
      .name = "found",
      .title = {"Found", "Найдено"},
      .key = {"kind", "id"},
      .columns = {TextOf("kind", "Kind", "Вид"), TextOf("id", "Id", "Идентификатор"),
                  TextOf("title", "Name", "Название"), TextOf("subtitle", "About", "О записи"),
                  TextOf("account", "Account", "Компания"), TextOf("field", "Found by", "Найдено по"),
                  TextOf("opens_kind", "Opens", "Открывает"), TextOf("opens_id", "Opens id", "Открывает id")}};
  return spec;
}

// How much of a word is read: the nearest words of each kind, until they hold so many things, and of those only the
// things of the driver, where there is one.
struct Reading {
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  bool has_driver = false;
};

// 0 for the word itself, 1000 and its length for its beginning. Where only `left` of them are wanted, the first in the
// order of the words.
std::string RangeHits(const std::string& text, const TermRange& range, std::int64_t left) {
  std::string sql = fmt::format(
      "SELECT entry, '{0}' AS kind, CASE WHEN word = {1} THEN 0 ELSE {2} END AS penalty, field FROM scoped.search_word "
      "WHERE term BETWEEN {3} AND {4} AND word >= {1} AND word < {1} || chr(1114111)",
      range.kind, store::QuoteText(text), 1000 + range.length, range.first, range.last);
  if (left >= range.hits) return sql;
  return fmt::format("SELECT * FROM ({} ORDER BY term, word, entry, field LIMIT {}) AS nearest", sql, left);
}

// The things with a word that begins so.
std::string WordHits(const TypedWord& word, const Reading& reading) {
  std::string sql;
  std::map<std::string, std::int64_t> held;
  for (const TermRange& range : Nearest(word, reading.most)) {
    std::int64_t& of_kind = held[range.kind];
    sql += (sql.empty() ? "" : " UNION ALL ") + RangeHits(word.text, range, reading.most - of_kind);
    of_kind += range.hits;
  }
  if (sql.empty()) sql = "SELECT entry, kind, 0 AS penalty, field FROM scoped.search_word WHERE FALSE";
  return fmt::format(
      "SELECT entry, kind, min(penalty) AS penalty, min(field) AS field FROM ({}) AS word {}GROUP BY entry, kind", sql,
      reading.has_driver ? "WHERE entry IN (SELECT entry FROM driver) " : "");
}

// Things that every word of the list finds.
std::string AllHits(const std::vector<TypedWord>& words, const Reading& reading) {
  std::string sql;
  for (const TypedWord& word : words) sql += (sql.empty() ? "" : " UNION ALL ") + WordHits(word, reading);
  return fmt::format(
      "SELECT entry, kind, CAST(sum(penalty) AS BIGINT) AS penalty, min(field) AS field FROM ({}) AS part GROUP BY "
      "entry, kind HAVING count(*) = {}",
      sql, words.size());
}

std::string TokenHits(const TypedToken& token, const Reading& reading) {
  std::string whole = WordHits(token.whole, reading);
  if (token.parts.empty()) return whole;
  return fmt::format(
      "SELECT entry, kind, min(penalty) AS penalty, min(field) AS field FROM ({} UNION ALL {}) AS one GROUP BY entry, "
      "kind",
      whole, AllHits(token.parts, reading));
}

// The things of the token that finds the fewest: whatever the query finds is among them. Each other word is looked up
// among these alone, so that a word which half of all things have costs no more than a rare one.
std::string DriverHits(const TypedToken& token, std::int64_t most) {
  std::string whole = WordHits(token.whole, {.most = most});
  if (token.parts.empty()) return whole;
  const TypedWord& rarest = *std::ranges::min_element(token.parts, {}, &TypedWord::Hits);
  return fmt::format("SELECT entry FROM ({}) AS whole UNION ALL SELECT entry FROM ({}) AS part", whole,
                     WordHits(rarest, {.most = most}));
}

struct Statement {
  std::string sql = {};            // empty where nothing is found
  std::set<std::string> cut = {};  // kinds of which not all things are read
};

void AddCut(const TypedWord& word, std::int64_t most, std::set<std::string>& cut) {
  std::map<std::string, std::int64_t> held;
  for (const TermRange& range : word.ranges) {
    std::int64_t& of_kind = held[range.kind];
    of_kind += range.hits;
    if (of_kind > most) cut.insert(range.kind);
  }
}

Statement StatementOf(const std::vector<TypedToken>& tokens, std::int64_t look) {
  constexpr std::int64_t kOfDriver = 200;  // as many things as are looked at
  const TypedToken& driver = *std::ranges::min_element(tokens, {}, &TypedToken::Hits);
  Statement statement;
  if (driver.Hits() == 0) return statement;
  const bool is_one_word = tokens.size() == 1 && driver.parts.empty();
  const std::int64_t most = is_one_word ? look : look * kOfDriver;
  AddCut(driver.whole, most, statement.cut);
  for (const TypedWord& part : driver.parts) AddCut(part, most, statement.cut);
  std::string hits;
  for (const TypedToken& token : tokens) {
    const bool is_read = &token == &driver && token.parts.empty();
    hits += (hits.empty() ? "" : " UNION ALL ") +
            (is_read ? "SELECT entry, kind, penalty, field FROM driver" : TokenHits(token, {.has_driver = true}));
  }
  statement.sql = fmt::format(
      "WITH driver AS ({}), hits AS (SELECT entry, kind, CAST(sum(penalty) AS BIGINT) AS penalty, min(field) AS field "
      "FROM ({}) AS token GROUP BY entry, kind HAVING count(*) = {}) "
      "SELECT entry, kind, penalty, field, hits FROM (SELECT entry, kind, penalty, field, row_number() OVER (PARTITION "
      "BY kind ORDER BY penalty NULLS LAST, entry NULLS LAST) AS place, count(*) OVER (PARTITION BY kind) AS hits "
      "FROM hits) AS ranked WHERE place <= {} ORDER BY entry NULLS LAST",
      DriverHits(driver, most), hits, tokens.size(), look);
  return statement;
}

struct Hit {
  std::string kind;
  std::int64_t penalty = 0;
  Value field = {};
};

// One that may be shown, with what decides its place.
struct Candidate {
  std::int64_t penalty = 0;
  std::int64_t length = 0;
  std::vector<Value> row = {};  // as shown
};

// What the caller may see of the things that were hit, the best first. The store is given their numbers: joined with
// the hits in one statement it would first put all things and all accounts together.
Result<std::vector<Candidate>> Visible(const std::map<std::int64_t, Hit>& hits, Context& context) {
  constexpr std::size_t kAtOnce = 20'000;
  std::vector<Candidate> visible;
  for (auto next = hits.begin(); next != hits.end();) {
    std::vector<std::int64_t> entries;
    for (; entries.size() < kAtOnce && next != hits.end(); ++next) entries.push_back(next->first);
    WEIR_TRY(
        store::Rows rows,
        context.session().QueryFew(fmt::format(
            "SELECT entry, length(title), kind, id, title, subtitle, account, opens_kind, "
            "opens_id FROM scoped.search_entry WHERE is_among(entry, '{}') ORDER BY kind NULLS LAST, id NULLS LAST",
            fmt::join(entries, " "))));
    for (auto& row : rows.rows) {
      const Hit& hit = hits.at(std::get<std::int64_t>(row[0]));
      if (hit.kind != store::ToText(row[2])) continue;
      const auto* length = std::get_if<std::int64_t>(&row[1]);
      visible.push_back({hit.penalty,
                         length == nullptr ? std::numeric_limits<std::int64_t>::max() : *length,
                         {row[2], row[3], row[4], row[5], row[6], hit.field, row[7], row[8]}});
    }
  }
  std::ranges::sort(visible, [](const Candidate& a, const Candidate& b) {
    if (a.penalty != b.penalty) return a.penalty < b.penalty;
    if (a.length != b.length) return a.length < b.length;
    return std::pair(store::ToText(a.row[2]), store::ToText(a.row[1])) <
           std::pair(store::ToText(b.row[2]), store::ToText(b.row[1]));
  });
  return visible;
}

// Rows by kind as they are shown, at most so many of each.
struct Found {
  std::map<std::string, std::vector<std::vector<Value>>> rows = {};
  bool needs_wider_look = false;
};

Result<Found> Look(const std::vector<TypedToken>& tokens, std::int64_t look, std::int64_t most, Context& context) {
  const Statement statement = StatementOf(tokens, look);
  Found found;
  if (statement.sql.empty()) return found;
  WEIR_TRY(const store::Rows rows, context.session().QueryFew(statement.sql));
  std::map<std::string, std::int64_t> of_kind;
  std::map<std::int64_t, Hit> hits;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string kind = rows.TextAt(i, 1);
    of_kind[kind] = rows.IntegerAt(i, 4);
    hits[rows.IntegerAt(i, 0)] = {kind, rows.IntegerAt(i, 2), rows.rows[i][3]};
  }
  WEIR_TRY(std::vector<Candidate> visible, Visible(hits, context));
  for (Candidate& candidate : visible) {
    auto& kept = found.rows[store::ToText(candidate.row.front())];
    if (static_cast<std::int64_t>(kept.size()) < most) kept.push_back(std::move(candidate.row));
  }
  for (const std::string& kind : Kinds()) {
    const auto kept = static_cast<std::int64_t>(found.rows[kind].size());
    if (kept < most && (of_kind[kind] > look || statement.cut.contains(kind))) found.needs_wider_look = true;
  }
  return found;
}

Result<Found> Search(const std::string& text, std::int64_t most, Context& context) {
  const SearchQuery query = ParseSearch(text);
  if (query.tokens.empty()) return Found{};
  WEIR_TRY(const std::vector<TypedToken> tokens, FindTerms(query, context));
  WEIR_TRY(Found found, Look(tokens, std::max(kFirstLook, most), most, context));
  for (std::int64_t look = kFirstLook * kWider; found.needs_wider_look && look <= kLastLook; look *= kWider) {
    if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
    WEIR_TRY(found, Look(tokens, look, most, context));
  }
  return found;
}

Result<Output> RunSearch(const SearchParams& params, Context& context) {
  if (params.most < 1 || params.most > kMostAllowed) {
    return Fail(BadUsage("'most' is {}, it must be from 1 to {}", params.most, kMostAllowed).Field("most"));
  }
  Output output{.tables = {analysis::EmptyTable(FoundSpec())}};
  WEIR_TRY(Found found, Search(params.text, params.most, context));
  const bool is_empty = std::ranges::all_of(found.rows, [](const auto& one) { return one.second.empty(); });
  if (const std::string other = OnOtherLayout(params.text); is_empty && !other.empty()) {
    WEIR_TRY(found, Search(other, params.most, context));
    if (std::ranges::any_of(found.rows, [](const auto& one) { return !one.second.empty(); })) {
      output.warnings.push_back({.code = "other_layout",
                                 .message = MakePhrase("found as '{}': the same keys on the other layout", other),
                                 .params = {{"text", other}}});
    }
  }
  for (const std::string& kind : Kinds()) {
    if (!params.kinds.empty() && std::ranges::find(params.kinds, kind) == params.kinds.end()) continue;
    for (auto& row : found.rows[kind]) output.tables.front().rows.push_back(std::move(row));
  }
  return output;
}

Result<analysis::Evidence> ExplainFound(const SearchParams&, const std::string&, const std::vector<std::string>& key,
                                        Context&) {
  if (key.size() != 2 || std::ranges::find(Kinds(), key[0]) == Kinds().end()) {
    return Fail(BadUsage("the key is not a kind and an id").Field("explain"));
  }
  return analysis::Evidence{.table = key[0], .ids = {key[1]}};
}

}  // namespace

std::vector<analysis::Analysis> Searches() {
  std::vector<analysis::Analysis> all;
  all.push_back(analysis::Declare<SearchParams>(
      {.id = "customers.search",
       .title = {"Search", "Поиск"},
       .help =
           {"Finds accounts, people, deals, leads, tickets and invoices by any word of their name, by e-mail, domain, "
            "phone, number or id, whatever the case, the accents and the layout.",
            "Находит компании, людей, сделки, лиды, обращения и счета по любому слову названия, почте, домену, "
            "телефону, номеру или идентификатору, без учёта регистра, ё и раскладки."},
       .needs = {"account", "person", "deal", "lead", "ticket", "invoice"},
       .tables = {FoundSpec()}},
      &RunSearch, &ExplainFound));
  return all;
}

}  // namespace weir::customers
