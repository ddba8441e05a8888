#include "sources/text_stream.h"

#include <gmock/gmock.h>

#include "sources/test_files.h"

namespace weir::sources {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kLong = std::size_t{13} << 20;  // pieces of it are read ahead

std::string TextOf(std::string_view line, std::size_t bytes) {
  std::string text;
  text.reserve(bytes + line.size());
  for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i) + std::string(line);
  return text;
}

// A source that breaks in the middle.
class Broken final : public ByteSource {
 public:
  explicit Broken(std::size_t sound) : sound_(sound) {}
  Result<std::size_t> Read(std::span<char> buffer) override {
    if (read_ == sound_) return Fail(Unavailable("the disk is gone"));
    const std::size_t got = std::min(buffer.size(), sound_ - read_);
    std::ranges::fill(buffer.first(got), 'x');
    read_ += got;
    return got;
  }
  std::uint64_t bytes_read() const override { return read_; }
  std::uint64_t bytes_total() const override { return 2 * sound_; }

 private:
  std::size_t sound_;
  std::size_t read_ = 0;
};

struct Taken {
  std::string text;
  std::string error;
};

Taken TakeAll(TextStream& stream) {
  Taken taken;
  std::vector<char> piece;
  while (true) {
    piece.clear();
    const Status done = stream.Read(1 << 20, piece);
    if (!done) {
      taken.error = done.error().ToString();
      return taken;
    }
    if (piece.empty()) return taken;
    taken.text.append(piece.begin(), piece.end());
  }
}

TEST(TextStreamTest, ALongFileIsReadWholeAndInItsOrder) {
  const TestFolder folder;
  const std::string latin = TextOf(",one,two\n", kLong);
  const std::string cyrillic = TextOf(",сделка\n", kLong);
  auto decoded = [&](const std::string& name, const std::string& bytes, Encoding encoding) {
    auto stream = TextStream::Open(folder.Write(name, bytes), {}, {});
    EXPECT_TRUE(stream) << stream.error().ToString();
    EXPECT_EQ(stream->encoding(), encoding);
    Taken taken = TakeAll(*stream);
    EXPECT_EQ(taken.error, "");
    EXPECT_EQ(stream->bytes_read(), bytes.size());
    std::vector<char> more;
    EXPECT_TRUE(stream->Read(1, more));
    EXPECT_TRUE(more.empty()) << "the end stays the end";
    return std::move(taken.text);
  };
  // Compared as a whole: a difference of megabytes is not to be printed.
  EXPECT_TRUE(decoded("latin.csv", "\xEF\xBB\xBF" + latin, Encoding::kUtf8) == latin);
  EXPECT_TRUE(decoded("utf8.csv", cyrillic, Encoding::kUtf8) == cyrillic);
  std::string windows;
  std::string expected;
  for (std::size_t i = 0; windows.size() < kLong; ++i) {
    windows += std::to_string(i) + ",\xF1\xE4\xE5\xEB\xEA\xE0\n";
    expected += std::to_string(i) + ",сделка\n";
  }
  EXPECT_TRUE(decoded("windows.csv", windows, Encoding::kWindows1251) == expected);
}

TEST(TextStreamTest, WhatFailsOnTheWaySaysSoAfterWhatCameBefore) {
  TextStream stream = TextStream::Of(std::make_unique<Broken>(kLong));
  const Taken taken = TakeAll(stream);
  EXPECT_EQ(taken.text.size(), kLong);
  EXPECT_THAT(taken.error, HasSubstr("the disk is gone"));
  EXPECT_THAT(TakeAll(stream).error, HasSubstr("the disk is gone")) << "and again";
}

TEST(TextStreamTest, MayBeLeftHalfRead) {
  const TestFolder folder;
  const FileInput file = folder.Write("long.csv", TextOf(",a\n", kLong));
  auto stream = TextStream::Open(file, {}, {});
  ASSERT_TRUE(stream);
  std::vector<char> text;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(stream->Read(1 << 20, text));
  EXPECT_EQ(text.size(), 10U << 20);
}

}  // namespace
}  // namespace weir::sources
