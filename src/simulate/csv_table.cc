#include "simulate/csv_table.h"

#include <cerrno>
#include <cstring>

namespace weir::simulate {
namespace {
constexpr std::size_t kBufferBytes = 64 * 1024;
}  // namespace

Result<CsvFile> CsvFile::Create(const std::filesystem::path& path, Quoting quoting) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return Fail(Unavailable("cannot write the file: {}", std::strerror(errno))
                    .At(path.string())
                    .Mend("name a folder that may be written"));
  }
  std::setvbuf(file, nullptr, _IONBF, 0);
  CsvFile csv(path, quoting, file);
  csv.buffer_.reserve(kBufferBytes + 4096);
  return csv;
}

void CsvFile::Cell(std::string_view text) {
  if (row_begun_) buffer_.push_back(',');
  row_begun_ = true;
  const bool needs_quotes = quoting_ == Quoting::kAlways || text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (!needs_quotes) {
    buffer_.append(text);
    return;
  }
  buffer_.push_back('"');
  for (const char c : text) {
    if (c == '"') buffer_.push_back('"');
    buffer_.push_back(c);
  }
  buffer_.push_back('"');
}

void CsvFile::EndRow() {
  buffer_.append("\r\n");
  row_begun_ = false;
  ++rows_;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void CsvFile::Line(std::string_view text) {
  buffer_.append(text);
  buffer_.append("\r\n");
}

void CsvFile::Flush() {
  if (!failed_ && std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size()) failed_ = true;
  buffer_.clear();
}

Status CsvFile::Close() {
  Flush();
  const bool closed = std::fclose(file_.release()) == 0;
  if (failed_ || !closed) {
    return Fail(Unavailable("the file could not be written whole").At(path_.string()).Mend("free space on the disk"));
  }
  return {};
}

}  // namespace weir::simulate
