#include "model/part_rules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "model/references.h"

namespace weir::model {
namespace {

// Rows of r that refer to a record in `changed`, which holds its key in `key`, of the entities that `of` picks; as a
// condition.
template <typename Predicate>
std::string RefersTo(const RecordTable& table, std::string_view changed, std::string_view key, Predicate of) {
  std::string condition;
  const auto add = [&](const std::string& text) { condition += (condition.empty() ? "" : " OR ") + text; };
  for (const RecordColumn& column : table.columns) {
    if (column.name == "key") continue;
    const auto entity = ReferredEntity(table, column.name);
    if (!entity || !of(*entity)) continue;
    const std::string keys = fmt::format("SELECT source, {} FROM {} WHERE entity = '{}'", key, changed, *entity);
    add(fmt::format("(r._source, r.{}) IN ({})", column.name, keys));
    if (!IsLinked(table, column.name)) continue;
    add(
        fmt::format("(r._source, r.key) IN (SELECT _source, record_key FROM rec.link WHERE kind = '{}' AND "
                    "(_source, {}) IN ({}))",
                    table.name, column.name, keys));
  }
  return condition.empty() ? "FALSE" : condition;
}

// Those that name a key that means somebody else now, entity by entity: mostly it is one of them that has any.
template <typename OfRows>
void AddRefersToMoved(const RecordTable& table, const OfRows& of_rows, Parts& parts) {
  std::set<std::string> entities;
  for (const RecordColumn& column : table.columns) {
    const auto entity = column.name == "key" ? std::nullopt : ReferredEntity(table, column.name);
    if (entity && IsResolved(*entity)) entities.insert(*entity);
  }
  for (const std::string& entity : entities) {
    const auto is_it = [&](std::string_view other) { return other == entity; };
    parts.inputs.push_back({.name = "model.identity_link",
                            .touched = of_rows(RefersTo(table, kMoved, "source_key", is_it)),
                            .moved_entity = entity});
  }
  // That there is such an input at all.
  if (entities.empty()) {
    parts.inputs.push_back({.name = "model.identity_link", .touched = of_rows("FALSE")});
  }
}

// Those that were merged into others.
std::string RefersToMerged(const RecordTable& table, std::string_view changed) {
  return RefersTo(table, changed, "from_key", CanBeMerged);
}

// What tells the rows of rec.link apart: the newest word of each counts, whatever record it names.
constexpr std::string_view kLinkKey = "_source, _object, _key, _emit";

// Records that a link names in `changed`, or named before.
std::string LinkedBy(const RecordTable& table, std::string_view changed) {
  return fmt::format(
      "(r._source, r.key) IN (SELECT _source, record_key FROM rec.link WHERE kind = '{0}' AND ({1}) IN (SELECT {1} "
      "FROM "
      "{2} WHERE kind = '{0}'))",
      table.name, kLinkKey, changed);
}

// The links that some record of `condition` has or had, with all that was said of them.
std::string LinksWithin(const RecordTable& table, std::string_view condition) {
  return fmt::format(
      "SELECT * FROM rec.link WHERE kind = '{0}' AND ({1}) IN (SELECT {1} FROM rec.link WHERE kind = '{0}' AND {2})",
      table.name, kLinkKey, condition);
}

// Whether the record of `key` is one of those that the entities in kParts are made of, as a condition.
std::string IsOfParts(std::string_view entity, std::string_view key) {
  if (IsResolved(entity)) {
    return fmt::format(
        "(_source, {}) IN (SELECT source, source_key FROM model.identity_link WHERE entity = '{}' AND entity_id IN "
        "(SELECT part FROM {}))",
        key, entity, kParts);
  }
  std::string ids = fmt::format("SELECT part FROM {}", kParts);
  if (CanBeMerged(entity)) {
    ids += fmt::format(
        " UNION SELECT source || ':' || from_key FROM model.merge_map WHERE entity = '{}' AND source || ':' || "
        "into_key "
        "IN (SELECT part FROM {})",
        entity, kParts);
  }
  return fmt::format("_source || ':' || {} IN ({})", key, ids);
}

}  // namespace

Parts PartsByEntity(const RecordTable& table) {
  const Reference self = Resolve(table, "key", table.entity);
  const std::string& entity = table.entity;
  Parts parts{.key = entity + "_id", .inputs = {}};
  const std::string records = "rec." + table.name;
  const auto of_rows = [&](std::string_view condition) {
    return fmt::format("SELECT {} FROM {} AS r\n{}WHERE {}", self.expression, records, self.join, condition);
  };
  parts.inputs.push_back({.name = records,
                          .touched = fmt::format("SELECT {} FROM {} AS r\n{}", self.expression, kChanged, self.join),
                          .within = fmt::format("SELECT * FROM {} WHERE {}", records, IsOfParts(entity, "key"))});
  AddRefersToMoved(table, of_rows, parts);
  if (IsResolved(entity)) {
    parts.inputs.push_back({.name = "model.identity_link",
                            .touched = fmt::format("SELECT entity_id FROM {} WHERE entity = '{}'", kChanged, entity),
                            .within = {}});
  }
  std::string by_merge = of_rows(RefersToMerged(table, kChanged));
  if (CanBeMerged(entity)) {
    for (const char* key : {"from_key", "into_key"}) {
      by_merge += fmt::format("\nUNION SELECT source || ':' || {} FROM {} WHERE entity = '{}'", key, kChanged, entity);
    }
  }
  parts.inputs.push_back({.name = "model.merge_map", .touched = by_merge, .within = {}});
  // That a record was merged away says how much its word counts.
  parts.inputs.push_back(
      {.name = "rec.merge",
       .touched = of_rows(fmt::format("(r._source, r.key) IN (SELECT _source, from_key FROM {0} UNION "
                                      "SELECT _source, into_key FROM {0})",
                                      kChanged)),
       .within = {}});
  const std::string enrichment = fmt::format("model.{}_enrichment", entity);
  if (IsResolved(entity)) {
    parts.inputs.push_back(
        {.name = enrichment,
         .touched = fmt::format("SELECT {0}_id FROM {1} WHERE {0}_id IS NOT NULL", entity, kChanged),
         .within = fmt::format("SELECT * FROM {} WHERE {}_id IN (SELECT part FROM {})", enrichment, entity, kParts)});
  }
  if (HasLinks(table)) {
    parts.inputs.push_back({.name = "rec.link",
                            .touched = of_rows(LinkedBy(table, kChanged)),
                            .within = LinksWithin(table, IsOfParts(entity, "record_key"))});
  }
  return parts;
}

Parts PartsByRow(const RecordTable& table, std::string_view row) {
  Parts parts{.key = "source_key", .inputs = {}};
  const std::string records = "rec." + table.name;
  const auto of_rows = [&](std::string_view condition) {
    return fmt::format("SELECT {} FROM {} AS r WHERE {}", row, records, condition);
  };
  parts.inputs.push_back(
      {.name = records,
       .touched = fmt::format("SELECT {} FROM {} AS r", row, kChanged),
       .within = fmt::format("SELECT r.* FROM {} AS r WHERE {} IN (SELECT part FROM {})", records, row, kParts)});
  AddRefersToMoved(table, of_rows, parts);
  parts.inputs.push_back(
      {.name = "model.merge_map", .touched = of_rows(RefersToMerged(table, kChanged)), .within = {}});
  if (HasLinks(table)) {
    parts.inputs.push_back(
        {.name = "rec.link",
         .touched = of_rows(LinkedBy(table, kChanged)),
         .within =
             LinksWithin(table, fmt::format("(_source, record_key) IN (SELECT r._source, r.key FROM {} AS r WHERE "
                                            "{} IN (SELECT part FROM {}))",
                                            records, row, kParts))});
  }
  if (table.Find("person_key") != nullptr && IsFoundByMail(table, "person_key")) {
    parts.inputs.push_back(
        {.name = "model.mail_holder",
         .touched = of_rows(fmt::format("lower(trim(r.email)) IN (SELECT address FROM {})", kChanged)),
         .within = {}});
  }
  return parts;
}

Result<Parts> PartsOfEntity(std::string_view entity) {
  const RecordTable* table = FindRecordTable(entity);
  if (table == nullptr || table->entity != entity) return Fail(BadInput("there is no entity '{}'", entity));
  return PartsByEntity(*table);
}

}  // namespace weir::model
