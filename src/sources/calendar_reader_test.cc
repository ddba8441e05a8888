#include "sources/calendar_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/calendar_text.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kBerlin =
    "BEGIN:VTIMEZONE\r\nTZID:W. Europe Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16011028T030000\r\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    "BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\n"
    "TZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

// Lines of events, each with the stamp until which the file speaks.
std::string Calendar(const std::string& events, const std::string& above = "") {
  return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + above + events + "END:VCALENDAR\r\n";
}
std::string Event(const std::string& lines, const std::string& stamp = "20250701T000000Z") {
  return "BEGIN:VEVENT\r\nUID:u1\r\nDTSTAMP:" + stamp + "\r\n" + lines + "END:VEVENT\r\n";
}

class CalendarReaderTest : public testing::Test {
 protected:
  ReadRows Read(const std::string& text) { return ReadAll(folder_.Write("calendar.ics", text)); }

  // Of each row, the cells of these columns.
  std::vector<std::string> Cells(const std::string& text, const std::vector<std::string>& columns) {
    auto reader = OpenRows(folder_.Write("calendar.ics", text));
    EXPECT_TRUE(reader.has_value()) << (reader ? "" : reader.error().ToString());
    std::vector<std::string> rows;
    while (reader) {
      const auto block = (*reader)->Next();
      EXPECT_TRUE(block.has_value()) << (block ? "" : block.error().ToString());
      if (!block || *block == nullptr) break;
      for (std::size_t row = 0; row < (*block)->size(); ++row) {
        std::string line;
        bool is_first = true;
        if (const RowFault* fault = (*block)->FaultAt(row)) line = "!" + fault->reason.text;
        for (const std::string& column : columns) {
          const auto place = std::ranges::find((*reader)->columns(), column, &SourceColumn::name);
          const auto index = static_cast<std::size_t>(place - (*reader)->columns().begin());
          if (line.starts_with('!')) continue;
          line += (is_first ? "" : "|") + std::string((*block)->Cell(row, index));
          is_first = false;
        }
        rows.push_back(line);
      }
    }
    return rows;
  }
  std::vector<std::string> Starts(const std::string& lines, const std::string& above = "") {
    return Cells(Calendar(Event(lines), above), {"dtstart"});
  }
  TestFolder folder_;
};

TEST_F(CalendarReaderTest, AnEventIsARow) {
  const std::string text = Calendar(
      Event("DTSTART:20250331T120000Z\r\nDTEND:20250331T123000Z\r\nSUMMARY:Acme\\, renewal\\nand a lo\r\n ng line\r\n"
            "STATUS:CONFIRMED\r\nLOCATION:Room 1\r\nORGANIZER;CN=\"Lee; Ann\":MAILTO:Ann@Weir.example\r\n"
            "ATTENDEE;CUTYPE=ROOM:mailto:room1@weir.example\r\nATTENDEE;PARTSTAT=DECLINED:mailto:no@acme.example\r\n"
            "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@acme.example\r\nATTENDEE:urn:uuid:1\r\n"
            "ATTENDEE;EMAIL=eve@acme.example:invalid:nomail\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\n"
            "LAST-MODIFIED:20250301T000000Z\r\n") +
      Event("DTSTART:20250401T080000Z\r\nATTENDEE:mailto:ann@weir.example\r\n"));
  EXPECT_THAT(Cells(text, {"id", "summary", "status", "dtstart", "dtend", "duration_s", "all_day", "location"}),
              ElementsAre("u1|Acme, renewal\nand a long line|CONFIRMED|2025-03-31T12:00:00Z|2025-03-31T12:30:00Z|1800|"
                          "false|Room 1",
                          "u1|||2025-04-01T08:00:00Z|||false|"));
  EXPECT_THAT(Cells(text, {"organizer", "attendees", "owner", "guest", "last_modified"}),
              ElementsAre("ann@weir.example|no@acme.example, bob@acme.example, eve@acme.example|ann@weir.example|"
                          "bob@acme.example|2025-03-01T00:00:00Z",
                          "|ann@weir.example|ann@weir.example||2025-07-01T00:00:00Z"));
  EXPECT_THAT(Read(text).rows[0], testing::StartsWith("3|"));
}

TEST_F(CalendarReaderTest, TimesAreOfUtcWhereTheZoneIsTold) {
  EXPECT_THAT(Starts("DTSTART;TZID=Europe/Berlin:20250331T140000\r\n"), ElementsAre("2025-03-31T12:00:00Z"));
  EXPECT_THAT(Starts("DTSTART;TZID=\"W. Europe Standard Time\":20250331T140000\r\n", kBerlin),
              ElementsAre("2025-03-31T12:00:00Z"));
  EXPECT_THAT(Starts("DTSTART;TZID=W. Europe Standard Time:20250131T140000\r\n", kBerlin),
              ElementsAre("2025-01-31T13:00:00Z"));
  EXPECT_THAT(Starts("DTSTART;TZID=/citadel.org/20210210_1/Europe/Berlin:20250331T140000\r\n"),
              ElementsAre("2025-03-31T12:00:00Z"));
  EXPECT_THAT(Starts("DTSTART:20250331T140000\r\n"), ElementsAre("2025-03-31T14:00:00")) << "the clock on the wall";
  EXPECT_THAT(Starts("DTSTART;VALUE=DATE:20250331\r\n"), ElementsAre("2025-03-31"));
  EXPECT_THAT(Starts("DTSTART;TZID=Mars/Olympus:20250331T140000\r\n"),
              ElementsAre(HasSubstr("!the time zone 'Mars/Olympus' is neither known nor defined in the file")));
  // A zone may be defined below its events.
  const std::string below = "BEGIN:VCALENDAR\r\n" + Event("DTSTART;TZID=W. Europe Standard Time:20250131T140000\r\n") +
                            kBerlin + "END:VCALENDAR\r\n";
  EXPECT_THAT(Cells(below, {"dtstart"}), ElementsAre("2025-01-31T13:00:00Z"));
}

TEST_F(CalendarReaderTest, RepetitionsGoByTheClockOnTheWall) {
  EXPECT_THAT(Starts("DTSTART;TZID=Europe/Berlin:20250326T100000\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\n"),
              ElementsAre("2025-03-26T09:00:00Z", "2025-04-02T08:00:00Z"));
  EXPECT_THAT(Starts("DTSTART;TZID=Europe/Berlin:20250602T100000\r\nRRULE:FREQ=WEEKLY;UNTIL=20250616T080000Z\r\n"),
              ElementsAre("2025-06-02T08:00:00Z", "2025-06-09T08:00:00Z", "2025-06-16T08:00:00Z"));
  EXPECT_THAT(Starts("DTSTART:20250602T100000Z\r\nRRULE:UNTIL=20250609;FREQ=WEEKLY\r\n"), SizeIs(2));
  // No further than the newest stamp of the file, which is that of July.
  EXPECT_THAT(Starts("DTSTART;VALUE=DATE:20250610\r\nRRULE:FREQ=WEEKLY\r\n"),
              ElementsAre("2025-06-10", "2025-06-17", "2025-06-24", "2025-07-01"));
  EXPECT_THAT(Starts("DTSTART:20250602T100000Z\r\nRDATE:20250603T100000Z,20250605T100000Z\r\n"), SizeIs(3));
}

TEST_F(CalendarReaderTest, RepetitionsMayBeTakenOutOrMoved) {
  const std::string text = Calendar(
      Event("DTSTART;TZID=Europe/"
            "Berlin:20250602T100000\r\nDURATION:PT1H30M\r\nRRULE:FREQ=DAILY;COUNT=4\r\nSUMMARY:Sync\r\n"
            "EXDATE;TZID=Europe/Berlin:20250603T100000\r\n") +
      Event("RECURRENCE-ID;TZID=Europe/Berlin:20250604T100000\r\nDTSTART;TZID=Europe/Berlin:20250604T150000\r\n"
            "SUMMARY:Moved\r\n") +
      Event("RECURRENCE-ID:20250605T080000Z\r\nDTSTART:20250605T080000Z\r\nSTATUS:CANCELLED\r\n"));
  EXPECT_THAT(Cells(text, {"id", "dtstart", "summary", "status", "duration_s"}),
              ElementsAre("u1/2025-06-02T08:00:00Z|2025-06-02T08:00:00Z|Sync||5400",
                          "u1/2025-06-04T08:00:00Z|2025-06-04T13:00:00Z|Moved||",
                          "u1/2025-06-05T08:00:00Z|2025-06-05T08:00:00Z||CANCELLED|"));
}

TEST_F(CalendarReaderTest, RulesThatNeverEndAreBounded) {
  EXPECT_THAT(Starts("DTSTART:19000101T000000Z\r\nRRULE:FREQ=DAILY\r\n"),
              ElementsAre(HasSubstr("!the event repeats more than 10000 times")));
  for (const char* rule : {"FREQ=SECONDLY", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY", "nonsense",
                           "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
                           "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5;BYSECOND=1,2", "FREQ=DAILY;UNTIL=soon"}) {
    EXPECT_THAT(Starts(fmt::format("DTSTART:20250101T000000Z\r\nRRULE:{}\r\n", rule)),
                ElementsAre(HasSubstr("cannot be followed")))
        << rule;
  }
  // A zone that changes each second is not followed, so it is not known.
  std::string odd = kBerlin;
  odd.replace(odd.find("FREQ=YEARLY"), 11, "FREQ=SECONDLY");
  EXPECT_THAT(Starts("DTSTART;TZID=W. Europe Standard Time:20250131T140000\r\n", odd),
              ElementsAre(HasSubstr("neither known")));
}

TEST_F(CalendarReaderTest, AFaultyEventCostsItself) {
  const std::string text =
      Calendar(Event("SUMMARY:no time\r\n") + Event("DTSTART:2025\r\n") +
               Event("DTSTART:20250331T120000Z\r\nDTEND:20250331T110000Z\r\n") +
               Event("DTSTART:20250331T120000Z\r\nDURATION:long\r\n") + Event("DTSTART:20250331T120000Z\r\n"));
  ReadOptions options;
  options.encoding = Encoding::kUtf8;
  const FileInput odd = folder_.Write("odd.ics", Calendar(Event("DTSTART:20250331T120000Z\r\nSUMMARY:\xFF\r\n")));
  EXPECT_THAT(ReadAll(odd, options).rows, ElementsAre("3!bad_event:0"));
  EXPECT_THAT(Cells(text, {"dtstart"}), ElementsAre(HasSubstr("no DTSTART"), HasSubstr("DTSTART is no moment: '2025'"),
                                                    HasSubstr("ends before it begins"),
                                                    HasSubstr("'long' is no duration"), "2025-03-31T12:00:00Z"));
  auto reader = OpenRows(folder_.Write("calendar.ics", text));
  ASSERT_TRUE(reader.has_value());
  auto kept = OpenKeptRows((*reader)->reading(), {{3, "SUMMARY:no time\n"}, {4, R"(["u1","u1"])"}});
  const ReadRows again = ReadAll(*kept);
  EXPECT_EQ(again.rows[0], "3!bad_event:0");
  EXPECT_THAT(again.rows[1], HasSubstr("4|u1|u1|"));
}

TEST_F(CalendarReaderTest, ACutCalendarIsRefused) {
  const std::string whole = Calendar(Event("DTSTART:20250331T120000Z\r\n"));
  EXPECT_THAT(Read(whole.substr(0, whole.size() - 20)).error,
              HasSubstr("the calendar is cut: it does not end with END:VCALENDAR. Export it again"));
  EXPECT_THAT(Read(whole.substr(0, 60)).error, HasSubstr("the calendar is cut"));
  EXPECT_THAT(Read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").rows, IsEmpty());
  EXPECT_EQ(Read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").error, "");
}

TEST_F(CalendarReaderTest, RefusesEndlessLinesAndEvents) {
  ReadOptions options;
  options.limits.record_bytes = 10'000;
  const auto error = [&](const std::string& text) {
    return ReadAll(folder_.Write("calendar.ics", Calendar(Event(text))), options).error;
  };
  EXPECT_THAT(error("SUMMARY:" + std::string(600'000, 'x') + "\r\n"), HasSubstr("longer than"));
  std::string folded = "SUMMARY:x\r\n";
  for (int i = 0; i < 2'000; ++i) folded += " xxxxxxxx\r\n";
  EXPECT_THAT(error(folded), HasSubstr("the line is longer than"));
  std::string many;
  for (int i = 0; i < 2'000; ++i) many += "COMMENT:xxxxxxxx\r\n";
  EXPECT_THAT(error(many), HasSubstr("the record is longer than"));
}

TEST(CalendarTextTest, ReadsPropertiesWithTheirParameters) {
  const auto property = ReadProperty("attendee;CN=\"a;b:c\";Role=X:mailto:a@b");
  ASSERT_TRUE(property.has_value());
  EXPECT_EQ(property->name, "ATTENDEE");
  EXPECT_EQ(property->Parameter("CN"), "a;b:c");
  EXPECT_EQ(property->Parameter("ROLE"), "X");
  EXPECT_EQ(property->value, "mailto:a@b");
  for (const char* line : {"", "no value", ";A=B:c", "A;B:c", "A;B=\"c:d"}) EXPECT_FALSE(ReadProperty(line)) << line;
  EXPECT_EQ(PlainText("a\\nb\\, c\\\\d\\"), "a\nb, c\\d\\");
}

}  // namespace
}  // namespace weir::sources
