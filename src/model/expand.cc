#include "model/expand.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "model/part_rules.h"
#include "model/references.h"
#include "model/relations.h"
#include "store/database.h"

namespace weir::model {
namespace {

std::string IdColumn(std::string_view key_column) {
  return std::string(key_column.substr(0, key_column.size() - std::string_view("_key").size())) + "_id";
}

struct Links {
  std::string tables;   // CTEs, each followed by a comma
  std::string columns;  // of r, each preceded by a comma
  std::string join;
};

// The newest word of each row of rec.link; of several accounts or people the primary one, else the smallest key.
Links LinksOf(const RecordTable& table) {
  std::string chosen;
  Links links;
  for (const RecordColumn& column : table.columns) {
    if (!IsLinked(table, column.name)) continue;
    chosen +=
        fmt::format(",\n    coalesce(min(CASE WHEN is_primary THEN {0} END), min({0})) AS linked_{0}", column.name);
    links.columns += fmt::format(", links.linked_{}", column.name);
  }
  if (chosen.empty()) return {};
  links.tables = fmt::format(
      R"(link_rows AS (
  SELECT l.*, row_number() OVER (PARTITION BY l._source, l._object, l._key, l._emit
                                 ORDER BY l._observed_at DESC, l._obs DESC) AS from_the_last
  FROM rec.link AS l
  WHERE l.kind = '{}'
),
links AS (
  SELECT _source, record_key{}
  FROM link_rows
  WHERE from_the_last = 1 AND NOT coalesce(_deleted, FALSE)
  GROUP BY _source, record_key
),
)",
      table.name, chosen);
  links.join = "\n  LEFT JOIN links ON links._source = r._source AND links.record_key = r.key";
  return links;
}

struct OutputColumn {
  std::string name;          // in the model table
  std::string expression;    // over r and its joins
  std::string emptied = {};  // what the expression is where somebody took the value away
  std::string slot = {};     // of the id that the expression is, where it is at hand over r and its joins
};

struct Shape {
  std::vector<OutputColumn> columns;
  std::string joins;
};

Shape ShapeOf(const RecordTable& table) {
  Shape shape;
  for (const RecordColumn& column : table.columns) {
    if (column.name == "key") continue;
    const auto entity = ReferredEntity(table, column.name);
    if (!entity) {
      // `source` is the system that speaks; what it says of where a lead came from is the name of a source.
      shape.columns.push_back(
          {column.name == "source" ? "source_name" : column.name, "r." + store::QuoteName(column.name)});
      continue;
    }
    Reference reference = Resolve(table, column.name, *entity);
    if (IsFoundByMail(table, column.name)) {
      reference.expression =
          fmt::format("coalesce({}, CASE WHEN r.person_key IS NULL THEN by_mail.holder_id END)", reference.expression);
      reference.slot.clear();
      reference.join +=
          "  LEFT JOIN model.mail_holder AS by_mail\n    ON by_mail.address = "
          "lower(trim(r.email))\n";
    }
    shape.columns.push_back({.name = IdColumn(column.name),
                             .expression = std::move(reference.expression),
                             .slot = std::move(reference.slot)});
    shape.joins += reference.join;
  }
  return shape;
}

// By which rows lie together and are found again: small numbers made of the ids that a row refers to (slot_of in
// scoped/macros.sql). `home` is whose the row is: the account, else whatever comes nearest to it, at last `own`, the id
// of the entity itself.
struct Slots {
  std::string columns;  // each preceded by a comma
  std::string order;    // followed by a comma
};

// The slot of the id in a column. Those of companies, people and colleagues are kept with their ids: to make them for
// each row of a large table takes as long as finding the ids.
std::string SlotIn(const Shape& shape, std::string_view name, bool is_over_r) {
  const auto column = std::ranges::find(shape.columns, name, &OutputColumn::name);
  return is_over_r && !column->slot.empty() ? column->slot : fmt::format("slot_of({})", name);
}

// `is_over_r`: the columns are selected where r and its joins are.
Slots SlotsOf(const RecordTable& table, const Shape& shape, bool is_over_r, std::string_view own = {}) {
  constexpr std::array<std::string_view, 8> kHomes{
      "converted_account_id", "account_id",     "deal_id", "person_id", "lead_id", "ticket_id",
      "invoice_id",           "subscription_id"};
  const auto has = [&](std::string_view name) {
    return std::ranges::find(shape.columns, name, &OutputColumn::name) != shape.columns.end();
  };
  std::string homes;
  for (const std::string_view home : kHomes) {
    if (!has(home) || home == table.entity + "_id") continue;
    homes += (homes.empty() ? "" : ", ") + SlotIn(shape, home, is_over_r);
  }
  if (homes.empty()) return {};
  if (!own.empty()) homes += fmt::format(", slot_of({})", own);
  Slots slots{.columns = fmt::format(",\n  coalesce({}) AS home_slot", homes), .order = "home_slot NULLS LAST, "};
  const std::string person = has("converted_person_id") ? "slot_of(coalesce(converted_person_id, person_id))"
                             : has("person_id")         ? SlotIn(shape, "person_id", is_over_r)
                                                        : "";
  if (has("person_id")) slots.columns += fmt::format(",\n  {} AS person_slot", person);
  if (has("deal_id")) slots.columns += ",\n  slot_of(deal_id) AS deal_slot";
  return slots;
}

std::string SelectList(const Shape& shape, std::string_view indent) {
  std::string list;
  for (const OutputColumn& column : shape.columns) {
    list += fmt::format(",\n{}{} AS {}", indent, column.expression, store::QuoteName(column.name));
  }
  return list;
}

// Several objects of one source may speak of one record (an organisation and its domains); not all say when it began.
constexpr std::string_view kBornAt = ",\n    min(r.created_at) OVER (PARTITION BY r._source, r.key) AS born_at";

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

constexpr std::string_view kMergedJoin =
    "  LEFT JOIN merged ON merged._source = r._source AND merged.from_key = r.key\n";

// Records that the source says were merged into others.
std::string MergedOf(std::string_view entity) {
  return fmt::format(
      R"(merged AS (
  SELECT DISTINCT _source, from_key
  FROM rec.merge
  WHERE kind = '{}' AND from_key <> into_key
),
)",
      entity);
}

// Tools name the people who work here in every row (who called, who signed on): that the same is said again is no news,
// and there are hundreds of such rows for each member.
bool IsNamedInEveryRow(const RecordTable& table) { return table.entity == "member"; }

// Of r: whether it says what the row before it said.
std::string RepeatsItself(const RecordTable& table) {
  std::string word = "coalesce(r._deleted, FALSE), r._since";
  for (const RecordColumn& column : table.columns) word += ", r." + store::QuoteName(column.name);
  return fmt::format(",\n    hash({0}) IS NOT DISTINCT FROM lag(hash({0})) OVER sighted AS is_repeated", word);
}

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
std::string Carried(bool has_many_records, std::string_view column) {
  if (!has_many_records) return fmt::format("last_value({} IGNORE NULLS)", column);
  return fmt::format("arg_max({}, (100 - rank) * 1000000000000 + place)", column);
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

}  // namespace

Generated EntityVersions(const RecordTable& table) {
  const std::string& entity = table.entity;
  Shape shape = ShapeOf(table);
  const bool can_be_emptied = AddEmptied(table, shape);
  const Reference self = Resolve(table, "key", entity);
  const Links links = LinksOf(table);
  const Slots slots = SlotsOf(table, shape, false, entity + "_id");
  const bool has_many_records = IsResolved(entity) || CanBeMerged(entity);
  std::string carried;
  std::string kept;
  for (const OutputColumn& column : shape.columns) {
    const std::string name = store::QuoteName(column.name);
    carried += fmt::format(",\n    {} OVER w AS {}", Carried(has_many_records, name), name);
    kept += column.emptied.empty() ? ",\n  " + name : fmt::format(",\n  nullif({0}, {1}) AS {0}", name, column.emptied);
  }
  std::string sql = fmt::format(
      R"(CREATE OR REPLACE TABLE model.{entity}_version AS
WITH {links}{merged}{emptied}seen AS (
  SELECT r.*{linked}{born}{repeated},
    row_number() OVER sighted AS sight, lag(r._observed_at) OVER sighted AS previous_at,
    first_value(r._observed_at) OVER sighted AS first_observed_at
  FROM rec.{table} AS r{link_join}
  WHERE r.key IS NOT NULL
  WINDOW sighted AS (PARTITION BY r._source, r._object, r.key
                     ORDER BY coalesce(r._since, r._observed_at), r._observed_at, r._obs)
),
placed AS (
  SELECT {self} AS {entity}_id, r._source AS source, r.key AS source_key, r._obs AS observation,
    coalesce(r._since, r._observed_at) AS recorded_at, coalesce(r._deleted, FALSE) AS is_deleted,
    {rank} AS rank,
    CASE WHEN {is_first_sight} THEN {first} ELSE {changed} END AS valid_from,
    CASE WHEN r._since IS NOT NULL THEN 'history' WHEN {is_first_sight} THEN 'first_sight' ELSE 'difference' END AS origin{columns}
  FROM seen AS r
{ranks}{merged_join}{emptied_join}{joins}{news}),
ordered AS (
  SELECT *,
    row_number() OVER (PARTITION BY {entity}_id ORDER BY valid_from, recorded_at, source, source_key, observation) AS place,
    lag(valid_from) OVER (PARTITION BY {entity}_id ORDER BY valid_from, recorded_at, source, source_key, observation) AS begun_before,
    lag(is_deleted) OVER (PARTITION BY {entity}_id, source, source_key ORDER BY valid_from, recorded_at, observation) AS was_deleted
  FROM placed
  WHERE {entity}_id IS NOT NULL
),
carried AS (
  SELECT {entity}_id, source, valid_from, recorded_at, origin,
    sum(CASE WHEN is_deleted = coalesce(was_deleted, TRUE) THEN 0 WHEN is_deleted THEN -1 ELSE 1 END) OVER w = 0 AS is_deleted,
    sum(CASE WHEN valid_from = begun_before THEN 0 ELSE 1 END) OVER w AS version,
    lead(valid_from) OVER (PARTITION BY {entity}_id ORDER BY place) AS valid_to{carried}
  FROM ordered
  WINDOW w AS (PARTITION BY {entity}_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT {entity}_id, CAST(version AS BIGINT) AS version, valid_from, valid_to, recorded_at, origin, is_deleted, source{kept},
  slot_of({entity}_id) AS self_slot{slots}
FROM carried
WHERE valid_to IS DISTINCT FROM valid_from
ORDER BY {order}{entity}_id NULLS LAST, valid_from NULLS LAST
)",
      fmt::arg("entity", entity), fmt::arg("table", table.name), fmt::arg("self", self.expression),
      fmt::arg("rank", has_many_records ? RankOf(table) : "0"),
      fmt::arg("merged", has_many_records ? MergedOf(entity) : ""),
      fmt::arg("ranks", has_many_records ? kRanks : std::string_view()),
      fmt::arg("emptied", can_be_emptied ? EmptiedOf(table) : ""),
      fmt::arg("emptied_join", can_be_emptied ? kEmptiedJoin : std::string_view()),
      fmt::arg("merged_join", has_many_records ? kMergedJoin : std::string_view()),
      fmt::arg("is_first_sight", kIsFirstSight), fmt::arg("first", FirstSight(table)),
      fmt::arg("changed", ChangedAt(table)), fmt::arg("links", links.tables), fmt::arg("linked", links.columns),
      fmt::arg("link_join", links.join), fmt::arg("repeated", IsNamedInEveryRow(table) ? RepeatsItself(table) : ""),
      fmt::arg("news", IsNamedInEveryRow(table) ? "  WHERE NOT r.is_repeated\n" : ""),
      fmt::arg("born", table.Find("created_at") == nullptr ? "" : kBornAt),
      fmt::arg("columns", SelectList(shape, "    ")), fmt::arg("joins", self.join + shape.joins),
      fmt::arg("carried", carried), fmt::arg("kept", kept), fmt::arg("slots", slots.columns),
      fmt::arg("order", slots.order));
  return {.sql = std::move(sql), .parts = PartsByEntity(table)};
}

Generated Facts(const RecordTable& table) {
  const Shape shape = ShapeOf(table);
  const bool is_entity = !table.entity.empty();
  const Slots slots = SlotsOf(table, shape, true);
  const Links links = LinksOf(table);
  const Reference self = is_entity ? Resolve(table, "key", table.entity) : Reference{};
  // States of one record are rows of their own where the source keeps all of them; it is one fact all the same.
  const std::string_view row =
      is_entity || table.Find("key") == nullptr ? "r._key" : "CASE WHEN r._since IS NULL THEN r._key ELSE r.key END";
  // A part of a campaign (an ad, an e-mail) that is described itself does not describe the campaign, unless nothing
  // else does.
  const bool has_parts = is_entity && CanBeMerged(table.entity);
  const std::string id = is_entity
                             ? self.expression
                             : fmt::format(
                                   "r._source || ':' || r._object || ':' || {} || CASE WHEN r._emit > 0 THEN '#' || "
                                   "CAST(r._emit AS VARCHAR) ELSE '' END",
                                   row);
  // Of one home as they were observed: numbers are put into order in less time than ids.
  const std::string order =
      slots.order.empty() ? table.name + "_id NULLS LAST" : slots.order + "r._obs NULLS LAST, r._emit NULLS LAST";
  const auto statement = [&](std::string_view newest, std::string_view is_newest) {
    return fmt::format(
        R"(CREATE OR REPLACE TABLE model.{table} AS
WITH {links}newest AS (
  SELECT r.*{linked}{newest}
  FROM rec.{table} AS r{link_join}
{merged})
SELECT {id} AS {table}_id, r._source AS source, r._object AS object, {row} AS source_key,
  r._observed_at AS recorded_at{columns}{slots}
FROM newest AS r
{joins}WHERE {is_newest}NOT coalesce(r._deleted, FALSE)
ORDER BY {order}
)",
        fmt::arg("links", links.tables), fmt::arg("linked", links.columns), fmt::arg("link_join", links.join),
        fmt::arg("newest", newest), fmt::arg("is_newest", is_newest), fmt::arg("merged", has_parts ? self.join : ""),
        fmt::arg("row", row), fmt::arg("table", table.name), fmt::arg("id", id),
        fmt::arg("columns", SelectList(shape, "  ")), fmt::arg("joins", self.join + shape.joins),
        fmt::arg("slots", slots.columns), fmt::arg("order", order));
  };
  // Many rows may name one campaign (its history, its days); it is one campaign all the same.
  const std::string once = has_parts   ? self.expression
                           : is_entity ? "r._source, r.key"
                                       : fmt::format("r._source, r._object, {}, r._emit", row);
  const std::string newest = fmt::format(
      R"(, row_number() OVER (PARTITION BY {}
                                 ORDER BY {}coalesce(r._since, r._observed_at) DESC, r._observed_at DESC,
                                   r._recorded_at DESC, r._obs DESC) AS from_the_last)",
      once, has_parts ? "CASE WHEN to_key.into_key IS NULL THEN 0 ELSE 1 END, " : "");
  Generated generated{.sql = statement(newest, "r.from_the_last = 1 AND ")};
  // Several records may tell of one entity; a fact is told by one.
  if (!is_entity) {
    generated.parts = PartsByRow(table, row);
    generated.sql_of_firsts = statement("", "");
    generated.appended_to = "rec." + table.name;
  }
  return generated;
}

Generated Sightings(const RecordTable& table) {
  const Reference self = Resolve(table, "key", table.entity);
  const bool has_many_records = IsResolved(table.entity) || CanBeMerged(table.entity);
  std::string sql = fmt::format(
      R"(CREATE OR REPLACE TABLE model.{entity}_sighting AS
WITH {merged}seen AS (
  SELECT r._source, r._object, r._emit, r.key, r._obs, r._observed_at, r._recorded_at,
    lag(r._observed_at) OVER (PARTITION BY r._source, r._object, r._emit, r.key
                              ORDER BY r._observed_at, r._recorded_at, r._obs) AS previous_at
  FROM rec.{table} AS r
  WHERE r.key IS NOT NULL AND NOT coalesce(r._deleted, FALSE) AND NOT is_correction(r._obs)
),
placed AS (
  SELECT {self} AS {entity}_id, r._source AS source, r._object AS object, r._emit AS emit, r._obs AS observation,
    CASE WHEN r.previous_at IS NULL THEN TIMESTAMP '1900-01-01 00:00:00'
         WHEN r.previous_at < r._observed_at AND r._recorded_at <= r.previous_at THEN r._observed_at
         ELSE r._recorded_at END AS valid_from,
    r._observed_at AS observed_at, {standing} AS standing
  FROM seen AS r
{join}{joins})
SELECT {entity}_id, source, object, emit, observation, valid_from,
  row_number() OVER (PARTITION BY {entity}_id, source, object
                     ORDER BY standing, valid_from, observed_at, observation, emit) AS place
FROM placed
WHERE {entity}_id IS NOT NULL
ORDER BY source, object, observation, emit
)",
      fmt::arg("entity", table.entity), fmt::arg("table", table.name), fmt::arg("self", self.expression),
      fmt::arg("merged", has_many_records ? MergedOf(table.entity) : ""),
      // What was merged into another counts only where the other says nothing.
      fmt::arg("standing", has_many_records ? "CASE WHEN merged.from_key IS NULL THEN 1 ELSE 0 END" : "1"),
      fmt::arg("join", has_many_records ? kMergedJoin : std::string_view()), fmt::arg("joins", self.join));
  return {.sql = std::move(sql), .parts = PartsByEntity(table)};
}

std::string NamedRecords() {
  std::string named;
  for (const RecordTable& table : RecordTables()) {
    for (const RecordColumn& column : table.columns) {
      if (column.name == "key") continue;
      const auto entity = ReferredEntity(table, column.name);
      if (!entity || !IsResolved(*entity)) continue;
      named += fmt::format(
          "{}  SELECT '{}' AS entity, _source AS source, {} AS source_key, min(_obs) AS first_seen FROM {} WHERE {} IS "
          "NOT "
          "NULL GROUP BY _source, {}",
          named.empty() ? "" : "\n  UNION ALL\n", *entity, column.name, QuotedTable("rec." + table.name), column.name,
          column.name);
    }
  }
  return fmt::format(
      R"(CREATE OR REPLACE TABLE model.named_record AS
SELECT entity, source, source_key, min(first_seen) AS first_seen
FROM (
{}
) AS named
GROUP BY entity, source, source_key
)",
      named);
}

Result<Generated> Generate(std::string_view directive) {
  const std::size_t space = directive.find(' ');
  const std::string_view kind = directive.substr(0, space);
  const std::string_view name = space == std::string_view::npos ? "" : directive.substr(space + 1);
  if (kind == "named_records") return Generated{.sql = NamedRecords()};
  const RecordTable* table = FindRecordTable(name);
  if (table == nullptr) return Fail(BadInput("there is no record table '{}'", name));
  if (kind == "entity_versions" && !table->entity.empty()) return EntityVersions(*table);
  if (kind == "sightings" && !table->entity.empty()) return Sightings(*table);
  if (kind == "facts") return Facts(*table);
  return Fail(
      BadInput("unknown directive '{}'", directive).Mend("Use entity_versions, sightings, facts or named_records"));
}

}  // namespace weir::model
