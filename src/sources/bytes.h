// Bytes of a file, packed or not, as a stream. Unpacking has limits: a small file must not fill the memory or the disk.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sources/reader.h"

namespace weir::sources {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the buffer as far as there are bytes; 0 is the end.
  virtual Result<std::size_t> Read(std::span<char> buffer) = 0;
  // Of the file as it lies on the disk, for progress.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
};

// The content of a file or member, unpacked by gzip where it is packed. Opening twice gives independent streams.
Result<std::unique_ptr<ByteSource>> OpenBytes(const FileInput& file, const ReadLimits& limits);

// A member of the zip behind the descriptor, which stays the caller's; `title` names it in messages.
Result<std::unique_ptr<ByteSource>> OpenZipPart(int descriptor, const std::string& part, const ReadLimits& limits,
                                                const std::string& title);

// The content of a file for readers that need to jump about in it: the file itself where it is not packed, else its
// unpacked content in a file without a name below the folder for temporary files.
class PlainFile {
 public:
  static Result<PlainFile> Open(const FileInput& file, const ReadLimits& limits);
  PlainFile(PlainFile&& other) noexcept;
  PlainFile& operator=(PlainFile&&) = delete;
  ~PlainFile();
  int descriptor() const { return descriptor_; }

 private:
  explicit PlainFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// The file itself as it lies on the disk.
Result<std::unique_ptr<ByteSource>> OpenRawBytes(const FileInput& file);
// When it was last changed, if that is known.
std::optional<Instant> TimeOf(const FileInput& file);

// What of a file changes whenever somebody writes to it or puts another in its place.
struct FileStamp {
  std::uint64_t bytes = 0;
  std::uint64_t node = 0;
  std::int64_t changed_at_ns = 0;
  bool operator==(const FileStamp&) const = default;
};
Result<FileStamp> StampOf(const FileInput& file);

std::unique_ptr<ByteSource> BytesOf(std::string_view text);  // the text must outlive the source

// What the first bytes of a file say it is.
enum class FileKind : std::uint8_t { kText, kGzip, kZip, kParquet, kWorkbook, kWebPage, kBinary, kEmpty };
Result<FileKind> KindOf(const FileInput& file);

struct ZipMember {
  std::string name;
  std::uint64_t bytes = 0;
};
// Files within a zip in the order of their names; folders, hidden files and what packers leave behind are left out.
Result<std::vector<ZipMember>> ListZip(const FileInput& file, const ReadLimits& limits);

}  // namespace weir::sources
