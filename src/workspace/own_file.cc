#include "workspace/own_file.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

// Neither ends with .toml, so that nobody reads them as definitions.
fs::path Unfinished(const fs::path& path) { return path.string() + ".new"; }
fs::path Aside(const fs::path& path) { return path.string() + ".taken"; }

std::error_code LastError() { return {errno, std::generic_category()}; }

// On the disk before the transaction says that it is in force.
std::error_code WriteWhole(const fs::path& path, std::string_view text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return LastError();
  std::error_code error;
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0 &&
                          ::fsync(::fileno(file)) == 0;
  if (!is_written) error = LastError();
  if (std::fclose(file) != 0 && !error) error = LastError();
  return error;
}

std::error_code SyncFolder(const fs::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return LastError();
  std::error_code error;
  if (::fsync(folder) != 0) error = LastError();
  ::close(folder);
  return error;
}

Error CannotWrite(const fs::path& path, const std::error_code& error) {
  return Unavailable("cannot write the definition: {}", error.message()).At(path.string());
}

}  // namespace

OwnFileChange::~OwnFileChange() {
  std::error_code ignored;
  if (!put_.empty()) fs::remove(put_, ignored);
  if (!taken_.empty()) fs::rename(Aside(taken_), taken_, ignored);
}

Status OwnFileChange::Put(const fs::path& path, std::string_view text) {
  std::error_code error;
  if (fs::exists(path, error)) {
    std::ifstream file(path, std::ios::binary);
    const std::string there{std::istreambuf_iterator<char>(file), {}};
    if (there == text) return {};
    return Fail(Conflict("a file with another definition is in the way").At(path.string()).Mend("Move it away"));
  }
  fs::create_directories(path.parent_path(), error);
  if (error) return Fail(CannotWrite(path, error));
  error = WriteWhole(Unfinished(path), text);
  if (!error) fs::rename(Unfinished(path), path, error);
  if (!error) error = SyncFolder(path.parent_path());
  if (error) {
    std::error_code ignored;
    fs::remove(Unfinished(path), ignored);
    return Fail(CannotWrite(path, error));
  }
  put_ = path;
  return {};
}

Status OwnFileChange::Take(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  fs::rename(path, Aside(path), error);
  if (error) return Fail(CannotWrite(path, error));
  taken_ = path;
  return {};
}

void OwnFileChange::Keep() {
  std::error_code ignored;
  if (!taken_.empty()) fs::remove(Aside(taken_), ignored);
  put_.clear();
  taken_.clear();
}

}  // namespace weir::workspace
