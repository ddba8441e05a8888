#include "sources/date_text.h"

#include <gtest/gtest.h>

namespace weir::sources {
namespace {

std::string Show(const ParsedDate& parsed) {
  switch (parsed.fault) {
    case DateFault::kNotDate:
      return "not a date";
    case DateFault::kAmbiguous:
      return "ambiguous";
    case DateFault::kRange:
      return "range";
    case DateFault::kNone:
      break;
  }
  if (!parsed.has_time) return FormatDate(parsed.date);
  std::string text = FormatInstant({StartOf(parsed.date).micros + parsed.micros_of_day});
  if (!parsed.has_zone) text.pop_back();
  return text;
}

std::string Read(std::string_view text, const DateEvidence* evidence = nullptr) {
  return Show(ParseDate(text, evidence));
}

TEST(DateText, ReadsYearFirst) {
  EXPECT_EQ(Read("2024-03-31"), "2024-03-31");
  EXPECT_EQ(Read("2024/3/1"), "2024-03-01");
  EXPECT_EQ(Read("2024.03.31"), "2024-03-31");
  EXPECT_EQ(Read("20240331"), "2024-03-31");
  EXPECT_EQ(Read("2024-03-31 15:30"), "2024-03-31T15:30:00");
  EXPECT_EQ(Read("2024-03-31T15:30:05.123Z"), "2024-03-31T15:30:05.123Z");
  EXPECT_EQ(Read("2024-03-31T15:30:05+03:00"), "2024-03-31T12:30:05Z");
  EXPECT_EQ(Read("2024-03-31T01:30:05+0300"), "2024-03-30T22:30:05Z");
  EXPECT_EQ(Read("2020-07-09 15:25:37.051"), "2020-07-09T15:25:37.051");
  EXPECT_EQ(Read("2024-03-31 15:30:05 UTC"), "2024-03-31T15:30:05Z");
  EXPECT_EQ(Read("2024-03-31 15:30:05 (UTC+3)"), "2024-03-31T12:30:05Z");
  EXPECT_EQ(Read("20240331153005"), "2024-03-31T15:30:05");
}

TEST(DateText, ReadsNamesOfMonths) {
  EXPECT_EQ(Read("31 Mar 2024"), "2024-03-31");
  EXPECT_EQ(Read("31-Mar-24"), "2024-03-31");
  EXPECT_EQ(Read("March 31, 2024"), "2024-03-31");
  EXPECT_EQ(Read("Mar 31, 2024 3:45 PM"), "2024-03-31T15:45:00");
  EXPECT_EQ(Read("Sept. 5, 2024"), "2024-09-05");
  EXPECT_EQ(Read("Sun, 31 Mar 2024 15:30:05 +0000"), "2024-03-31T15:30:05Z");
  EXPECT_EQ(Read("31 марта 2024"), "2024-03-31");
  EXPECT_EQ(Read("31 марта 2024 г."), "2024-03-31");
  EXPECT_EQ(Read("1 янв. 2024 г., 9:05"), "2024-01-01T09:05:00");
  EXPECT_EQ(Read("1 Okt 2024"), "2024-10-01");
}

TEST(DateText, ReadsNumbersThatCanOnlyBeMoments) {
  EXPECT_EQ(Read("1711899005"), "2024-03-31T15:30:05Z");
  EXPECT_EQ(Read("1711899005123"), "2024-03-31T15:30:05.123Z");
  EXPECT_EQ(Read("12345"), "not a date") << "no spreadsheet's day of our time";
}

TEST(DateText, NeverGuessesDayAndMonth) {
  EXPECT_EQ(Read("03/04/2024"), "ambiguous");
  EXPECT_EQ(Read("03-04-24"), "ambiguous");
  EXPECT_EQ(Read("3/3/2024"), "2024-03-03") << "either order is the same day";
  EXPECT_EQ(Read("31/03/2024"), "2024-03-31");
  EXPECT_EQ(Read("3/31/2024"), "2024-03-31");
  EXPECT_EQ(Read("03.04.2024"), "2024-04-03") << "dots are day first";
  EXPECT_EQ(Read("03.04.2024 09:05:10"), "2024-04-03T09:05:10");
  EXPECT_EQ(Read("10/20/2016 3:05 pm"), "2016-10-20T15:05:00");
}

TEST(DateText, TheColumnShowsTheOrderOfEachForm) {
  DateEvidence evidence;
  for (const char* text : {"10/20/2016", "3/1/2017", "03-01-17", "05-06-17"}) evidence.Note(text);
  EXPECT_EQ(Read("3/1/2017", &evidence), "2017-03-01");
  EXPECT_EQ(Read("03-01-17", &evidence), "ambiguous") << "the other form shows nothing about this one";
  evidence.Note("25-12-17");
  EXPECT_EQ(Read("03-01-17", &evidence), "2017-01-03");
  evidence.Note("25/12/2017");
  EXPECT_EQ(Read("3/1/2017", &evidence), "ambiguous") << "contradictory";
  EXPECT_EQ(Read("3/31/2017", &evidence), "2017-03-31");
}

TEST(DateText, SpreadsheetDaysCountOnlyInAColumnOfThem) {
  EXPECT_EQ(Read("45631"), "ambiguous");
  DateEvidence serial;
  serial.Note("45631");
  EXPECT_EQ(Read("45631", &serial), "2024-12-05");
  EXPECT_EQ(Read("45631.5", &serial), "2024-12-05T12:00:00");
  serial.Note("2024-01-01");
  EXPECT_EQ(Read("45631", &serial), "ambiguous");
}

TEST(DateText, KnowsItsRange) {
  for (const char* text : {"0000-00-00", "0000-01-01", "9999-12-31", "1899-12-31", "2200-01-01", "01.01.0001",
                           "0001-01-01 00:00:00", "31.12.9999"}) {
    EXPECT_EQ(Read(text), "range") << text;
  }
  for (const char* text :
       {"", "-", "2024-02-30", "2024-13-01", "31/31/2024", "99/99/9999", "2024-03-31 25:00", "text", "2024-03", "12:30",
        "2024-03-31 15", "10/20/2016 13:05 pm", "2024-03-31 15:30 PST", "1-2-3-4", "не закрыта"}) {
    EXPECT_EQ(Read(text), "not a date") << text;
  }
}

TEST(DateText, ReadsByFormat) {
  EXPECT_EQ(Show(ParseDateAs("03/04/2024", "%m/%d/%Y")), "2024-03-04");
  EXPECT_EQ(Show(ParseDateAs("03/04/2024", "%d/%m/%Y")), "2024-04-03");
  EXPECT_EQ(Show(ParseDateAs("31.12.24 23:59", "%d.%m.%y %H:%M")), "2024-12-31T23:59:00");
  EXPECT_EQ(Show(ParseDateAs("12/31/2024 11:59:01 PM", "%m/%d/%Y %I:%M:%S %p")), "2024-12-31T23:59:01");
  EXPECT_EQ(Show(ParseDateAs("2024-366", "%Y-%j")), "2024-12-31");
  EXPECT_EQ(Show(ParseDateAs("45631", "excel")), "2024-12-05");
  EXPECT_EQ(Show(ParseDateAs("1711899005", "epoch")), "2024-03-31T15:30:05Z");
  EXPECT_EQ(Show(ParseDateAs("2024-03-31", "%d.%m.%Y")), "not a date");
  EXPECT_EQ(FaultOfFormat("%d.%m.%Y"), std::nullopt);
  EXPECT_EQ(FaultOfFormat("%d.%m"), "it lacks a year (%Y) or a day (%d)");
  EXPECT_EQ(FaultOfFormat("%Q"), "it has the unknown field %Q");
}

TEST(DateText, FindsTheDateInAFileName) {
  const TimeZone utc = TimeZone::Utc();
  EXPECT_EQ(FormatInstant(*DateInName("deals_2024-03-31.csv", utc)), "2024-03-31T00:00:00Z");
  EXPECT_EQ(FormatInstant(*DateInName("export-20240331T1530.json", utc)), "2024-03-31T15:30:00Z");
  EXPECT_EQ(FormatInstant(*DateInName("amo_2024.03.31_15-30.csv", utc)), "2024-03-31T15:30:00Z");
  EXPECT_EQ(DateInName("deals.csv", utc), std::nullopt);
  EXPECT_EQ(DateInName("invoice_20240399.csv", utc), std::nullopt);
  EXPECT_EQ(DateInName("120240331.csv", utc), std::nullopt);
}

}  // namespace
}  // namespace weir::sources
