// How cleaning recipes reach records: steps that the views rec.<table> apply to what mappings say, one after another.
// The observations stay as they are; what a step changed is told in the column _cleaned of the record.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace weir::sources {

// One step of a recipe over the rows of a record table: columns of it that get another value.
struct CleaningStep {
  struct Column {
    std::string name;        // of the record table
    std::string expression;  // SQL over the columns of the record table, before this step
  };
  std::string table;
  std::vector<Column> columns;
  std::string recipe;  // "3@2": its number and version

  bool operator==(const CleaningStep&) const = default;
};

// Record tables that can be cleaned: what companies, people, leads and deals are known by.
bool CanBeCleaned(std::string_view table);

// Columns whose corrections stand, by the names that corrections know: a decision about one cell outranks every recipe.
struct CorrectedField {
  std::string table;
  std::string column;  // of the record table
  std::string field;   // as rec.correction names it
};

// SELECT of the rows of `from`, shaped as the record table, cleaned; `_cleaned` names what changed in the order of the
// steps: ",phone=3@2,country=1@1".
std::string CleanedSelect(std::string_view table, std::string_view from, std::span<const CleaningStep> steps,
                          std::span<const CorrectedField> corrected);

// The statement that makes the view rec.<table> over rec.uncleaned_<table>.
std::string CleanedView(const std::string& table, std::span<const CleaningStep> steps,
                        std::span<const CorrectedField> corrected);

// Fields with a correction, whether or not it stands.
Result<std::vector<CorrectedField>> ListCorrectedFields(store::Connection& connection);

}  // namespace weir::sources
