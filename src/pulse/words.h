// Numbers, money and periods as people of both languages say them aloud. Internal to pulse/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/text.h"
#include "base/decimal.h"
#include "pulse/view.h"

namespace weir::pulse {

// "1,234,567" and "1 234 567" with a narrow no-break space; rounded to whole units, half to even.
std::string GroupedEn(Decimal value);
std::string GroupedRu(Decimal value);

// Three digits at most from ten thousand on: "€1.59M" and "1,59 млн €". Money of no currency is a bare number.
analysis::Text ShortMoney(Decimal value, std::string_view currency);

// A share without its sign, "12.5%" and "12,5 %"; from ten percent on without the digit.
analysis::Text PercentOf(Decimal share);

// 1 сделка, 2 сделки, 5 сделок.
std::string_view RussianForm(std::int64_t count, std::string_view one, std::string_view few, std::string_view many);

// "20 November 2026" and "20 ноября 2026 года".
analysis::Text DayName(Date day);

// How people call the period of a question, and what it is compared with.
struct SpokenPeriod {
  analysis::Text within;  // "this quarter", "in October 2026"; «в этом квартале»
  analysis::Text at;      // "at this point of last quarter"; «к этому дню прошлого квартала»
};
SpokenPeriod Speak(const PulseView& view);

}  // namespace weir::pulse
