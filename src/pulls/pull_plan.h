// What is asked next, out of the puller, the settings and how far earlier pulls have come.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "pulls/pull_settings.h"
#include "pulls/pull_state.h"
#include "pulls/puller.h"
#include "pulls/request.h"

namespace weir::pulls {

// A date before every record.
Instant BeginningOfTime();

// All of the object, or what changed where that is asked in another way.
const Ask& WayOf(const PullObject& object, bool is_changes);
// {cursor} of the first page.
std::string FirstCursor(const Paging& paging);
// How the next list of the object begins.
Listing Beginning(const PullObject& object, const PullSettings& settings, const ObjectState& state, Instant now);
Fill FillOf(const PullObject& object, const PullSettings& settings, const Listing& listing);

// What the next pull would ask first, for each object, without asking.
struct PlannedRequest {
  std::string object;
  std::string method;
  std::string target;  // behind the base; of what is asked for each record, with {id} in it
  std::string body;
  std::string mappings;
  std::optional<Instant> since;
  std::string kind;  // "all", "changes", "goes_on", "each"
};
std::vector<PlannedRequest> PlanPull(const Puller& puller, const PullSettings& settings, const PullState& state,
                                     Instant now);

}  // namespace weir::pulls
