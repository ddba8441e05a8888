// An answer of an interface for programs, as somebody saves it: a JSON object that holds a list of records, one a line.
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
  // `list` is the name of the list in "_embedded", and the last part of the address that was asked.
  static Result<JsonPage> Create(const std::filesystem::path& path, std::string_view list, std::string_view address);

  void Add(std::string_view record);
  // An error of any earlier write is told here.
  Status Close();

  std::uint64_t rows() const { return rows_; }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  explicit JsonPage(CsvFile file) : file_(std::move(file)) {}

  CsvFile file_;
  std::string line_;
  std::uint64_t rows_ = 0;
};

}  // namespace weir::simulate
