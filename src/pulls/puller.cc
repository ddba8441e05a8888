#include "pulls/puller.h"

#include <algorithm>
#include <iterator>

namespace weir::pulls {
namespace {

// Each object feeds mappings that are there.
Status CheckMaps(const Puller& puller, const sources::MappingCatalog& mappings) {
  for (const PullObject& object : puller.objects) {
    for (const std::string& map : object.maps) {
      const std::size_t slash = map.find('/');
      const bool is_there =
          slash != std::string::npos && mappings.Find(map.substr(0, slash), map.substr(slash + 1)) != nullptr;
      if (!is_there) {
        return Fail(BadInput("{}: there is no mapping '{}'", object.name, map).At(puller.file_name));
      }
    }
  }
  return {};
}

Result<Puller> Read(const DefinitionFile& file, const sources::MappingCatalog& mappings) {
  WEIR_TRY(Puller puller, ParsePuller(file.text, file.path));
  WEIR_TRY(CheckMaps(puller, mappings));
  return puller;
}

}  // namespace

const PullObject* Puller::Find(std::string_view object) const {
  const auto found = std::ranges::find(objects, object, &PullObject::name);
  return found == objects.end() ? nullptr : &*found;
}

const Puller* PullerCatalog::Find(std::string_view source) const {
  const auto found = std::ranges::find(pullers, source, &Puller::source);
  return found == pullers.end() ? nullptr : &*found;
}

Result<PullerCatalog> ParsePullers(std::span<const DefinitionFile> files, const sources::MappingCatalog& mappings) {
  PullerCatalog catalog;
  for (const DefinitionFile& file : files) {
    Result<Puller> puller = Read(file, mappings);
    if (!puller && file.is_own) {
      catalog.problems.push_back(std::move(puller).error());
      continue;
    }
    if (!puller) return Fail(std::move(puller).error());
    const auto same = std::ranges::find(catalog.pullers, puller->source, &Puller::source);
    if (same == catalog.pullers.end()) {
      catalog.pullers.push_back(std::move(*puller));
    } else if (file.is_own) {
      *same = std::move(*puller);
    } else {
      return Fail(BadInput("two pullers are of the source '{}'", puller->source).At(file.path));
    }
  }
  std::ranges::sort(catalog.pullers, {}, &Puller::source);
  return catalog;
}

Result<PullerCatalog> LoadPullers(const std::filesystem::path& home, const sources::MappingCatalog& mappings) {
  std::vector<DefinitionFile> files = BuiltInDefinitions("pulls");
  OwnDefinitionFiles own = OwnDefinitions("pulls", home / "pulls");
  files.insert(files.end(), std::make_move_iterator(own.files.begin()), std::make_move_iterator(own.files.end()));
  WEIR_TRY(PullerCatalog catalog, ParsePullers(files, mappings));
  catalog.problems.insert(catalog.problems.end(), own.problems.begin(), own.problems.end());
  return catalog;
}

}  // namespace weir::pulls
