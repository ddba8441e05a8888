// Shares and hours in words of both languages, beside analysis/words.h. Internal to setup/.
#pragma once

#include <cstdint>

#include "analysis/words.h"
#include "base/working_hours.h"

namespace weir::setup {

using analysis::GroupedEn;
using analysis::GroupedRu;
using analysis::MonthName;
using analysis::PercentOf;
using analysis::RussianForm;

Decimal ShareOf(std::int64_t part, std::int64_t whole);  // nine digits, half up; 0 of nothing
analysis::Text ShownHours(const WorkingHours& hours);    // "Mon-Fri, 9:00-18:00", "пн-пт, 9:00-18:00"

}  // namespace weir::setup
