// A mapping while it is being made: which column of a file is which field of a record table, in the words of a person
// who looks at the file. ToToml writes it in the grammar of mappings, which is read and checked as any other.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sources/mapping.h"

namespace weir::sources {

struct DraftColumn {
  std::string header;  // of the file; several columns may name the same one
  // Of the draft's table: "amount"; of a thing that the row refers to: "account.country"; the time of day of an instant
  // whose day another column has: "at.clock"; the price of one, where quantity times price is the amount:
  // "amount.per_unit". Empty: the column is kept as it is.
  std::string field;
  ColumnType type = ColumnType::kText;
  std::vector<std::string> formats;  // of days
  std::string decimal_mark;          // "", "." or ","
  std::vector<std::string> nulls;
  std::vector<std::pair<std::string, std::string>> values;  // what is replaced by what
};

struct MappingDraft {
  std::string source;
  std::string object;
  std::string title;
  std::string table;             // of models/records.toml
  std::vector<std::string> key;  // fields that together make a row the same row again; empty: its content
  std::string time_zone;
  std::string records;  // path of the nested list in JSON
  bool fills_short_rows = false;
  std::vector<std::string> files;
  std::vector<DraftColumn> columns;
  std::vector<std::pair<std::string, std::string>> constants;  // field -> text
  std::vector<std::pair<std::string, std::string>> formulas;   // field -> SQL over columns of the mapping
};

// The name that a field's column has within the mapping: "account.country" is account_country.
std::string ColumnNameOf(std::string_view field);

// Fields that complete another one: its time of day, the price of one.
inline constexpr std::string_view kClockOf = ".clock";
inline constexpr std::string_view kPerUnitOf = ".per_unit";

// What a row may speak of besides its own table: things that its fields refer to, and once more what those refer to.
struct Referred {
  std::string table;  // "account"
  std::string field;  // whose value is its key: "account_key", "invoice.account_key"
};
std::vector<Referred> ReferredBy(std::string_view table);

// The type of the cells that a field takes, as the generic form has it. Nothing for a field that there is none.
std::optional<ColumnType> TypeOfField(const MappingCatalog& catalog, std::string_view table, std::string_view field);

// As TOML. Errors say what the draft lacks or has twice, with the field that they are about.
Result<std::string> ToToml(const MappingDraft& draft);

// As JSON text, for the page, and back; what JSON lacks is empty.
std::string ToJson(const MappingDraft& draft);
Result<MappingDraft> DraftFromJson(std::string_view json);

}  // namespace weir::sources
