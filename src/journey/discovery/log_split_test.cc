#include "journey/discovery/log_split.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journey/discovery/logs_for_tests.h"

namespace weir::journey {
namespace {

using testing::NamedLog;

// Each part's runs with their cases: "ab*2 c".
std::vector<std::string> Split(const NamedLog& log, TreeOperator op, const std::vector<std::string>& groups) {
  Cut cut{.op = op, .groups = {}};
  for (const std::string& group : groups) {
    auto& places = cut.groups.emplace_back();
    for (std::uint32_t id = 0; id < log.names.size(); ++id) {
      if (group.find(log.names[id]) != std::string::npos) places.push_back(id);
    }
  }
  std::vector<std::string> texts;
  for (const SubLog& part : SplitLog(WholeLog(log.variants, {}), cut)) {
    std::string& text = texts.emplace_back();
    for (std::size_t run = 0; run < part.size(); ++run) {
      if (run > 0) text += ' ';
      for (const std::uint32_t step : part.RunOf(run)) text += log.names[part.activities[step]];
      if (part.cases[run] > 1) text += "*" + std::to_string(part.cases[run]);
    }
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(LogSplit, GivesARunToTheGroupOfMostOfIt) {
  const NamedLog log = testing::LogOf("aab aab cca ab");
  EXPECT_EQ(Split(log, TreeOperator::kExclusive, {"ab", "c"}), (Texts{"aab*2 ab", "cc"}));
}

TEST(LogSplit, GivesARunInTheBalanceToTheRarerGroup) {
  EXPECT_EQ(Split(testing::LogOf("ab a a"), TreeOperator::kExclusive, {"a", "b"}), (Texts{"a*2", "b"}));
  EXPECT_EQ(Split(testing::LogOf("aab a"), TreeOperator::kExclusive, {"a", "b"}), (Texts{"a aa"}));
}

TEST(LogSplit, CutsASequenceWhereTheFewestEventsAreLost) {
  const NamedLog log = testing::LogOf("abcd abacd cd abcdb");
  EXPECT_EQ(Split(log, TreeOperator::kSequence, {"ab", "c", "d"}), (Texts{"aba ab*2 ", "c*4", "d*4"}));
}

TEST(LogSplit, JoinsRunsThatBecomeTheSame) {
  EXPECT_EQ(Split(testing::LogOf("abc bac"), TreeOperator::kParallel, {"a", "bc"}), (Texts{"a*2", "bc*2"}));
}

TEST(LogSplit, EndsALoopInWhatIsDone) {
  const NamedLog log = testing::LogOf("acbda cda ac");
  // Between c and d, before c and behind the last c nothing is done.
  EXPECT_EQ(Split(log, TreeOperator::kLoop, {"ab", "c", "d"}), (Texts{"a*4 *3 b", "c*3", "d*2"}));
}

}  // namespace
}  // namespace weir::journey
