// Any bytes as a file: whatever is read as a table has one cell a column, lines that do not go back, and rows that read
// the same from quarantine.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "base/result.h"
#include "sources/reader.h"

namespace {

using weir::sources::FileInput;
using weir::sources::Format;
using weir::sources::KeptRow;
using weir::sources::OpenKeptRows;
using weir::sources::OpenRows;
using weir::sources::Reading;
using weir::sources::ReadOptions;

void CheckKept(const Reading& reading, std::uint64_t line, std::string_view raw,
               const std::vector<std::string>& cells) {
  auto kept = OpenKeptRows(reading, std::vector<KeptRow>{{line, std::string(raw)}});
  const auto block = kept->Next();
  WEIR_CHECK(block.has_value() && *block != nullptr && (*block)->size() == 1);
  if ((*block)->FaultAt(0) != nullptr) {
    // Only a row of JSON may differ: it is kept with fields that it shares with its outer record.
    WEIR_CHECK(reading.format != Format::kCsv);
    return;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    WEIR_CHECK(reading.format != Format::kCsv || (*block)->Cell(0, i) == cells[i]);
  }
}

void ReadAll(const FileInput& file) {
  ReadOptions options;
  options.limits.record_bytes = 1 << 16;
  options.limits.unpacked_bytes = 1 << 22;
  auto reader = OpenRows(file, options);
  if (!reader) return;
  const Reading reading = (*reader)->reading();
  const auto again = weir::sources::ReadingFromJson(weir::sources::ToJson(reading));
  WEIR_CHECK(again.has_value() && again->columns.size() == reading.columns.size());
  std::uint64_t last_line = 0;
  while (true) {
    const auto block = (*reader)->Next();
    if (!block || *block == nullptr) return;
    WEIR_CHECK((*block)->column_count() == reading.columns.size());
    for (std::size_t row = 0; row < (*block)->size(); ++row) {
      WEIR_CHECK((*block)->LineAt(row) >= last_line);
      last_line = (*block)->LineAt(row);
      if ((*block)->FaultAt(row) != nullptr) continue;
      std::vector<std::string> cells;
      for (std::size_t i = 0; i < (*block)->column_count(); ++i) cells.emplace_back((*block)->Cell(row, i));
      CheckKept(reading, last_line, (*block)->RawAt(row), cells);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  FileInput file;
  file.name = "fuzz";
  file.descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  WEIR_CHECK(file.descriptor >= 0);
  WEIR_CHECK(size == 0 || write(file.descriptor, bytes, size) == static_cast<ssize_t>(size));
  // Parquet is the store's to read.
  if (size < 4 || bytes[0] != 'P' || bytes[1] != 'A') ReadAll(file);
  close(file.descriptor);
  return 0;
}
