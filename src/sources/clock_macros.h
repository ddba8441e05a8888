// The moments of what clocks on the wall showed, in SQL. Private to sources/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace weir::sources {

// Macros of one argument, a TIMESTAMP as the wall clock of the zone showed it, that give the TIMESTAMP in UTC. A
// missing hour is moved forward; of an hour that passes twice they give the first and the second passing.
inline constexpr std::string_view kFirstPassing = "first_passing";
inline constexpr std::string_view kSecondPassing = "second_passing";

// CREATE OR REPLACE MACRO of both. The offsets of the years 1990 to 2060 stand in the text, as comparisons: the store
// asks its calendar for each row, which takes fifty times longer; before and after it is asked, and gives the second
// passing.
std::vector<std::string> ClockMacros(const TimeZone& zone);

}  // namespace weir::sources
