// What a pasted list of people would change, and which of its lines cannot be taken over and why. The action and its
// preview both ask here, so that one shows what the other does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "people/directory.h"
#include "people/refusal.h"

namespace weir::people {

struct TakeOver {
  std::vector<Change> changes = {};       // members of the directory: it must outlive them
  std::vector<Refusal> refused = {};      // by line
  std::int64_t lines = 0;                 // below the header, empty ones left out
  std::vector<std::string> unknown = {};  // headers that say nothing to us
};

// `since` is for lines without a day of their own. Fails only where the text is no table at all.
Result<TakeOver> PlanTakeOver(const std::string& text, Date since, const Directory& directory);

}  // namespace weir::people
