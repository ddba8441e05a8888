// A file as UTF-8 text, piece by piece, whatever its encoding; without a byte order mark. Private to sources/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "sources/bytes.h"

namespace weir::sources {

class TextStream {
 public:
  // Finds the encoding unless it is given: by the mark, or by the first bytes beyond ASCII, however far they lie.
  static Result<TextStream> Open(const FileInput& file, std::optional<Encoding> encoding, const ReadLimits& limits);
  // For the beginning of a file: its first bytes alone tell the encoding, so that the rest of it is not read.
  static Result<TextStream> OpenHead(const FileInput& file, std::optional<Encoding> encoding, const ReadLimits& limits);
  // Text that is UTF-8 already.
  static TextStream Of(std::unique_ptr<ByteSource> source);

  Encoding encoding() const { return encoding_; }
  std::uint64_t bytes_read() const { return source_->bytes_read(); }
  std::uint64_t bytes_total() const { return source_->bytes_total(); }

  // Appends about `wanted` bytes of text; nothing more comes once it appends nothing.
  Status Read(std::size_t wanted, std::vector<char>& out);

 private:
  static Result<TextStream> OpenAs(const FileInput& file, Encoding encoding, const ReadLimits& limits);
  TextStream(std::unique_ptr<ByteSource> source, Encoding encoding, std::optional<Decoder> decoder);

  std::unique_ptr<ByteSource> source_;
  Encoding encoding_;
  std::optional<Decoder> decoder_;  // none for UTF-8
  bool is_at_start_ = true;
  bool is_at_end_ = false;
  std::vector<char> packed_;
  std::string decoded_;
};

}  // namespace weir::sources
