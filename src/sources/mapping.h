// A mapping: how one object of one source is recognised, typed and turned into records. docs/design/sources.md is the
// grammar. Mappings are data: those of the program (catalog/sources) and those of the workspace.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/definitions.h"
#include "base/result.h"
#include "base/text.h"
#include "sources/reader.h"

namespace weir::sources {

enum class ColumnType : std::uint8_t {
  kId,
  kText,
  kName,
  kInteger,
  kDecimal,
  kMoney,
  kPercent,
  kShare,
  kMicros,
  kDate,
  kInstant,
  kEpoch,
  kEpochMs,
  kBoolean,
  kEmail,
  kPhone,
  kDomain,
  kUrl,
  kDurationS,
  kDurationMs,
  kDurationMin,
  kJson,
};
std::string_view NameOf(ColumnType type);
std::optional<ColumnType> FindColumnType(std::string_view name);
std::string_view SqlTypeOf(ColumnType type);

// Does a row that is absent from a file mean that it is gone?
enum class Extent : std::uint8_t { kDelta, kWindow, kFull };
std::string_view NameOf(Extent extent);

enum class RepeatedHour : std::uint8_t { kFirst, kSecond, kQuarantine };
enum class MissingHour : std::uint8_t { kForward, kQuarantine };

struct MappingColumn {
  std::string name;
  ColumnType type = ColumnType::kText;
  std::vector<std::string> names;    // headers as people write them
  std::vector<std::string> headers;  // the same, normalised, in the order of preference
  bool is_required = false;
  std::string currency;                                     // column that holds the currency of a money column
  bool is_minor = false;                                    // amounts in minor units of the currency
  char decimal_mark = 0;                                    // '.' or ','; 0: found out from the column
  std::vector<std::string> formats;                         // of dates; empty: found out from the column
  std::vector<std::string> nulls;                           // words or globs that mean nothing, case-folded
  std::string time_zone;                                    // of this column's stamps; empty: the mapping's
  std::vector<std::pair<std::string, std::string>> values;  // case-folded value -> replacement, sorted
};

struct Emit {
  std::string table;
  std::string when;                                      // SQL, empty: always
  std::string deleted;                                   // SQL, empty: never
  std::vector<std::pair<std::string, std::string>> set;  // record column -> SQL over the mapping's columns
  std::uint64_t line = 0;                                // in the mapping's file
};

// What speaks for and against a mapping when a header is seen.
struct Recognition {
  std::vector<std::vector<std::string>> require;  // columns of the mapping; of each group one must be found
  std::vector<std::string> files;                 // globs of file names; with '/' they match the folder too
  std::vector<std::string> forbid;                // normalised headers
  std::vector<std::string> prefixes;  // normalised prefixes dropped before a header is compared ("property_")
  bool needs_name = false;            // the header says too little: the file's name must speak for it
  // Header (normalised) -> globs one of which each value must match ("object" = ["invoice"]).
  std::vector<std::pair<std::string, std::vector<std::string>>> values;
};

// How to read where the file alone does not tell.
struct ReadingHints {
  std::optional<Encoding> encoding;
  char separator = 0;
  std::string records;            // path of a nested list in JSON whose elements are the rows ("items.data")
  std::vector<std::string> skip;  // globs on a row's first filled cell: totals and the like, never data
  bool fills_short_rows = false;  // rows that end before the header does lack their last cells
};

struct Mapping {
  std::string source;
  std::string object;
  std::int64_t version = 1;
  std::string title_en;
  std::string title_ru;
  std::string note_en;  // why an object is known and not used; empty where something is emitted
  std::string note_ru;
  Extent extent = Extent::kDelta;
  std::string window;                  // date column that bounds what a file of extent window covers
  std::vector<std::string> window_by;  // and the columns for whose values alone it does: one account of several
  std::string time_zone;               // of stamps without zone; empty: the reporting zone
  std::vector<std::string> utc_if;     // normalised headers: where a file has one of them, such stamps are UTC
  RepeatedHour repeated_hour = RepeatedHour::kFirst;
  MissingHour missing_hour = MissingHour::kForward;
  Recognition recognition;
  ReadingHints reading;
  std::vector<std::string> key;
  std::vector<std::string> natural_key;
  std::vector<std::string> optional_key;  // of the natural key; empty where a file lacks them
  std::vector<std::string> modified;
  std::string since;  // of a table that keeps every state: from when on what the row says was so; else empty
  std::vector<MappingColumn> columns;
  std::vector<Emit> emits;
  std::string file_name;
  std::uint64_t fingerprint = 0;  // of the text

  std::string TableName() const { return source + "__" + object; }  // in schema obs
  std::optional<std::size_t> Find(std::string_view column) const;
  bool IsOptionalKey(std::string_view column) const;
};

// How a file is read for the mapping.
ReadOptions ReadOptionsOf(const Mapping& mapping);

// Errors name file, line and column, and the nearest valid name.
Result<Mapping> ParseMapping(std::string_view toml, std::string_view file_name);

struct MappingCatalog {
  std::vector<Mapping> mappings;  // by source and object
  std::vector<Error> problems;    // of files that were left out
  const Mapping* Find(std::string_view source, std::string_view object) const;
};

// The files in their order: a later one of the workspace takes the place of an earlier one of the same source and
// object. A broken file of the workspace is left out and listed; a broken one of the program is an error.
Result<MappingCatalog> ParseMappings(std::span<const DefinitionFile> files);
// The program's mappings and those of `directory` where one is given.
Result<MappingCatalog> LoadMappings(const std::filesystem::path& directory = {});

}  // namespace weir::sources
