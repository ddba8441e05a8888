#include "customers/versions.h"

#include <algorithm>
#include <array>
#include <map>

#include "customers/columns.h"
#include "customers/fields.h"
#include "customers/sections.h"
#include "store/database.h"

namespace weir::customers {
namespace {

using analysis::Context;
using analysis::TableSpec;
using store::Value;

constexpr std::array<std::string_view, 8> kDealColumns{
    "stage", "status", "amount", "currency", "close_date", "probability", "forecast_category", "owner"};

// Columns before those that are compared: record_id, version, valid_from, recorded_at, origin, source.
constexpr std::size_t kBefore = 6;

using Editors = std::map<std::pair<std::string, Instant>, std::string>;  // deal and moment -> who

Value EditorOf(const Editors& editors, const std::string& record, const Value& at) {
  const auto* moment = std::get_if<Instant>(&at);
  if (moment == nullptr) return {};
  const auto found = editors.find({record, *moment});
  return found == editors.end() ? Value() : Value(found->second);
}

bool IsSame(const Value& a, const Value& b) { return store::ToText(a) == store::ToText(b); }

// Rows come by record and version. Each changed field becomes a row.
Table Differences(const store::Rows& rows, const Editors& editors) {
  Table table = EmptyTable(VersionsSpec());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows.rows[i];
    const std::string record = store::ToText(row[0]);
    const bool is_first = i == 0 || store::ToText(rows.rows[i - 1][0]) != record;
    const auto add = [&](std::string field, Value before, Value after) {
      table.rows.push_back({row[2], record, std::move(field), std::move(before), std::move(after), row[5],
                            EditorOf(editors, record, row[2]), row[4], row[3]});
    };
    if (is_first) {
      add("", Value(), Value());
      continue;
    }
    const auto& before = rows.rows[i - 1];
    for (std::size_t j = kBefore; j < row.size(); ++j) {
      if (IsSame(before[j], row[j])) continue;
      add(rows.columns[j].name, store::ToText(before[j]), store::ToText(row[j]));
    }
  }
  std::ranges::stable_sort(table.rows, [](const auto& a, const auto& b) {
    return std::get<Instant>(a.front()) > std::get<Instant>(b.front());
  });
  return table;
}

}  // namespace

const TableSpec& VersionsSpec() {
  static const TableSpec spec{.name = "versions",
                              .title = {"What changed", "Что менялось"},
                              .key = {"changed_at", "record_id", "field"},
                              .columns = {Of("changed_at", ColumnType::kInstant, "Changed", "Изменено"),
                                          TextOf("record_id", "Record", "Запись"), TextOf("field", "Field", "Поле"),
                                          TextOf("old_value", "Was", "Было"), TextOf("new_value", "Became", "Стало"),
                                          TextOf("source", "Source", "Источник"), TextOf("by", "By", "Кем"),
                                          TextOf("origin", "How it is known", "Откуда известно"),
                                          Of("known_at", ColumnType::kInstant, "Known since", "Известно с")}};
  return spec;
}

Result<Table> ReadVersions(RecordKind kind, const std::string& id, Context& context) {
  if (kind == RecordKind::kDeal) return ReadDealVersions({id}, context);
  std::string columns;
  for (const FieldSpec& field : FieldsOf(kind)) {
    if (field.name != "created_at") columns += ", " + store::QuoteName(field.name);
  }
  const Selection self = SelfSelection(kind, id);
  WEIR_TRY(const store::Rows rows,
           context.session().QueryFew(
               fmt::format("SELECT {0}_id, version, valid_from, recorded_at, origin, source{1} FROM scoped.{0}_version "
                           "WHERE {2} ORDER BY version NULLS LAST",
                           NameOf(kind), columns, self.where),
               self.values));
  return Differences(rows, {});
}

Result<Table> ReadDealVersions(const std::vector<std::string>& deals, Context& context) {
  if (deals.empty()) return EmptyTable(VersionsSpec());
  Selection chosen = OneOf("v.deal_id", deals);
  const std::string in = fmt::format("{} AND {}", InSlots("v.deal_slot", deals), chosen.where);
  WEIR_TRY(const store::Rows edits,
           context.session().QueryFew("SELECT v.deal_id, v.\"at\", max(v.by_name) FROM scoped.deal_change AS v WHERE " +
                                          in + " AND v.by_name IS NOT NULL GROUP BY v.deal_id, v.\"at\" ORDER BY 1, 2",
                                      chosen.values));
  Editors editors;
  for (const auto& row : edits.rows) {
    editors[{store::ToText(row[0]), std::get<Instant>(row[1])}] = store::ToText(row[2]);
  }
  std::string columns;
  for (const std::string_view column : kDealColumns) {
    columns += column == "owner" ? ", m.name AS owner" : ", v." + std::string(column);
  }
  WEIR_TRY(
      const store::Rows rows,
      context.session().QueryFew("SELECT v.deal_id, v.version, v.valid_from, v.recorded_at, v.origin, "
                                 "split_part(v.deal_id, ':', 1) AS source" +
                                     columns +
                                     " FROM scoped.deal_version AS v LEFT JOIN scoped.member AS m ON m.member_id = "
                                     "v.owner_id WHERE " +
                                     in + " ORDER BY v.deal_id NULLS LAST, v.version NULLS LAST",
                                 chosen.values));
  return Differences(rows, editors);
}

}  // namespace weir::customers
