// Any bytes between the first and the last line of a bank statement for 1C: every document is a row of one cell a
// column, lines go on, and sound rows read the same from quarantine.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "base/result.h"
#include "sources/reader.h"

namespace {

using weir::sources::FileInput;
using weir::sources::KeptRow;
using weir::sources::Reading;
using weir::sources::RowBlock;

void CheckKept(const Reading& reading, const RowBlock& block, std::size_t row) {
  auto kept =
      weir::sources::OpenKeptRows(reading, std::vector<KeptRow>{{block.LineAt(row), std::string(block.RawAt(row))}});
  const auto again = kept->Next();
  WEIR_CHECK(again.has_value() && *again != nullptr && (*again)->size() == 1);
  WEIR_CHECK(((*again)->FaultAt(0) != nullptr) == (block.FaultAt(row) != nullptr));
  for (std::size_t i = 0; i < block.column_count(); ++i) WEIR_CHECK((*again)->Cell(0, i) == block.Cell(row, i));
}

void ReadAll(const FileInput& file) {
  weir::sources::ReadOptions options;
  options.encoding = weir::Encoding::kUtf8;
  options.limits.record_bytes = 1 << 12;
  options.limits.columns = 256;
  const auto reader = weir::sources::OpenRows(file, options);
  if (!reader) return;
  const Reading& reading = (*reader)->reading();
  std::set<std::string> headers;
  for (const auto& column : reading.columns) WEIR_CHECK(headers.insert(column.header).second);
  std::uint64_t last_line = 0;
  while (true) {
    const auto block = (*reader)->Next();
    WEIR_CHECK(block.has_value());
    if (*block == nullptr) return;
    for (std::size_t row = 0; row < (*block)->size(); ++row) {
      WEIR_CHECK((*block)->LineAt(row) > last_line);
      last_line = (*block)->LineAt(row);
      CheckKept(reading, **block, row);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string text = "1CClientBankExchange\n";
  text.append(reinterpret_cast<const char*>(bytes), size);
  text += "\nКонецФайла\n";
  FileInput file;
  file.name = "fuzz";
  file.descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  WEIR_CHECK(file.descriptor >= 0);
  WEIR_CHECK(write(file.descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ReadAll(file);
  close(file.descriptor);
  return 0;
}
