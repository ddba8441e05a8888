// Periods as people of both languages say them aloud. Internal to pulse/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/words.h"
#include "base/decimal.h"
#include "pulse/view.h"

namespace weir::pulse {

using analysis::DayName;
using analysis::GroupedEn;
using analysis::GroupedRu;
using analysis::PercentOf;
using analysis::RussianForm;
using analysis::ShortMoney;

// How people call the period of a question, and what it is compared with.
struct SpokenPeriod {
  analysis::Text within;  // "this quarter", "in October 2026"; «в этом квартале»
  analysis::Text at;      // "at this point of last quarter"; «к этому дню прошлого квартала»
};
SpokenPeriod Speak(const PulseView& view);

}  // namespace weir::pulse
