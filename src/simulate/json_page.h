// An answer of an interface for programs, as somebody saves it: JSON that holds a list of records, one a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "simulate/csv_table.h"

namespace weir::simulate {

// Appends the text as a JSON string.
void PutJsonText(std::string& json, std::string_view text);

class JsonPage {
 public:
  // What stands before the first record, and after the last.
  static Result<JsonPage> Create(const std::filesystem::path& path, std::string_view head, std::string_view tail);

  void Add(std::string_view record);
  // An error of any earlier write is told here.
  Status Close();

  std::uint64_t rows() const { return rows_; }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  JsonPage(CsvFile file, std::string_view tail) : file_(std::move(file)), tail_(tail) {}

  CsvFile file_;
  std::string tail_;
  std::string line_;
  std::uint64_t rows_ = 0;
};

}  // namespace weir::simulate
