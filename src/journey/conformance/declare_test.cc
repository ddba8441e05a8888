#include "journey/conformance/declare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/conformance/declare_discovery.h"

namespace weir::journey {
namespace {

using ::testing::HasSubstr;

constexpr Micros kHour = 3'600'000'000;
constexpr ActivityId kA = 0;
constexpr ActivityId kB = 1;

// A case for each text, an event an hour for each letter; a blank is an hour without one.
SortedLog LogOf(const std::vector<std::string>& cases, std::uint32_t activities = 4, Micros start = 0) {
  SortedLog log{.begin_of_case = {0}, .activities = activities};
  for (const std::string& letters : cases) {
    Micros at = start;
    for (const char letter : letters) {
      if (letter != ' ') {
        log.event_of.push_back(static_cast<std::uint32_t>(log.activity_of.size()));
        log.activity_of.push_back(static_cast<ActivityId>(letter - 'a'));
        log.at.push_back(at);
      }
      at += kHour;
    }
    log.begin_of_case.push_back(static_cast<std::uint32_t>(log.activity_of.size()));
  }
  return log;
}

RuleOutcome OutcomeOf(const SortedLog& log, const Rule& rule, const Observation& observation = {}) {
  return Checked(log, std::span(&rule, 1), observation)->front();
}

// Activations and violations of a rule between a and b, or of a alone.
std::pair<int, int> Counts(RuleForm form, const std::string& trace, std::uint32_t times = 1) {
  const RuleOutcome outcome = OutcomeOf(LogOf({trace}), {.form = form, .of = {kA}, .to = {kB}, .times = times});
  return {static_cast<int>(outcome.activations), static_cast<int>(outcome.violations)};
}

using Pair = std::pair<int, int>;

TEST(DeclareTest, CountsOfEvents) {
  EXPECT_EQ(Counts(RuleForm::kExistence, "caca", 2), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kExistence, "ca", 2), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kAbsence, "cc", 0), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kAbsence, "ca", 0), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kAbsence, "aca", 1), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kExactly, "a", 1), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kExactly, "aa", 1), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kExactly, "", 1), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kInit, "ab"), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kInit, "ba"), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kEnd, "ba"), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kEnd, "ab"), Pair(1, 1));
}

TEST(DeclareTest, WhatMustFollow) {
  EXPECT_EQ(Counts(RuleForm::kResponse, "aacb"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kResponse, "abab a"), Pair(3, 1));
  EXPECT_EQ(Counts(RuleForm::kResponse, "bbc"), Pair(0, 0));
  EXPECT_EQ(Counts(RuleForm::kAlternateResponse, "acbab"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kAlternateResponse, "aab"), Pair(2, 1));
  EXPECT_EQ(Counts(RuleForm::kChainResponse, "abcab"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kChainResponse, "acba"), Pair(2, 2));
}

TEST(DeclareTest, WhatMustComeBefore) {
  EXPECT_EQ(Counts(RuleForm::kPrecedence, "acbb"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kPrecedence, "bab"), Pair(2, 1));
  EXPECT_EQ(Counts(RuleForm::kAlternatePrecedence, "abab"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kAlternatePrecedence, "abb"), Pair(2, 1));
  EXPECT_EQ(Counts(RuleForm::kChainPrecedence, "abcab"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kChainPrecedence, "acb"), Pair(1, 1));
}

TEST(DeclareTest, BothWays) {
  EXPECT_EQ(Counts(RuleForm::kSuccession, "acb"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kSuccession, "ba"), Pair(2, 2));
  EXPECT_EQ(Counts(RuleForm::kAlternateSuccession, "abab"), Pair(4, 0));
  EXPECT_EQ(Counts(RuleForm::kAlternateSuccession, "abb"), Pair(3, 1));
  EXPECT_EQ(Counts(RuleForm::kChainSuccession, "cabc"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kChainSuccession, "acb"), Pair(2, 2));
  EXPECT_EQ(Counts(RuleForm::kRespondedExistence, "ba"), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kRespondedExistence, "acc"), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kCoExistence, "ba"), Pair(2, 0));
  EXPECT_EQ(Counts(RuleForm::kCoExistence, "bb"), Pair(2, 2));
}

TEST(DeclareTest, WhatMustNotBe) {
  EXPECT_EQ(Counts(RuleForm::kNotCoExistence, "ac"), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kNotCoExistence, "bca"), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kNotSuccession, "ba"), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kNotSuccession, "acb"), Pair(1, 1));
  EXPECT_EQ(Counts(RuleForm::kNotChainSuccession, "acb"), Pair(1, 0));
  EXPECT_EQ(Counts(RuleForm::kNotChainSuccession, "ab"), Pair(1, 1));
}

TEST(DeclareTest, NamesTheEventsOfABreach) {
  const Rule rule{.of = {kA}, .to = {kB}, .within = TimeLimit{.micros = 2 * kHour}};
  const RuleOutcome outcome = OutcomeOf(LogOf({"a b", "ca  b", "ac"}), rule);
  EXPECT_EQ(outcome.activations, 3U);
  EXPECT_EQ(outcome.violating_cases, 2U);
  ASSERT_EQ(outcome.breaches.size(), 2U);
  EXPECT_EQ(outcome.breaches[0].case_id, 1U);
  EXPECT_EQ(outcome.breaches[0].event, 3U);
  EXPECT_EQ(outcome.breaches[0].other, 4U);  // came, too late
  EXPECT_EQ(outcome.breaches[1].event, 5U);
  EXPECT_EQ(outcome.breaches[1].other, kNoValue);
  EXPECT_DOUBLE_EQ(outcome.support, 1. / 3);
  EXPECT_DOUBLE_EQ(outcome.confidence, 1. / 3);
}

// Friday 2026-11-27 17:00, work from 9 to 18: an hour of work is left on Friday.
TEST(DeclareTest, WorkingTimeLeavesOutNightsAndWeekends) {
  Observation observation;
  for (int day = 0; day < 5; ++day) observation.hours.days[day] = {{.from_minute = 540, .to_minute = 1'080}};
  const Micros friday = StartOf(FromCivil({2026, 11, 27})).micros + 17 * kHour;
  // 64 hours later it is Monday, 9:00.
  const SortedLog log = LogOf({"a" + std::string(64, ' ') + "b", "a" + std::string(67, ' ') + "b"}, 4, friday);
  Rule rule{.of = {kA}, .to = {kB}, .within = TimeLimit{.micros = 2 * kHour, .is_working_time = true}};
  EXPECT_EQ(OutcomeOf(log, rule, observation).violations, 1U);
  rule.within->is_working_time = false;
  EXPECT_EQ(OutcomeOf(log, rule, observation).violations, 2U);
}

TEST(DeclareTest, OpenCasesMayStillKeepIt) {
  const SortedLog log = LogOf({"ac", "ac", "ac      c"});
  const Rule rule{.of = {kA}, .to = {kB}, .within = TimeLimit{.micros = 4 * kHour}};
  const RuleOutcome outcome = OutcomeOf(log, rule, {.until = 3 * kHour, .is_open = {true, false, true}});
  EXPECT_EQ(outcome.pending, 2U);
  EXPECT_EQ(outcome.violations, 1U);
  EXPECT_DOUBLE_EQ(outcome.confidence, 0);
  const RuleOutcome later = OutcomeOf(log, rule, {.until = 8 * kHour, .is_open = {true, false, true}});
  EXPECT_EQ(later.pending, 0U);
  EXPECT_EQ(later.violations, 3U);
}

TEST(DeclareTest, ExemptCasesAreLeftOut) {
  const RuleOutcome outcome =
      OutcomeOf(LogOf({"ab", "ac", "ac"}), {.of = {kA}, .to = {kB}, .is_exempt = {false, true, false}});
  EXPECT_EQ(outcome.exempt_cases, 1U);
  EXPECT_EQ(outcome.cases, 2U);
  EXPECT_EQ(outcome.violating_cases, 1U);
}

TEST(DeclareTest, RefusesRulesOfAnotherLog) {
  const SortedLog log = LogOf({"ab"});
  const Rule unknown{.of = {9}};
  EXPECT_THAT(Checked(log, std::span(&unknown, 1)).error().message(), HasSubstr("does not have"));
  const Rule exempt{.of = {kA}, .is_exempt = {true, false}};
  EXPECT_THAT(Checked(log, std::span(&exempt, 1)).error().message(), HasSubstr("another log"));
}

SortedLog RandomLog(std::size_t cases) {
  RandomStream random(1, "declare");
  std::vector<std::string> texts(cases);
  for (std::string& text : texts) {
    for (std::int64_t left = random.Integer(0, 8); left > 0; --left) {
      text.push_back(static_cast<char>('a' + random.Integer(0, 3)));
    }
  }
  return LogOf(texts);
}

TEST(DeclareTest, ThreadsDoNotShow) {
  const SortedLog log = RandomLog(20'000);
  std::vector<Rule> rules;
  for (std::size_t form = 0; form < RuleForms().size(); ++form) {
    rules.push_back({.form = static_cast<RuleForm>(form), .of = {kA}, .to = {kB}});
  }
  const std::vector<RuleOutcome> one = *Checked(log, rules, {}, 500);
  const std::vector<RuleOutcome> four = *Checked(log, rules, {}, 500, Executor(4));
  for (std::size_t at = 0; at < rules.size(); ++at) {
    EXPECT_EQ(one[at].violations, four[at].violations);
    EXPECT_EQ(one[at].breaches.size(), std::min<std::size_t>(one[at].violations, 500));
    for (std::size_t breach = 0; breach < one[at].breaches.size(); ++breach) {
      ASSERT_EQ(one[at].breaches[breach].event, four[at].breaches[breach].event);
    }
  }
}

// What discovery counts by positions, the check counts by events.
TEST(DeclareDiscoveryTest, FindsWhatTheCheckConfirms) {
  const SortedLog log = RandomLog(3'000);
  const std::vector<FoundRule> found = *DiscoveredRules(log, {.support = .0, .confidence = .0});
  EXPECT_GT(found.size(), 20U);
  for (const FoundRule& rule : found) {
    const RuleOutcome outcome = OutcomeOf(log, rule.rule);
    const double cases = static_cast<double>(outcome.cases);
    const double kept = static_cast<double>(outcome.activated_cases - outcome.violating_cases);
    EXPECT_NEAR(rule.support, kept / cases, 1e-12) << FactsOf(rule.rule.form).name;

    EXPECT_NEAR(rule.confidence, outcome.confidence, 1e-12) << FactsOf(rule.rule.form).name;
  }
}

TEST(DeclareDiscoveryTest, ListsTheStrongestOfAFamily) {
  const SortedLog log = LogOf({"abc", "abdc", "abc"});
  const std::vector<FoundRule> found = *DiscoveredRules(log);
  const auto has = [&found](RuleForm form, ActivityId of, ActivityId to) {
    return std::ranges::any_of(found, [&](const FoundRule& rule) {
      return rule.rule.form == form && rule.rule.of == std::vector{of} &&
             (to == kNoValue || rule.rule.to == std::vector{to});
    });
  };
  EXPECT_TRUE(has(RuleForm::kInit, 0, kNoValue));
  EXPECT_TRUE(has(RuleForm::kEnd, 2, kNoValue));
  EXPECT_TRUE(has(RuleForm::kExactly, 1, kNoValue));
  EXPECT_TRUE(has(RuleForm::kChainResponse, 0, 1));
  EXPECT_FALSE(has(RuleForm::kResponse, 0, 1));
  EXPECT_TRUE(has(RuleForm::kResponse, 0, 2));
  EXPECT_FALSE(has(RuleForm::kChainResponse, 0, 2));
}

}  // namespace
}  // namespace weir::journey
