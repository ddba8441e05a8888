#include "model/expand.h"

#include <utility>

#include "model/part_rules.h"
#include "model/references.h"
#include "model/relations.h"
#include "model/shape.h"
#include "store/database.h"

namespace weir::model {

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

// A record table is read once, however many of its columns name records.
std::string NamedRecords() {
  std::string named;
  for (const RecordTable& table : RecordTables()) {
    std::string sets;
    std::string keys;
    std::string entities;
    for (const RecordColumn& column : table.columns) {
      if (column.name == "key") continue;
      const auto entity = ReferredEntity(table, column.name);
      if (!entity || !IsResolved(*entity)) continue;
      const std::string_view comma = sets.empty() ? "" : ", ";
      sets += fmt::format("{}(_source, {})", comma, column.name);
      keys += fmt::format("{}{}", comma, column.name);
      entities += fmt::format(" WHEN {} IS NOT NULL THEN '{}'", column.name, *entity);
    }
    if (sets.empty()) continue;
    named += fmt::format(
        "{}  SELECT CASE{} END AS entity, _source AS source, coalesce({}) AS source_key, min(_obs) AS first_seen FROM "
        "{} "
        "GROUP BY GROUPING SETS ({})",
        named.empty() ? "" : "\n  UNION ALL\n", entities, keys, QuotedTable("rec." + table.name), sets);
  }
  return fmt::format(
      R"(CREATE OR REPLACE TABLE model.named_record AS
SELECT entity, source, source_key, min(first_seen) AS first_seen
FROM (
{}
) AS named
WHERE source_key IS NOT NULL
GROUP BY entity, source, source_key
)",
      named);
}

Result<Generated> Generate(std::string_view directive, const FieldRules& rules) {
  const std::size_t space = directive.find(' ');
  const std::string_view kind = directive.substr(0, space);
  const std::string_view name = space == std::string_view::npos ? "" : directive.substr(space + 1);
  if (kind == "named_records") return Generated{.sql = NamedRecords()};
  const RecordTable* table = FindRecordTable(name);
  if (table == nullptr) return Fail(BadInput("there is no record table '{}'", name));
  if (kind == "entity_versions" && !table->entity.empty()) return EntityVersions(*table, rules);
  if (kind == "sightings" && !table->entity.empty()) return Sightings(*table);
  if (kind == "facts") return Facts(*table);
  return Fail(
      BadInput("unknown directive '{}'", directive).Mend("Use entity_versions, sightings, facts or named_records"));
}

}  // namespace weir::model
