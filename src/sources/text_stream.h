// A file as UTF-8 text, piece by piece, whatever its encoding; without a byte order mark. Private to sources/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/text.h"
#include "sources/bytes.h"

namespace weir::sources {

// Of a long file pieces are read, unpacked and put into UTF-8 by a thread of its own, some ahead of whoever takes them.
class TextStream {
 public:
  // Finds the encoding unless it is given: by the mark, or by the first bytes beyond ASCII, however far they lie
  // (limits.encoding_bytes: not further than there).
  static Result<TextStream> Open(const FileInput& file, std::optional<Encoding> encoding, const ReadLimits& limits);
  // Text that is UTF-8 already.
  static TextStream Of(std::unique_ptr<ByteSource> source);
  TextStream(TextStream&&) noexcept;
  TextStream& operator=(TextStream&&) noexcept;
  ~TextStream();

  Encoding encoding() const;
  // Of what has been taken.
  std::uint64_t bytes_read() const;
  std::uint64_t bytes_total() const;

  // Appends about `wanted` bytes of text; nothing more comes once it appends nothing.
  Status Read(std::size_t wanted, std::vector<char>& out);

 private:
  class Pieces;
  static Result<TextStream> OpenAs(const FileInput& file, Encoding encoding, const ReadLimits& limits);
  explicit TextStream(std::unique_ptr<Pieces> pieces);

  std::unique_ptr<Pieces> pieces_;
};

}  // namespace weir::sources
