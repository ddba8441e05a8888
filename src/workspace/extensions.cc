#include "workspace/extensions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"

namespace weir::workspace {
namespace {

using store::QuoteName;
using store::QuoteText;

// Kinds of entity that metrics count or look up. Facts have no versions: their newest observation is what they are.
struct Kind {
  std::string_view name;
  bool is_fact = false;
};
constexpr std::array<Kind, 8> kKinds{
    {{"account"}, {"person"}, {"deal"}, {"lead"}, {"invoice"}, {"payment", true}, {"activity", true}, {"spend", true}}};

struct CustomColumn {
  std::string source;
  std::string object;
  std::string table;  // in schema obs
  std::string title_en;
  std::string title_ru;
  std::string name;
  std::string header;
  std::string type;
  std::int64_t rows = 0;
  std::int64_t filled = 0;
  std::int64_t different = 0;
  std::string samples;
  std::int64_t longest = 0;  // bytes

  // Small letters and digits of any script, '_' and '.': a word of conditions.
  std::string Id() const { return fmt::format("ext.{}.{}.{}", source, object, name.substr(2)); }
};

// Columns that hold something in an import that counts, with the type that those imports gave them. Left out: stamps of
// connectors, and the rest of a mapped cell (an e-mail column keeps the text of cells that hold several).
constexpr std::string_view kColumns = R"(
WITH typed AS (
  SELECT c.*, row_number() OVER (PARTITION BY c.source, c.object, c.column_name ORDER BY c.first_version DESC) AS place
  FROM meta.source_column AS c
  WHERE EXISTS (
    SELECT 1 FROM meta.import_file AS f
    WHERE f.source = c.source AND f.object = c.object AND f.state = 'committed'
      AND f.data_version BETWEEN c.first_version AND c.last_version)
)
SELECT o.source, o.object, o.table_name, o.title_en, o.title_ru, c.column_name, c.header, c.type, p.row_count,
  p.filled_count, p.distinct_count, p.samples, p.longest
FROM meta.source_object AS o
JOIN typed AS c ON c.source = o.source AND c.object = o.object AND c.place = 1
JOIN model.column_profile AS p
  ON p.source = o.source AND p.object = o.object AND p.column_name = c.column_name AND p.filled_count > 0
WHERE c.mapped_to IS NULL AND starts_with(c.column_name, 'x_') AND NOT starts_with(c.header, '_')
  AND NOT EXISTS (
    SELECT 1 FROM meta.source_column AS m
    WHERE m.source = c.source AND m.object = c.object AND m.header = c.header AND m.mapped_to IS NOT NULL)
ORDER BY o.source, o.object, c.column_name)";

Result<std::vector<CustomColumn>> ReadColumns(store::Connection& connection) {
  WEIR_TRY(const store::Rows rows, connection.Query(kColumns));
  std::vector<CustomColumn> columns;
  columns.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    columns.push_back({.source = rows.TextAt(i, 0),
                       .object = rows.TextAt(i, 1),
                       .table = rows.TextAt(i, 2),
                       .title_en = rows.TextAt(i, 3),
                       .title_ru = rows.TextAt(i, 4),
                       .name = rows.TextAt(i, 5),
                       .header = rows.TextAt(i, 6),
                       .type = rows.TextAt(i, 7),
                       .rows = rows.IntegerAt(i, 8),
                       .filled = rows.IntegerAt(i, 9),
                       .different = rows.IntegerAt(i, 10),
                       .samples = rows.TextAt(i, 11),
                       .longest = rows.IntegerAt(i, 12)});
  }
  return columns;
}

// An emission of an object's own record, not of something that the record mentions: its key is made of the object's.
struct OwnEmit {
  Kind kind;
  std::size_t index = 0;
};

std::set<std::string, std::less<>> WordsOf(std::string_view sql) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::set<std::string, std::less<>> words;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const std::size_t begin = at;
    while (at < sql.size() && is_word(sql[at])) ++at;
    if (at > begin) words.emplace(sql.substr(begin, at - begin));
  }
  return words;
}

std::vector<OwnEmit> OwnEmitsOf(const sources::Mapping& mapping) {
  const std::vector<std::string>& key = mapping.key.empty() ? mapping.natural_key : mapping.key;
  std::vector<OwnEmit> own;
  for (std::size_t i = 0; i < mapping.emits.size(); ++i) {
    const sources::Emit& emit = mapping.emits[i];
    const auto kind = std::ranges::find(kKinds, emit.table, &Kind::name);
    const auto set = std::ranges::find(emit.set, "key", &std::pair<std::string, std::string>::first);
    if (kind == kKinds.end()) continue;
    const bool is_listed = std::ranges::any_of(own, [&](const OwnEmit& one) { return one.kind.name == kind->name; });
    if (is_listed) continue;
    // Facts without a key of their own are the rows that tell of them.
    if (set == emit.set.end()) {
      if (kind->is_fact) own.push_back({*kind, i});
      continue;
    }
    const auto words = WordsOf(set->second);
    const auto is_named = [&](const std::string& column) { return words.contains(column); };
    if (std::ranges::any_of(key, is_named)) own.push_back({*kind, i});
  }
  return own;
}

bool IsAboutPeople(const std::vector<OwnEmit>& own) {
  const auto has = [&](std::string_view kind) {
    return std::ranges::any_of(own, [&](const OwnEmit& one) { return one.kind.name == kind; });
  };
  return has("person") || has("activity") || (has("lead") && !has("deal"));
}

// Nothing says what is in such a column, so all of it is personal data unless its form excludes that (decision 8).
bool IsPersonal(const CustomColumn& column, bool is_about_people) {
  constexpr std::int64_t kMostValues = 50;
  constexpr std::int64_t kRecordsOfOne = 5;
  constexpr std::int64_t kMostDigits = 6;  // numbers of phones, passports and taxpayers have more
  if (column.type == "boolean") return false;
  if (is_about_people) return true;
  if (column.type == "integer") return column.longest > kMostDigits;
  if (column.type != "text") return false;
  return column.different > kMostValues || column.different * kRecordsOfOne > column.filled ||
         column.samples.find('@') != std::string::npos;
}

std::string Typed(const CustomColumn& column) {
  std::string cell = "o." + QuoteName(column.name);
  if (column.type == "integer") return fmt::format("TRY_CAST({} AS BIGINT)", cell);
  if (column.type == "decimal") return fmt::format("TRY_CAST({} AS DECIMAL(38,12))", cell);
  if (column.type == "boolean") return fmt::format("TRY_CAST({} AS BOOLEAN)", cell);
  if (column.type == "date") return fmt::format("TRY_CAST({} AS DATE)", cell);
  // A cast to TIMESTAMP would pass over the offset of a stamp.
  if (column.type == "instant") return fmt::format("TRY_CAST({} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'", cell);
  return cell;
}

std::string ListOf(std::span<const CustomColumn> columns, bool is_about_people) {
  std::string list;
  for (const CustomColumn& column : columns) {
    const std::string cell = Typed(column);
    list += fmt::format(", {} AS {}", IsPersonal(column, is_about_people) ? "personal(" + cell + ")" : cell,
                        QuoteName(column.name));
  }
  return list;
}

std::string ViewOf(const CustomColumn& column, const Kind& kind) {
  return fmt::format("ext_{}__{}__{}", column.source, column.object, kind.name);
}

constexpr std::string_view kCounts =
    "o._file NOT IN (SELECT file_id FROM meta.import_file WHERE state = 'undone') AND NOT o._deleted";

// Rows of what the caller may see; for who sees everything the join falls away.
std::string WordsView(std::span<const CustomColumn> columns, const OwnEmit& own, bool is_about_people) {
  const CustomColumn& first = columns.front();
  const std::string id = fmt::format("{}_id", own.kind.name);
  const std::string observed = "obs." + QuoteName(first.table);
  // Columns of mappings may be called as these are; names of what no mapping names begin with x_.
  std::string cells;
  for (const CustomColumn& column : columns) cells += ", o." + QuoteName(column.name);
  std::string rows;
  if (own.kind.is_fact) {
    const std::string suffix = own.index == 0 ? "" : fmt::format("#{}", own.index);
    rows = fmt::format(
        "SELECT {} || o._key || {} AS {}, TIMESTAMP '1900-01-01 00:00:00' AS valid_from, "
        "CAST(epoch_us(o._observed_at) AS HUGEINT) * 1000000000000 + o._obs AS place{} FROM {} AS o WHERE {}",
        QuoteText(first.source + ":" + first.object + ":"), QuoteText(suffix), id, cells, observed, kCounts);
  } else {
    rows = fmt::format(
        "SELECT s.{0}, s.valid_from, s.place{6} FROM model.{1}_sighting AS s JOIN {2} AS o ON o._obs = s.observation "
        "WHERE s.source = {3} AND s.object = {4} AND s.emit = {5} AND s.valid_from <= getvariable('as_of')",
        id, own.kind.name, observed, QuoteText(first.source), QuoteText(first.object), own.index, cells);
  }
  return fmt::format(
      "CREATE OR REPLACE VIEW scoped.{0} AS SELECT o.{1}, o.valid_from, o.place{2} FROM ({3}) AS o "
      "LEFT JOIN scoped.{4} AS own ON is_restricted() AND own.{1} = o.{1} "
      "WHERE NOT is_restricted() OR own.{1} IS NOT NULL",
      QuoteName(ViewOf(first, own.kind)), id, ListOf(columns, is_about_people), rows, QuoteName(own.kind.name));
}

std::string RecordsView(std::span<const CustomColumn> columns) {
  const CustomColumn& first = columns.front();
  return fmt::format(
      "CREATE OR REPLACE VIEW scoped.{} AS SELECT {} || ':' || o._key AS record_id, o._observed_at AS recorded_at{} "
      "FROM "
      "(SELECT o.*, row_number() OVER (PARTITION BY o._key ORDER BY o._observed_at DESC, o._obs DESC) AS from_the_last "
      "FROM obs.{} AS o WHERE o._observed_at <= getvariable('as_of') AND {}) AS o WHERE o.from_the_last = 1 AND "
      "coalesce(getvariable('sees_all_rows'), FALSE) AND coalesce(getvariable('sees_personal_data'), FALSE)",
      QuoteName(fmt::format("ext_{}_{}", first.source, first.object)), QuoteText(first.source), ListOf(columns, false),
      QuoteName(first.table), kCounts);
}

constexpr std::string_view kContents = R"(CREATE OR REPLACE TABLE model.custom_column (
  id VARCHAR NOT NULL, source VARCHAR NOT NULL, object VARCHAR NOT NULL, title_en VARCHAR, title_ru VARCHAR,
  column_name VARCHAR NOT NULL, header VARCHAR NOT NULL, type VARCHAR NOT NULL, entity VARCHAR NOT NULL,
  view_name VARCHAR NOT NULL, row_count BIGINT NOT NULL, filled_count BIGINT NOT NULL, distinct_count BIGINT NOT NULL,
  is_personal BOOLEAN NOT NULL);
CREATE OR REPLACE VIEW scoped.custom_column AS
SELECT id, source, object, title_en, title_ru, column_name, header, type, entity, view_name, row_count, filled_count,
  distinct_count, is_personal
FROM model.custom_column WHERE NOT is_personal OR coalesce(getvariable('sees_personal_data'), FALSE))";

// Whether any entity came of it: a mapping may emit a kind only of some records, or of none.
Result<bool> IsSeen(store::Connection& connection, const CustomColumn& column, const OwnEmit& own) {
  if (own.kind.is_fact) return true;
  const std::array<store::Value, 3> key{column.source, column.object, static_cast<std::int64_t>(own.index)};
  WEIR_TRY(const std::int64_t seen,
           connection.QueryInteger(
               fmt::format("SELECT count(*) FROM (SELECT 1 FROM model.{}_sighting WHERE source = ? AND object = ? AND "
                           "emit = ? LIMIT 1) AS seen",
                           own.kind.name),
               key));
  return seen > 0;
}

Status Contain(store::Appender& contents, const CustomColumn& column, const OwnEmit& own, bool is_about_people) {
  for (const std::string& text :
       {column.Id(), column.source, column.object, column.title_en, column.title_ru, column.name, column.header,
        column.type, std::string(own.kind.name), ViewOf(column, own.kind)}) {
    contents.Text(text);
  }
  for (const std::int64_t count : {column.rows, column.filled, column.different}) contents.Integer(count);
  contents.Boolean(IsPersonal(column, is_about_people));
  return contents.EndRow();
}

Status DropViews(store::Connection& connection) {
  WEIR_TRY(const store::Rows views,
           connection.Query("SELECT view_name FROM duckdb_views() WHERE schema_name = 'scoped' AND "
                            "starts_with(view_name, 'ext_') ORDER BY view_name"));
  for (std::size_t i = 0; i < views.size(); ++i) {
    WEIR_TRY(connection.Execute("DROP VIEW scoped." + QuoteName(views.TextAt(i, 0))));
  }
  return {};
}

Status MakeViews(store::Connection& connection, const std::vector<std::string>& views, std::string_view program) {
  std::string text(program);
  for (const std::string& view : views) text += view;
  const std::array<store::Value, 2> state{std::string("views of custom columns"),
                                          fmt::format("{:016x}", HashText(text))};
  WEIR_TRY(const std::int64_t standing,
           connection.QueryInteger("SELECT count(*) FROM meta.model_state WHERE model = ? AND fingerprint = ?", state));
  if (standing > 0) return {};
  WEIR_TRY(DropViews(connection));
  for (const std::string& view : views) WEIR_TRY(connection.Execute(view));
  WEIR_TRY(connection.Execute("DELETE FROM meta.model_state WHERE model = ?", std::span(state).first(1)));
  WEIR_TRY(connection.Execute("INSERT INTO meta.model_state (model, fingerprint) VALUES (?, ?)", state));
  return {};
}

}  // namespace

Status CreateExtensions(store::Connection& connection, const sources::MappingCatalog& mappings,
                        std::string_view program) {
  WEIR_TRY(const std::vector<CustomColumn> columns, ReadColumns(connection));
  WEIR_TRY(connection.Execute(kContents));
  WEIR_TRY(store::Appender contents, connection.Append("model", "custom_column"));
  std::vector<std::string> views;
  for (std::size_t begin = 0; begin < columns.size();) {
    const auto end = static_cast<std::size_t>(
        std::ranges::find_if(columns.begin() + static_cast<std::ptrdiff_t>(begin), columns.end(),
                             [&](const CustomColumn& one) { return one.table != columns[begin].table; }) -
        columns.begin());
    const std::span<const CustomColumn> of_object(columns.data() + begin, end - begin);
    begin = end;
    views.push_back(RecordsView(of_object));
    const sources::Mapping* mapping = mappings.Find(of_object.front().source, of_object.front().object);
    if (mapping == nullptr) continue;
    const std::vector<OwnEmit> own = OwnEmitsOf(*mapping);
    for (const OwnEmit& one : own) {
      WEIR_TRY(const bool is_seen, IsSeen(connection, of_object.front(), one));
      if (!is_seen) continue;
      views.push_back(WordsView(of_object, one, IsAboutPeople(own)));
      for (const CustomColumn& column : of_object) WEIR_TRY(Contain(contents, column, one, IsAboutPeople(own)));
    }
  }
  WEIR_TRY(contents.Close());
  return MakeViews(connection, views, program);
}

}  // namespace weir::workspace
