// One owner per department of a record, as far as the data tell. Internal to customers/.
#pragma once

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "customers/facts.h"

namespace weir::customers {

const analysis::TableSpec& OwnersSpec();

// Four rows: sales, marketing, success, finance; without a name where nothing tells. `owner_id` is that of the record.
Result<analysis::Table> MakeOwners(const Facts& facts, const std::string& owner_id, analysis::Context& context);

}  // namespace weir::customers
