#include "model/shape.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/references.h"
#include "store/database.h"

namespace weir::model {
namespace {

std::string IdColumn(std::string_view key_column) {
  return std::string(key_column.substr(0, key_column.size() - std::string_view("_key").size())) + "_id";
}

// The slot of the id in a column. Those of companies, people and colleagues are kept with their ids: to make them for
// each row of a large table takes as long as finding the ids.
std::string SlotIn(const Shape& shape, std::string_view name, bool is_over_r) {
  const auto column = std::ranges::find(shape.columns, name, &OutputColumn::name);
  return is_over_r && !column->slot.empty() ? column->slot : fmt::format("slot_of({})", name);
}

}  // namespace

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

Slots SlotsOf(const RecordTable& table, const Shape& shape, bool is_over_r, std::string_view own) {
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

}  // namespace weir::model
