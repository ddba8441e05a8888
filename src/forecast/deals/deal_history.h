// What is known of a deal, and since when: the ground that every forecast of deals stands on.
//
// Two times are kept of each state: from which day it is true, and from which day the source knew it. The as-of rule of
// all that reads histories: for a snapshot of day T nothing whose known_day is after T is ever used, so that a forecast
// of the past is made of what could be seen then. Days are days since 1970-01-01 in the reporting zone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace weir::forecast {

using Day = std::int32_t;

enum class DealKind : std::uint8_t { kOpen, kWon, kLost };

// What is true of a deal from a day on, until the next state. Names are small numbers from 0; below 0 is "none".
struct DealState {
  Day from_day = 0;
  Day known_day = 0;  // the first day whose snapshot may use this
  int stage = -1;
  DealKind kind = DealKind::kOpen;
  double amount = 0;               // of one currency; 0 where nobody has said it
  std::optional<Day> close_day{};  // when people expect it to close, or when it closed
  int owner = -1;
  int team = -1;
};

struct DealHistory {
  Day created_day = 0;
  int segment = -1;
  int type = -1;
  // By from_day, then known_day; of equals the later one counts. SortStates brings any order into this one.
  std::vector<DealState> states{};
  std::vector<Day> contact_days{};  // rising; a contact is known on its day
};

// Puts the states and contacts of a history into the order that all readers need; stable, O(n log n).
void SortStates(DealHistory* history);

// The state of a deal on `day` by what was known on `known_by`: of the states that began by then and were known, the
// one that began last; of those that began on one day, the one that was learnt last. Nothing where there is none, which
// is how a deal looks before it is created. O(log states) where nothing was learnt late.
const DealState* StateAt(const DealHistory& history, Day day, Day known_by);

// The states that a deal went through up to `day` by what was known on `known_by`, one for each day on which one began.
std::vector<const DealState*> StatesUntil(const DealHistory& history, Day day, Day known_by);

// The first state after `day` that is won or lost, by what was known on `known_by`; the state on `day` itself where it
// is closed already, as one that was learnt after `day` is. Later ones (a deal opened again) do not matter.
const DealState* ClosingAfter(const DealHistory& history, Day day, Day known_by);

// What people have done to an open deal by `day`, as known on that day.
struct DealConduct {
  Day stage_since = 0;  // when it came into its stage, for the last time
  int pushes = 0;       // closing date moved to a later one
  std::optional<Day> last_contact{};
};

DealConduct ConductAt(const DealHistory& history, Day day);

}  // namespace weir::forecast
