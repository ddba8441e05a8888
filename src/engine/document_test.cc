#include "engine/document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "base/random.h"

namespace weir::engine {
namespace {

std::string Unpacked(const std::string& packed, std::size_t size) {
  std::string bytes(size + 1, '\0');
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

TEST(DocumentTest, PacksWhatIsLargeAndRepeats) {
  std::string json;
  for (int i = 0; i < 5000; ++i) json += fmt::format(R"({{"deal":"D{}","amount":"{}.00"}},)", i, i * 37);
  const Document document(json);
  EXPECT_LT(document.gzip().size(), json.size() / 4);
  EXPECT_EQ(Unpacked(document.gzip(), json.size()), json);
  EXPECT_EQ(document.json(), json);
}

TEST(DocumentTest, LeavesAloneWhatIsSmallOrDoesNotShrink) {
  EXPECT_EQ(Document(std::string(1000, 'a')).gzip(), "");
  RandomStream random(7, "document");
  std::string noise(10'000, '\0');
  for (char& c : noise) c = static_cast<char>(random.Integer(0, 255));
  EXPECT_EQ(Document(noise).gzip(), "");
  EXPECT_EQ(Document("").gzip(), "");
}

TEST(DocumentTest, TheTagChangesWithTheBytes) {
  EXPECT_EQ(Document("{}").tag(), Document("{}").tag());
  EXPECT_NE(Document("{}").tag(), Document("{ }").tag());
  EXPECT_EQ(Document("{}").tag().front(), '"');
}

}  // namespace
}  // namespace weir::engine
