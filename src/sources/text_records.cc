#include "sources/text_records.h"

#include <algorithm>

#include "sources/csv_reader.h"
#include "sources/queue_log.h"
#include "sources/text_stream.h"

namespace weir::sources {
namespace {

constexpr std::size_t kPiece = 1 << 20;

class TextRecordReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options,
                                                 std::unique_ptr<TextForm> form) {
    WEIR_TRY(TextStream stream, TextStream::Open(file, options.encoding, options.limits));
    auto reader = std::unique_ptr<TextRecordReader>(
        new TextRecordReader(std::move(stream), options, std::move(form), file.Title()));
    WEIR_TRY(reader->ReadMore());
    return std::unique_ptr<RowReader>(std::move(reader));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return skipped_; }
  std::uint64_t bytes_read() const override { return stream_.bytes_read(); }
  std::uint64_t bytes_total() const override { return stream_.bytes_total(); }

  Result<const RowBlock*> Next() override {
    texts_.clear();
    block_.Clear(reading_.columns.size());
    while (block_.size() == 0 && !is_done_) WEIR_TRY(FillBlock());
    return block_.size() == 0 ? nullptr : &block_;
  }

 private:
  TextRecordReader(TextStream stream, const ReadOptions& options, std::unique_ptr<TextForm> form, std::string title)
      : stream_(std::move(stream)), options_(options), form_(std::move(form)), title_(std::move(title)) {
    reading_.format = form_->format();
    reading_.encoding = stream_.encoding();
    reading_.header_line = 0;
    reading_.columns = form_->columns();
  }

  std::string_view Pending() const { return {buffer_.data() + begin_, buffer_.size() - begin_}; }

  Status ReadMore() {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
    const std::size_t before = buffer_.size();
    WEIR_TRY(stream_.Read(std::max(kPiece, before), buffer_));
    is_last_ = buffer_.size() == before;
    return {};
  }

  Status FillBlock() {
    while (block_.size() < RowBlock::kRows) {
      const std::string_view pending = Pending();
      if (pending.empty() && is_last_) {
        is_done_ = true;
        return {};
      }
      const std::optional<TextPart> part = pending.empty() ? std::nullopt : form_->Next(pending, is_last_);
      if (!part) {
        // Views of this block point into the buffer, so it may not move before the block is used.
        if (block_.size() > 0) return {};
        if (pending.size() > options_.limits.record_bytes) {
          return Fail(TooLarge("the record is longer than {} MiB", options_.limits.record_bytes >> 20)
                          .At(title_, line_)
                          .Mend("Check that it is the right file and that it is whole"));
        }
        WEIR_TRY(ReadMore());
        continue;
      }
      Take(pending, *part);
    }
    return {};
  }

  void Take(std::string_view pending, const TextPart& part) {
    WEIR_CHECK(part.size > 0 && part.size <= pending.size());
    if (part.raw.empty()) {
      ++skipped_;
    } else {
      const std::span<std::string_view> cells = block_.AddRow(line_ + part.line, part.raw);
      std::optional<RowFault> fault = FaultOfText(part.raw, {part.raw});
      if (!fault) fault = form_->Cells(part.raw, texts_, cells);
      if (fault) {
        std::ranges::fill(cells, std::string_view());
        block_.SetFault(block_.size() - 1, std::move(*fault));
      }
    }
    line_ += static_cast<std::uint64_t>(std::ranges::count(pending.substr(0, part.size), '\n'));
    begin_ += part.size;
  }

  TextStream stream_;
  ReadOptions options_;
  std::unique_ptr<TextForm> form_;
  std::string title_;
  Reading reading_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::uint64_t line_ = 1;
  bool is_last_ = false;
  bool is_done_ = false;
  std::uint64_t skipped_ = 0;
  std::deque<std::string> texts_;  // cells of this block that the file does not hold as they are
  RowBlock block_;
};

}  // namespace

std::unique_ptr<TextForm> FormOf(Format format) { return format == Format::kQueueLog ? QueueLogForm() : nullptr; }

std::unique_ptr<TextForm> FormOfText(std::string_view beginning) {
  return IsQueueLog(beginning) ? QueueLogForm() : nullptr;
}

Result<std::unique_ptr<RowReader>> OpenTextRecords(const FileInput& file, const ReadOptions& options,
                                                   std::unique_ptr<TextForm> form) {
  return TextRecordReader::Open(file, options, std::move(form));
}

}  // namespace weir::sources
