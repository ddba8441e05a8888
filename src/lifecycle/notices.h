// What to tell about stages that no line knows: which appeared, which were renamed, which are empty now, and how many
// there are.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/text.h"
#include "base/time.h"
#include "lifecycle/stages.h"

namespace weir::lifecycle {

struct Notice {
  std::string code = {};  // stage_renamed, stage_appeared, stage_emptied, stages_unmapped
  analysis::Text text = {};
};

// The table that tells them; an import tells them as well.
analysis::TableSpec NoticesTable();

// In the order of the stages; how many there are comes last. Mapped stages are no news.
std::vector<Notice> NoticesOf(std::span<const StageRow> stages, const TimeZone& zone);

}  // namespace weir::lifecycle
