#include "sources/key_layout.h"

#include <algorithm>

namespace weir::sources {
namespace {

using store::QuoteName;
using store::QuoteText;

// As Stage writes a value into a key, but for what is rare: fractions of seconds, marked '|', zeros of decimals.
std::string PartOf(const StageColumn& column) {
  std::string name = QuoteName(column.name);
  if (column.sql_type == "VARCHAR") return name;
  if (column.sql_type == "TIMESTAMP") return fmt::format("strftime({}, '%Y-%m-%dT%H:%M:%SZ')", name);
  return fmt::format("CAST({} AS VARCHAR)", name);
}

std::string ExpressionOf(const StagePlan& plan) {
  if (plan.key_kind == KeyKind::kContent) return "'#' || lpad(lower(hex(_hash)), 16, '0') || '.1'";
  if (plan.key.size() == 1) return PartOf(plan.columns[plan.key[0]]);
  std::string parts;
  for (const std::size_t column : plan.key) {
    parts += fmt::format("{}coalesce({}, '')", parts.empty() ? "" : " || '|' || ", PartOf(plan.columns[column]));
  }
  return parts;
}

}  // namespace

Result<ColumnTypes> ListColumns(store::Connection& connection, const std::string& table) {
  WEIR_TRY(const store::Rows rows,
           connection.Query(fmt::format("SELECT name, type FROM pragma_table_info({})", QuoteText(table))));
  ColumnTypes types;
  for (std::size_t i = 0; i < rows.size(); ++i) types[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
  return types;
}

bool IsHead(std::string_view column) { return column.starts_with("_") && !column.starts_with("_was_"); }

std::string KeyLayout::Definition() const {
  if (expression.empty()) return "_key VARCHAR NOT NULL";
  return fmt::format("_kept_key VARCHAR, _key VARCHAR GENERATED ALWAYS AS ({}) VIRTUAL", expression);
}

KeyLayout PlanKeyLayout(const StagePlan& plan) { return {fmt::format("coalesce(_kept_key, {})", ExpressionOf(plan))}; }

Result<KeyLayout> ReadKeyLayout(store::Connection& connection, const std::string& table, const ColumnTypes& types) {
  if (!types.contains("_kept_key")) return KeyLayout{};
  WEIR_TRY(const store::Rows rows,
           connection.Query(
               fmt::format("SELECT dflt_value FROM pragma_table_info({}) WHERE name = '_key'", QuoteText(table))));
  WEIR_CHECK(rows.size() == 1 && !store::IsNull(rows.rows[0][0]));
  return KeyLayout{rows.TextAt(0, 0)};
}

std::string StageWithKeys(const KeyLayout& layout, const ColumnTypes& types, const StagePlan& plan) {
  if (layout.expression.empty()) return "temp.weir_stage";
  // The key may rest on a column that the mapping no longer has: then none of these rows has a key of its columns.
  std::string missing;
  for (const auto& [name, type] : types) {
    if (IsHead(name)) continue;
    if (layout.expression.find(name) == std::string::npos) continue;
    if (std::ranges::find(plan.columns, name, &StageColumn::name) != plan.columns.end()) continue;
    missing += fmt::format(", CAST(NULL AS {}) AS {}", type, QuoteName(name));
  }
  return fmt::format(
      "(SELECT * REPLACE (nullif(_key, {}) AS _kept_key) FROM (SELECT *, CAST(NULL AS VARCHAR) AS _kept_key{} FROM "
      "temp.weir_stage))",
      layout.expression, missing);
}

Result<CopiedColumns> CopyColumns(store::Connection& connection, const std::string& table) {
  WEIR_TRY(const ColumnTypes types, ListColumns(connection, table));
  WEIR_TRY(const KeyLayout layout, ReadKeyLayout(connection, table, types));
  CopiedColumns copied{.key = layout.Stored(), .columns = {}, .values = {}};
  for (const auto& [name, type] : types) {
    if (IsHead(name)) continue;
    copied.columns += ", " + QuoteName(name);
    copied.values += ", o." + QuoteName(name);
  }
  return copied;
}

}  // namespace weir::sources
