#include "base/definitions.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/embedded.h"
#include "base/text.h"

namespace weir {
namespace {

constexpr std::uintmax_t kLargest = 1 << 20;

Result<std::string> ReadSmallFile(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Fail(Unavailable("cannot read the file: {}", error.message()).At(path.string()));
  if (size > kLargest) return Fail(TooLarge("a definition is at most 1 MiB large").At(path.string()));
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) return Fail(Unavailable("cannot read the file").At(path.string()));
  if (!IsValidUtf8(text) || text.find('\0') != std::string::npos) {
    return Fail(BadInput("the file is not UTF-8 text").At(path.string()).Mend("Save it as UTF-8"));
  }
  return text;
}

void ReadOwn(const std::filesystem::path& path, std::string shown, OwnDefinitionFiles& own) {
  if (auto text = ReadSmallFile(path)) {
    own.files.push_back({std::move(shown), std::move(*text), true});
  } else {
    own.problems.push_back(std::move(text).error());
  }
}

}  // namespace

std::vector<DefinitionFile> BuiltInDefinitions(std::string_view folder) {
  const std::string prefix = std::string(folder) + "/";
  std::vector<DefinitionFile> files;
  for (const EmbeddedFile& file : EmbeddedFiles("catalog")) {
    if (!file.path.starts_with(prefix) || !file.path.ends_with(".toml")) continue;
    files.push_back({"catalog/" + std::string(file.path), std::string(file.bytes), false});
  }
  return files;
}

DefinitionFile BuiltInDefinition(std::string_view name) {
  const auto text = FindEmbedded("catalog", name);
  WEIR_CHECK(text.has_value());
  return {fmt::format("catalog/{}", name), std::string(*text), false};
}

OwnDefinitionFiles OwnDefinitions(std::string_view folder, const std::filesystem::path& directory) {
  OwnDefinitionFiles own;
  std::error_code error;
  if (directory.empty() || !std::filesystem::is_directory(directory, error)) return own;
  std::vector<std::filesystem::path> paths;
  for (auto entry = std::filesystem::directory_iterator(directory, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".toml") paths.push_back(entry->path());
  }
  if (error) own.problems.push_back(Unavailable("cannot list the folder: {}", error.message()).At(directory.string()));
  std::ranges::sort(paths);
  for (const std::filesystem::path& path : paths) {
    ReadOwn(path, fmt::format("{}/{}", folder, path.filename().string()), own);
  }
  return own;
}

OwnDefinitionFiles OwnDefinition(const std::filesystem::path& path) {
  OwnDefinitionFiles own;
  std::error_code error;
  if (std::filesystem::exists(path, error)) ReadOwn(path, path.filename().string(), own);
  return own;
}

}  // namespace weir
