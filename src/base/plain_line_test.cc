#include "base/plain_line.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(PlainLine, KeepsTextAndTakesAwayWhatTerminalsObey) {
  EXPECT_EQ(PlainLine("Müller & Сын, 日本 😀"), "Müller & Сын, 日本 😀");
  EXPECT_EQ(PlainLine("two\nlines\tand\r\nmore"), "two lines and  more");
  EXPECT_EQ(PlainLine("\x1B[31mred\x07"), "�[31mred�");
  EXPECT_EQ(PlainLine("a\xFF\xFEz"), "a��z");
  EXPECT_EQ(PlainLine("cut \xC3"), "cut �");
  EXPECT_EQ(PlainLine("gnp.\xE2\x80\xAEvsc"), "gnp.�vsc") << "a name that reads backwards";
  EXPECT_EQ(PlainLine("\xC2\x9B"), "�") << "a control character of two bytes";
  EXPECT_EQ(PlainLine(std::string_view("a\0b", 3)), "a�b");
  EXPECT_EQ(PlainLine(""), "");
}

}  // namespace
}  // namespace weir
