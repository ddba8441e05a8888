// What holds of the rows of every form of file: how it was understood survives its notes, lines go on, and a row reads
// the same from quarantine, where faulty ones stay.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::sources {

// Bytes as an open file.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes, std::string name = "fuzz") {
    file_.name = std::move(name);
    file_.modified_at = Instant{0};
    file_.descriptor = ::memfd_create("fuzz", MFD_CLOEXEC);
    WEIR_CHECK(file_.descriptor >= 0);
    WEIR_CHECK(::write(file_.descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_.descriptor); }
  const FileInput& file() const { return file_; }

 private:
  FileInput file_;
};

inline ReadOptions SmallLimits() {
  ReadOptions options;
  options.limits.record_bytes = 1 << 12;
  options.limits.columns = 256;
  return options;
}

inline void CheckKept(const Reading& reading, const RowBlock& block, std::size_t row) {
  std::string raw(block.RawAt(row));
  if (raw.empty()) {
    nlohmann::json cells = nlohmann::json::array();
    for (std::size_t i = 0; i < block.column_count(); ++i) cells.push_back(std::string(block.Cell(row, i)));
    raw = cells.dump();
  }
  auto kept = OpenKeptRows(reading, std::vector<KeptRow>{{block.LineAt(row), raw}});
  const auto again = kept->Next();
  WEIR_CHECK(again.has_value() && *again != nullptr && (*again)->size() == 1);
  WEIR_CHECK(((*again)->FaultAt(0) != nullptr) == (block.FaultAt(row) != nullptr));
  for (std::size_t i = 0; i < block.column_count(); ++i) WEIR_CHECK((*again)->Cell(0, i) == block.Cell(row, i));
}

// What more holds of a form.
struct FormChecks {
  ReadOptions options = SmallLimits();
  bool has_line_for_each = true;  // else several rows may begin in one line
  bool is_below_header = false;   // every row
  bool always_ends = false;       // without an error, once its first rows could be read
  void (*reading)(const Reading& reading) = nullptr;
  void (*row)(const RowBlock& block, std::size_t row) = nullptr;
};

inline void CheckRows(const FileInput& file, const FormChecks& checks) {
  const auto reader = OpenRows(file, checks.options);
  if (!reader) return;
  const Reading& reading = (*reader)->reading();
  const auto noted = ReadingFromJson(ToJson(reading));
  WEIR_CHECK(noted.has_value() && noted->columns.size() == reading.columns.size());
  if (checks.reading != nullptr) checks.reading(reading);
  std::uint64_t last_line = checks.is_below_header ? reading.header_line : 0;
  while (true) {
    const auto block = (*reader)->Next();
    WEIR_CHECK(block.has_value() || !checks.always_ends);
    if (!block || *block == nullptr) return;
    for (std::size_t row = 0; row < (*block)->size(); ++row) {
      const std::uint64_t line = (*block)->LineAt(row);
      WEIR_CHECK(checks.has_line_for_each ? line > last_line : line >= last_line);
      last_line = line;
      if (checks.row != nullptr) checks.row(**block, row);
      CheckKept(reading, **block, row);
    }
  }
}

}  // namespace weir::sources
