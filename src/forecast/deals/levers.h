// What a scenario may move, as factors of what the past says; 1 leaves all as it is. Each is above 0.
#pragma once

namespace weir::forecast {

struct Levers {
  double win_rate = 1;  // of deals that close, so many times as many are won: as many close as before
  double cycle = 1;     // all that becomes of a deal takes so many times as long
  double volume = 1;    // deals created from now on
  double price = 1;     // amounts of all that is not won yet
};

}  // namespace weir::forecast
