#include "sources/number_text.h"

#include <gtest/gtest.h>

namespace weir::sources {
namespace {

std::string Read(std::string_view text, char mark = 0) {
  const ParsedNumber number = ParseNumber(text, mark);
  switch (number.fault) {
    case NumberFault::kNotNumber:
      return "not a number";
    case NumberFault::kAmbiguous:
      return "ambiguous";
    case NumberFault::kRange:
      return "range";
    case NumberFault::kNone:
      break;
  }
  return FormatDecimal(number.value) + (number.is_percent ? "%" : "") + std::string(number.currency);
}

TEST(NumberText, ReadsWhatExportsWrite) {
  EXPECT_EQ(Read("1054"), "1054");
  EXPECT_EQ(Read("-1234.50"), "-1234.5");
  EXPECT_EQ(Read("$1,234,567"), "1234567USD");
  EXPECT_EQ(Read("$1,234,567.89"), "1234567.89USD");
  EXPECT_EQ(Read("1 234,56"), "1234.56");
  EXPECT_EQ(Read("1\xC2\xA0"
                 "234\xC2\xA0"
                 "567,8 ₽"),
            "1234567.8RUB");
  EXPECT_EQ(Read("1.234.567,89 €"), "1234567.89EUR");
  EXPECT_EQ(Read("1'234'567.89"), "1234567.89");
  EXPECT_EQ(Read("12,34,567.00"), "1234567") << "Indian groups";
  EXPECT_EQ(Read("75%"), "75%");
  EXPECT_EQ(Read("12,5 %"), "12.5%");
  EXPECT_EQ(Read("(120.00)"), "-120");
  EXPECT_EQ(Read("($1,200.50)"), "-1200.5USD");
  EXPECT_EQ(Read("-$5"), "-5USD");
  EXPECT_EQ(Read("$-5"), "-5USD");
  EXPECT_EQ(Read("12.50-"), "-12.5");
  EXPECT_EQ(Read("\xE2\x88\x92"
                 "7"),
            "-7");
  EXPECT_EQ(Read("EUR 12.50"), "12.5EUR");
  EXPECT_EQ(Read("12.50 EUR"), "12.5EUR");
  EXPECT_EQ(Read("1.5e3"), "1500");
  EXPECT_EQ(Read("1E-3"), "0.001");
  EXPECT_EQ(Read("12 500 руб."), "12500RUB");
  EXPECT_EQ(Read("+7"), "7");
  EXPECT_EQ(Read(".5"), "0.5");
  EXPECT_EQ(Read("0.125"), "0.125") << "a group does not begin with zero";
  EXPECT_EQ(Read("1234.567"), "1234.567") << "a group has at most three digits before";
}

TEST(NumberText, NeverGuessesWhatAMarkMeans) {
  EXPECT_EQ(Read("1,234"), "ambiguous");
  EXPECT_EQ(Read("1.234"), "ambiguous");
  EXPECT_EQ(Read("1.234", '.'), "1.234");
  EXPECT_EQ(Read("1.234", ','), "1234");
  EXPECT_EQ(Read("1,234", '.'), "1234");
  EXPECT_EQ(Read("1,234", ','), "1.234");
  EXPECT_EQ(Read("$12,345"), "ambiguous");
  EXPECT_EQ(Read("12 345,678"), "12345.678") << "blanks group, so the comma does not";
}

TEST(NumberText, RefusesWhatIsNoNumber) {
  for (const char* text : {"",           "-",   "abc",  "12 months", "Q3", "1.2.3", "1,2,3", "12-13",      "1e", "1e5x",
                           "2024-01-02", "--5", "(-5)", "#5",        "<5", "=5",    "1 2",   "1,2345,678", ".",  ","}) {
    EXPECT_EQ(Read(text), "not a number") << text;
  }
}

TEST(NumberText, KeepsAllDigitsAndKnowsItsRange) {
  EXPECT_EQ(Read("12345678901234567890123456789012345678"), "12345678901234567890123456789012345678");
  EXPECT_EQ(Read("123456789012345678901234567890123456789"), "range");
  EXPECT_EQ(Read("1e30"), "1000000000000000000000000000000");
  EXPECT_EQ(Read("1e39"), "range");
  EXPECT_EQ(Read("0.30000000000000004"), "0.30000000000000004");
  EXPECT_EQ(Read("1e-60"), "range");
  EXPECT_EQ(Read("0e400"), "0");
}

TEST(NumberText, AColumnShowsItsDecimalMark) {
  NumberEvidence evidence;
  NoteNumber("1.234", evidence);
  NoteNumber("950", evidence);
  EXPECT_EQ(evidence.Mark(), 0);
  NoteNumber("12,50", evidence);
  EXPECT_EQ(evidence.Mark(), ',');
  NoteNumber("text", evidence);
  EXPECT_EQ(evidence.Mark(), ',');
  NoteNumber("12.50", evidence);
  EXPECT_EQ(evidence.Mark(), 0) << "both";
  NumberEvidence grouped;
  NoteNumber("1,234,567", grouped);
  EXPECT_EQ(grouped.Mark(), '.');
}

}  // namespace
}  // namespace weir::sources
