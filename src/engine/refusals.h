// Keeps people who refused to be written to or called out of what is saved as a list (docs/consent.md).
#pragma once

#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/engine.h"

namespace weir::engine {

// Whether any of its tables can be such a list.
bool HasContacts(const analysis::Analysis& analysis);

// Takes the rows of refused people out of each table whose declaration says that it lists people, and warns of how many
// went. A channel counts where the table carries it: refused e-mail where there is a column `email`, refused calls
// where there is `phone` or `mobile`; any of the two where there is neither. Reads scoped.refusal: cost O(refusals +
// rows).
Status LeaveOutRefused(const analysis::Analysis& analysis, store::Session& session, analysis::Output& output);
// The same of one table, whose rows are people by the id in a column; kAnyAddress: where any cell is a refused address.
Status LeaveOutRefused(const std::string& contacts, store::Session& session, analysis::Table& table,
                       std::vector<analysis::Warning>& warnings);

}  // namespace weir::engine
