// Files that are long enough for the threads that read and scan ahead.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/reader.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::HasSubstr;

TEST(CsvReaderTest, ReadsALongFileAsItDoesAShortOne) {
  constexpr int kRecords = 150'000;
  std::string text = "id,note,amount\n";
  std::vector<std::string> expected;
  int line = 2;
  for (int i = 0; i < kRecords; ++i) {
    const std::string filling(static_cast<std::size_t>(i * 37 % 150), 'x');
    if (i % 7 == 0) {
      text += fmt::format("{},\"a \"\"{}\"\"\nb\",1\n", i, filling);
      expected.push_back(fmt::format("{}|{}|a \"{}\"\nb|1", line, i, filling));
      line += 2;
    } else if (i % 1000 == 5) {
      text += fmt::format("{},\"{}\n", i, filling);  // its quote is closed by that of a later row
      text += "\n";
      expected.push_back("");
      line += 2;
    } else {
      text += fmt::format("{},{},2\n", i, filling);
      expected.push_back(fmt::format("{}|{}|{}|2", line++, i, filling));
    }
  }
  ASSERT_GT(text.size(), std::size_t{10} << 20U);
  const TestFolder folder;
  const ReadRows read = ReadAll(folder.Write("deals.csv", text));
  EXPECT_EQ(read.error, "");
  ASSERT_EQ(read.rows.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i].empty()) {
      EXPECT_THAT(read.rows[i], HasSubstr("!")) << i;
    } else {
      ASSERT_EQ(read.rows[i], expected[i]);
    }
  }
}

TEST(CsvReaderTest, ALongFileMayBeLeftInTheMiddle) {
  std::string text = "id,note\n";
  for (int i = 0; i < 400'000; ++i) text += fmt::format("{},some words that fill a row\n", i);
  const TestFolder folder;
  const FileInput file = folder.Write("deals.csv", text);
  for (const int blocks : {0, 1, 17, 18, 40, 100}) {
    auto reader = OpenRows(file);
    ASSERT_TRUE(reader);
    for (int i = 0; i < blocks; ++i) {
      const auto block = (*reader)->Next();
      ASSERT_TRUE(block);
      ASSERT_NE(*block, nullptr);
    }
    EXPECT_LE((*reader)->bytes_read(), (*reader)->bytes_total());
  }
}

}  // namespace
}  // namespace weir::sources
