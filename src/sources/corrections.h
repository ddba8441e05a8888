// What people decide about single cells of the records of a source: which column carries a field, what its cell should
// hold, and how the source's own file would say it. A correction stands while the source says what it said then.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/mapping.h"
#include "store/database.h"

namespace weir::sources {

// Numbers of observations from here on are of corrected records: is_correction of models/scoped/macros.sql.
inline constexpr std::int64_t kFirstCorrection = 9'000'000'000'000'000'000;

// Whether the newest file of the object has a column of its own for one of these columns of a record table.
Result<bool> HasOwnColumn(store::Session& session, const Mapping& mapping, std::size_t emit,
                          std::span<const std::string_view> record_columns);

// Whether the SQL of an emit names the column.
bool NamesColumn(std::string_view expression, std::string_view column);

struct CellQuestion {
  std::size_t emit = 0;             // of the mapping
  std::string record_column;        // of its record table
  std::int64_t observation = 0;     // the newest one of the record
  std::vector<std::string> words;   // what the cell might hold, the likeliest first
  std::vector<std::string> wanted;  // what the record should then say; empty: the word itself
  std::string region;               // of phone numbers
  bool is_emptied = false;          // the record should then say nothing; no words
};

struct CarriedCell {
  std::string column;
  std::optional<std::string> told;  // as the column holds it now
  std::string value;                // empty where it is emptied
  // The source's own words; an obstacle says why there are none: no_id, no_column, formula, units, form.
  std::string header;
  std::string key_header;
  std::string cell;
  std::string obstacle;
};

// Errors: kBadInput where the word cannot be read, kConflict where no column of the mapping gives what is wanted.
Result<CarriedCell> FindCell(store::Session& session, const Mapping& mapping, const CellQuestion& question);

// What the newest file of the object calls the column of its ids; empty where it has none.
Result<std::string> KeyHeader(store::Session& session, const Mapping& mapping);

// A spreadsheet would run the cell; a number, or a telephone number, is only that.
bool LooksLikeFormula(std::string_view cell);

// A table of a source's own file: what stands between separators, in the encoding of its export.
struct PatchDialect {
  char separator = ',';
  Encoding encoding = Encoding::kUtf8;
};
// Of the newest file of the object, as the ledger of imports kept it.
Result<PatchDialect> DialectOf(std::string_view reading);
// Text of a CSV file, in UTF-8, with the line ends of spreadsheets.
std::string PatchText(std::span<const std::vector<std::string>> rows, char separator);
// UTF-8 as Windows-1251 or 1252; nothing where a character has no place there. Other encodings stay UTF-8.
std::optional<std::string> Encode(std::string_view text, Encoding encoding);

}  // namespace weir::sources
