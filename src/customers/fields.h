// Each field of a record with its source: which source says so, since when it was known, and what the others say.
// Internal to customers/.
#pragma once

#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/record.h"

namespace weir::customers {

struct FieldSpec {
  std::string name = {};  // in scoped.<kind>_record and scoped.<kind>_version alike
  analysis::ColumnType type = analysis::ColumnType::kText;
  analysis::Text title = {};
};
// What a record of the kind may tell of itself, in the order in which it is read.
const std::vector<FieldSpec>& FieldsOf(RecordKind kind);

const analysis::TableSpec& FieldsSpec();       // a row a field that anyone fills
const analysis::TableSpec& FieldValuesSpec();  // a row a field and source record

struct FieldTables {
  analysis::Table fields;
  analysis::Table values;
};

// Of what was said, by time: source, object, source_key, when, then the fields. `emptied` names those whose value
// somebody took away.
FieldTables TablesOf(const std::vector<FieldSpec>& fields, const store::Rows& rows, Instant as_of,
                     const std::vector<std::pair<std::string, store::Value>>& shown,
                     const std::vector<std::string>& emptied);

// `shown` gives the value of the record itself, by name of field; a field that it does not name takes what the best
// source says. `homes` are those of a deal. O(observations of the record).
Result<FieldTables> ReadFields(RecordKind kind, const std::string& id, const Slots& homes,
                               const std::vector<std::pair<std::string, store::Value>>& shown,
                               analysis::Context& context);

}  // namespace weir::customers
