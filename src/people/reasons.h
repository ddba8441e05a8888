// Why a guess was made, in words. The model keeps reasons as "kind=detail", the strongest first, divided by the unit
// separator (models/member_guess.sql).
#pragma once

#include <string_view>

#include "analysis/text.h"

namespace weir::people {

// The strongest few reasons as one line; empty for none.
analysis::Text WordsOf(std::string_view reasons);

}  // namespace weir::people
