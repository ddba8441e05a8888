// Any bytes as the content of a calendar: rows go on, repetitions end, and rows read the same from quarantine, where
// faulty events stay.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "sources/reader.h"

namespace {

using weir::sources::FileInput;
using weir::sources::KeptRow;
using weir::sources::Reading;
using weir::sources::RowBlock;

void CheckKept(const Reading& reading, const RowBlock& block, std::size_t row) {
  std::string raw(block.RawAt(row));
  if (raw.empty()) {
    nlohmann::json cells = nlohmann::json::array();
    for (std::size_t i = 0; i < block.column_count(); ++i) cells.push_back(std::string(block.Cell(row, i)));
    raw = cells.dump();
  }
  auto kept = weir::sources::OpenKeptRows(reading, std::vector<KeptRow>{{block.LineAt(row), raw}});
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
  const auto noted = weir::sources::ReadingFromJson(weir::sources::ToJson(reading));
  WEIR_CHECK(noted.has_value() && noted->columns.size() == reading.columns.size());
  std::uint64_t last_line = 0;
  while (true) {
    const auto block = (*reader)->Next();
    if (!block || *block == nullptr) return;
    for (std::size_t row = 0; row < (*block)->size(); ++row) {
      WEIR_CHECK((*block)->LineAt(row) >= last_line);
      last_line = (*block)->LineAt(row);
      CheckKept(reading, **block, row);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string text = "BEGIN:VCALENDAR\r\n";
  text.append(reinterpret_cast<const char*>(bytes), size);
  text += "\r\nEND:VCALENDAR\r\n";
  FileInput file;
  file.name = "fuzz";
  file.modified_at = weir::Instant{0};
  file.descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  WEIR_CHECK(file.descriptor >= 0);
  WEIR_CHECK(write(file.descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ReadAll(file);
  close(file.descriptor);
  return 0;
}
