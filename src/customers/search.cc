#include "customers/search.h"

#include <algorithm>
#include <map>

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
      ") AS token GROUP BY entry, kind HAVING count(*) = {}), "
      "ranked AS (SELECT entry, kind, penalty, field, row_number() OVER (PARTITION BY kind ORDER BY penalty NULLS "
      "LAST, "
      "entry NULLS LAST) AS place, count(*) OVER (PARTITION BY kind) AS hits FROM hits) "
      "SELECT r.kind, e.id, e.title, e.subtitle, e.account, r.field, e.opens_kind, e.opens_id, "
      "r.hits FROM ranked AS r "
      "JOIN scoped.search_entry AS e ON e.entry = r.entry AND e.kind = r.kind WHERE r.place <= {} "
      "ORDER BY r.penalty NULLS LAST, length(e.title) NULLS LAST, e.title NULLS LAST, e.id NULLS LAST",
      query.tokens.size(), look);
  return statement;
}

// Rows by kind as they are shown, at most so many of each.
struct Found {
  std::map<std::string, std::vector<std::vector<Value>>> rows = {};
  bool is_cut = false;  // there is more of some kind
  bool needs_wider_look = false;
};

Result<Found> Look(const SearchQuery& query, std::int64_t look, std::int64_t most, Context& context) {
  const Statement statement = StatementOf(query, look);
  WEIR_TRY(const store::Rows rows, context.session().Query(statement.sql, statement.values));
  Found found;
  std::map<std::string, std::int64_t> hits;
  for (const auto& row : rows.rows) {
    const std::string kind = store::ToText(row[0]);
    hits[kind] = std::get<std::int64_t>(row.back());
    auto& kept = found.rows[kind];
    if (static_cast<std::int64_t>(kept.size()) < most) {
      kept.emplace_back(row.begin(), row.end() - 1);
    } else {
      found.is_cut = true;
    }
  }
  for (const std::string& kind : Kinds()) {
    const auto kept = static_cast<std::int64_t>(found.rows[kind].size());
    if (kept < most && hits[kind] > look) found.needs_wider_look = true;
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
                                 .message = fmt::format("found as '{}': the same keys on the other layout", other),
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
