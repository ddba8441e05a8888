// When a workspace counts who asks for what, and where the counts go. Internal to workspace/.
#pragma once

#include <string>

#include "access/access.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/use_things.h"
#include "workspace/workspace.h"

namespace weir::workspace {

// Counting is on or off as the newest data version has it.
Status FollowUse(const store::Database& database, access::Access& access);

void NoteUse(access::Access& access, const Things& things, const analysis::Principal& principal,
             const std::string& department);

// Writes down what is noted, and what processes that only read have left; whoever only reads leaves it to the next one.
// A failure is told to the program's log alone.
void KeepUse(access::Access& access, const OpenOptions& options);
// The same at the end of a process: one that was asked nothing leaves the store as it is.
void EndUse(access::Access& access, const OpenOptions& options);

}  // namespace weir::workspace
