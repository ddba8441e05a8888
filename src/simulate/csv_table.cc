#include "simulate/csv_table.h"

#include <cerrno>
#include <cstring>

namespace weir::simulate {
namespace {
constexpr std::size_t kBufferBytes = 64 * 1024;

// The code page of Russian Windows; what it lacks becomes a question mark.
char Windows1251(std::uint32_t code) {
  struct Other {
    std::uint32_t code;
    unsigned char byte;
  };
  static constexpr Other kOthers[] = {{0x401, 0xA8},  {0x451, 0xB8},  {0xAB, 0xAB},   {0xBB, 0xBB}, {0x2116, 0xB9},
                                      {0x2013, 0x96}, {0x2014, 0x97}, {0x2026, 0x85}, {0xA0, 0xA0}};
  if (code < 0x80) return static_cast<char>(code);
  if (code >= 0x410 && code <= 0x44F) return static_cast<char>(code - 0x410 + 0xC0);
  for (const Other& other : kOthers) {
    if (other.code == code) return static_cast<char>(other.byte);
  }
  return '?';
}

std::string ToWindows1251(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = bytes == 1 ? lead : lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes && at + i < text.size(); ++i) {
      code = code << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    }
    out.push_back(Windows1251(code));
    at += bytes;
  }
  return out;
}
}  // namespace

Result<CsvFile> CsvFile::Create(const std::filesystem::path& path, const CsvForm& form) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return Fail(Unavailable("cannot write the file: {}", std::strerror(errno))
                    .At(path.string())
                    .Mend("name a folder that may be written"));
  }
  std::setvbuf(file, nullptr, _IONBF, 0);
  CsvFile csv(path, form, file);
  csv.buffer_.reserve(kBufferBytes + 4096);
  return csv;
}

void CsvFile::Cell(std::string_view text) {
  if (row_begun_) buffer_.push_back(form_.separator);
  row_begun_ = true;
  const bool needs_quotes = form_.quoting == Quoting::kAlways || text.find(form_.separator) != std::string_view::npos ||
                            text.find_first_of("\"\r\n") != std::string_view::npos;
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
  buffer_.append(form_.line_end);
  row_begun_ = false;
  ++rows_;
  if (buffer_.size() >= kBufferBytes) Flush();
}

void CsvFile::Line(std::string_view text) {
  buffer_.append(text);
  buffer_.append(form_.line_end);
  if (buffer_.size() >= kBufferBytes) Flush();
}

void CsvFile::Flush() {
  if (form_.encoding == Encoding::kWindows1251) buffer_ = ToWindows1251(buffer_);
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
