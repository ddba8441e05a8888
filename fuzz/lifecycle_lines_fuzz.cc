// Any text as a lifecycle.toml: an error has a place in the file, a line names a step, and any stage can be asked for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lifecycle/lines.h"
#include "lifecycle/vocabulary.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::lifecycle;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const auto map = LifecycleMap::Load(std::vector<weir::DefinitionFile>{{"fuzz.toml", text, true}});
  if (!map) {
    WEIR_CHECK(map.error().place().file == "fuzz.toml");
    return 0;
  }
  const auto steps = CodesOf(Steps());
  for (const Line& line : map->lines()) {
    WEIR_CHECK(std::ranges::find(steps, line.step) != steps.end());
    WEIR_CHECK(!line.names.empty() || line.kind == "deal");
  }
  static_cast<void>(map->Find({.kind = "deal", .source = "crm", .pipeline = text, .name = text, .status = "open"}));
  return 0;
}
