// Any bytes within an event log: rows go on, and read the same from quarantine.
#include <cstddef>
#include <cstdint>
#include <string>

#include "checked_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::sources;
  std::string text = "<log xes.version=\"1.0\"><trace>";
  text.append(reinterpret_cast<const char*>(bytes), size);
  text += "</trace></log>";
  const FormChecks checks{.has_line_for_each = false, .row = [](const RowBlock& block, std::size_t row) {
                            WEIR_CHECK(block.FaultAt(row) == nullptr);
                          }};
  CheckRows(MemoryFile(text).file(), checks);
  return 0;
}
