// Text on its way to a file, much at once; CSV as RFC 4180 has it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/result.h"

namespace weir::cli {

// Why a file or folder that the user named cannot be written to.
Error CannotWrite(const std::filesystem::path& path, const std::string& why);

class TextFile {
 public:
  // Only the user may read it. Errors: kUnavailable.
  static Result<TextFile> Create(const std::filesystem::path& path);
  TextFile(TextFile&& other) noexcept
      : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), text_(std::move(other.text_)) {}
  TextFile& operator=(TextFile&&) = delete;
  ~TextFile();

  // In quotes where it would not be one cell else.
  void AddCell(std::string_view cell);
  void Add(std::string_view text) { text_.append(text.data(), text.data() + text.size()); }
  template <typename Number>
  void AddNumber(Number number) {
    const fmt::format_int digits(number);
    Add({digits.data(), digits.size()});
  }
  void AddReal(double number, int digits) { fmt::format_to(std::back_inserter(text_), "{:.{}g}", number, digits); }

  Status EndRow() {
    text_.push_back('\n');
    return text_.size() < kAtOnce ? Status() : Flush();
  }

  // Everything is on the disk after it.
  Status Finish();

 private:
  static constexpr std::size_t kAtOnce = 1 << 20;

  TextFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  Status Flush();

  std::filesystem::path path_;
  int file_;
  fmt::memory_buffer text_;
};

}  // namespace weir::cli
