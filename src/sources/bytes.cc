#include "sources/bytes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zip.h>
#include <zlib.h>

namespace weir::sources {
namespace {

constexpr std::uint64_t kRatioCheckedBeyond = 64ULL << 20;

std::string Reason() { return std::strerror(errno); }

// An open file by descriptor, read at positions of its own so that several streams may share it.
class Descriptor {
 public:
  static Result<Descriptor> Open(const FileInput& file) {
    Descriptor opened;
    if (file.descriptor >= 0) {
      opened.number_ = file.descriptor;
    } else {
      // A pipe that nobody writes to must not hold the import up.
      opened.number_ = ::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
      opened.is_owned_ = true;
      if (opened.number_ < 0 && errno == ENOENT) return Fail(NotFound("there is no such file").At(file.Title()));
      if (opened.number_ < 0) return Fail(Unavailable("cannot open the file: {}", Reason()).At(file.Title()));
    }
    struct stat status{};
    if (::fstat(opened.number_, &status) != 0) {
      return Fail(Unavailable("cannot look at the file: {}", Reason()).At(file.Title()));
    }
    if (!S_ISREG(status.st_mode)) {
      return Fail(BadInput("this is not a regular file").At(file.Title()).Mend("Name a file or a folder of files"));
    }
    constexpr std::int64_t kNanos = 1'000'000'000;
    opened.stamp_ = {.bytes = static_cast<std::uint64_t>(status.st_size),
                     .node = status.st_ino,
                     .changed_at_ns = status.st_ctim.tv_sec * kNanos + status.st_ctim.tv_nsec};
    return opened;
  }
  Descriptor(Descriptor&& other) noexcept
      : number_(std::exchange(other.number_, -1)), is_owned_(other.is_owned_), stamp_(other.stamp_) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (is_owned_ && number_ >= 0) ::close(number_);
  }

  std::uint64_t size() const { return stamp_.bytes; }
  const FileStamp& stamp() const { return stamp_; }
  int number() const { return number_; }

  Result<std::size_t> ReadAt(std::uint64_t position, std::span<char> buffer, const std::string& title) const {
    while (true) {
      const ssize_t got = ::pread(number_, buffer.data(), buffer.size(), static_cast<off_t>(position));
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return Fail(Unavailable("cannot read the file: {}", Reason()).At(title));
    }
  }

 private:
  Descriptor() = default;
  int number_ = -1;
  bool is_owned_ = false;
  FileStamp stamp_;
};

class PlainBytes final : public ByteSource {
 public:
  PlainBytes(Descriptor descriptor, std::string title) : descriptor_(std::move(descriptor)), title_(std::move(title)) {}
  Result<std::size_t> Read(std::span<char> buffer) override {
    WEIR_TRY(const std::size_t got, descriptor_.ReadAt(position_, buffer, title_));
    position_ += got;
    return got;
  }
  std::uint64_t bytes_read() const override { return position_; }
  std::uint64_t bytes_total() const override { return descriptor_.size(); }

 private:
  Descriptor descriptor_;
  std::string title_;
  std::uint64_t position_ = 0;
};

class TextBytes final : public ByteSource {
 public:
  explicit TextBytes(std::string_view text) : text_(text) {}
  Result<std::size_t> Read(std::span<char> buffer) override {
    const std::size_t got = std::min(buffer.size(), text_.size() - position_);
    std::ranges::copy(text_.substr(position_, got), buffer.begin());
    position_ += got;
    return got;
  }
  std::uint64_t bytes_read() const override { return position_; }
  std::uint64_t bytes_total() const override { return text_.size(); }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

// Stops a bomb: a packed file that unpacks to more than the limits allow.
class UnpackGuard {
 public:
  UnpackGuard(const ReadLimits& limits, std::string title) : limits_(limits), title_(std::move(title)) {}
  Status Count(std::size_t unpacked, std::uint64_t packed) {
    unpacked_ += unpacked;
    const bool is_too_large = unpacked_ > limits_.unpacked_bytes;
    const bool is_too_dense =
        unpacked_ > kRatioCheckedBeyond && packed > 0 && unpacked_ / packed > limits_.unpack_ratio;
    if (!is_too_large && !is_too_dense) return {};
    return Fail(TooLarge("the file unpacks to more than {} MiB from {} KiB", unpacked_ >> 20, packed >> 10)
                    .At(title_)
                    .Mend("If it is honest data, unpack it and import the plain file"));
  }

 private:
  ReadLimits limits_;
  std::string title_;
  std::uint64_t unpacked_ = 0;
};

// gzip of any number of members, one after another.
class GzipBytes final : public ByteSource {
 public:
  static Result<std::unique_ptr<ByteSource>> Open(std::unique_ptr<ByteSource> packed, const ReadLimits& limits,
                                                  std::string title) {
    auto source = std::unique_ptr<GzipBytes>(new GzipBytes(std::move(packed), limits, std::move(title)));
    constexpr int kGzipWindow = 15 + 16;
    if (inflateInit2(&source->stream_, kGzipWindow) != Z_OK) return Fail(Unavailable("cannot start unpacking"));
    source->is_open_ = true;
    return std::unique_ptr<ByteSource>(std::move(source));
  }
  GzipBytes(const GzipBytes&) = delete;
  GzipBytes& operator=(const GzipBytes&) = delete;
  ~GzipBytes() override {
    if (is_open_) inflateEnd(&stream_);
  }

  Result<std::size_t> Read(std::span<char> buffer) override {
    if (is_done_ || buffer.empty()) return std::size_t{0};
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(buffer.size(), 1U << 30));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room && !is_done_) WEIR_TRY(Step());
    const std::size_t got = room - stream_.avail_out;
    WEIR_TRY(guard_.Count(got, packed_->bytes_read()));
    return got;
  }
  std::uint64_t bytes_read() const override { return packed_->bytes_read(); }
  std::uint64_t bytes_total() const override { return packed_->bytes_total(); }

 private:
  GzipBytes(std::unique_ptr<ByteSource> packed, const ReadLimits& limits, std::string title)
      : packed_(std::move(packed)), guard_(limits, title), title_(std::move(title)) {}

  Status Step() {
    if (stream_.avail_in == 0) {
      WEIR_TRY(const std::size_t got, packed_->Read(input_));
      if (got == 0 && is_between_) {
        is_done_ = true;
        return {};
      }
      if (got == 0) return Fail(Broken("it ends too early"));
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      stream_.avail_in = static_cast<uInt>(got);
    }
    if (is_between_) {
      // After the last member only padding of zeros may follow.
      if (*stream_.next_in == 0) {
        --stream_.avail_in;
        ++stream_.next_in;
        return {};
      }
      if (inflateReset(&stream_) != Z_OK) return Fail(Broken("a later part cannot be read"));
      is_between_ = false;
    }
    const int state = inflate(&stream_, Z_NO_FLUSH);
    if (state == Z_STREAM_END) {
      is_between_ = true;
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      return Fail(Broken(stream_.msg == nullptr ? "its bytes are damaged" : stream_.msg));
    }
    return {};
  }

  Error Broken(std::string_view why) const {
    return BadInput("the gzip file is broken: {}", why).At(title_).Mend("Download or copy it again");
  }

  std::unique_ptr<ByteSource> packed_;
  UnpackGuard guard_;
  std::string title_;
  z_stream stream_{};
  bool is_open_ = false;
  bool is_done_ = false;
  bool is_between_ = false;
  std::array<char, 1 << 16> input_{};
};

class ZipArchive {
 public:
  static Result<ZipArchive> Open(const FileInput& file) {
    WEIR_TRY(Descriptor descriptor, Descriptor::Open(file));
    ZipArchive archive;
    archive.size_ = descriptor.size();
    // libzip closes what it is given and moves its position, so it gets an opening of its own.
    const int copy = ::open(fmt::format("/proc/self/fd/{}", descriptor.number()).c_str(), O_RDONLY | O_CLOEXEC);
    if (copy < 0) return Fail(Unavailable("cannot open the file: {}", Reason()).At(file.Title()));
    int code = 0;
    archive.zip_ = zip_fdopen(copy, 0, &code);
    if (archive.zip_ == nullptr) {
      ::close(copy);
      return Fail(
          BadInput("the zip file is broken (code {})", code).At(file.Title()).Mend("Download or copy it again"));
    }
    return archive;
  }
  ZipArchive(ZipArchive&& other) noexcept : zip_(std::exchange(other.zip_, nullptr)), size_(other.size_) {}
  ZipArchive& operator=(ZipArchive&&) = delete;
  ~ZipArchive() {
    if (zip_ != nullptr) zip_discard(zip_);
  }
  zip_t* get() const { return zip_; }
  std::uint64_t size() const { return size_; }

 private:
  ZipArchive() = default;
  zip_t* zip_ = nullptr;
  std::uint64_t size_ = 0;
};

class ZipBytes final : public ByteSource {
 public:
  static Result<std::unique_ptr<ByteSource>> Open(const FileInput& file, const ReadLimits& limits) {
    WEIR_TRY(ZipArchive archive, ZipArchive::Open(file));
    zip_stat_t status;
    if (zip_stat(archive.get(), file.member.c_str(), 0, &status) != 0) {
      return Fail(NotFound("the zip holds no such file").At(file.Title()));
    }
    return Open(std::move(archive), status, limits, file.Title());
  }
  static Result<std::unique_ptr<ByteSource>> Open(ZipArchive archive, const zip_stat_t& status,
                                                  const ReadLimits& limits, std::string title) {
    if ((status.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && status.encryption_method != ZIP_EM_NONE) {
      return Fail(BadInput("the file is locked by a password").At(title).Mend("Unpack it and import the plain file"));
    }
    zip_file_t* member = zip_fopen_index(archive.get(), status.index, 0);
    if (member == nullptr) {
      return Fail(BadInput("cannot unpack the file: {}", zip_strerror(archive.get())).At(title));
    }
    return std::unique_ptr<ByteSource>(new ZipBytes(std::move(archive), member, status, limits, std::move(title)));
  }
  ZipBytes(const ZipBytes&) = delete;
  ZipBytes& operator=(const ZipBytes&) = delete;
  ~ZipBytes() override { zip_fclose(member_); }

  Result<std::size_t> Read(std::span<char> buffer) override {
    const zip_int64_t got = zip_fread(member_, buffer.data(), buffer.size());
    if (got < 0) {
      return Fail(BadInput("the zip file is broken: {}", zip_file_strerror(member_)).At(title_).Mend("Copy it again"));
    }
    read_ += static_cast<std::uint64_t>(got);
    WEIR_TRY(guard_.Count(static_cast<std::size_t>(got), packed_));
    return static_cast<std::size_t>(got);
  }
  std::uint64_t bytes_read() const override { return read_; }
  std::uint64_t bytes_total() const override { return total_; }

 private:
  ZipBytes(ZipArchive archive, zip_file_t* member, const zip_stat_t& status, const ReadLimits& limits,
           std::string title)
      : archive_(std::move(archive)), member_(member), guard_(limits, title), title_(std::move(title)) {
    total_ = (status.valid & ZIP_STAT_SIZE) != 0 ? status.size : 0;
    packed_ = (status.valid & ZIP_STAT_COMP_SIZE) != 0 ? status.comp_size : archive_.size();
  }

  ZipArchive archive_;
  zip_file_t* member_;
  UnpackGuard guard_;
  std::string title_;
  std::uint64_t read_ = 0;
  std::uint64_t total_ = 0;
  std::uint64_t packed_ = 0;
};

Result<std::unique_ptr<ByteSource>> OpenPlain(const FileInput& file, const ReadLimits& limits) {
  if (!file.member.empty()) return ZipBytes::Open(file, limits);
  WEIR_TRY(Descriptor descriptor, Descriptor::Open(file));
  return std::unique_ptr<ByteSource>(std::make_unique<PlainBytes>(std::move(descriptor), file.Title()));
}

Result<std::string> FirstBytes(ByteSource& source, std::size_t count) {
  std::string first(count, '\0');
  std::size_t size = 0;
  while (size < count) {
    WEIR_TRY(const std::size_t got, source.Read(std::span(first).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  first.resize(size);
  return first;
}

// What comes when a session has ended: the page to sign in on, saved under the name of the export.
bool IsWebPage(std::string_view bytes) {
  const std::string start = FoldCase(TrimBlanks(bytes).substr(0, 15));
  return start.starts_with("<!doctype html") || start.starts_with("<html");
}

bool IsGzip(std::string_view bytes) { return bytes.starts_with("\x1F\x8B"); }

FileKind KindOfBytes(std::string_view bytes) {
  if (bytes.empty()) return FileKind::kEmpty;
  if (IsGzip(bytes)) return FileKind::kGzip;
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) return FileKind::kZip;
  if (bytes.starts_with("PAR1")) return FileKind::kParquet;
  if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) return FileKind::kWorkbook;
  // Octal where a letter follows that a hexadecimal escape would swallow.
  for (const std::string_view magic : {"%PDF-", "\x89PNG", "\xFF\xD8\xFF", "GIF8", "SQLite format 3", "Obj\x01", "ORC",
                                       "BZh", "\3757zXZ", "7z\xBC\xAF", "Rar!", "\x28\xB5\x2F\xFD", "\177ELF"}) {
    if (bytes.starts_with(magic)) return FileKind::kBinary;
  }
  if (IsWebPage(bytes)) return FileKind::kWebPage;
  const EncodingGuess guess = GuessEncoding(bytes, true);
  if (guess.encoding == Encoding::kUtf16Le || guess.encoding == Encoding::kUtf16Be) return FileKind::kText;
  // Control characters beyond blanks are rare in text; a stray zero byte is a fault of its row, not of the file.
  const auto odd = std::ranges::count_if(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A;
  });
  constexpr std::ptrdiff_t kStray = 4;
  return odd > kStray && static_cast<std::size_t>(odd) * 20 > bytes.size() ? FileKind::kBinary : FileKind::kText;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> OpenRawBytes(const FileInput& file) {
  WEIR_TRY(Descriptor descriptor, Descriptor::Open(file));
  return std::unique_ptr<ByteSource>(std::make_unique<PlainBytes>(std::move(descriptor), file.Title()));
}

std::optional<Instant> TimeOf(const FileInput& file) {
  if (file.modified_at) return file.modified_at;
  struct stat status{};
  const int failed = file.descriptor >= 0 ? ::fstat(file.descriptor, &status) : ::stat(file.path.c_str(), &status);
  if (failed != 0) return std::nullopt;
  return Instant{static_cast<std::int64_t>(status.st_mtim.tv_sec) * kMicrosPerSecond + status.st_mtim.tv_nsec / 1000};
}

Result<FileStamp> StampOf(const FileInput& file) {
  WEIR_TRY(const Descriptor descriptor, Descriptor::Open(file));
  return descriptor.stamp();
}

Result<std::unique_ptr<ByteSource>> OpenBytes(const FileInput& file, const ReadLimits& limits) {
  WEIR_TRY(std::unique_ptr<ByteSource> probe, OpenPlain(file, limits));
  WEIR_TRY(const std::string first, FirstBytes(*probe, 2));
  WEIR_TRY(std::unique_ptr<ByteSource> source, OpenPlain(file, limits));
  if (!IsGzip(first)) return source;
  return GzipBytes::Open(std::move(source), limits, file.Title());
}

Result<std::unique_ptr<ByteSource>> OpenZipPart(int descriptor, const std::string& part, const ReadLimits& limits,
                                                const std::string& title) {
  FileInput file;
  file.name = title;
  file.descriptor = descriptor;
  WEIR_TRY(ZipArchive archive, ZipArchive::Open(file));
  zip_stat_t status;
  if (zip_stat(archive.get(), part.c_str(), 0, &status) != 0) {
    return Fail(BadInput("the workbook is broken: it holds no {}", part)
                    .At(title)
                    .Mend("Save it anew with the program that made it"));
  }
  return ZipBytes::Open(std::move(archive), status, limits, title);
}

PlainFile::PlainFile(PlainFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

PlainFile::~PlainFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<PlainFile> PlainFile::Open(const FileInput& file, const ReadLimits& limits) {
  WEIR_TRY(std::unique_ptr<ByteSource> probe, OpenPlain(file, limits));
  WEIR_TRY(const std::string first, FirstBytes(*probe, 2));
  if (file.member.empty() && !IsGzip(first)) {
    const std::string path =
        file.descriptor >= 0 ? fmt::format("/proc/self/fd/{}", file.descriptor) : file.path.string();
    PlainFile opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (opened.descriptor_ < 0) return Fail(Unavailable("cannot open the file: {}", Reason()).At(file.Title()));
    return opened;
  }
  std::string name = (std::filesystem::temp_directory_path() / "weir-unpacked-XXXXXX").string();
  PlainFile unpacked(::mkostemp(name.data(), O_CLOEXEC));
  if (unpacked.descriptor_ < 0) return Fail(Unavailable("cannot unpack: {}", Reason()).At(name));
  ::unlink(name.c_str());
  WEIR_TRY(const std::unique_ptr<ByteSource> source, OpenBytes(file, limits));
  std::vector<char> piece(1 << 20);
  while (true) {
    WEIR_TRY(const std::size_t got, source->Read(piece));
    if (got == 0) return unpacked;
    for (std::size_t written = 0; written < got;) {
      const ssize_t wrote = ::write(unpacked.descriptor_, piece.data() + written, got - written);
      if (wrote < 0) return Fail(Unavailable("cannot unpack the file: {}", Reason()).At(file.Title()));
      written += static_cast<std::size_t>(wrote);
    }
  }
}

std::unique_ptr<ByteSource> BytesOf(std::string_view text) { return std::make_unique<TextBytes>(text); }

Result<FileKind> KindOf(const FileInput& file) {
  constexpr std::size_t kEnough = 4096;
  WEIR_TRY(std::unique_ptr<ByteSource> source, OpenPlain(file, {}));
  WEIR_TRY(const std::string first, FirstBytes(*source, kEnough));
  const FileKind kind = KindOfBytes(first);
  if (kind != FileKind::kGzip) return kind;
  WEIR_TRY(source, OpenBytes(file, {}));
  WEIR_TRY(const std::string unpacked, FirstBytes(*source, kEnough));
  const FileKind inner = KindOfBytes(unpacked);
  return inner == FileKind::kText                              ? FileKind::kGzip
         : inner == FileKind::kGzip || inner == FileKind::kZip ? FileKind::kBinary
                                                               : inner;
}

Result<std::vector<ZipMember>> ListZip(const FileInput& file, const ReadLimits& limits) {
  constexpr zip_int64_t kMostMembers = 10'000;
  WEIR_TRY(const ZipArchive archive, ZipArchive::Open(file));
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count > kMostMembers) {
    return Fail(TooLarge("the zip holds {} files, {} are the limit", count, kMostMembers)
                    .At(file.Title())
                    .Mend("Unpack it and import the folder"));
  }
  std::vector<ZipMember> members;
  std::uint64_t total = 0;
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t status;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), 0, &status) != 0) continue;
    const std::string name = status.name == nullptr ? "" : status.name;
    const std::size_t slash = name.rfind('/');
    const std::string base = slash == std::string::npos ? name : name.substr(slash + 1);
    if (base.empty() || base.front() == '.' || name.starts_with("__MACOSX/")) continue;
    const std::uint64_t bytes = (status.valid & ZIP_STAT_SIZE) != 0 ? status.size : 0;
    total += bytes;
    members.push_back({name, bytes});
  }
  if (total > limits.unpacked_bytes) {
    return Fail(
        TooLarge("the zip unpacks to {} MiB", total >> 20).At(file.Title()).Mend("Unpack it and import the files"));
  }
  std::ranges::sort(members, {}, &ZipMember::name);
  return members;
}

}  // namespace weir::sources
