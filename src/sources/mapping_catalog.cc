#include <algorithm>
#include <iterator>

#include "sources/mapping.h"

namespace weir::sources {
namespace {

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

}  // namespace

const Mapping* MappingCatalog::Find(std::string_view source, std::string_view object) const {
  const auto found = std::ranges::find_if(
      mappings, [&](const Mapping& mapping) { return mapping.source == source && mapping.object == object; });
  return found == mappings.end() ? nullptr : &*found;
}

Result<MappingCatalog> ParseMappings(std::span<const DefinitionFile> files) {
  MappingCatalog catalog;
  for (const DefinitionFile& file : files) {
    auto mapping = ParseMapping(file.text, file.path);
    if (!mapping && file.is_own) {
      catalog.problems.push_back(std::move(mapping).error());
      continue;
    }
    if (!mapping) return Fail(std::move(mapping).error());
    if (!file.is_own && catalog.Find(mapping->source, mapping->object) != nullptr) {
      return Fail(BadInput("{} {} is mapped twice", mapping->source, mapping->object).At(file.path));
    }
    Put(catalog, std::move(*mapping));
  }
  std::ranges::sort(catalog.mappings, [](const Mapping& a, const Mapping& b) {
    return std::pair(std::string_view(a.source), std::string_view(a.object)) <
           std::pair(std::string_view(b.source), std::string_view(b.object));
  });
  return catalog;
}

Result<MappingCatalog> LoadMappings(const std::filesystem::path& directory) {
  std::vector<DefinitionFile> files = BuiltInDefinitions("sources");
  OwnDefinitionFiles own = OwnDefinitions("sources", directory);
  files.insert(files.end(), std::make_move_iterator(own.files.begin()), std::make_move_iterator(own.files.end()));
  WEIR_TRY(MappingCatalog catalog, ParseMappings(files));
  catalog.problems.insert(catalog.problems.end(), own.problems.begin(), own.problems.end());
  return catalog;
}

}  // namespace weir::sources
