// The lock of a workspace: one process writes. The file holds a line that says who, for the message to the next one.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace weir::workspace {

class WorkspaceLock {
 public:
  // Waits for the lock; then kUnavailable, naming the holder.
  static Result<WorkspaceLock> Take(const std::filesystem::path& home, std::chrono::milliseconds wait);
  WorkspaceLock(WorkspaceLock&& other) noexcept;
  WorkspaceLock& operator=(WorkspaceLock&&) = delete;
  ~WorkspaceLock();

 private:
  explicit WorkspaceLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// kUnavailable with the mend; an empty holder is another process.
Error InUseBy(const std::string& holder, const std::filesystem::path& home);

// The line that the present holder wrote; empty if nobody holds the lock.
std::string LockHolder(const std::filesystem::path& home);

}  // namespace weir::workspace
