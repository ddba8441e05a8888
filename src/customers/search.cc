#include "customers/search.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "customers/columns.h"
#include "customers/search_query.h"
#include "customers/sections.h"

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
// How many of the best by their words are looked at first, of each kind; eight times more if the caller may see too
// few.
constexpr std::int64_t kFirstLook = 100;
constexpr std::int64_t kLastLook = kFirstLook * 8 * 8 * 8 * 8;

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

struct Statement {
  std::string sql;
  std::vector<Value> values;
};

// The things with a word that begins so: 0 for the word itself, 1 for its beginning; longer words come later.
void AddWord(const std::string& word, std::string_view folding, Statement& statement) {
  statement.sql += fmt::format(
      "SELECT entry, kind, min(CASE WHEN word = {0}(?) THEN 0 ELSE 1000 + length(word) END) AS penalty, min(field) AS "
      "field "
      "FROM scoped.search_word WHERE word >= {0}(?) AND word < {0}(?) || chr(1114111) AND {0}(?) <> '' "
      "GROUP BY entry, kind",
      folding);
  for (int i = 0; i < 4; ++i) statement.values.emplace_back(word);
}

// Things that every word of the list finds.
void AddAll(const std::vector<std::string>& words, Statement& statement) {
  statement.sql += "SELECT entry, kind, CAST(sum(penalty) AS BIGINT) AS penalty, min(field) AS field FROM (";
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) statement.sql += " UNION ALL ";
    AddWord(words[i], "folded", statement);
  }
  statement.sql += fmt::format(") AS part GROUP BY entry, kind HAVING count(*) = {}", words.size());
}

void AddToken(const SearchToken& token, Statement& statement) {
  statement.sql += "SELECT entry, kind, min(penalty) AS penalty, min(field) AS field FROM (";
  AddWord(token.whole, "squeezed", statement);
  if (!token.parts.empty()) {
    statement.sql += " UNION ALL ";
    AddAll(token.parts, statement);
  }
  statement.sql += ") AS one GROUP BY entry, kind";
}

Statement StatementOf(const SearchQuery& query, std::int64_t look) {
  Statement statement;
  statement.sql =
      "WITH hits AS (SELECT entry, kind, CAST(sum(penalty) AS BIGINT) AS penalty, min(field) AS field FROM (";
  for (std::size_t i = 0; i < query.tokens.size(); ++i) {
    if (i > 0) statement.sql += " UNION ALL ";
    AddToken(query.tokens[i], statement);
  }
  statement.sql += fmt::format(
      ") AS token GROUP BY entry, kind HAVING count(*) = {}) "
      "SELECT entry, kind, penalty, field, hits FROM (SELECT entry, kind, penalty, field, row_number() OVER (PARTITION "
      "BY kind ORDER BY penalty NULLS LAST, entry NULLS LAST) AS place, count(*) OVER (PARTITION BY kind) AS hits "
      "FROM hits) AS ranked WHERE place <= {} ORDER BY entry NULLS LAST",
      query.tokens.size(), look);
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
    std::string entries;
    for (std::size_t i = 0; i < kAtOnce && next != hits.end(); ++i, ++next) {
      entries += fmt::format("{}{}", entries.empty() ? "" : ", ", next->first);
    }
    WEIR_TRY(store::Rows rows, context.session().QueryFew(fmt::format(
                                   "SELECT entry, length(title), kind, id, title, subtitle, account, opens_kind, "
                                   "opens_id FROM scoped.search_entry WHERE entry IN ({}) ORDER BY kind NULLS LAST, "
                                   "id NULLS LAST",
                                   entries)));
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

Result<Found> Look(const SearchQuery& query, std::int64_t look, std::int64_t most, Context& context) {
  const Statement statement = StatementOf(query, look);
  WEIR_TRY(const store::Rows rows, context.session().QueryFew(statement.sql, statement.values));
  Found found;
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
    if (kept < most && of_kind[kind] > look) found.needs_wider_look = true;
  }
  // Of a kind of which none could be seen nothing is known, not even how many there are.
  if (look < kLastLook && !context.principal().sees_all_rows) {
    for (const std::string& kind : Kinds()) found.needs_wider_look |= found.rows[kind].empty();
  }
  return found;
}

Result<Found> Search(const std::string& text, std::int64_t most, Context& context) {
  const SearchQuery query = ParseSearch(text);
  if (query.tokens.empty()) return Found{};
  WEIR_TRY(Found found, Look(query, std::max(kFirstLook, most), most, context));
  for (std::int64_t look = kFirstLook * 8; found.needs_wider_look && look <= kLastLook; look *= 8) {
    if (context.stop().stop_requested()) return Fail(Cancelled("stopped before it was done"));
    WEIR_TRY(found, Look(query, look, most, context));
  }
  return found;
}

Result<Output> RunSearch(const SearchParams& params, Context& context) {
  if (params.most < 1 || params.most > kMostAllowed) {
    return Fail(BadUsage("'most' is {}, it must be from 1 to {}", params.most, kMostAllowed).Field("most"));
  }
  Output output{.tables = {EmptyTable(FoundSpec())}};
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
