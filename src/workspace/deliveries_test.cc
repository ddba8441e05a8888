// Subscriptions of a workspace: set, undone, made with the rights of whoever subscribed, by the clock of the test.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workspace/subscriptions.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace fs = std::filesystem;

class DeliveriesTest : public ::testing::Test {
 protected:
  DeliveriesTest() : home_(fs::path(::testing::TempDir()) / "weir-deliveries") {
    fs::remove_all(home_);
    fs::create_directories(home_);
    // Nobody listens there.
    std::ofstream(home_ / "weir.toml") << "[webhook.x]\nform = \"slack\"\naddress = \"http://127.0.0.1:9/\"\n"
                                       << "[mail]\nserver = \"localhost\"\nsecurity = \"none\"\nport = 9\n"
                                       << "from = \"weir@acme.example\"\nto = [\"@acme.example\"]\n";
    OpenOptions options{.home = home_, .create = true};
    options.accounts.clock = [this] { return now_; };
    auto opened = Workspace::Open(options);
    if (!opened) throw std::runtime_error(opened.error().ToString());
    workspace_ = std::move(*opened);
  }
  ~DeliveriesTest() override {
    workspace_.reset();
    fs::remove_all(home_);
  }

  Result<engine::Answer> Act(std::string_view action, const analysis::RawParams& params) {
    return workspace_->engine().Act(action, params, "", owner_);
  }
  std::string Refusal(std::string_view action, const analysis::RawParams& params) {
    const auto answer = Act(action, params);
    return answer ? "" : answer.error().ToString();
  }
  analysis::Table Shown(std::string_view table) {
    engine::Question question;
    question.id = "delivery";
    const auto answer = workspace_->engine().Ask(question, owner_);
    if (!answer) throw std::runtime_error(answer.error().ToString());
    return *answer->output.Find(table);
  }
  static std::string Cell(const analysis::Table& table, std::size_t row, std::string_view column) {
    return store::ToText(table.rows.at(row)[table.IndexOf(column)]);
  }
  delivery::RoundOutcome Round() {
    const auto outcome = workspace_->deliveries().Round({});
    if (!outcome) throw std::runtime_error(outcome.error().ToString());
    return *outcome;
  }

  fs::path home_;
  Instant now_ = WallClockNow();
  analysis::Principal owner_ = analysis::Principal::LocalOwner();
  std::unique_ptr<Workspace> workspace_;
};

TEST_F(DeliveriesTest, ABriefIsMadeAtItsHourAndKeptWhileNobodyAnswers) {
  EXPECT_EQ(Round().made, 0);
  const auto set = Act("delivery.set", {{"kind", {"brief"}},
                                        {"channel", {"x"}},
                                        {"days", {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}},
                                        {"hour", {"8"}}});
  ASSERT_TRUE(set) << set.error().ToString();
  const Date tomorrow{DateOf(now_).days + 1};
  now_ = {StartOf(tomorrow).micros + 8 * 3'600 * kMicrosPerSecond - 1};
  EXPECT_EQ(Round().made, 0);
  now_ = {now_.micros + 1};
  const delivery::RoundOutcome outcome = Round();
  EXPECT_EQ(outcome.made, 1);
  EXPECT_EQ(outcome.failed, 1);
  const analysis::Table deliveries = Shown("deliveries");
  ASSERT_THAT(deliveries.rows, SizeIs(1));
  EXPECT_EQ(Cell(deliveries, 0, "state"), "waiting");
  EXPECT_EQ(Cell(deliveries, 0, "period"), FormatDate(tomorrow));
  EXPECT_THAT(Cell(deliveries, 0, "reason"), HasSubstr("the receiver cannot be reached"));
  EXPECT_THAT(Cell(deliveries, 0, "reason_ru"), HasSubstr("получатель недоступен"));
  // Its undoing ends it; what was made is still tried.
  ASSERT_TRUE(Act("decisions.undo", {{"decision_id", {"1"}}}));
  EXPECT_THAT(Shown("subscriptions").rows, IsEmpty());
  now_.micros += 60 * kMicrosPerSecond;
  EXPECT_EQ(Round().failed, 1);
}

TEST_F(DeliveriesTest, WhoeverSubscribedMustStillHaveTheRight) {
  ASSERT_TRUE(
      Act("delivery.set",
          {{"kind", {"leaks"}}, {"channel", {"x"}}, {"days", {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}}}));
  // Once people sign in, nobody is the user of the machine any more.
  ASSERT_TRUE(Act("user.add", {{"name", {"ann"}}, {"role", {"owner"}}}));
  ASSERT_TRUE(workspace_->access().ResetPassword("ann", "a long password", owner_));
  const delivery::RoundOutcome outcome = Round();
  ASSERT_THAT(outcome.problems, SizeIs(1));
  const analysis::Table subscriptions = Shown("subscriptions");
  EXPECT_EQ(Cell(subscriptions, 0, "problem"), "the account 'local' that subscribed may not sign in");
  EXPECT_THAT(Cell(subscriptions, 0, "problem_ru"), HasSubstr("не может войти"));
}

TEST_F(DeliveriesTest, RefusesWhatCannotBeSent) {
  EXPECT_THAT(Refusal("delivery.set", {{"kind", {"brief"}}, {"channel", {"nobody"}}}),
              HasSubstr("weir.toml has no table 'webhook.nobody'"));
  EXPECT_THAT(Refusal("delivery.set", {{"kind", {"brief"}}, {"channel", {"mail"}}, {"address", {"a@b\r\nBcc: c@d"}}}),
              HasSubstr("a text of one line is expected here"));
  EXPECT_THAT(Refusal("delivery.set", {{"kind", {"brief"}}, {"channel", {"mail"}}, {"address", {"ann@other.example"}}}),
              HasSubstr("not among the addresses"));
  EXPECT_THAT(Refusal("delivery.set", {{"kind", {"brief"}}, {"channel", {"x"}}, {"quiet", {"22-25"}}}),
              HasSubstr("are no hours"));
  EXPECT_THAT(Refusal("delivery.set", {{"kind", {"weekly"}}, {"channel", {"x"}}, {"days", {"mon", "fri"}}}),
              HasSubstr("on one day"));
  EXPECT_THAT(Shown("channels").rows, SizeIs(2));
  EXPECT_THAT(Shown("deliveries").rows, IsEmpty());
}

}  // namespace
}  // namespace weir::workspace
