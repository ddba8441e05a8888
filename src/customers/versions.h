// What changed in a record, when, by which source or person, and how that is known. Internal to customers/.
#pragma once

#include <string>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/record.h"

namespace weir::customers {

const analysis::TableSpec& VersionsSpec();

// Of an account or a person that lies in these homes: a row a changed field, newest first; the first version of a
// record is one row without a field.
Result<analysis::Table> ReadVersions(RecordKind kind, const std::string& id, const Slots& homes,
                                     analysis::Context& context);
// The same of several deals.
Result<analysis::Table> ReadDealVersions(const std::vector<std::string>& deals, const Slots& homes,
                                         analysis::Context& context);

}  // namespace weir::customers
