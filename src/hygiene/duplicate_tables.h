// What the analyses of duplicates have in common. Internal to hygiene/.
#pragma once

#include <vector>

#include "analysis/declaration.h"
#include "hygiene/duplicate_effect.h"
#include "hygiene/duplicate_queue.h"

namespace weir::hygiene {

analysis::TableSpec QueueTable();
std::vector<store::Value> QueueRow(const DuplicatePair& pair, const DuplicateEffects& effects);

}  // namespace weir::hygiene
