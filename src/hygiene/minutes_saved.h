// What cleaning by hand would have taken, by the setting seconds_per_edit. Internal to hygiene/.
#pragma once

#include <cstdint>
#include <string>

#include "analysis/result.h"
#include "base/result.h"
#include "store/engine.h"

namespace weir::hygiene {

analysis::Column MinutesOf(std::string en, std::string ru);
Result<std::int64_t> SecondsPerEdit(store::Session& session);
// Tenths of a minute, half up.
store::Value Minutes(std::int64_t values, std::int64_t seconds);

}  // namespace weir::hygiene
