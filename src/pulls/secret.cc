#include "pulls/secret.h"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace weir::pulls {
namespace {

namespace fs = std::filesystem;

Result<std::string> ReadWhole(int file, const fs::path& path) {
  constexpr std::size_t kMost = 64 << 10;
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const ssize_t got = ::read(file, piece.data(), piece.size());
    if (got < 0)
      return Fail(Unavailable("cannot read the file: {}", std::generic_category().message(errno)).At(path.string()));
    if (got == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(got));
    if (text.size() > kMost) return Fail(BadInput("the file of the token is too large").At(path.string()));
  }
}

}  // namespace

Result<std::string> ReadPrivate(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0) {
    return Fail(BadInput("the file of the token cannot be read: {}", std::generic_category().message(errno))
                    .At(path.string())
                    .Mend("Write the token into it, and nothing else"));
  }
  const auto closed = std::unique_ptr<const int, void (*)(const int*)>(&file, [](const int* each) { ::close(*each); });
  struct stat about{};
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    return Fail(BadInput("the file of the token is not a regular file").At(path.string()));
  }
  constexpr mode_t kOthers = 077;
  if ((about.st_mode & kOthers) != 0 || (about.st_uid != ::geteuid() && about.st_uid != 0)) {
    return Fail(BadInput("others may read the file of the token")
                    .At(path.string())
                    .Mend("Make it yours alone: chmod 600 {}", path.string()));
  }
  return ReadWhole(file, path);
}

std::string WithoutSecrets(std::string text, const std::vector<Secret>& secrets) {
  constexpr std::string_view kMark = "***";
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret.Reveal()); at != std::string::npos;
         at = text.find(secret.Reveal(), at + kMark.size())) {
      text.replace(at, secret.Reveal().size(), kMark);
    }
  }
  return text;
}

}  // namespace weir::pulls
