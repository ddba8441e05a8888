// Any text as a mapping: an error has a place in the file, a mapping has sound names.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "sources/mapping.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::sources;
  const auto mapping = ParseMapping({reinterpret_cast<const char*>(bytes), size}, "fuzz.toml");
  if (!mapping) {
    WEIR_CHECK(mapping.error().place().file == "fuzz.toml");
    return 0;
  }
  WEIR_CHECK(!mapping->columns.empty() && !mapping->source.empty());
  for (const auto& name : mapping->key) WEIR_CHECK(mapping->Find(name).has_value());
  return 0;
}
