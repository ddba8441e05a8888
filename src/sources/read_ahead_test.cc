#include "sources/read_ahead.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace weir::sources {
namespace {

// Gives so many bytes, then an error.
class Breaking final : public ByteSource {
 public:
  explicit Breaking(std::size_t size) : left_(size) {}
  Result<std::size_t> Read(std::span<char> buffer) override {
    if (left_ == 0) return Fail(BadInput("broken"));
    const std::size_t size = std::min({buffer.size(), left_, std::size_t{1000}});
    std::fill_n(buffer.data(), size, 'x');
    left_ -= size;
    return size;
  }
  std::uint64_t bytes_read() const override { return 0; }
  std::uint64_t bytes_total() const override { return 7; }

 private:
  std::size_t left_;
};

struct Taken {
  std::string text;
  std::string error;
};

Taken TakeAll(ByteSource& source, std::size_t at_once) {
  Taken taken;
  std::string buffer(at_once, '\0');
  while (true) {
    const auto read = source.Read(buffer);
    if (!read) taken.error = read.error().message();
    if (!read || *read == 0) return taken;
    taken.text.append(buffer, 0, *read);
  }
}

TEST(ReadAheadTest, GivesTheSameBytes) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i);
  for (const std::size_t at_once : {std::size_t{1} << 16U, std::size_t{777}}) {
    const auto ahead = ReadAhead(BytesOf(text));
    EXPECT_TRUE(TakeAll(*ahead, at_once).text == text);
    EXPECT_EQ(TakeAll(*ahead, at_once).text, "");  // the end stays the end
  }
  EXPECT_EQ(TakeAll(*ReadAhead(BytesOf("")), 10).text, "");
}

TEST(ReadAheadTest, AnErrorComesAfterAllThatWasReadBefore) {
  for (const std::size_t size : {0U, 1U, 1'300'000U, 1U << 20U}) {
    const auto ahead = ReadAhead(std::make_unique<Breaking>(size));
    const Taken taken = TakeAll(*ahead, 5000);
    EXPECT_EQ(taken.text.size(), size);
    EXPECT_EQ(taken.error, "broken");
    EXPECT_EQ(ahead->bytes_total(), 7U);
  }
}

TEST(ReadAheadTest, MayBeLeftBeforeTheEnd) {
  const auto ahead = ReadAhead(std::make_unique<Breaking>(std::size_t{100} << 20U));
  std::string buffer(100, '\0');
  EXPECT_TRUE(ahead->Read(buffer));
}

}  // namespace
}  // namespace weir::sources
