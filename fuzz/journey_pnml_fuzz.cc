// Any bytes as PNML: a net that was read has arcs to places that are there, and is written and read again as it is.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "journey/model/pnml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::journey;
  const auto read = ReadPnml(std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (!read) return 0;
  const std::string text = PnmlOf(read->net, read->activity_names);
  const auto again = ReadPnml(text);
  WEIR_CHECK(again.has_value());
  WEIR_CHECK(PnmlOf(again->net, again->activity_names) == text);
  return 0;
}
