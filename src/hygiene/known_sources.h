// Which sources tell of companies and people, so that a name that nobody knows is no empty answer. Internal to Weir's
// desks.
#pragma once

#include <string>

#include "base/result.h"
#include "store/database.h"

namespace weir::hygiene {

// Nothing where the name is empty, or there are no sources yet. Errors: kNotFound with all that there are.
Status CheckSource(const std::string& source, store::Session& session);

}  // namespace weir::hygiene
