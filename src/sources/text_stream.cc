#include "sources/text_stream.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sources/ahead.h"

namespace weir::sources {
namespace {

constexpr std::size_t kSample = 256 << 10;
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

// Reads until the buffer is full or the source ends.
Result<std::size_t> Fill(ByteSource& source, std::span<char> buffer) {
  std::size_t size = 0;
  while (size < buffer.size()) {
    WEIR_TRY(const std::size_t got, source.Read(buffer.subspan(size)));
    if (got == 0) break;
    size += got;
  }
  return size;
}

Result<EncodingGuess> GuessFileEncoding(const FileInput& file, const ReadLimits& limits) {
  WEIR_TRY(std::unique_ptr<ByteSource> source, OpenBytes(file, limits));
  std::vector<char> buffer(kSample);
  EncodingGuess guess;
  bool is_first = true;
  std::uint64_t bytes = 0;
  std::uint64_t line_bytes = 0;  // since the last line break
  while (true) {
    WEIR_TRY(const std::size_t size, Fill(*source, buffer));
    const std::string_view sample(buffer.data(), size);
    const bool is_cut = size == buffer.size();
    if (is_first || !IsAscii(sample)) {
      // A piece may begin within a character: those bytes say nothing.
      std::size_t begin = 0;
      while (!is_first && begin < size && begin < 3 && (sample[begin] & 0xC0) == 0x80) ++begin;
      guess = GuessEncoding(sample.substr(begin), is_cut);
      if (guess.is_certain) return guess;
    }
    is_first = false;
    bytes += size;
    if (!is_cut || bytes >= limits.encoding_bytes) return guess;
    // A line beyond the limit is refused when it is read; gigabytes of it say nothing more of the encoding.
    const std::size_t last_break = sample.find_last_of("\r\n");
    line_bytes = last_break == std::string_view::npos ? line_bytes + size : size - last_break - 1;
    if (line_bytes > limits.record_bytes) return guess;
  }
}

}  // namespace

class TextStream::Pieces {
 public:
  Pieces(std::unique_ptr<ByteSource> source, Encoding encoding, std::optional<Decoder> decoder)
      : source_(std::move(source)), encoding_(encoding), decoder_(std::move(decoder)) {}
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  Encoding encoding() const { return encoding_; }
  std::uint64_t bytes_read() const { return bytes_taken_; }
  std::uint64_t bytes_total() const { return source_->bytes_total(); }

  Status Take(std::size_t wanted, std::vector<char>& out) {
    if (ahead_) return TakeNext(out);
    const std::size_t before = out.size();
    WEIR_TRY(Fetch(wanted, out));
    bytes_taken_ = source_->bytes_read();
    taken_alone_ += out.size() - before;
    if (taken_alone_ > kAlone && !is_at_end_) ReadAhead();
    return {};
  }

 private:
  static constexpr std::size_t kAlone = std::size_t{8} << 20;  // shorter files are read before a thread has begun
  static constexpr std::size_t kPiece = std::size_t{1} << 20;

  struct Piece {
    std::vector<char> text;  // empty: the end
    std::uint64_t bytes_read = 0;
    Status done;
  };

  Status Fetch(std::size_t wanted, std::vector<char>& out) {
    const std::size_t before = out.size();
    while (!is_at_end_ && out.size() == before) {
      if (!decoder_) {
        out.resize(before + wanted);
        WEIR_TRY(const std::size_t got, Fill(*source_, std::span(out).subspan(before)));
        out.resize(before + got);
        is_at_end_ = got < wanted;
      } else {
        packed_.resize(wanted);
        WEIR_TRY(const std::size_t got, Fill(*source_, packed_));
        is_at_end_ = got < wanted;
        decoded_.clear();
        decoder_->Decode({packed_.data(), got}, is_at_end_, decoded_);
        out.insert(out.end(), decoded_.begin(), decoded_.end());
      }
      if (is_at_start_ && out.size() - before >= kUtf8Mark.size()) {
        is_at_start_ = false;
        if (std::memcmp(out.data() + before, kUtf8Mark.data(), kUtf8Mark.size()) == 0) {
          out.erase(out.begin() + static_cast<std::ptrdiff_t>(before),
                    out.begin() + static_cast<std::ptrdiff_t>(before + kUtf8Mark.size()));
        }
      }
    }
    return {};
  }

  // Where the system has no thread to give, whoever takes goes on reading.
  void ReadAhead() {
    ahead_ = Ahead<Piece>::Start([this](Piece& piece) {
      piece.text.clear();
      piece.done = Fetch(kPiece, piece.text);
      piece.bytes_read = source_->bytes_read();
      return piece.done && !piece.text.empty();
    });
    if (!ahead_) taken_alone_ = 0;
  }

  Status TakeNext(std::vector<char>& out) {
    const Piece& piece = ahead_->Next();
    if (!piece.done) return piece.done;
    out.insert(out.end(), piece.text.begin(), piece.text.end());
    bytes_taken_ = piece.bytes_read;
    return {};
  }

  std::unique_ptr<ByteSource> source_;
  Encoding encoding_;
  std::optional<Decoder> decoder_;  // none for UTF-8
  bool is_at_start_ = true;
  bool is_at_end_ = false;
  std::vector<char> packed_;
  std::string decoded_;

  std::uint64_t bytes_taken_ = 0;        // of the file
  std::size_t taken_alone_ = 0;          // of text
  std::unique_ptr<Ahead<Piece>> ahead_;  // ends before what it reads
};

TextStream::TextStream(std::unique_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
TextStream::TextStream(TextStream&&) noexcept = default;
TextStream& TextStream::operator=(TextStream&&) noexcept = default;
TextStream::~TextStream() = default;

TextStream TextStream::Of(std::unique_ptr<ByteSource> source) {
  return TextStream(std::make_unique<Pieces>(std::move(source), Encoding::kUtf8, std::nullopt));
}

Result<TextStream> TextStream::Open(const FileInput& file, std::optional<Encoding> encoding, const ReadLimits& limits) {
  if (!encoding) {
    WEIR_TRY(const EncodingGuess guess, GuessFileEncoding(file, limits));
    encoding = guess.encoding;
  }
  return OpenAs(file, *encoding, limits);
}

Result<TextStream> TextStream::OpenAs(const FileInput& file, Encoding encoding, const ReadLimits& limits) {
  WEIR_TRY(std::unique_ptr<ByteSource> source, OpenBytes(file, limits));
  std::optional<Decoder> decoder;
  if (encoding != Encoding::kUtf8) {
    WEIR_TRY(Decoder made, Decoder::For(encoding));
    decoder = std::move(made);
  }
  return TextStream(std::make_unique<Pieces>(std::move(source), encoding, std::move(decoder)));
}

Encoding TextStream::encoding() const { return pieces_->encoding(); }
std::uint64_t TextStream::bytes_read() const { return pieces_->bytes_read(); }
std::uint64_t TextStream::bytes_total() const { return pieces_->bytes_total(); }

Status TextStream::Read(std::size_t wanted, std::vector<char>& out) { return pieces_->Take(wanted, out); }

}  // namespace weir::sources
