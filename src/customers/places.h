// Where the facts of records lie, and of which kinds there are any. Internal to customers/.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"

namespace weir::customers {

using Slots = std::set<std::int64_t>;

// By kind of fact ("activity", "deal", ...) the slots of the homes under which there are any.
struct Places {
  std::map<std::string, Slots, std::less<>> homes = {};
  const Slots& Of(std::string_view fact) const;  // empty where there are none
};

// Of accounts, people, deals or leads by their ids. "alone": of ids that are themselves the home of facts that name no
// account. O(ids), in one statement.
Result<Places> ReadPlaces(std::string_view kind, const std::vector<std::string>& ids, analysis::Context& context);

// column IN (1, 2, ...), FALSE without slots.
std::string InSlots(std::string_view column, const Slots& slots);
Slots SlotsOf(const std::vector<std::string>& ids);

}  // namespace weir::customers
