// How far a pull has come: what is kept in the inbox between runs, and what a run that was stopped goes on from.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace weir::pulls {

// A list that is being read.
struct Listing {
  bool is_changes = false;        // the way of asking: all, or what changed
  std::optional<Instant> since;   // as asked
  std::optional<Instant> until;   // the end of the window
  std::optional<Instant> began;   // by the clock of the service
  std::optional<Instant> newest;  // of the stamps seen
  std::string cursor;             // of the next page; or its address, behind the base
  std::int64_t taken = 0;         // records since {since} was set
};

struct ObjectState {
  std::optional<Instant> since;  // up to here it is known
  std::optional<Instant> asked;  // the last time that a list was read to its end
  std::string kept;              // address from which the next pull goes on
  std::optional<Listing> listing;
  std::int64_t version = 1;       // of a whole table
  std::deque<std::string> queue;  // records of the object above that are still to be asked for
};

struct PullState {
  std::string account;  // the origin: another one begins anew
  std::map<std::string, ObjectState> objects;
};

std::string ToText(const PullState& state);
// An empty text is the beginning.
Result<PullState> ReadPullState(std::string_view text);

}  // namespace weir::pulls
