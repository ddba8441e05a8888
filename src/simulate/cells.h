// How vendors write values down.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "simulate/calendar.h"

namespace weir::simulate {

void PutInteger(std::string& cell, std::int64_t value);
void PutDate(std::string& cell, Date date);  // 2026-03-05
// Minor units as a decimal with at least one digit after the point, as Salesforce writes doubles: 1200.0, 12.34.
void PutSalesforceAmount(std::string& cell, std::int64_t minor);
void PutAmount(std::string& cell, std::int64_t minor);              // 1200.00
void PutSalesforceTime(std::string& cell, Instant at);              // 2026-03-05T10:12:13.000Z
void PutUtcTime(std::string& cell, Instant at);                     // 2026-03-05 10:12:13
void PutLocalMinute(std::string& cell, std::int64_t local_micros);  // 2026-03-05 11:12
std::string DottedDay(Date date);                                   // 05.03.2026
inline void PutBool(std::string& cell, bool value) { cell.append(value ? "true" : "false"); }
inline void PutUpperBool(std::string& cell, bool value) { cell.append(value ? "TRUE" : "FALSE"); }

// Nothing for moments that never come.
inline void PutUtcTimeIfAny(std::string& cell, Instant at) {
  if (at != kNever) PutUtcTime(cell, at);
}

// The latest of these moments that is not after `moment`; the first of them must not be.
inline Instant LatestOf(Instant moment, std::initializer_list<Instant> candidates) {
  Instant latest = *candidates.begin();
  for (const Instant candidate : candidates) {
    if (candidate <= moment) latest = std::max(latest, candidate);
  }
  return latest;
}

// The moment itself if it has come by then, else kNever.
constexpr Instant IfCome(Instant at, Instant by) { return at <= by ? at : kNever; }

}  // namespace weir::simulate
