// Decides whether a query of a person may run: it must be one SELECT, and every table that it names must be one that
// the person may read. The store parses; what it parsed is looked at, never the text.
#pragma once

#include <string>
#include <string_view>

#include "analysis/principal.h"
#include "base/result.h"
#include "store/engine.h"

namespace weir::workspace {

// Readable are scoped.* and information_schema; for who sees all rows and personal data the layers below them as well.
// Nobody reads accounts, sessions and the audit log this way.
Status CheckQuery(store::Session& session, const std::string& query, const analysis::Principal& principal);

}  // namespace weir::workspace
