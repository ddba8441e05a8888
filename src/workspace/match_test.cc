// Do we know this person, this company? Asked as a form asks, over exports of two tools.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "workspace/desk_story.h"

namespace weir::workspace {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kContacts =
    "key,full_name,email,phone,account_key,title,city\n"
    "p1,Anna Weber,anna.weber@elbeflow.de,+49 30 1234567,a1,Head of Sales,Berlin\n"
    "p2,Иван Петров,,+7 916 123-45-67,a2,Директор,Москва\n"
    "p3,Jonas Schmidt,info@elbeflow.de,,a1,,\n";
constexpr const char* kCompanies =
    "key,name,domain,tax_id,city,country\n"
    "a1,Elbeflow GmbH,elbeflow.de,,Berlin,Germany\n"
    "a2,Ромашка ООО,,7707083893,Москва,Россия\n";

class MatchTest : public DeskStory {
 protected:
  void SetUp() override {
    DeskStory::SetUp();
    Import({{"weir-person.csv", kContacts}, {"weir-account.csv", kCompanies}}, "2025-02-01");
  }

  // "kind known id probability matches" of each kind, or what was refused.
  Lines Known(const Params& params) { return Asked(params, "answer", {"kind", "known", "id", "probability"}); }
  Lines Asked(const Params& params, std::string_view table, const std::vector<std::string>& columns) {
    const auto answer = workspace_->engine().Act("identity.match", params, "", who_);
    return answer ? Cells(*answer, table, columns) : Lines{answer.error().ToString()};
  }
};

TEST_F(MatchTest, KnowsByWhatIsAsGoodAsAKey) {
  EXPECT_THAT(Known({{"email", {"Anna.Weber@ELBEFLOW.de"}}}), ElementsAre("person yes generic:p1 1"));
  EXPECT_THAT(Known({{"name", {"иван петров"}}, {"phone", {"8 (916) 123-45-67"}}}),
              ElementsAre(StartsWith("person yes generic:p2 0.978")))
      << "of a number without its country the end is compared: likely, not certain";
  EXPECT_THAT(Known({{"name", {"иван петров"}}, {"mobile", {"+7 916 1234567"}}}),
              ElementsAre("person yes generic:p2 1"));
  EXPECT_THAT(Known({{"mobile", {"8 916 123-45-67"}}, {"country", {"Россия"}}, {"name", {"иван петров"}}}),
              ElementsAre("person yes generic:p2 1"))
      << "a number without its country is of the one that is given";
  EXPECT_THAT(Known({{"domain", {"https://www.elbeflow.de/kontakt"}}}), ElementsAre("account yes generic:a1 1"));
  EXPECT_THAT(Known({{"tax_id", {" 7707083893 "}}}), ElementsAre("account yes generic:a2 1"));
  EXPECT_THAT(Known({{"name", {"Somebody Else"}}, {"email", {"else@example.org"}}}), ElementsAre("person no - -"));
}

TEST_F(MatchTest, ACompanyThatIsKnownSpeaksForItsPeople) {
  EXPECT_THAT(Known({{"name", {"Weber, Anna"}}, {"company", {"ELBEFLOW"}}, {"domain", {"elbeflow.de"}}}),
              ElementsAre(StartsWith("person yes generic:p1 0.99"), "account yes generic:a1 1"));
  EXPECT_THAT(Known({{"name", {"Anna Weber"}}}), ElementsAre(StartsWith("person perhaps generic:p1 0.08")));
  EXPECT_THAT(Known({{"name", {"Anna Weber"}}, {"company", {"Elbeflow"}}}),
              ElementsAre(StartsWith("person yes generic:p1 0.99"), StartsWith("account perhaps generic:a1 0.")))
      << "the only company of that name is meant";
  EXPECT_THAT(Asked({{"name", {"Anna Weber"}}, {"company", {"Elbeflow"}}, {"domain", {"elbeflow.de"}}}, "evidence",
                    {"kind", "field", "level", "given", "ours"}),
              ::testing::AllOf(Contains("person company the same Elbeflow GmbH Elbeflow GmbH"),
                               Contains("account domain the same elbeflow.de elbeflow.de")));
}

TEST_F(MatchTest, ASharedMailboxNeedsTheName) {
  const std::vector<std::string> columns{"kind", "known", "matches", "reason"};
  EXPECT_THAT(Asked({{"email", {"info@elbeflow.de"}}}, "answer", columns),
              ElementsAre("person no 0 a shared mailbox, which several people read"));
  EXPECT_THAT(Asked({{"email", {"info@elbeflow.de"}}, {"domain", {"elbeflow.de"}}}, "answer", columns),
              ElementsAre("person no 0 a shared mailbox, which several people read", "account yes 1 -"));
  EXPECT_THAT(Known({{"email", {"info@elbeflow.de"}}, {"name", {"jonas schmidt"}}}),
              ElementsAre("person yes generic:p3 1"));
}

TEST_F(MatchTest, ANumberThatNobodyCanDialIsNobodys) {
  const std::vector<std::string> columns{"kind", "known", "matches", "reason"};
  for (const char* field : {"phone", "mobile"}) {
    EXPECT_THAT(Asked({{field, {"abc"}}}, "answer", columns), ElementsAre("person no 0 a number that nobody can dial"));
  }
  EXPECT_THAT(Asked({{"name", {"Somebody Else"}}, {"phone", {"abc"}}}, "answer", columns),
              ElementsAre("person no 0 -"));
}

TEST_F(MatchTest, RefusesWhatCannotBeCompared) {
  EXPECT_THAT(Known({}).at(0), HasSubstr("nothing that was given can be compared"));
  EXPECT_THAT(Known({{"city", {"Berlin"}}}).at(0), HasSubstr("nothing that was given can be compared"));
  const auto told = Known({{"email", {"secret word"}}}).at(0);
  EXPECT_THAT(told, HasSubstr("no e-mail address"));
  EXPECT_THAT(told, Not(HasSubstr("secret"))) << "what was asked is told to nobody";
  EXPECT_THAT(Known({{"domain", {"none"}}}).at(0), HasSubstr("no web address"));
  EXPECT_THAT(Known({{"surname", {"Weber"}}}).at(0), HasSubstr("surname"));
  EXPECT_THAT(Known({{"name", {"Weber"}}, {"limit", {"0"}}}).at(0), HasSubstr("limit"));
}

TEST_F(MatchTest, WhatIsAskedIsKeptNowhere) {
  const auto answer = workspace_->engine().Act("identity.match", {{"email", {"nobody@asked.example"}}}, "", who_);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->params.empty());
  const auto version = Version();
  EXPECT_THAT(engine::ToJson(*workspace_->engine().Ask({.id = "decisions"}, who_)), Not(HasSubstr("asked.example")));
  EXPECT_EQ(Version(), version);
}

TEST_F(MatchTest, WithoutPersonalDataItTellsWhatAgreesAndNoValues) {
  who_.sees_personal_data = false;
  const Params params{{"name", {"Weber, Anna"}}, {"phone", {"+49301234567"}}};
  EXPECT_THAT(Known(params), ElementsAre("person yes generic:p1 0.99"));
  EXPECT_THAT(Asked(params, "matches", {"id", "name", "agrees"}), ElementsAre("generic:p1 - name, phone"));
  EXPECT_THAT(Asked(params, "evidence", {"field"}), IsEmpty());
}

TEST_F(MatchTest, TheNewestDataAnswerOnceTheyStand) {
  const Params params{{"email", {"new@example.org"}}};
  EXPECT_THAT(Known(params), ElementsAre("person no - -"));
  Import({{"weir-person.csv", "key,full_name,email\np9,Nora Neu,new@example.org\n"}}, "2025-02-02");
  const std::int64_t version = Version();
  for (int i = 0; i < 2000; ++i) {
    const auto answer = workspace_->MatchNow(params, who_);
    ASSERT_TRUE(answer && *answer) << "the index of before answers until the new one stands";
    const Lines known = Cells(**answer, "answer", {"known", "data_version"});
    if (known == Lines{fmt::format("yes {}", version)}) return;
    ASSERT_THAT(known.at(0), HasSubstr("no ")) << "a new answer is of the new version";
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "the index was not made anew";
}

TEST_F(MatchTest, WaitsForTheIndexNoLongerThanItIsAsked) {
  EXPECT_FALSE(workspace_->MatchNow({{"email", {"anna.weber@elbeflow.de"}}}, who_)) << "nobody has asked yet";
  std::stop_source stopped;
  stopped.request_stop();
  const auto answer =
      workspace_->Perform("identity.match", {{"email", {"anna.weber@elbeflow.de"}}}, "", who_, {}, stopped.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), Code::kCancelled);
  EXPECT_THAT(Known({{"email", {"anna.weber@elbeflow.de"}}}), ElementsAre("person yes generic:p1 1"));
  EXPECT_TRUE(workspace_->MatchNow({{"email", {"anna.weber@elbeflow.de"}}}, who_));
}

TEST_F(MatchTest, ManyMayAskAtOnceWhileDataCome) {
  std::atomic<int> wrong = 0;
  std::vector<std::jthread> askers;
  askers.reserve(4);
  for (int t = 0; t < 4; ++t) {
    askers.emplace_back([&, t] {
      analysis::Principal who = analysis::Principal::LocalOwner();
      if (t % 2 == 1) who.sees_personal_data = false;
      for (int i = 0; i < 200; ++i) {
        const auto answer =
            workspace_->engine().Act("identity.match", {{"email", {"anna.weber@elbeflow.de"}}}, "", who);
        if (!answer || Cells(*answer, "answer", {"known"}) != Lines{"yes"}) ++wrong;
      }
    });
  }
  Import({{"weir-person.csv", "key,full_name,email\np9,Nora Neu,new@example.org\n"}}, "2025-02-02");
  askers.clear();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace weir::workspace
