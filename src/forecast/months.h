// Calendar months as numbers, one after the other.
#pragma once

#include "base/time.h"
#include "metrics/period.h"

namespace weir::forecast {

// Months since January of year 0.
inline int MonthOf(Date day) {
  const CivilDate civil = ToCivil(day);
  return civil.year * 12 + civil.month - 1;
}
inline Date FirstDayOf(int month) { return FromCivil({.year = month / 12, .month = month % 12 + 1, .day = 1}); }
inline Date LastDayOf(int month) { return {FirstDayOf(month + 1).days - 1}; }
inline metrics::DayRange DaysOf(int month) { return {FirstDayOf(month), LastDayOf(month)}; }
inline int LengthOf(int month) { return LastDayOf(month).days - FirstDayOf(month).days + 1; }
// The first month that is not over by the day.
inline int FirstUnended(Date day) { return MonthOf({day.days + 1}); }

}  // namespace weir::forecast
