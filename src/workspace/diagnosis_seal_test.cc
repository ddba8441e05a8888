// The baseline of the diagnosis: sealed once, compared with, undone; and the diagnosis of who sees a part.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DiagnosisSealTest : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    ASSERT_TRUE(workspace_->engine().Act("settings.set", {{"name", {"currency"}}, {"value", {"EUR"}}}, "",
                                         analysis::Principal::LocalOwner()));
    Import(100, "2025-06-30");
  }
  // Forty customers, of which every other one left half a year ago; what the others pay now is said anew.
  void Import(int price, const std::string& exported_at) {
    std::ofstream file(root_ / "weir-subscription.csv", std::ios::binary);
    file << "key,account_key,status,quantity,unit_price,interval,currency,created_at,started_at,ended_at\n";
    for (int i = 0; i < 40; ++i) {
      const bool left = i % 2 == 0;
      file << fmt::format("s{0},a{0},{1},1,{2},month,EUR,2024-01-01T00:00:00Z,2024-01-01T00:00:00Z,{3}\n", i,
                          left ? "canceled" : "active", left ? 100 : price, left ? "2025-01-01T00:00:00Z" : "");
    }
    file << fmt::format("new,n,active,1,1,month,EUR,{0}T00:00:00Z,{0}T00:00:00Z,\n", exported_at);
    file.close();
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / "weir-subscription.csv", .descriptor = -1, .name = "weir-subscription.csv"}},
         .exported_at = exported_at},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  std::string Seal(const analysis::RawParams& params = {},
                   const analysis::Principal& by = analysis::Principal::LocalOwner()) {
    const auto answer = workspace_->engine().Act("diagnose.seal", params, "first run", by);
    return answer ? store::ToText(answer->output.tables.front().rows.front()[0]) : answer.error().ToString();
  }
  std::string Undo(const std::string& decision) {
    const auto answer = workspace_->engine().Act("decisions.undo", {{"decision_id", {decision}}}, "",
                                                 analysis::Principal::LocalOwner());
    return answer ? "undone" : answer.error().ToString();
  }
  // Recurring revenue lost: now, as it was sealed, and what is warned of.
  std::vector<std::string> Lost() {
    engine::Question question;
    question.id = "diagnose.baseline";
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) return {answer.error().ToString()};
    const analysis::Table& table = *answer->output.Find("figures");
    std::vector<std::string> said;
    for (const auto& row : table.rows) {
      if (store::ToText(row[0]) != "recurring_lost") continue;
      for (const char* column : {"value", "sealed", "sealed_on"}) {
        said.push_back(store::ToText(row[table.IndexOf(column)]));
      }
    }
    for (const analysis::Warning& warning : answer->output.warnings) said.push_back(warning.code);
    return said;
  }
};

TEST_F(DiagnosisSealTest, IsSealedOnceAndUndone) {
  EXPECT_THAT(Lost(), ElementsAre("0.5", "", "", "not_sealed"));
  const std::string first = Seal();
  EXPECT_THAT(Lost(), ElementsAre("0.5", "0.5", "2025-06-30"));
  EXPECT_THAT(Seal(), HasSubstr("sealed already, as of 2025-06-30"));

  // Prices fell: more is lost now, and what was sealed stays.
  Import(50, "2025-07-31");
  EXPECT_THAT(Lost(), ElementsAre("0.75", "0.5", "2025-06-30"));
  const std::string again = Seal({{"again", {"true"}}});
  EXPECT_THAT(Lost(), ElementsAre("0.75", "0.75", "2025-07-31"));
  EXPECT_THAT(Undo(first), HasSubstr("changed since"));
  EXPECT_EQ(Undo(again), "undone");
  EXPECT_THAT(Lost(), ElementsAre("0.75", "0.5", "2025-06-30"));
  EXPECT_EQ(Undo(first), "undone");
  // Nothing seals it unasked after that.
  EXPECT_THAT(Lost(), ElementsAre("0.75", "", "", "seal_undone"));
}

TEST_F(DiagnosisSealTest, IsForWhoSeesTheWholeCompany) {
  analysis::Principal member = analysis::Principal::LocalOwner();
  member.user = "bob";
  member.sees_all_rows = false;
  EXPECT_THAT(Seal({}, member), HasSubstr("you see a part of it"));
}

TEST_F(DiagnosisSealTest, WhatIsNotMeasuredIsNotSealed) {
  workspace_.reset();
  std::filesystem::remove_all(root_ / "home");
  EmptyHome::CopyTo(root_ / "home");
  auto opened = Workspace::Open({.home = root_ / "home", .create = true, .threads = 2});
  ASSERT_TRUE(opened) << opened.error().ToString();
  workspace_ = std::move(*opened);
  EXPECT_THAT(Seal(), HasSubstr("none of the four figures can be measured yet"));
}

}  // namespace
}  // namespace weir::workspace
