// A mapping to the generic form for a file that no mapping knows: which record table its rows are of, which column is
// which field, how sure that is and why. A person may finish it; nothing here reads a row again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/file_profile.h"
#include "sources/mapping.h"
#include "sources/mapping_draft.h"

namespace weir::sources {

struct TableChoice {
  std::string table;
  double score = 0;  // 0..1
  Phrase reason;
};

// Why a column of the draft has its field.
struct FieldReason {
  double confidence = 0;  // 0..1; 0: the column is kept as it is
  Phrase reason;
};

struct Proposal {
  std::vector<TableChoice> tables;   // all record tables, the likeliest first
  MappingDraft draft;                // of the first, or of the one that was asked for
  std::vector<FieldReason> reasons;  // by column of the draft
  std::vector<Phrase> missing;       // what the table needs and the file does not show
  std::vector<Phrase> notes;         // what a person should look at: undecided days, keys that repeat
  // Below this the rows are hardly of the table.
  static constexpr double kLikely = 0.45;
};

struct ProposeOptions {
  std::string table;   // asked for; empty: the likeliest
  std::string source;  // empty: by the name of the file
  std::string file_name;
  std::string records;  // of JSON
};

// Deterministic; O(columns x fields). Fails only where `table` is none.
Result<Proposal> ProposeMapping(const MappingCatalog& catalog, const FileProfile& profile,
                                const ProposeOptions& options);

// What the drafted table needs and no column, constant or formula of the draft gives.
std::vector<Phrase> MissingIn(const MappingCatalog& catalog, const MappingDraft& draft);

// Formats that read the days of the column in that order, with its separator and digits of the year.
std::vector<std::string> FormatsOf(const ProfiledColumn& column, DayForm::Order order);

// Fields that a column may be given: those of the table, the time of day of its instants, and of what it refers to.
struct FieldOffer {
  std::string field;
  ColumnType type = ColumnType::kText;
  bool is_needed = false;  // the generic form asks for it, or for one of several
};
std::vector<FieldOffer> FieldsOf(const MappingCatalog& catalog, std::string_view table);

}  // namespace weir::sources
