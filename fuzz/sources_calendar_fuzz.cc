// Any bytes as the content of a calendar: rows go on, repetitions end, and rows read the same from quarantine, where
// faulty events stay.
#include <cstddef>
#include <cstdint>
#include <string>

#include "checked_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::sources;
  std::string text = "BEGIN:VCALENDAR\r\n";
  text.append(reinterpret_cast<const char*>(bytes), size);
  text += "\r\nEND:VCALENDAR\r\n";
  FormChecks checks{.has_line_for_each = false};
  checks.options.encoding = weir::Encoding::kUtf8;
  CheckRows(MemoryFile(text).file(), checks);
  return 0;
}
