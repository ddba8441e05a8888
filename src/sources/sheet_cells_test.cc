#include "sources/sheet_cells.h"

#include <gtest/gtest.h>

namespace weir::sources {
namespace {

TEST(SheetCellsTest, NumbersAreWhatWasTyped) {
  EXPECT_EQ(NumberText("0.30000000000000004"), "0.3");
  EXPECT_EQ(NumberText("1234.5599999999999"), "1234.56");
  EXPECT_EQ(NumberText("1.1000000000000001"), "1.1");
  EXPECT_EQ(NumberText("-0.99999999999999989"), "-1");
  EXPECT_EQ(NumberText("999999999999999.9"), "1000000000000000");
  EXPECT_EQ(NumberText("1.5E-3"), "0.0015");
  EXPECT_EQ(NumberText("1E+20"), "100000000000000000000");
  EXPECT_EQ(NumberText("12.50"), "12.5");
  EXPECT_EQ(NumberText("007"), "7");
  EXPECT_EQ(NumberText("0.000"), "0");
  EXPECT_EQ(NumberText("-0"), "0");
  EXPECT_EQ(NumberText("123456789012345678901234567890"), "123456789012345678901234567890") << "an id keeps its digits";
  EXPECT_EQ(NumberText("1.2345678901234567E+17"), "123456789012345670");
}

TEST(SheetCellsTest, WhatIsNoNumberStays) {
  for (const char* text : {"", ".", "-", "1e", "1e5x", "1.2.3", "NaN", "1e999", "abc", "0x10"}) {
    EXPECT_EQ(NumberText(text), text);
  }
}

TEST(SheetCellsTest, FormsOfDaysAndTimesAreKnownByTheirCodes) {
  for (const char* code : {"dd.mm.yyyy", "yyyy\\-mm\\-dd", "m/d/yy", "mmm-yy", "[$-F800]dddd, mmmm dd, yyyy",
                           "d\\ mmmm\\ yyyy\\ \"г.\"", "[$-419]d mmm;@", "MM", "yy;;0"}) {
    EXPECT_EQ(StyleOfCode(code), CellStyle::kDate) << code;
  }
  for (const char* code : {"dd.mm.yyyy hh:mm", "m/d/yy h:mm", "yyyy-mm-dd\\Thh:mm:ss.000", "d/m/y AM/PM"}) {
    EXPECT_EQ(StyleOfCode(code), CellStyle::kMoment) << code;
  }
  for (const char* code : {"h:mm", "hh:mm:ss", "mm:ss", "mm:ss.0", "h:mm\\ AM/PM", "[$-409]h:mm:ss\\ AM/PM;@"}) {
    EXPECT_EQ(StyleOfCode(code), CellStyle::kTime) << code;
  }
  for (const char* code : {"[h]:mm", "[hh]:mm:ss", "[mm]:ss", "[s]"}) {
    EXPECT_EQ(StyleOfCode(code), CellStyle::kDuration) << code;
  }
  for (const char* code : {"0%", "0.00%", "#,##0.0\\ %"}) EXPECT_EQ(StyleOfCode(code), CellStyle::kPercent) << code;
  for (const char* code :
       {"General", "0.00", "#,##0.00\\ \"руб. в день\"", "[Red]-0.00", "[$$-409]#,##0.00", "0.00E+00",
        "_-* #,##0.00\\ _d_-;\\-* #,##0.00", "\\d0", "@", "", "\"", "[", "\\", "# ?/?", "General\\ \"y\""}) {
    EXPECT_EQ(StyleOfCode(code), CellStyle::kPlain) << code;
  }
}

TEST(SheetCellsTest, DaysAreCountedFrom1900WithItsLeapFault) {
  const auto day = [](const char* serial) { return StyledText(serial, CellStyle::kDate, false); };
  EXPECT_EQ(day("1"), "1900-01-01");
  EXPECT_EQ(day("59"), "1900-02-28");
  EXPECT_EQ(day("60"), "1900-02-29");
  EXPECT_EQ(day("61"), "1900-03-01");
  EXPECT_EQ(day("45631"), "2024-12-05");
  EXPECT_EQ(day("45747.586805555555"), "2025-03-31T14:05:00");
  EXPECT_EQ(day("2958465"), "9999-12-31");
  EXPECT_EQ(day("2958466"), "2958466") << "no day of the calendar";
  EXPECT_EQ(day("-3"), "-3");
  EXPECT_EQ(day("0"), "0");
  EXPECT_EQ(day("0.5"), "12:00:00");
  EXPECT_EQ(day("x"), "x");
}

TEST(SheetCellsTest, DaysAreCountedFrom1904WhereTheWorkbookSaysSo) {
  EXPECT_EQ(StyledText("0", CellStyle::kDate, true), "1904-01-01");
  EXPECT_EQ(StyledText("60", CellStyle::kDate, true), "1904-03-01");
  EXPECT_EQ(StyledText("44285.5", CellStyle::kDate, true), "2025-03-31T12:00:00");
}

TEST(SheetCellsTest, TimesAreWholeToTheMillisecond) {
  EXPECT_EQ(StyledText("45747", CellStyle::kMoment, false), "2025-03-31T00:00:00");
  EXPECT_EQ(StyledText("45747.000005787", CellStyle::kMoment, false), "2025-03-31T00:00:00.500");
  EXPECT_EQ(StyledText("45746.99999999999", CellStyle::kMoment, false), "2025-03-31T00:00:00")
      << "rounded over midnight";
  EXPECT_EQ(StyledText("0.58680555555555558", CellStyle::kTime, false), "14:05:00");
  EXPECT_EQ(StyledText("1.25", CellStyle::kTime, false), "30:00:00");
  EXPECT_EQ(StyledText("45747.5", CellStyle::kTime, false), "2025-03-31T12:00:00");
  EXPECT_EQ(StyledText("1.1458333333333333", CellStyle::kDuration, false), "27:30:00");
}

TEST(SheetCellsTest, PercentsAreShownAsTheyAreTyped) {
  EXPECT_EQ(StyledText("0.25", CellStyle::kPercent, false), "25%");
  EXPECT_EQ(StyledText("7.0000000000000007E-2", CellStyle::kPercent, false), "7%");
  EXPECT_EQ(StyledText("1", CellStyle::kPercent, false), "100%");
  EXPECT_EQ(StyledText("0", CellStyle::kPercent, false), "0%");
  EXPECT_EQ(StyledText("-0.0125", CellStyle::kPercent, false), "-1.25%");
}

TEST(SheetCellsTest, EscapesOfCharactersAreTakenOff) {
  EXPECT_EQ(WithoutEscapes("a_x000D_b_x000A_"), "a\rb\n");
  EXPECT_EQ(WithoutEscapes("_x005F_x000D_"), "_x000D_");
  EXPECT_EQ(WithoutEscapes("my_xbox_x00_x00G0_ _x0000_ _xD83D_ _x"), "my_xbox_x00_x00G0_ _x0000_ _xD83D_ _x");
}

}  // namespace
}  // namespace weir::sources
