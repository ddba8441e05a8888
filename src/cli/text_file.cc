#include "cli/text_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace weir::cli {

Error CannotWrite(const std::filesystem::path& path, const std::string& why) {
  return Unavailable("cannot write there: {}", why)
      .At(path.string())
      .Mend("Name a place that you may write to with --out, and check the free space");
}

Result<TextFile> TextFile::Create(const std::filesystem::path& path) {
  constexpr int kMode = 0600;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  if (file < 0) return Fail(CannotWrite(path, std::strerror(errno)));
  return TextFile(path, file);
}

TextFile::~TextFile() {
  if (file_ >= 0) ::close(file_);
}

void TextFile::AddCell(std::string_view cell) {
  if (std::ranges::none_of(cell, [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; })) {
    Add(cell);
    return;
  }
  Add("\"");
  for (const char c : cell) {
    text_.push_back(c);
    if (c == '"') text_.push_back(c);
  }
  Add("\"");
}

Status TextFile::Finish() {
  WEIR_TRY(Flush());
  if (::fsync(file_) != 0 && errno != EINVAL) return Fail(CannotWrite(path_, std::strerror(errno)));
  return {};
}

Status TextFile::Flush() {
  std::string_view rest(text_.data(), text_.size());
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return Fail(CannotWrite(path_, std::strerror(errno)));
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  text_.clear();
  return {};
}

}  // namespace weir::cli
