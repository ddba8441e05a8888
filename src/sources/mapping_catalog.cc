#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/embedded.h"
#include "sources/mapping.h"

namespace weir::sources {
namespace {

constexpr std::uintmax_t kLargestMapping = 1 << 20;

Result<std::string> ReadSmallFile(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return Fail(Unavailable("cannot read the file: {}", error.message()).At(path.string()));
  if (size > kLargestMapping) return Fail(TooLarge("a mapping is at most 1 MiB large").At(path.string()));
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return Fail(Unavailable("cannot read the file").At(path.string()));
  return text;
}

void Put(MappingCatalog& catalog, Mapping mapping) {
  const auto same = std::ranges::find_if(catalog.mappings, [&](const Mapping& other) {
    return other.source == mapping.source && other.object == mapping.object;
  });
  if (same != catalog.mappings.end()) {
    *same = std::move(mapping);
  } else {
    catalog.mappings.push_back(std::move(mapping));
  }
}

Status LoadDirectory(const RecordSchema& records, const std::filesystem::path& directory, MappingCatalog& catalog) {
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) return {};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  }
  if (error) return Fail(Unavailable("cannot list the folder: {}", error.message()).At(directory.string()));
  std::ranges::sort(files);
  for (const std::filesystem::path& file : files) {
    auto text = ReadSmallFile(file);
    auto mapping = text ? ParseMapping(*text, file.string(), records) : Fail(std::move(text).error());
    if (mapping) {
      Put(catalog, std::move(*mapping));
    } else {
      catalog.problems.push_back(std::move(mapping).error());
    }
  }
  return {};
}

}  // namespace

const Mapping* MappingCatalog::Find(std::string_view source, std::string_view object) const {
  const auto found = std::ranges::find_if(
      mappings, [&](const Mapping& mapping) { return mapping.source == source && mapping.object == object; });
  return found == mappings.end() ? nullptr : &*found;
}

Result<MappingCatalog> LoadMappings(const RecordSchema& records, const std::filesystem::path& directory) {
  MappingCatalog catalog;
  for (const EmbeddedFile& file : EmbeddedFiles("catalog")) {
    if (!file.path.starts_with("sources/") || !file.path.ends_with(".toml")) continue;
    const std::string name = "catalog/" + std::string(file.path);
    WEIR_TRY(Mapping mapping, ParseMapping(file.bytes, name, records));
    if (catalog.Find(mapping.source, mapping.object) != nullptr) {
      return Fail(BadInput("{} {} is mapped twice", mapping.source, mapping.object).At(name));
    }
    Put(catalog, std::move(mapping));
  }
  if (!directory.empty()) WEIR_TRY(LoadDirectory(records, directory, catalog));
  std::ranges::sort(catalog.mappings, [](const Mapping& a, const Mapping& b) {
    return std::pair(std::string_view(a.source), std::string_view(a.object)) <
           std::pair(std::string_view(b.source), std::string_view(b.object));
  });
  return catalog;
}

}  // namespace weir::sources
