#include "journey/log/xes_reader.h"

#include <algorithm>
#include <numeric>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "journey/log/directly_follows.h"
#include "journey/log/log_for_tests.h"
#include "journey/log/variants.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<LogReading> Read(std::string_view text, const XesOptions& options = {}) {
  return ReadXes(sources::BytesOf(text), "log.xes", options);
}

constexpr std::string_view kSmall = R"(<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><string key="concept:name" value="x"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="the log"/>
  <trace>
    <string key="concept:name" value="one"/><string key="channel" value="web"/>
    <event>
      <string key="concept:name" value="a &amp; b"><string key="concept:name" value="inner"/></string>
      <date key="time:timestamp" value="1948-01-26T22:59:00.5+02:00"/>
      <string key="lifecycle:transition" value="start"/>
    </event>
    <event><string key="concept:name" value="c"/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/></event>
  </trace>
  <trace>
    <event><date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event>
    <event><string key="concept:name" value="c"/></event>
    <event><string key="concept:name" value="c"/><date key="time:timestamp" value="yesterday"/></event>
    <event><string key="concept:name" value="c"/><date key="time:timestamp" value="tomorrow"/></event>
  </trace>
</log>)";

TEST(XesReaderTest, ByHand) {
  const auto reading = Read(kSmall, {.event_attributes = {"lifecycle:transition"}, .case_attributes = {"channel"}});
  ASSERT_TRUE(reading) << reading.error().ToString();
  const EventLog& log = reading->log;
  EXPECT_THAT(log.case_names, ElementsAre("one", "trace 2"));
  EXPECT_THAT(log.activity_names, ElementsAre("a & b", "c"));
  EXPECT_THAT(log.case_of, ElementsAre(0, 0));
  EXPECT_THAT(log.activity_of, ElementsAre(0, 1));
  EXPECT_THAT(log.at, ElementsAre(-692'074'859'500'000, 0));
  ASSERT_EQ(log.event_columns.size(), 1U);
  EXPECT_THAT(log.event_columns[0].codes, ElementsAre(0U, kNoValue));
  EXPECT_THAT(log.event_columns[0].values, ElementsAre("start"));
  ASSERT_EQ(log.case_columns.size(), 1U);
  EXPECT_THAT(log.case_columns[0].codes, ElementsAre(0U, kNoValue));
}

TEST(XesReaderTest, WhatHasNoPlaceIsCountedWithItsReason) {
  const auto reading = Read(kSmall);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->events, 6U);
  ASSERT_EQ(reading->set_aside.size(), 3U);
  EXPECT_EQ(reading->set_aside[0].code, "no_activity");
  EXPECT_EQ(reading->set_aside[0].first_line, 17U);
  EXPECT_EQ(reading->set_aside[1].code, "no_time");
  EXPECT_EQ(reading->set_aside[2].code, "bad_time");
  EXPECT_EQ(reading->set_aside[2].count, 2U);
  EXPECT_EQ(reading->set_aside[2].reason.text, "events whose time is none, as 'yesterday'");
}

TEST(XesReaderTest, EventsOutsideOfTracesAreCounted) {
  const auto reading = Read(R"(<log>
<event><string key="concept:name" value="a"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event>
<trace><event><string key="concept:name" value="b"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event>
</trace><event/></log>)",
                            {.event_attributes = {"concept:name"}, .case_attributes = {"concept:name"}});
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->events, 3U);
  EXPECT_THAT(reading->log.activity_names, ElementsAre("b"));
  EXPECT_THAT(reading->log.case_names, ElementsAre("trace 1"));
  ASSERT_EQ(reading->log.event_columns.size(), 1U);
  EXPECT_THAT(reading->log.event_columns[0].codes, ElementsAre(0U));
  ASSERT_EQ(reading->set_aside.size(), 1U);
  EXPECT_EQ(reading->set_aside[0].code, "no_case");
  EXPECT_EQ(reading->set_aside[0].count, 2U);
  EXPECT_EQ(reading->set_aside[0].first_line, 2U);
}

TEST(XesReaderTest, ATimeThatIsNoneIsShownInWholeLetters) {
  // Each letter takes two bytes and the first one, so that any even length would cut one.
  std::string time = "x";
  for (int i = 0; i < 200; ++i) time += "\u00e9";
  const auto reading = Read(
      "<log><trace><event><string key=\"concept:name\" value=\"a\"/>"
      "<date key=\"time:timestamp\" value=\"" +
      time + "\"/></event></trace></log>");
  ASSERT_TRUE(reading);
  ASSERT_EQ(reading->set_aside.size(), 1U);
  EXPECT_TRUE(IsValidUtf8(reading->set_aside[0].reason.text)) << reading->set_aside[0].reason.text;
}

TEST(XesReaderTest, AClassifierOfSeveralAttributes) {
  const auto reading = Read(kSmall, {.classifier = {"concept:name", "lifecycle:transition"}});
  ASSERT_TRUE(reading);
  EXPECT_THAT(reading->log.activity_names, ElementsAre("a & b+start"));
  EXPECT_EQ(reading->set_aside[0].count, 5U);
}

TEST(XesReaderTest, DamagedTextIsRefusedWithItsPlace) {
  const auto cut = Read(kSmall.substr(0, kSmall.size() - 20));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code(), Code::kBadInput);
  EXPECT_EQ(cut.error().place().file, "log.xes");
  EXPECT_THAT(cut.error().message(), HasSubstr("in line 2"));
  const auto other = Read("<html><body/></html>");
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message(), HasSubstr("html"));
  const auto bomb = Read("<!DOCTYPE log [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><log>&b;</log>");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code(), Code::kBadInput);
  EXPECT_FALSE(Read(""));
  const auto empty = Read("<log/>");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->log.size(), 0U);
}

TEST(XesReaderTest, ALongCaseOfManyActivities) {
  constexpr int kEvents = 100'000;
  constexpr int kActivities = 10'000;
  std::string text = "<log><trace><string key=\"concept:name\" value=\"long\"/>";
  for (int i = 0; i < kEvents; ++i) {
    text += fmt::format(
        "<event><string key=\"concept:name\" value=\"step {}\"/><date key=\"time:timestamp\" "
        "value=\"2024-01-01T{:02}:{:02}:{:02}Z\"/></event>",
        i % kActivities, 23 - i / 3600 % 24, i / 60 % 60, i % 60);
  }
  const auto reading = Read(text += "</trace></log>");
  ASSERT_TRUE(reading) << reading.error().ToString();
  EXPECT_EQ(reading->log.activity_names.size(), std::size_t{kActivities});
  const SortedLog log = Sorted(reading->log);
  EXPECT_TRUE(std::is_sorted(log.at.begin(), log.at.end()));
  const auto variants = VariantsOf(log);
  ASSERT_TRUE(variants);
  EXPECT_EQ(variants->StepsOf(0).size(), std::size_t{kEvents});
  const auto graph = DirectlyFollowsOf(log);
  ASSERT_TRUE(graph);
  EXPECT_EQ(graph->arcs.size(), DirectlyFollowsOf(*variants).arcs.size());
}

struct Published {
  const char* file;
  std::size_t events;
  std::size_t cases;
  std::size_t activities;  // 0: not published
  std::size_t variants;
  std::size_t arcs;
  std::uint64_t follows;
  std::size_t starts;
  std::size_t ends;
};

class SharedLogTest : public ::testing::TestWithParam<Published> {};

TEST_P(SharedLogTest, HoldsWhatIsPublished) {
  const Published& published = GetParam();
  const auto reading = SharedLog(published.file);
  if (!reading) GTEST_SKIP() << published.file << " is not here (WEIR_SHARED_DATA)";
  const SortedLog log = Sorted(reading->log);
  EXPECT_EQ(log.size(), published.events);
  EXPECT_EQ(log.cases(), published.cases);
  EXPECT_TRUE(reading->set_aside.empty());
  const auto variants = VariantsOf(log);
  ASSERT_TRUE(variants);
  if (published.variants > 0) {
    EXPECT_EQ(variants->size(), published.variants);
  }
  if (published.activities > 0) {
    EXPECT_EQ(reading->log.activity_names.size(), published.activities);
  }
  if (published.arcs == 0) return;
  const DirectlyFollows graph = DirectlyFollowsOf(*variants);
  EXPECT_EQ(graph.arcs.size(), published.arcs);
  EXPECT_EQ(std::accumulate(graph.arcs.begin(), graph.arcs.end(), std::uint64_t{0},
                            [](std::uint64_t sum, const Arc& arc) { return sum + arc.count; }),
            published.follows);
  EXPECT_EQ(graph.starts.size(), published.starts);
  EXPECT_EQ(graph.ends.size(), published.ends);
}

// PM4Py 2.7.14, and the pages of the data sets.
INSTANTIATE_TEST_SUITE_P(
    Logs, SharedLogTest,
    ::testing::Values(Published{"running-example.xes.gz", 42, 6, 8, 6, 16, 36, 1, 2},
                      Published{"receipt.xes.gz", 8577, 1434, 27, 116, 99, 7143, 1, 14},
                      Published{"BPI_Challenge_2012.xes.gz", 262200, 13087, 24, 4366, 125, 249113, 1, 11},
                      Published{"BPI_Challenge_2013_incidents.xes.gz", 65533, 7554, 0, 0, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2013_closed_problems.xes.gz", 6660, 1487, 0, 0, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2013_open_problems.xes.gz", 2351, 819, 0, 0, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2015_1.xes.gz", 52217, 1199, 0, 0, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2019_one_trace_per_variant.xes.gz", 338247, 11973, 0, 0, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2020_DomesticDeclarations.xes.gz", 56437, 10500, 0, 99, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2020_PrepaidTravelCost.xes.gz", 18246, 2099, 0, 202, 0, 0, 0, 0},
                      Published{"BPI_Challenge_2020_RequestForPayment.xes.gz", 36796, 6886, 0, 89, 0, 0, 0, 0},
                      Published{"Road_Traffic_Fine_Management_Process.xes.gz", 561470, 150370, 11, 231, 0, 0, 0, 0},
                      Published{"teleclaims.xes.gz", 46138, 3512, 0, 0, 0, 0, 0, 0},
                      Published{"repairExample.xes.gz", 11855, 1104, 0, 0, 0, 0, 0, 0},
                      Published{"reviewing.xes.gz", 3730, 100, 0, 0, 0, 0, 0, 0}),
    [](const auto& one) {
      std::string name(one.param.file);
      std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
      return name;
    });

}  // namespace
}  // namespace weir::journey
