// Files and rows for the tests of this folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "sources/reader.h"

namespace weir::sources {

// A folder that lives as long as the test.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-sources-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() { std::filesystem::remove_all(path_); }

  const std::filesystem::path& path() const { return path_; }

  FileInput Write(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    FileInput file;
    file.name = name;
    file.path = path_ / name;
    return file;
  }

 private:
  std::filesystem::path path_;
};

// Everything that a reader gives, as text: "line|cell|cell" for sound rows, "line!code:column" for faulty ones.
struct ReadRows {
  std::vector<std::string> columns;
  std::vector<std::string> rows;
  std::vector<std::string> raw;
  std::uint64_t skipped = 0;
  std::string error;
};

inline ReadRows ReadAll(RowReader& reader) {
  ReadRows all;
  for (const SourceColumn& column : reader.columns()) all.columns.push_back(column.name);
  while (true) {
    const auto block = reader.Next();
    if (!block) {
      all.error = block.error().ToString();
      return all;
    }
    if (*block == nullptr) break;
    for (std::size_t row = 0; row < (*block)->size(); ++row) {
      std::string text = std::to_string((*block)->LineAt(row));
      if (const RowFault* fault = (*block)->FaultAt(row)) {
        text += "!" + std::string(fault->code) + ":" + std::to_string(fault->column);
      } else {
        for (std::size_t i = 0; i < (*block)->column_count(); ++i) text += "|" + std::string((*block)->Cell(row, i));
      }
      all.rows.push_back(text);
      all.raw.emplace_back((*block)->RawAt(row));
    }
  }
  all.skipped = reader.skipped_rows();
  return all;
}

inline ReadRows ReadAll(const FileInput& file, const ReadOptions& options = {}) {
  auto reader = OpenRows(file, options);
  if (!reader) {
    ReadRows none;
    none.error = reader.error().ToString();
    return none;
  }
  return ReadAll(**reader);
}

}  // namespace weir::sources
