// Shares, counts, months and hours in words of both languages. Internal to setup/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "analysis/text.h"
#include "base/decimal.h"
#include "base/working_hours.h"

namespace weir::setup {

Decimal ShareOf(std::int64_t part, std::int64_t whole);  // nine digits, half up; 0 of nothing
analysis::Text PercentOf(const Decimal& share);          // "87%", "87 %"
std::string Grouped(std::int64_t count);                 // "12 345" with a narrow space, as both languages read it
std::string_view RussianForm(std::int64_t count, std::string_view one, std::string_view few, std::string_view many);
analysis::Text MonthName(int month);                   // "January", "январь"
analysis::Text ShownHours(const WorkingHours& hours);  // "Mon-Fri, 9:00-18:00", "пн-пт, 9:00-18:00"
analysis::Text SourceTitle(std::string_view source);   // "Salesforce"

}  // namespace weir::setup
