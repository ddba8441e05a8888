// Numbers and names of months in words of both languages.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/text.h"
#include "base/decimal.h"
#include "base/time.h"

namespace weir::analysis {

// "1,234,567" and "1 234 567" with a narrow no-break space; rounded to whole units, half to even.
std::string GroupedEn(Decimal value);
std::string GroupedRu(Decimal value);
inline std::string GroupedEn(std::int64_t value) { return GroupedEn(Decimal{value, 0}); }
inline std::string GroupedRu(std::int64_t value) { return GroupedRu(Decimal{value, 0}); }

// A share without its sign, "12.5%" and "12,5 %"; from ten percent on without the digit.
Text PercentOf(Decimal share);

// Three digits at most from ten thousand on: "€1.59M" and "1,59 млн €". Money of no currency is a bare number.
Text ShortMoney(Decimal value, std::string_view currency);

// 1 сделка, 2 сделки, 5 сделок.
std::string_view RussianForm(std::int64_t count, std::string_view one, std::string_view few, std::string_view many);

// "January", "январь".
Text MonthName(int month);
// "20 November 2026" and "20 ноября 2026 года".
Text DayName(Date day);

}  // namespace weir::analysis
