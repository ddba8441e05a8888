// Questions that are declared as actions, because what is asked is nobody else's business: they come by POST, the
// parameters in the body, and are in no address, cache, log or list of what is asked; the answer does not repeat them.
#pragma once

#include <string>
#include <string_view>

#include "analysis/declaration.h"

namespace weir::analysis {

// It changes no model and its result has no table `decision`: it leaves none.
bool OnlyAsks(const Action& action);
// Such an action is also found by its words as a path, and takes its parameters as they are: "identity/match".
std::string PlainPathOf(std::string_view id);

}  // namespace weir::analysis
