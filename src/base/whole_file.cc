#include "base/whole_file.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace weir {
namespace {

Status CannotWrite(const std::filesystem::path& path, const std::string& why) {
  return Fail(
      Unavailable("cannot write the file: {}", why).At(path.string()).Mend("Check the folder and the free space"));
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

}  // namespace

Status WriteWholeFile(const std::filesystem::path& path, std::string_view text) {
  const std::string beside = path.string() + fmt::format(".{}.part", ::getpid());
  constexpr int kMode = 0600;
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0) return CannotWrite(path, std::strerror(errno));
  const bool is_written = WriteAll(file, text);
  const std::string why = std::strerror(errno);
  ::close(file);
  std::error_code error;
  if (is_written) {
    std::filesystem::rename(beside, path, error);
    if (!error) return {};
  }
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  return CannotWrite(path, is_written ? error.message() : why);
}

}  // namespace weir
