#include "journey/log/log_doubts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.h"
#include "journey/log/log_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Doubts(const EventLog& log) {
  std::vector<std::string> texts;
  for (const Phrase& doubt : DoubtsOf(log, Sorted(log))) texts.push_back(doubt.text);
  return texts;
}

EventLog LogOf(std::uint32_t events, std::uint32_t cases, std::uint32_t activities) {
  EventLog log;
  for (std::uint32_t i = 0; i < events; ++i) {
    log.case_of.push_back(i % cases);
    log.activity_of.push_back(i / cases % activities);
    log.at.push_back(FromCivil({2024, 1, 1}).days * kMicrosPerDay + i * kMicrosPerSecond);
  }
  for (std::uint32_t i = 0; i < cases; ++i) log.case_names.push_back(fmt::format("case {}", i));
  for (std::uint32_t i = 0; i < activities; ++i) log.activity_names.push_back(fmt::format("step {}", i));
  return log;
}

TEST(LogDoubtsTest, ASoundLogRaisesNone) { EXPECT_THAT(Doubts(LogOf(2'000, 200, 5)), IsEmpty()); }

TEST(LogDoubtsTest, AWrongColumnOfCases) {
  EXPECT_THAT(Doubts(LogOf(100, 100, 5)), ElementsAre(HasSubstr("100 cases, 100 events")));
  EXPECT_THAT(Doubts(LogOf(2'000, 1, 5)), ElementsAre(HasSubstr("one case has 2000 of 2000")));
  EXPECT_THAT(Doubts(LogOf(200, 20, 190)), ElementsAre(HasSubstr("an activity of its own")));
  EventLog with_empty = LogOf(2'000, 200, 5);
  with_empty.case_names.emplace_back("none");
  EXPECT_THAT(Doubts(with_empty), ElementsAre("1 cases have no event"));
}

TEST(LogDoubtsTest, TimesThatCannotBe) {
  EventLog log = LogOf(2'000, 200, 5);
  log.at[7] = FromCivil({1948, 1, 26}).days * kMicrosPerDay;
  EXPECT_THAT(Doubts(log), ElementsAre("1 events are more than 20 years from the middle of the log; the first is at "
                                       "1948-01-26T00:00:00Z in case case 7"));
  EXPECT_THAT(Doubts({}), IsEmpty());
}

}  // namespace
}  // namespace weir::journey
