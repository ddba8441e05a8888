// Any bytes between the first and the last line of a bank statement for 1C: every document is a row of one cell a
// column, lines go on, and sound rows read the same from quarantine.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "checked_rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace weir::sources;
  std::string text = "1CClientBankExchange\n";
  text.append(reinterpret_cast<const char*>(bytes), size);
  text += "\nКонецФайла\n";
  FormChecks checks{.always_ends = true};
  checks.options.encoding = weir::Encoding::kUtf8;
  checks.reading = [](const Reading& reading) {
    std::set<std::string> headers;
    for (const auto& column : reading.columns) WEIR_CHECK(headers.insert(column.header).second);
  };
  checks.row = [](const RowBlock& block, std::size_t row) { WEIR_CHECK(!block.RawAt(row).empty()); };
  CheckRows(MemoryFile(text).file(), checks);
  return 0;
}
