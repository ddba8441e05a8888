// Any bytes as PNML: a net that is read is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "journey/model/pnml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::journey;
  const auto read = ReadPnml({reinterpret_cast<const char*>(bytes), size}, {.bytes = 1U << 20U, .nodes = 1000});
  if (!read) return 0;
  for (const Transition& transition : read->net.transitions) {
    for (const std::uint32_t place : transition.inputs) WEIR_CHECK(place < read->net.places);
    for (const std::uint32_t place : transition.outputs) WEIR_CHECK(place < read->net.places);
  }
  const auto again = ReadPnml(PnmlOf(read->net, read->activity_names));
  WEIR_CHECK(again.has_value());
  WEIR_CHECK(again->net.initial == read->net.initial);
  WEIR_CHECK(again->net.arcs() == read->net.arcs());
  WEIR_CHECK(again->net.transitions.size() == read->net.transitions.size());
  return 0;
}
