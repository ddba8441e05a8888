#include "workspace/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

namespace weir::workspace {
namespace {

constexpr std::chrono::milliseconds kPause{50};

std::filesystem::path LockPath(const std::filesystem::path& home) { return home / "workspace.lock"; }

std::string ReadLine(int descriptor) {
  std::array<char, 200> buffer{};
  const ssize_t count = ::pread(descriptor, buffer.data(), buffer.size(), 0);
  if (count <= 0) return {};
  std::string text(buffer.data(), static_cast<std::size_t>(count));
  return text.substr(0, text.find('\n'));
}

}  // namespace

Result<WorkspaceLock> WorkspaceLock::Take(const std::filesystem::path& home, std::chrono::milliseconds wait) {
  const std::filesystem::path path = LockPath(home);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return Fail(Unavailable("cannot open the lock: {}", std::strerror(errno)).At(path.string()));
  }
  WorkspaceLock lock(descriptor);
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      const std::string holder = ReadLine(descriptor);
      return Fail(Unavailable("the workspace is in use by {}", holder.empty() ? "another process" : holder)
                      .At(home.string())
                      .Mend("Wait for it, stop it, or choose another workspace with --home"));
    }
    std::this_thread::sleep_for(kPause);
  }
  const std::string line = fmt::format("process {}\n", ::getpid());
  if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, line.data(), line.size(), 0) < 0) {
    return Fail(Unavailable("cannot write the lock: {}", std::strerror(errno)).At(path.string()));
  }
  return lock;
}

WorkspaceLock::WorkspaceLock(WorkspaceLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

WorkspaceLock::~WorkspaceLock() {
  if (descriptor_ >= 0) ::close(descriptor_);  // closing releases the lock
}

std::string LockHolder(const std::filesystem::path& home) {
  const int descriptor = ::open(LockPath(home).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  std::string holder;
  if (::flock(descriptor, LOCK_SH | LOCK_NB) != 0) {
    holder = ReadLine(descriptor);
    if (holder.empty()) holder = "another process";
  }
  ::close(descriptor);
  return holder;
}

}  // namespace weir::workspace
