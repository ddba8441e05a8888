#include "workspace/own_file.h"

#include <fstream>
#include <iterator>
#include <system_error>

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;

// Neither ends with .toml, so that nobody reads them as definitions.
fs::path Unfinished(const fs::path& path) { return path.string() + ".new"; }
fs::path Aside(const fs::path& path) { return path.string() + ".taken"; }

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
  std::ofstream file(Unfinished(path), std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) error = std::make_error_code(std::errc::io_error);
  if (!error) fs::rename(Unfinished(path), path, error);
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
