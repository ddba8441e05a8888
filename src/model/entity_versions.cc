#include <cstdint>
#include <utility>

#include "model/expand.h"
#include "model/part_rules.h"
#include "model/references.h"
#include "model/shape.h"
#include "store/database.h"

namespace weir::model {
namespace {

// What there is of a table decides how much work its versions are: most companies come with one export of each kind, in
// which each record stands once.
enum class Told : std::uint8_t {
  kOften,  // anything: records again and again, histories
  kOnce,   // each object of a source tells of each record once, and what was deleted no other object tells of
  kAlone,  // each record stands once in all, and none was merged or is joined with others
};

// Several objects of one source may speak of one record (an organisation and its domains); not all say when it began.
constexpr std::string_view kBornAt = ",\n    min(r.created_at) OVER (PARTITION BY r._source, r.key) AS born_at";

// Each row with what came before it of the same record.
std::string Seen(const RecordTable& table, const Links& links, std::string_view repeated, Told told) {
  const bool has_birth = table.Find("created_at") != nullptr;
  if (told == Told::kOften) {
    return fmt::format(
        R"(SELECT r.*{linked}{born}{repeated},
    row_number() OVER sighted AS sight, lag(r._observed_at) OVER sighted AS previous_at,
    first_value(r._observed_at) OVER sighted AS first_observed_at
  FROM rec.{table} AS r{link_join}
  WHERE r.key IS NOT NULL
  WINDOW sighted AS (PARTITION BY r._source, r._object, r.key
                     ORDER BY coalesce(r._since, r._observed_at), r._observed_at, r._obs))",
        fmt::arg("linked", links.columns), fmt::arg("born", has_birth ? kBornAt : std::string_view()),
        fmt::arg("repeated", repeated), fmt::arg("table", table.name), fmt::arg("link_join", links.join));
  }
  const bool has_other_births = has_birth && told == Told::kOnce;
  return fmt::format(
      R"(SELECT r.*{linked}{born}, 1 AS sight, CAST(NULL AS TIMESTAMP) AS previous_at, r._observed_at AS first_observed_at
  FROM rec.{table} AS r{link_join}{birth_join}
  WHERE r.key IS NOT NULL)",
      fmt::arg("linked", links.columns),
      fmt::arg("born", has_other_births ? ", births.born_at"
                       : has_birth      ? ", r.created_at AS born_at"
                                        : ""),
      fmt::arg("table", table.name), fmt::arg("link_join", links.join),
      fmt::arg("birth_join", has_other_births ? fmt::format(R"(
  LEFT JOIN (SELECT _source, key, min(created_at) AS born_at FROM rec.{} WHERE key IS NOT NULL
             GROUP BY _source, key HAVING count(*) > 1) AS births
    ON births._source = r._source AND births.key = r.key)",
                                                            table.name)
                                              : ""));
}

// Whether the table is told so.
std::string Holds(const RecordTable& table, Told told) {
  if (told == Told::kOnce) {
    return fmt::format(
        R"(SELECT NOT EXISTS (
  SELECT 1
  FROM (
    SELECT _source, key, count(*) AS times, bool_or(coalesce(_deleted, FALSE)) AS is_deleted
    FROM rec.{}
    WHERE key IS NOT NULL
    GROUP BY _source, _object, key
  ) AS told
  GROUP BY _source, key
  HAVING max(times) > 1 OR (count(*) > 1 AND bool_or(is_deleted))))",
        table.name);
  }
  std::string holds = fmt::format(
      "SELECT NOT EXISTS (SELECT 1 FROM rec.{} WHERE key IS NOT NULL GROUP BY _source, key HAVING count(*) > 1)",
      table.name);
  if (CanBeMerged(table.entity)) {
    holds += fmt::format(" AND NOT EXISTS (SELECT 1 FROM model.merge_map WHERE entity = '{}')", table.entity);
  }
  return holds;
}

std::string FirstSight(const RecordTable& table) {
  return table.Find("created_at") != nullptr ? "coalesce(r.created_at, r.born_at, TIMESTAMP '1900-01-01 00:00:00')"
                                             : "TIMESTAMP '1900-01-01 00:00:00'";
}

// Rows of one observation that say different things of one record are no difference between two: the last of them is
// what was there at first sight.
constexpr std::string_view kIsFirstSight = "r.sight = 1 OR r._since IS NULL AND r._observed_at = r.first_observed_at";

// When a difference took effect: where the source keeps every state, when that one began; else, of a difference between
// two imports, the record's own stamp if it lies between them.
std::string ChangedAt(const RecordTable& table) {
  if (table.Find("modified_at") == nullptr) return "coalesce(r._since, r._observed_at)";
  return "CASE WHEN r._since IS NOT NULL THEN r._since "
         "WHEN r.modified_at > r.previous_at AND r.modified_at <= r._observed_at THEN r.modified_at "
         "ELSE r._observed_at END";
}

// Whose word counts more, the smaller the more: the source's rank, but after all of them a record that was merged into
// another, and last what knows the entity by its name alone, since that is a mention in something else (the company of
// a deal) and not its own record.
std::string RankOf(const RecordTable& table) {
  std::string rank = "CASE WHEN merged.from_key IS NOT NULL THEN 50 ELSE coalesce(ranks.rank, 9) END";
  for (const char* name : {"name", "full_name"}) {
    if (table.Find(name) != nullptr && IsResolved(table.entity)) {
      return fmt::format("CASE WHEN r.key = name_key(r.{}) THEN 99 ELSE {} END", name, rank);
    }
  }
  return rank;
}

constexpr std::string_view kRanks = R"(  LEFT JOIN model.source_rank AS ranks ON ranks.source = r._source
)";

// Tools name the people who work here in every row (who called, who signed on): that the same is said again is no news,
// and there are hundreds of such rows for each member.
bool IsNamedInEveryRow(const RecordTable& table) { return table.entity == "member"; }

// Of r: whether it says what the row before it said.
std::string RepeatsItself(const RecordTable& table) {
  std::string word = "coalesce(r._deleted, FALSE), r._since";
  for (const RecordColumn& column : table.columns) word += ", r." + store::QuoteName(column.name);
  return fmt::format(",\n    hash({0}) IS NOT DISTINCT FROM lag(hash({0})) OVER sighted AS is_repeated", word);
}

std::string RepeatedOf(const RecordTable& table) { return IsNamedInEveryRow(table) ? RepeatsItself(table) : ""; }

// Entities some of whose fields people may empty, and the word that stands for that while the newest one is sought
// (models/scoped/macros.sql); nothing where a column cannot be emptied.
std::string EmptiedWord(const RecordTable& table, const RecordColumn& column) {
  if (table.entity != "account" && table.entity != "person" && table.entity != "lead") return {};
  if (column.name == "key" || ReferredEntity(table, column.name)) return {};
  switch (column.type) {
    case RecordType::kText:
      return "chr(1)";
    case RecordType::kInteger:
      return "-9223372036854775807";
    case RecordType::kMoney:
      return "CAST(-99999999999999 AS DECIMAL(18,4))";
    default:
      return {};
  }
}

// What people took away of the records of a table: a CTE, followed by a comma, and its join.
std::string EmptiedOf(const RecordTable& table) {
  return fmt::format(
      R"(emptied AS (
  SELECT _source, _object, _emit, _obs, ',' || string_agg(field, ',' ORDER BY field) || ',' AS fields
  FROM rec.emptied
  WHERE kind = '{}'
  GROUP BY _source, _object, _emit, _obs
),
)",
      table.name);
}
constexpr std::string_view kEmptiedJoin =
    "  LEFT JOIN emptied ON emptied._source = r._source AND emptied._object = r._object AND emptied._emit = r._emit\n"
    "    AND emptied._obs = r._obs\n";

// What is true of the entity from a place on: the newest word of whoever counts most among those who said anything.
std::string Carried(bool has_many_records, const FieldRule* rule, std::string_view column) {
  if (!has_many_records) return fmt::format("last_value({} IGNORE NULLS)", column);
  const std::string rank = RankBy(rule, "o.source", "o.rank");
  // What a record said first is true from the beginning on, so that places do not tell which word is the newest.
  if (rule != nullptr && rule->choice == Choice::kNewest) {
    return fmt::format(
        "arg_max({}, CAST(100 - {} AS HUGEINT) * 1000000000000000000000000000000 + CAST(epoch_us(o.recorded_at) AS "
        "HUGEINT) * "
        "10000000000 + o.place)",
        column, rank);
  }
  return fmt::format("arg_max({}, (100 - {}) * 1000000000000 + o.place)", column, rank);
}

// Whether any of its columns can be emptied.
bool AddEmptied(const RecordTable& table, Shape& shape) {
  bool can_be_emptied = false;
  std::size_t at = 0;
  for (const RecordColumn& column : table.columns) {
    if (column.name == "key") continue;
    OutputColumn& output = shape.columns.at(at++);
    output.emptied = EmptiedWord(table, column);
    if (output.emptied.empty()) continue;
    can_be_emptied = true;
    output.expression = fmt::format("CASE WHEN is_emptied(emptied.fields, '{}') THEN {} ELSE {} END", column.name,
                                    output.emptied, output.expression);
  }
  return can_be_emptied;
}

// An entity is deleted where the last of its records is: there are none of which the newest word is another.
constexpr std::string_view kWasDeleted = R"(,
    lag(is_deleted) OVER (PARTITION BY {}_id, source, source_key ORDER BY valid_from, recorded_at, observation) AS was_deleted)";
constexpr std::string_view kIsDeleted =
    "sum(CASE WHEN o.is_deleted = coalesce(o.was_deleted, TRUE) THEN 0 WHEN o.is_deleted THEN -1 ELSE 1 END) OVER w = "
    "0";
constexpr std::string_view kIsDeletedOnce = "sum(CASE WHEN o.is_deleted THEN 0 ELSE 1 END) OVER w = 0";

// The columns of the table, by which rule each is chosen.
struct Chosen {
  std::string column;  // of the record table
  std::string name;    // in the model table, quoted
  const FieldRule* rule = nullptr;
  const std::string* given = nullptr;  // where nobody says anything
};

std::vector<Chosen> ChosenColumns(const RecordTable& table, const Shape& shape, const FieldRules& rules) {
  std::vector<Chosen> chosen;
  std::size_t at = 0;
  for (const RecordColumn& column : table.columns) {
    if (column.name == "key") continue;
    chosen.push_back({.column = column.name,
                      .name = store::QuoteName(shape.columns.at(at++).name),
                      .rule = rules.Find(table, column.name),
                      .given = rules.Default(table, column.name)});
  }
  return chosen;
}

bool IsWeighed(const Chosen& column) {
  return column.rule != nullptr &&
         (column.rule->choice == Choice::kLongest || column.rule->choice == Choice::kFrequent);
}

// Of what the records of an entity say now, the longest or what most of them say, at each place where one of them says
// something new: a CTE before `carried`. What a person decided is above all of it. Cost: of one entity the places where
// the field changes times its records.
std::string Weighed(const std::string& entity, const Chosen& column, std::size_t index) {
  const std::string_view most = column.rule->choice == Choice::kLongest ? "length(CAST(s.value AS VARCHAR))"
                                                                        : "count(*) FILTER (WHERE s.class < 50)";
  return fmt::format(
      R"(,
told_{i} AS (
  SELECT {entity}_id, source, source_key, place, rank, {name} AS value,
    CASE WHEN is_correction(observation) THEN 0 WHEN rank >= 50 THEN rank ELSE 1 END AS class,
    lag({name}) OVER (PARTITION BY {entity}_id, source, source_key ORDER BY place) AS before
  FROM ordered
  WHERE {name} IS NOT NULL
),
said_{i} AS (
  SELECT *, lead(place, 1, 9000000000000000000) OVER (PARTITION BY {entity}_id, source, source_key ORDER BY place) AS until
  FROM told_{i}
  WHERE value IS DISTINCT FROM before OR class = 0
),
won_{i} AS (
  SELECT {entity}_id, place, value
  FROM (
    SELECT p.{entity}_id, p.place, s.value, row_number() OVER (
      PARTITION BY p.{entity}_id, p.place
      ORDER BY min(s.class), {most} DESC, max((100 - s.rank) * 1000000000000 + s.place) DESC) AS position
    FROM said_{i} AS p
    JOIN said_{i} AS s ON s.{entity}_id = p.{entity}_id AND s.place <= p.place AND s.until > p.place
    GROUP BY p.{entity}_id, p.place, s.value
  ) AS weighed
  WHERE position = 1
))",
      fmt::arg("i", index), fmt::arg("entity", entity), fmt::arg("name", column.name), fmt::arg("most", most));
}

// Where each column of a row of enrichment stands, in the order of the model's.
std::string EnrichedColumns(const RecordTable& table, const std::vector<Chosen>& chosen) {
  const RecordTable* enrichment = FindRecordTable(table.name + "_enrichment");
  WEIR_CHECK(enrichment != nullptr);
  std::string list;
  for (const Chosen& column : chosen) {
    const bool is_given = enrichment->Find(column.column) != nullptr && column.column != "modified_at";
    list += is_given ? ", e." + store::QuoteName(column.column) : ", NULL";
  }
  return list;
}

// What files of enrichment say of entities that there are: no record, so that the entity begins and ends without it.
std::string Enriched(const RecordTable& table, const std::vector<Chosen>& chosen) {
  return fmt::format(
      R"(,
begun AS (
  SELECT {0}_id, min(valid_from) AS begins_at FROM of_records WHERE {0}_id IS NOT NULL GROUP BY {0}_id
),
placed AS (
  SELECT * FROM of_records
  UNION ALL
  SELECT e.{0}_id, e.source, e.source_key, e.observation, e.recorded_at, TRUE, coalesce(ranks.rank, 9),
    greatest(e.valid_from, b.begins_at), e.origin{1}
  FROM model.{0}_enrichment AS e
  JOIN begun AS b ON b.{0}_id = e.{0}_id
  LEFT JOIN model.source_rank AS ranks ON ranks.source = e.source
))",
      table.entity, EnrichedColumns(table, chosen));
}

std::string Versions(const RecordTable& table, Told told, const FieldRules& rules) {
  const std::string& entity = table.entity;
  Shape shape = ShapeOf(table);
  const bool can_be_emptied = AddEmptied(table, shape);
  const Reference self = Resolve(table, "key", entity);
  const Links links = LinksOf(table);
  const Slots slots = SlotsOf(table, shape, false, entity + "_id");
  const bool has_many_records = IsResolved(entity) || CanBeMerged(entity);
  const bool is_alone = told == Told::kAlone;
  const std::vector<Chosen> chosen = ChosenColumns(table, shape, rules);
  const bool is_enriched = IsResolved(entity) && rules.enriched.contains(table.name);
  std::string carried;
  std::string kept;
  std::string weighed;
  std::string weighed_joins;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::string& name = chosen[i].name;
    const std::string& emptied = shape.columns[i].emptied;
    if (IsWeighed(chosen[i])) {
      weighed += Weighed(entity, chosen[i], i);
      weighed_joins +=
          fmt::format("\n  LEFT JOIN won_{0} ON won_{0}.{1}_id = o.{1}_id AND won_{0}.place = o.place", i, entity);
      carried += fmt::format(",\n    last_value(won_{}.value IGNORE NULLS) OVER w AS {}", i, name);
    } else {
      carried += fmt::format(",\n    {} OVER w AS {}", Carried(has_many_records, chosen[i].rule, "o." + name), name);
    }
    std::string value = emptied.empty() ? name : fmt::format("nullif({}, {})", name, emptied);
    if (chosen[i].given != nullptr) {
      value = fmt::format("CASE WHEN {} IS NULL THEN {} ELSE {} END", name, store::QuoteText(*chosen[i].given), value);
    }
    kept += value == name ? ",\n  " + name : fmt::format(",\n  {} AS {}", value, name);
  }
  std::string sql = fmt::format(
      R"(CREATE OR REPLACE TABLE model.{entity}_version AS
WITH {links}{merged}{emptied}seen AS (
  {seen}
),
{placed} AS (
  SELECT {self} AS {entity}_id, r._source AS source, r.key AS source_key, r._obs AS observation,
    coalesce(r._since, r._observed_at) AS recorded_at, coalesce(r._deleted, FALSE) AS is_deleted,
    {rank} AS rank,
    CASE WHEN {is_first_sight} THEN {first} ELSE {changed} END AS valid_from,
    CASE WHEN r._since IS NOT NULL THEN 'history' WHEN {is_first_sight} THEN 'first_sight' ELSE 'difference' END AS origin{columns}
  FROM seen AS r
{ranks}{merged_join}{emptied_join}{joins}{news}))",
      fmt::arg("entity", entity), fmt::arg("placed", is_enriched ? "of_records" : "placed"),
      fmt::arg("seen", Seen(table, links, RepeatedOf(table), told)), fmt::arg("self", self.expression),
      fmt::arg("rank", has_many_records ? RankOf(table) : "0"),
      fmt::arg("merged", has_many_records ? MergedOf(entity) : ""),
      fmt::arg("ranks", has_many_records ? kRanks : std::string_view()),
      fmt::arg("emptied", can_be_emptied ? EmptiedOf(table) : ""),
      fmt::arg("emptied_join", can_be_emptied ? kEmptiedJoin : std::string_view()),
      fmt::arg("merged_join", has_many_records ? kMergedJoin : std::string_view()),
      fmt::arg("is_first_sight", kIsFirstSight), fmt::arg("first", FirstSight(table)),
      fmt::arg("changed", ChangedAt(table)), fmt::arg("links", links.tables),
      fmt::arg("news", IsNamedInEveryRow(table) ? "  WHERE NOT r.is_repeated\n" : ""),
      fmt::arg("columns", SelectList(shape, "    ")), fmt::arg("joins", self.join + shape.joins));
  if (is_enriched) sql += Enriched(table, chosen);
  if (!is_alone) {
    sql += fmt::format(
        R"(,
ordered AS (
  SELECT *,
    row_number() OVER (PARTITION BY {entity}_id ORDER BY valid_from, recorded_at, source, source_key, observation) AS place,
    lag(valid_from) OVER (PARTITION BY {entity}_id ORDER BY valid_from, recorded_at, source, source_key, observation) AS begun_before{was_deleted}
  FROM placed
  WHERE {entity}_id IS NOT NULL
){weighed},
carried AS (
  SELECT o.{entity}_id, o.source, o.valid_from, o.recorded_at, o.origin, {is_deleted} AS is_deleted,
    sum(CASE WHEN o.valid_from = o.begun_before THEN 0 ELSE 1 END) OVER w AS version,
    lead(o.valid_from) OVER (PARTITION BY o.{entity}_id ORDER BY o.place) AS valid_to{carried}
  FROM ordered AS o{weighed_joins}
  WINDOW w AS (PARTITION BY o.{entity}_id ORDER BY o.place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
))",
        fmt::arg("entity", entity), fmt::arg("carried", carried), fmt::arg("weighed", weighed),
        fmt::arg("weighed_joins", weighed_joins),
        fmt::arg("was_deleted", told == Told::kOften ? fmt::format(kWasDeleted, entity) : ""),
        fmt::arg("is_deleted", told == Told::kOften ? kIsDeleted : kIsDeletedOnce));
  }
  sql += fmt::format(
      R"(
SELECT {entity}_id, {version}, recorded_at, origin, is_deleted, source{kept},
  slot_of({entity}_id) AS self_slot{slots}
FROM {versions}
ORDER BY {order}{entity}_id NULLS LAST, valid_from NULLS LAST
)",
      fmt::arg("entity", entity), fmt::arg("kept", kept), fmt::arg("slots", slots.columns),
      fmt::arg("order", slots.order),
      fmt::arg("version", is_alone ? "CAST(1 AS BIGINT) AS version, valid_from, CAST(NULL AS TIMESTAMP) AS valid_to"
                                   : "CAST(version AS BIGINT) AS version, valid_from, valid_to"),
      fmt::arg("versions", is_alone ? fmt::format("placed\nWHERE {}_id IS NOT NULL", entity)
                                    : "carried\nWHERE valid_to IS DISTINCT FROM valid_from"));
  return sql;
}

}  // namespace

Generated EntityVersions(const RecordTable& table, const FieldRules& rules) {
  Generated generated{.sql = Versions(table, Told::kOften, rules), .parts = PartsByEntity(table)};
  if (IsNamedInEveryRow(table) || rules.enriched.contains(table.name)) return generated;
  for (const Told told : {Told::kAlone, Told::kOnce}) {
    if (told == Told::kAlone && IsResolved(table.entity)) continue;
    generated.shortcuts.push_back({.holds = Holds(table, told), .sql = Versions(table, told, rules)});
  }
  return generated;
}

}  // namespace weir::model
