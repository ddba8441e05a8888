#include "journey/discovery/inductive_miner.h"

#include <algorithm>
#include <numeric>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/discovery/logs_for_tests.h"
#include "journey/model/trees_for_tests.h"

namespace weir::journey {
namespace {

using testing::LogOf;
using testing::NamedLog;

std::string Mined(const NamedLog& log, double noise = 0) {
  const auto ranks = RanksByName(log.names);
  const auto model = MineInductive(log.variants, {.noise = noise, .ranks = ranks});
  return model ? TextOf(model->tree, log.names) : model.error().message();
}

std::string Mined(std::string_view words, double noise = 0) { return Mined(LogOf(words), noise); }

TEST(InductiveMiner, FindsEachOperator) {
  EXPECT_EQ(Mined("a"), "'a'");
  EXPECT_EQ(Mined("ab cd"), "X( ->( 'a', 'b' ), ->( 'c', 'd' ) )");
  EXPECT_EQ(Mined("abc ac"), "->( 'a', X( tau, 'b' ), 'c' )");
  EXPECT_EQ(Mined("abcd acbd"), "->( 'a', +( 'b', 'c' ), 'd' )");
  EXPECT_EQ(Mined("ab abcab abdab"), "*( ->( 'a', 'b' ), 'c', 'd' )");
}

TEST(InductiveMiner, JoinsWhatIsSkippedOnlyTogether) {
  EXPECT_EQ(Mined("abcd ad"), "->( 'a', X( tau, ->( 'b', 'c' ) ), 'd' )");
  EXPECT_EQ(Mined("abcd acd abd ad"), "->( 'a', X( tau, 'b' ), X( tau, 'c' ), 'd' )");
}

TEST(InductiveMiner, FallsThroughInOrder) {
  EXPECT_EQ(Mined(NamedLog{}), "tau");
  EXPECT_EQ(Mined(" "), "tau");
  EXPECT_EQ(Mined("a  "), "X( tau, 'a' )");
  // a is in each run once, wherever it stands.
  EXPECT_EQ(Mined("abc bac bca"), "+( 'a', ->( 'b', 'c' ) )");
  EXPECT_EQ(Mined("a aa"), "*( 'a', tau )");
}

TEST(InductiveMiner, KnowsTheRunningExample) {
  const NamedLog log = testing::SharedVariants("running-example.xes.gz");
  if (log.names.empty()) GTEST_SKIP() << "no shared event logs here";
  EXPECT_EQ(Mined(log),
            "->( 'register request', *( ->( +( 'check ticket', X( 'examine casually', 'examine thoroughly' ) ), "
            "'decide' ), 'reinitiate request' ), X( 'pay compensation', 'reject request' ) )");
  EXPECT_EQ(Mined(log), Mined(log, .2));
}

TEST(InductiveMiner, LeavesRareArcsOut) {
  // The rare "acb" would make b and c parallel.
  std::string words;
  for (int i = 0; i < 9; ++i) words += "abcd ";
  words += "acbd";
  EXPECT_EQ(Mined(words), "->( 'a', +( 'b', 'c' ), 'd' )");
  EXPECT_EQ(Mined("abcd abcd abcd abcd abcd abcd ad", .2), "->( 'a', 'b', 'c', 'd' )");
}

TEST(InductiveMiner, AcceptsEveryRunOfTheLog) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, "inductive");
    const auto activities = static_cast<std::uint32_t>(random.Integer(1, 7));
    const Variants log = testing::RandomLog(random, activities, static_cast<int>(random.Integer(1, 12)), 9);
    const auto model = MineInductive(log);
    ASSERT_TRUE(model);
    testing::Membership language(model->tree);
    for (std::size_t variant = 0; variant < log.size(); ++variant) {
      ASSERT_TRUE(language.Has(log.StepsOf(variant))) << "seed " << seed << " variant " << variant;
    }
  }
}

TEST(InductiveMiner, DoesNotDependOnNumbersNorOnTheOrderOfRuns) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    RandomStream random(seed, "relabelling");
    const auto activities = static_cast<std::uint32_t>(random.Integer(2, 8));
    const Variants log = testing::RandomLog(random, activities, 10, 8);
    std::vector<std::uint32_t> numbers(activities);
    std::iota(numbers.begin(), numbers.end(), 0U);
    for (std::size_t i = numbers.size(); i > 1; --i) {
      std::swap(numbers[i - 1], numbers[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(i) - 1))]);
    }
    std::vector<std::string> names(activities);
    std::vector<std::string> renumbered_names(activities);
    for (std::uint32_t a = 0; a < activities; ++a) {
      names[a] = std::string(1, static_cast<char>('a' + a));
      renumbered_names[numbers[a]] = names[a];
    }
    testing::Runs runs;
    for (std::size_t variant = log.size(); variant-- > 0;) {
      std::vector<ActivityId> run;
      for (const ActivityId step : log.StepsOf(variant)) run.push_back(numbers[step]);
      runs.emplace_back(std::move(run), log.cases[variant]);
    }
    for (const double noise : {0., .2}) {
      const auto same = Mined({testing::VariantsFrom(runs, activities), renumbered_names}, noise);
      ASSERT_EQ(Mined({log, names}, noise), same) << "seed " << seed;
    }
  }
}

TEST(InductiveMiner, IsBoundedForManyActivities) {
  testing::Runs runs(1);
  for (std::uint32_t step = 0; step < 100'000; ++step) runs[0].first.push_back(step * 7919 % 10'000);
  runs[0].second = 1;
  const auto model = MineInductive(testing::VariantsFrom(runs, 10'000));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->tree.op, TreeOperator::kLoop);
  testing::Runs line(1);
  for (std::uint32_t step = 0; step < 10'000; ++step) line[0].first.push_back(step);
  line[0].second = 3;
  const auto sequence = MineInductive(testing::VariantsFrom(line, 10'000));
  ASSERT_TRUE(sequence);
  EXPECT_EQ(sequence->tree.children.size(), 10'000U);
}

TEST(InductiveMiner, SaysWhyItCannot) {
  const NamedLog log = LogOf("ab");
  const auto refused = MineInductive(log.variants, {.noise = 1, .ranks = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field(), "noise");
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = MineInductive(log.variants, {}, stop.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kCancelled);
}

TEST(InductiveMiner, AcceptsEveryRunOfTheSharedLogs) {
  for (const char* file : {"receipt.xes.gz", "BPI_Challenge_2013_incidents.xes.gz", "repairExample.xes.gz"}) {
    const NamedLog log = testing::SharedVariants(file);
    if (log.names.empty()) GTEST_SKIP() << "no shared event logs here";
    const auto model = MineInductive(log.variants);
    ASSERT_TRUE(model);
    testing::Membership language(model->tree);
    for (std::size_t variant = 0; variant < log.variants.size(); ++variant) {
      if (log.variants.StepsOf(variant).size() > 40) continue;  // the plain check takes long on these
      ASSERT_TRUE(language.Has(log.variants.StepsOf(variant))) << file << " variant " << variant;
    }
  }
}

}  // namespace
}  // namespace weir::journey
