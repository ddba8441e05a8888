// sql: a checked query of a person, run over the views as he sees them, within limits.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "explore/views.h"
#include "explore/watch.h"

namespace weir::explore {

inline constexpr std::size_t kMostBytes = std::size_t{32} << 20;  // of the values of an answer

analysis::Analysis SqlAnalysis(std::shared_ptr<const Offer> offer, std::shared_ptr<Gate> gate);

}  // namespace weir::explore
