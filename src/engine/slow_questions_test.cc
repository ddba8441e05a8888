#include "engine/slow_questions.h"

#include <gmock/gmock.h>

namespace weir::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SlowQuestionsTest : public ::testing::Test {
 protected:
  void Note(const std::string& id, bool was_slow, const analysis::RawParams& params = {}) {
    slow_.Note({.id = id, .params = params}, analysis::Principal::LocalOwner(), was_slow);
  }
  std::vector<std::string> Round() {
    std::vector<std::string> ids;
    for (const SlowQuestions::Asked& asked : slow_.Round()) {
      EXPECT_TRUE(asked.question.is_own);
      ids.push_back(asked.question.id);
    }
    return ids;
  }

  SlowQuestions slow_;
};

TEST_F(SlowQuestionsTest, WhatWasSlowOnceIsAskedOnceARoundTheLastAskedFirst) {
  Note("leaks", true);
  Note("pulse", true);
  Note("deals", false);
  Note("leaks", true);
  EXPECT_THAT(Round(), ElementsAre("leaks", "pulse"));
  // It was ready when it was asked: that is what it is remembered for.
  Note("pulse", false);
  EXPECT_THAT(Round(), ElementsAre("pulse", "leaks"));
}

TEST_F(SlowQuestionsTest, OtherParametersAndOtherPeopleAreOtherQuestions) {
  Note("leaks", true);
  Note("leaks", true, {{"team", {"emea"}}});
  analysis::Principal other = analysis::Principal::LocalOwner();
  other.sees_personal_data = false;
  slow_.Note({.id = "leaks"}, other, true);
  EXPECT_THAT(Round(), ElementsAre("leaks", "leaks", "leaks"));
}

TEST_F(SlowQuestionsTest, APartOfAnAnswerIsAskedWhole) {
  slow_.Note({.id = "leaks", .page = {.table = "leaks", .limit = 10}}, analysis::Principal::LocalOwner(), true);
  const std::vector<SlowQuestions::Asked> round = slow_.Round();
  ASSERT_EQ(round.size(), 1U);
  EXPECT_FALSE(round[0].question.page.IsPart());
}

TEST_F(SlowQuestionsTest, ThePastAndWhatTheProgramAsksItselfAreNotRemembered) {
  slow_.Note({.id = "leaks", .as_of = "2025-06-30"}, analysis::Principal::LocalOwner(), true);
  slow_.Note({.id = "leaks", .known_at = 3}, analysis::Principal::LocalOwner(), true);
  slow_.Note({.id = "leaks", .explain = ExplainRequest{}}, analysis::Principal::LocalOwner(), true);
  slow_.Note({.id = "leaks", .is_own = true}, analysis::Principal::LocalOwner(), true);
  EXPECT_THAT(Round(), IsEmpty());
}

TEST_F(SlowQuestionsTest, WhatNobodyAsksAnyMoreIsForgotten) {
  Note("leaks", true);
  Note("pulse", true);
  for (int round = 0; round < SlowQuestions::kRoundsUnasked; ++round) {
    Note("pulse", false);
    EXPECT_THAT(Round(), ElementsAre("pulse", "leaks"));
  }
  Note("pulse", false);
  EXPECT_THAT(Round(), ElementsAre("pulse"));
}

TEST_F(SlowQuestionsTest, NoMoreThanSoManyAreKept) {
  for (std::size_t i = 0; i < SlowQuestions::kMost + 5; ++i) Note(std::to_string(i), true);
  const std::vector<std::string> ids = Round();
  EXPECT_EQ(ids.size(), SlowQuestions::kMost);
  EXPECT_EQ(ids.front(), std::to_string(SlowQuestions::kMost + 4));
}

}  // namespace
}  // namespace weir::engine
