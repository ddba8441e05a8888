#include "workspace/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

namespace weir::workspace {
namespace {

constexpr std::chrono::milliseconds kPause{50};
constexpr std::size_t kLongestCommand = 120;

std::filesystem::path LockPath(const std::filesystem::path& home) { return home / "workspace.lock"; }

// "process 4711: weir up exports".
std::string ThisProcess() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string words(std::istreambuf_iterator<char>(file), {});
  while (!words.empty() && words.back() == '\0') words.pop_back();
  for (char& c : words) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  const std::size_t program_end = std::min(words.find(' '), words.size());
  const std::size_t slash = words.rfind('/', program_end);
  if (slash != std::string::npos) words.erase(0, slash + 1);
  if (words.size() > kLongestCommand) words = words.substr(0, kLongestCommand) + "...";
  return words.empty() ? fmt::format("process {}", ::getpid()) : fmt::format("process {}: {}", ::getpid(), words);
}

std::string ReadLine(int descriptor) {
  std::array<char, 400> buffer{};
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
      return Fail(InUseBy(ReadLine(descriptor), home));
    }
    std::this_thread::sleep_for(kPause);
  }
  // The line is only for messages: on a full disk it stays empty, and the lock holds all the same.
  const std::string line = ThisProcess() + "\n";
  [[maybe_unused]] const bool is_told =
      ::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, line.data(), line.size(), 0) > 0;
  return lock;
}

WorkspaceLock::WorkspaceLock(WorkspaceLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

WorkspaceLock::~WorkspaceLock() {
  if (descriptor_ >= 0) ::close(descriptor_);  // closing releases the lock
}

Error InUseBy(const std::string& holder, const std::filesystem::path& home) {
  return Unavailable("the workspace is in use by {}", holder.empty() ? MakePhrase("another process") : AsIs(holder))
      .At(home.string())
      .Mend("Wait for it, stop it, or choose another workspace with --home");
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
