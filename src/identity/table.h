// What the engine reads: columns of text, a cell a record. Empty cells are missing values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::identity {

class TextColumn {
 public:
  explicit TextColumn(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  std::size_t size() const { return ends_.size(); }
  std::size_t bytes() const { return bytes_.size(); }
  std::string_view At(std::size_t row) const {
    const std::uint64_t begin = row == 0 ? 0 : ends_[row - 1];
    return std::string_view(bytes_).substr(begin, ends_[row] - begin);
  }
  void Add(std::string_view cell) {
    bytes_.append(cell);
    ends_.push_back(bytes_.size());
  }
  void Reserve(std::size_t rows, std::size_t bytes) {
    ends_.reserve(rows);
    bytes_.reserve(bytes);
  }

 private:
  std::string name_;
  std::string bytes_;
  std::vector<std::uint64_t> ends_;  // by row
};

struct Table {
  std::vector<TextColumn> columns;
  std::size_t rows = 0;
  // Records from here on are of the second file: only pairs of one of each are looked at. `rows` where there is one
  // file, whose records are compared with one another.
  std::size_t second_begins = 0;

  bool IsTwo() const { return second_begins < rows; }
};

}  // namespace weir::identity
