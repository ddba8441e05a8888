#include "sources/read_ahead.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "sources/ahead.h"

namespace weir::sources {
namespace {

// Large, so that on a busy machine neither side waits often for the other to be given its turn.
constexpr std::size_t kPiece = 1 << 20;

struct Piece {
  std::vector<char> bytes;
  std::size_t size = 0;
  std::optional<Error> error;
};

class BytesAhead final : public ByteSource {
 public:
  explicit BytesAhead(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), total_(source_->bytes_total()) {}

  bool Start() {
    pieces_ = Ahead<Piece>::Start([this](Piece& piece) { return Make(piece); });
    return pieces_ != nullptr;
  }
  std::unique_ptr<ByteSource> TakeSource() { return std::move(source_); }

  Result<std::size_t> Read(std::span<char> buffer) override {
    if (is_done_ || buffer.empty()) return std::size_t{0};
    if (piece_ == nullptr || at_ == piece_->size) {
      piece_ = &pieces_->Next();
      at_ = 0;
      is_done_ = piece_->error.has_value() || piece_->size == 0;
      if (piece_->error) return Fail(*piece_->error);
      if (is_done_) return std::size_t{0};
    }
    const std::size_t size = std::min(buffer.size(), piece_->size - at_);
    std::copy_n(piece_->bytes.data() + at_, size, buffer.data());
    at_ += size;
    return size;
  }
  std::uint64_t bytes_read() const override { return read_; }
  std::uint64_t bytes_total() const override { return total_; }

 private:
  bool Make(Piece& piece) {
    piece.bytes.resize(kPiece);
    piece.size = 0;
    piece.error = std::exchange(held_, std::nullopt);
    if (piece.error) return false;
    while (piece.size < kPiece) {
      auto read = source_->Read(std::span(piece.bytes).subspan(piece.size));
      if (!read) {
        // What came before it is taken first, so that the place of a fault in the text is told as ever.
        (piece.size > 0 ? held_ : piece.error) = std::move(read).error();
        break;
      }
      if (*read == 0) break;
      piece.size += *read;
    }
    read_ = source_->bytes_read();
    return piece.size > 0 && !piece.error;
  }

  std::unique_ptr<ByteSource> source_;
  std::uint64_t total_;
  std::atomic<std::uint64_t> read_ = 0;
  std::optional<Error> held_;
  Piece* piece_ = nullptr;
  std::size_t at_ = 0;
  bool is_done_ = false;
  std::unique_ptr<Ahead<Piece>> pieces_;  // last: its thread ends before what it uses
};

}  // namespace

std::unique_ptr<ByteSource> ReadAhead(std::unique_ptr<ByteSource> source) {
  auto ahead = std::make_unique<BytesAhead>(std::move(source));
  if (!ahead->Start()) return ahead->TakeSource();
  return ahead;
}

}  // namespace weir::sources
