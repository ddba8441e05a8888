#include "model/references.h"

#include <algorithm>
#include <array>

#include "base/result.h"

namespace weir::model {

bool IsResolved(std::string_view entity) {
  constexpr std::array<std::string_view, 3> kResolved{"account", "person", "member"};
  return std::ranges::find(kResolved, entity) != kResolved.end();
}

bool CanBeMerged(std::string_view entity) {
  constexpr std::array<std::string_view, 4> kMergeable{"deal", "lead", "ticket", "campaign"};
  return std::ranges::find(kMergeable, entity) != kMergeable.end();
}

bool IsLinked(const RecordTable& table, std::string_view column) {
  constexpr std::array<std::string_view, 5> kLinks{"account_key", "person_key", "deal_key", "lead_key", "ticket_key"};
  return (table.name == "activity" || table.name == "ticket") && table.Find(column) != nullptr &&
         std::ranges::find(kLinks, column) != kLinks.end();
}

namespace {

std::string KeyOf(const RecordTable& table, std::string_view column) {
  return IsLinked(table, column) ? fmt::format("coalesce(r.{0}, r.linked_{0})", column) : fmt::format("r.{}", column);
}

}  // namespace

Reference Resolve(const RecordTable& table, std::string_view column, std::string_view entity) {
  const std::string alias = fmt::format("to_{}", column);
  const std::string key = KeyOf(table, column);
  if (IsResolved(entity)) {
    return {
        fmt::format("{}.entity_id", alias),
        fmt::format("  LEFT JOIN model.identity_link AS {0}\n    ON {0}.entity = '{1}' AND {0}.source = r._source AND "
                    "{0}.source_key = {2}\n",
                    alias, entity, key),
        fmt::format("{}.slot", alias)};
  }
  if (CanBeMerged(entity)) {
    return {fmt::format("r._source || ':' || coalesce({}.into_key, {})", alias, key),
            fmt::format("  LEFT JOIN model.merge_map AS {0}\n    ON {0}.entity = '{1}' AND {0}.source = r._source AND "
                        "{0}.from_key = {2}\n",
                        alias, entity, key)};
  }
  return {fmt::format("r._source || ':' || {}", key), {}};
}

bool IsFoundByMail(const RecordTable& table, std::string_view column) {
  return table.name == "touch" && column == "person_key";
}

bool HasLinks(const RecordTable& table) {
  return std::ranges::any_of(table.columns, [&](const RecordColumn& column) { return IsLinked(table, column.name); });
}

}  // namespace weir::model
