// CSV files as RFC 4180 has them, or as a vendor likes them, written through a buffer of fixed size. A table's columns
// are listed with the function that writes each, so that a header can never stand over another column's value.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::simulate {

enum class Quoting : std::uint8_t { kWhereNeeded, kAlways };
enum class Encoding : std::uint8_t { kUtf8, kWindows1251 };

struct CsvForm {
  Quoting quoting = Quoting::kWhereNeeded;
  char separator = ',';
  std::string_view line_end = "\r\n";
  Encoding encoding = Encoding::kUtf8;
};

class CsvFile {
 public:
  static Result<CsvFile> Create(const std::filesystem::path& path, const CsvForm& form);

  void Cell(std::string_view text);
  void EndRow();
  // A line as it stands, for titles above a table.
  void Line(std::string_view text);

  // Writes what is left; an error of any earlier write is told here.
  Status Close();

  std::uint64_t rows() const { return rows_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  CsvFile(std::filesystem::path path, const CsvForm& form, std::FILE* file)
      : path_(std::move(path)), form_(form), file_(file) {}
  void Flush();

  std::filesystem::path path_;
  CsvForm form_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string buffer_;
  bool row_begun_ = false;
  bool failed_ = false;
  std::uint64_t rows_ = 0;
};

template <typename Row>
struct Column {
  std::string_view name;
  void (*write)(std::string& cell, const Row& row);
};

template <typename Row>
class CsvTable {
 public:
  static Result<CsvTable> Create(const std::filesystem::path& path, std::span<const Column<Row>> columns,
                                 const CsvForm& form = {}) {
    WEIR_TRY(CsvFile file, CsvFile::Create(path, form));
    for (const Column<Row>& column : columns) file.Cell(column.name);
    file.EndRow();
    return CsvTable(std::move(file), columns);
  }

  void Write(const Row& row) {
    for (const Column<Row>& column : columns_) {
      cell_.clear();
      column.write(cell_, row);
      file_.Cell(cell_);
    }
    file_.EndRow();
    ++rows_;
  }

  Status Close() { return file_.Close(); }
  std::uint64_t rows() const { return rows_; }
  const std::filesystem::path& path() const { return file_.path(); }

 private:
  CsvTable(CsvFile file, std::span<const Column<Row>> columns) : file_(std::move(file)), columns_(columns) {}

  CsvFile file_;
  std::span<const Column<Row>> columns_;
  std::string cell_;
  std::uint64_t rows_ = 0;  // without the header
};

}  // namespace weir::simulate
