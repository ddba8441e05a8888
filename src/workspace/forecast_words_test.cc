// The call: who may say what for whom, what a lock keeps out, and what undoing takes back.
#include "workspace/forecast_words.h"

#include <fstream>

#include <gmock/gmock.h>

#include "workspace/empty_home.h"

namespace weir::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One workspace for all: each test looks only at the words that it adds.
class ForecastWordsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    root_ = std::filesystem::path(testing::TempDir()) / "weir-forecast-words";
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "in");
    EmptyHome::CopyTo(root_ / "home");
    auto opened = Workspace::Open({.home = root_ / "home", .create = true, .threads = 2});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    Put("weir-team.csv", "key,name,parent_key\nnorth,North,\nfjord,Fjord,north\nsouth,South,\n");
    Put("weir-member.csv",
        "key,name,email,team_key,title\nann,Ann Lee,ann@we.example,north,Head of Sales\n"
        "bob,Bob Ray,bob@we.example,fjord,Account Executive\ncid,Cid Moe,cid@we.example,south,Account Executive\n");
    Put("weir-deal.csv",
        "key,name,stage,stage_kind,amount,currency,created_at,close_date,owner_key,team_key\n"
        "d1,Deal one,Offer,open,100,EUR,2025-10-03,2025-12-01,bob,fjord\n"
        "d2,Deal two,Won,won,70,EUR,2025-10-03,2025-11-14,cid,south\n");
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / "in", .descriptor = -1, .name = "in"}}, .exported_at = "2025-11-20"},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
    Account("chief", "owner");
    Account("ann", "manager", "North");
    Account("bob", "member");
  }
  static void TearDownTestSuite() {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }
  void SetUp() override { before_ = Number("SELECT coalesce(max(word_id), 0) FROM meta.forecast_word"); }
  static std::int64_t Number(const std::string& sql) {
    return *(*workspace_->Take(std::nullopt, {}))->session().QueryInteger(sql);
  }
  static void Put(const std::string& name, const std::string& text) {
    std::ofstream(root_ / "in" / name, std::ios::binary) << text;
  }
  static void Account(const std::string& name, const std::string& role, const std::string& team = {}) {
    analysis::RawParams params{{"name", {name}}, {"email", {name + "@we.example"}}, {"role", {role}}};
    if (!team.empty()) params["teams"] = {team};
    const auto added = workspace_->engine().Act("user.add", params, "", analysis::Principal::LocalOwner());
    ASSERT_TRUE(added) << added.error().ToString();
  }
  analysis::Principal As(const std::string& name) {
    return workspace_->access().PrincipalOf(*workspace_->access().accounts().Find(name), "test");
  }
  // The decision, or why not.
  std::string Act(const std::string& action, const analysis::RawParams& params, const std::string& by = "") {
    const auto answer = workspace_->engine().Act(action, params, "the Monday call",
                                                 by.empty() ? analysis::Principal::LocalOwner() : As(by));
    return answer ? store::ToText(answer->output.tables.front().rows.front()[0]) : answer.error().ToString();
  }
  std::string Undo(const std::string& decision, const std::string& by = "") {
    return Act("decisions.undo", {{"decision_id", {decision}}}, by);
  }
  // Words that stand, as the caller sees them.
  std::vector<std::string> Words(const std::string& by = "") {
    const auto snapshot = *workspace_->Take(std::nullopt, {});
    EXPECT_TRUE(snapshot->Scope(by.empty() ? analysis::Principal::LocalOwner() : As(by), snapshot->newest()));
    const auto rows = snapshot->session().Query(std::string(R"(
      SELECT kind, coalesce(member_id, team_id, 'company'), coalesce(category, deal_id, ''), amount, currency, text, changed_by,
        locked_from IS NOT NULL
      FROM (SELECT *, row_number() OVER (PARTITION BY word_id ORDER BY decision_id DESC) AS place FROM scoped.forecast_word)
      WHERE place = 1 AND NOT is_removed AND word_id > )") +
                                                fmt::format("{} ORDER BY word_id", before_));
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().ToString());
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < rows->size(); ++i) {
      std::string line;
      for (std::size_t j = 0; j < 7; ++j) line += (j == 0 ? "" : "|") + rows->TextAt(i, j);
      lines.push_back(line + (std::get<bool>(rows->rows[i][7]) ? "|locked" : ""));
    }
    return lines;
  }

  std::int64_t before_ = 0;
  static inline std::filesystem::path root_;
  static inline std::unique_ptr<Workspace> workspace_;
};

TEST_F(ForecastWordsTest, EachSpeaksForHimselfAndAManagerForHisTeams) {
  Act("forecast.submit", {{"amount", {"120"}}, {"note", {" Acme signs "}}}, "bob");
  Act("forecast.submit", {{"amount", {"90.5"}}, {"member", {"Bob Ray"}}, {"category", {"best_case"}}}, "ann");
  Act("forecast.submit", {{"amount", {"200"}}, {"team", {"North"}}}, "ann");
  Act("forecast.submit", {{"amount", {"500"}}});
  EXPECT_THAT(Words(),
              ElementsAre("submission|generic:bob|commit|120|EUR|Acme signs|bob",
                          "submission|generic:bob|best_case|90.5|EUR||ann",
                          "submission|generic:north|commit|200|EUR||ann", "submission|company|commit|500|EUR||local"));
  EXPECT_THAT(Words("bob"), ElementsAre(HasSubstr("120"), HasSubstr("90.5"))) << "the rows of his team";
  EXPECT_EQ(Words("ann").size(), 3U);
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"1"}}, {"member", {"Ann Lee"}}}, "bob"), HasSubstr("Ann Lee"))
      << "who is not seen is not there";
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"1"}}, {"team", {"Fjord"}}}, "bob"), HasSubstr("nobody for others"));
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"1"}}, {"company", {"true"}}}, "ann"),
              HasSubstr("nobody for others"));
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"1"}}, {"team", {"South"}}}, "ann"), HasSubstr("no team 'South'"));
}

TEST_F(ForecastWordsTest, RefusesWhatCannotBe) {
  const auto refused = [&](const analysis::RawParams& params) { return Act("forecast.submit", params); };
  EXPECT_THAT(refused({{"amount", {"-5"}}}), HasSubstr("below nothing"));
  EXPECT_THAT(refused({{"amount", {"much"}}}), HasSubstr("not an amount"));
  EXPECT_THAT(refused({{"amount", {"1.005"}}}), HasSubstr("more digits"));
  EXPECT_THAT(refused({{"amount", {"999999999999999"}}}), HasSubstr("more than an account can hold"));
  EXPECT_THAT(refused({{"amount", {"5"}}, {"currency", {"usd"}}}), HasSubstr("no rate from USD to EUR"));
  EXPECT_THAT(refused({{"amount", {"5"}}, {"currency", {"euro"}}}), HasSubstr("not a currency"));
  EXPECT_THAT(refused({{"amount", {"5"}}, {"day", {"2025-09-30"}}}), HasSubstr("is over"));
  EXPECT_THAT(refused({{"amount", {"5"}}, {"team", {"Nort"}}}), HasSubstr("Did you mean 'North'?"));
  EXPECT_THAT(refused({{"amount", {"5"}}, {"team", {"North"}}, {"company", {"true"}}}), HasSubstr("three lines"));
  EXPECT_THAT(refused({{"amount", {"5"}}, {"category", {"certain"}}}), HasSubstr("certain"));
  EXPECT_THAT(Words(), IsEmpty());
  refused({{"amount", {"0"}}});
  EXPECT_THAT(refused({{"amount", {"0.00"}}}), HasSubstr("less than a minute ago")) << "a button pressed twice";
  refused({{"amount", {"5"}}});
  EXPECT_EQ(Words().size(), 2U) << "a correction is none";
}

TEST_F(ForecastWordsTest, ALockKeepsOutWhatComesLater) {
  const std::string early = Act("forecast.submit", {{"amount", {"10"}}}, "bob");
  const std::string lock = Act("forecast.lock", {{"team", {"North"}}}, "ann");
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"20"}}}, "bob"), HasSubstr("is locked since"))
      << "Fjord is below North";
  EXPECT_THAT(Undo(early, "bob"), HasSubstr("is locked since"));
  EXPECT_THAT(Act("forecast.lock", {{"team", {"North"}}}, "ann"), HasSubstr("locked already"));
  EXPECT_THAT(Act("forecast.lock", {}, "ann"), HasSubstr("an administrator that of the company"));
  EXPECT_THAT(Act("forecast.unlock", {{"team", {"Fjord"}}}, "bob"), HasSubstr("an administrator that of the company"));
  Act("forecast.submit", {{"amount", {"7"}}, {"period", {"month"}}}, "bob");
  EXPECT_EQ(Words("bob").size(), 3U) << "another period is open";
  Act("forecast.unlock", {{"team", {"North"}}}, "ann");
  EXPECT_THAT(Act("forecast.unlock", {{"team", {"North"}}}, "ann"), HasSubstr("is not locked"));
  EXPECT_THAT(Undo(lock, "ann"), HasSubstr("changed since"));
  const std::string all = Act("forecast.lock", {{"from", {"2020-01-01"}}});
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"20"}}}, "bob"), HasSubstr("locked since 2020-01-01T00:00:00Z"));
  EXPECT_THAT(Words("bob"), testing::Contains("lock|company||||"
                                              "|local|locked"))
      << "who may not speak sees why";
  Undo(all);
  Act("forecast.lock", {{"from", {"2199-01-01"}}});
  EXPECT_THAT(Act("forecast.submit", {{"amount", {"20"}}}, "bob"), testing::Not(HasSubstr("locked"))) << "not yet";
  Act("forecast.unlock", {});
}

TEST_F(ForecastWordsTest, NotesAndUndo) {
  const std::string note = Act("forecast.note", {{"text", {"They want two years"}}, {"deal", {"generic:d1"}}}, "bob");
  EXPECT_THAT(Words("ann"), ElementsAre("note|company|generic:d1|||They want two years|bob"));
  EXPECT_THAT(Act("forecast.note", {{"text", {"x"}}, {"deal", {"generic:d2"}}}, "bob"), HasSubstr("no deal"));
  EXPECT_THAT(Act("forecast.note", {{"text", {"  "}}}), HasSubstr("says nothing"));
  EXPECT_THAT(Undo(note, "ann"), HasSubstr("the note is of bob"));
  Undo(note, "bob");
  EXPECT_THAT(Words(), IsEmpty());
  EXPECT_THAT(Undo(note, "bob"), HasSubstr("already undone"));
  const std::string first = Act("forecast.submit", {{"amount", {"10"}}}, "bob");
  Act("forecast.submit", {{"amount", {"30"}}}, "bob");
  Undo(first, "ann");
  EXPECT_THAT(Words(), ElementsAre(HasSubstr("|30|"))) << "a manager takes back a word of his people";
}

}  // namespace
}  // namespace weir::workspace
