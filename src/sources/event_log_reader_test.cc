#include "sources/event_log_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EventLogReaderTest : public testing::Test {
 protected:
  ReadRows Read(const std::string& traces, const ReadOptions& options = {}) {
    return ReadAll(
        folder_.Write("log.xes", "<?xml version=\"1.0\"?>\n<log xes.version=\"1.0\">\n" + traces + "</log>\n"),
        options);
  }
  TestFolder folder_;
};

TEST_F(EventLogReaderTest, AnEventIsARowWithItsCase) {
  const ReadRows read = Read(
      "<extension name=\"Concept\" prefix=\"concept\" uri=\"u\"/>\n"
      "<global scope=\"event\"><string key=\"concept:name\" value=\"none\"/></global>\n"
      "<string key=\"concept:name\" value=\"the log\"/>\n"
      "<trace>\n<string key=\"concept:name\" value=\"c1\"/><int key=\"AMOUNT\" value=\"5\"/>\n"
      "<event>\n<string key=\"concept:name\" value=\"A &amp; B\"><string key=\"inner\" value=\"x\"/></string>\n"
      "<date key=\"time:timestamp\" value=\"2011-10-01T00:38:44.546+02:00\"/></event>\n"
      "<event><string key=\"concept:name\" value=\"C\"/><string key=\"org:resource\" value=\"112\"/>"
      "<list key=\"l\"><values><string key=\"concept:name\" value=\"y\"/></values></list>"
      "<boolean key=\"late\" value=\"true\"/></event>\n</trace>\n"
      "<trace></trace>\n<trace>\n<event><string key=\"concept:name\" value=\"D\"/></event></trace>\n");
  EXPECT_EQ(read.error, "");
  EXPECT_THAT(read.columns, ElementsAre("case_concept_name", "concept_name", "time_timestamp", "org_resource",
                                        "lifecycle_transition", "case_amount", "late"));
  EXPECT_THAT(read.rows,
              ElementsAre("8|c1|A & B|2011-10-01T00:38:44.546+02:00|||5|", "11|c1|C||112||5|true", "15||D|||||"));
}

TEST_F(EventLogReaderTest, ReadsManyEventsInBlocks) {
  std::string traces;
  for (int i = 0; i < 3; ++i) {
    traces += fmt::format("<trace><string key=\"concept:name\" value=\"case {}\"/>", i);
    for (int j = 0; j < 3'000; ++j)
      traces += fmt::format("<event><string key=\"concept:name\" value=\"{}\"/></event>\n", j);
    traces += "</trace>";
  }
  const ReadRows read = Read(traces);
  ASSERT_THAT(read.rows, SizeIs(9'000));
  EXPECT_EQ(read.rows[2'500], "2503|case 0|2500|||");
  EXPECT_EQ(read.rows[8'999], "9002|case 2|2999|||");
}

TEST_F(EventLogReaderTest, SaysWhatIsWrong) {
  EXPECT_THAT(Read("<trace><event>").error, HasSubstr("log.xes: the event log is broken: mismatched tag in line 3"));
  EXPECT_THAT(Read("").rows, IsEmpty());
  ReadOptions options;
  options.limits.columns = 10;
  std::string many = "<trace><event>";
  for (int i = 0; i < 20; ++i) many += fmt::format("<string key=\"k{}\" value=\"1\"/>", i);
  EXPECT_THAT(Read(many + "</event></trace>", options).error, HasSubstr("the records have more than 10 fields"));
  options = {};
  options.limits.record_bytes = 1'000;
  EXPECT_THAT(
      Read("<trace><event><string key=\"a\" value=\"" + std::string(2'000, 'x') + "\"/></event></trace>", options)
          .error,
      HasSubstr("the record is longer than"));
  const std::string trap = "<!DOCTYPE log [<!ENTITY a \"b\">]><log xes.version=\"1\"><trace/></log>";
  EXPECT_THAT(ReadAll(folder_.Write("trap.xes", trap)).error, HasSubstr("declares a document type"));
}

}  // namespace
}  // namespace weir::sources
