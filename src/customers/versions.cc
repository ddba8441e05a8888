#include "customers/versions.h"

#include <algorithm>
#include <array>
#include <set>

#include "analysis/tables.h"
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

// Columns before those that are compared: record_id, version, valid_from, recorded_at, origin, source, editor.
constexpr std::size_t kBefore = 7;

bool IsSame(const Value& a, const Value& b) { return store::ToText(a) == store::ToText(b); }

// Rows come by record and version. Each changed field becomes a row.
Table Differences(const store::Rows& rows) {
  Table table = analysis::EmptyTable(VersionsSpec());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows.rows[i];
    const std::string record = store::ToText(row[0]);
    const bool is_first = i == 0 || store::ToText(rows.rows[i - 1][0]) != record;
    const auto add = [&](std::string field, Value before, Value after) {
      table.rows.push_back(
          {row[2], record, std::move(field), std::move(before), std::move(after), row[5], row[6], row[4], row[3]});
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

Result<Table> ReadVersions(RecordKind kind, const std::string& id, const Slots& homes, Context& context) {
  std::string columns;
  for (const FieldSpec& field : FieldsOf(kind)) {
    if (field.name != "created_at") columns += ", " + store::QuoteName(field.name);
  }
  const Selection self = SelfSelection(kind, id, homes);
  WEIR_TRY(const store::Rows rows,
           context.session().QueryFew(
               fmt::format("SELECT {0}_id, version, valid_from, recorded_at, origin, source, CAST(NULL AS VARCHAR) AS "
                           "editor{1} FROM scoped.{0}_version WHERE {2} ORDER BY version NULLS LAST",
                           NameOf(kind), columns, self.where),
               self.values));
  return Differences(rows);
}

Result<Table> ReadDealVersions(const std::vector<std::string>& deals, const Slots& homes, Context& context) {
  if (deals.empty()) return analysis::EmptyTable(VersionsSpec());
  WEIR_TRY(store::Rows rows,
           context.session().QueryFew(
               fmt::format("SELECT deal_id, version, valid_from, recorded_at, origin, split_part(deal_id, ':', 1) AS "
                           "source, editor, {} FROM scoped.deal_version_brief WHERE {} ORDER BY deal_id NULLS LAST, "
                           "version NULLS LAST",
                           fmt::join(kDealColumns, ", "), InSlots("home_slot", homes))));
  const std::set<std::string> wanted(deals.begin(), deals.end());
  std::erase_if(rows.rows, [&](const auto& row) { return !wanted.contains(store::ToText(row.front())); });
  return Differences(rows);
}

}  // namespace weir::customers
