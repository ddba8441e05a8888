// What counts as an activity with a customer: what the lists count as scoped.interaction, here of the facts of one
// record. Internal to customers/.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "customers/facts.h"

namespace weir::customers {

struct Interaction {
  Instant at;
  std::string kind = {};  // as the timeline has it
  std::string member = {};
  std::string person_id = {};
  std::string lead_id = {};
};

// Newest first: what was entered, unless it is a task that nobody has done; answered calls and messages of which no
// entry among the facts tells. Whom an entry does not name, its call or its message does.
std::vector<Interaction> InteractionsOf(const Facts& facts);

// The entries of a CRM that stand for a call or a message.
std::unordered_set<std::string> EntriesOf(const Facts& facts);

}  // namespace weir::customers
