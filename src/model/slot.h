// The slot of an id: which block its record and its facts lie in. The same number as slot_of of
// models/scoped/macros.sql, without a statement to ask for it.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::model {

std::int64_t SlotOf(std::string_view id);

}  // namespace weir::model
