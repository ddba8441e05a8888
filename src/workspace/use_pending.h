// Uses that a process could not write down because it had the workspace for reading only: a command line beside no
// server. They wait in a file of the workspace for the next process that writes. Internal to workspace/.
#pragma once

#include <filesystem>
#include <vector>

#include "access/use_book.h"
#include "base/result.h"

namespace weir::workspace {

// Adds to the file; several processes may do so at once. Nothing is added to a file that has grown large, and where the
// folder cannot be written to: counting stops no command.
void LeaveUses(const std::filesystem::path& home, const std::vector<access::CountedUse>& uses);
// What is there; the file is gone then. A line that cannot be read is left out.
std::vector<access::CountedUse> TakeUses(const std::filesystem::path& home);

}  // namespace weir::workspace
