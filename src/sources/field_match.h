// Which column of a file could be which field of which record table, and how sure that is: by its name, by what
// mappings of known products call it, and by what it holds. Private to sources/.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/records.h"
#include "sources/file_profile.h"
#include "sources/mapping.h"
#include "sources/mapping_draft.h"
#include "sources/proposal_words.h"

namespace weir::sources {

struct FieldMatch {
  std::size_t column = 0;
  std::string field;
  ColumnType type = ColumnType::kText;
  double score = 0;
  Phrase reason;
};

struct FieldMatches {
  std::vector<bool> is_usable;  // by column: its header can be named, and stands once
  // By record table: each column and each field at most once, in the order of the columns.
  std::map<std::string, std::vector<FieldMatch>, std::less<>> by_table;
};
// O(columns x fields).
FieldMatches MatchFields(const MappingCatalog& catalog, const FileProfile& profile);

// Whether rows of other tables may bring along fields of these things.
bool IsBrought(std::string_view table);

inline bool IsKeyField(std::string_view field) { return field == "key" || field.ends_with("_key"); }
inline std::string_view OwnName(std::string_view field) { return field.substr(field.rfind('.') + 1); }

// The name without a word for ids at its end: "customer" of "customer_id"; whether there was one.
std::pair<std::string, bool> WithoutIdWord(std::string_view name, const Phrases& words);

// The list of words in which a table's own thing stands.
std::string_view ThingOf(const model::RecordTable& table);

}  // namespace weir::sources
