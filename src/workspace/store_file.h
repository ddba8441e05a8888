// The file weir.duckdb of a workspace: made whole or not at all, and opened when no other process is in the way.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/database.h"
#include "workspace/definitions.h"
#include "workspace/workspace.h"

namespace weir::workspace {

std::filesystem::path StorePath(const std::filesystem::path& home);
// One that is being made, until it takes the other's name.
std::filesystem::path NewStorePath(const std::filesystem::path& home);

store::OpenOptions StoreOptions(const OpenOptions& options);

// Makes the directory if there is none and `create` allows it; kNotFound otherwise.
Status MakeHome(const OpenOptions& options);

// Opens the store and brings it to this program and these definitions: they are recorded where they differ, and the
// model is built where it is behind. A store that is not there is made under another name first, so that whatever stops
// that leaves no half of one in place; it has an empty model from its first moment, so that every question has an
// answer. Needs the lock of the workspace.
Result<store::Database> OpenToWrite(const OpenOptions& options, const DefinitionSet& set,
                                    const Definitions& definitions);

// Takes the file away, and what lies beside it.
void RemoveStore(const std::filesystem::path& path);

// Waits as long as `lock_wait` for a process that has the file open; then kUnavailable, naming it.
Result<store::Database> OpenStore(const OpenOptions& options);

}  // namespace weir::workspace
