// What becomes of a leak: said, seen, undone; and measured by what later data say.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LeakStatesTest : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    Import("open", "open", "2025-06-30");
  }
  // Two invoices, both due on the first of June.
  void Import(const std::string& first, const std::string& second, const std::string& exported_at) {
    std::ofstream(root_ / "weir-invoice.csv", std::ios::binary)
        << "key,number,account_key,status,issued_at,due_date,total,currency\n"
        << fmt::format("A,A-1,acme,{},2025-05-01T00:00:00Z,2025-06-01,500,EUR\n", first)
        << fmt::format("B,B-1,acme,{},2025-05-01T00:00:00Z,2025-06-01,300,EUR\n", second)
        // The newest moment of the data is now.
        << fmt::format("C{0},C-{0},acme,paid,{0}T00:00:00Z,2026-01-01,1,EUR\n", exported_at);
    const auto answer = workspace_->Import(
        {.inputs = {{.path = root_ / "weir-invoice.csv", .descriptor = -1, .name = "weir-invoice.csv"}},
         .exported_at = exported_at},
        analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  Result<engine::Answer> Set(const analysis::RawParams& params,
                             const analysis::Principal& by = analysis::Principal::LocalOwner()) {
    return workspace_->engine().Act("leaks.set", params, "", by);
  }
  static std::string DecisionOf(const Result<engine::Answer>& answer) {
    return answer ? store::ToText(answer->output.tables.front().rows.front()[0]) : answer.error().ToString();
  }
  std::vector<std::string> Leaks(const std::vector<std::string>& states = {}) {
    engine::Question question;
    question.id = "leaks.list";
    if (!states.empty()) question.params["state"] = states;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) return {answer.error().ToString()};
    const analysis::Table& table = *answer->output.Find("leaks");
    std::vector<std::string> lines;
    for (const auto& row : table.rows) {
      std::string line;
      for (const char* column : {"record_id", "state", "amount", "note"})
        line += (line.empty() ? "" : "|") + store::ToText(row[table.IndexOf(column)]);
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(LeakStatesTest, TheLedgerBehindItIsWorkedOutOnce) {
  const auto ask = [&](const std::string& id) {
    engine::Question question;
    question.id = id;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? answer->output.warnings.size() : 0;
  };
  const std::vector<std::string> first = Leaks();
  const engine::CacheFigures before = workspace_->engine().cache_figures();
  EXPECT_EQ(Leaks(), first);
  ask("leaks.rules");
  const std::size_t warned = ask("leaks");
  const engine::CacheFigures after = workspace_->engine().cache_figures();
  EXPECT_EQ(after.misses, before.misses);
  EXPECT_EQ(after.answers, before.answers);
  EXPECT_EQ(after.hits, before.hits + 3);
  // Asked by itself, it is the same as when it was kept for another.
  EXPECT_EQ(ask("leaks"), warned);
  Import("paid", "open", "2025-07-15");
  EXPECT_THAT(Leaks(), ElementsAre("generic:B|open|300|"));
}

TEST_F(LeakStatesTest, WhatWasSetIsSeenAtOnceByWhoReadsWhatIsKept) {
  engine::Engine& engine = workspace_->engine();
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  const auto question = [](const std::string& id) {
    engine::Question asked;
    asked.id = id;
    return asked;
  };
  const auto ask = [&](const std::string& id) {
    const auto answer = engine.Ask(question(id), owner);
    ASSERT_TRUE(answer) << answer.error().ToString();
  };
  const auto recalls = [&](const std::string& id) { return engine.Recall(question(id), owner).has_value(); };
  for (const char* id : {"leaks", "pulse", "sources"}) {
    ask(id);
    ASSERT_TRUE(recalls(id)) << id;
  }
  const std::string decision =
      DecisionOf(Set({{"leak", {"overdue_invoice:generic:B"}}, {"state", {"tolerated"}}, {"note", {"a friend"}}}));
  EXPECT_FALSE(recalls("leaks")) << "the sums were other ones before";
  EXPECT_FALSE(recalls("pulse")) << "which tells them, too";
  EXPECT_TRUE(recalls("sources")) << "which tells nothing of them";
  ask("leaks");
  EXPECT_TRUE(recalls("leaks"));
  ASSERT_TRUE(engine.Act("decisions.undo", {{"decision_id", {decision}}}, "", owner));
  EXPECT_FALSE(recalls("leaks"));
}

TEST_F(LeakStatesTest, TheLedgerBehindPulseIsThatOfItsPage) {
  const auto ask = [&](const std::string& id) {
    engine::Question question;
    question.id = id;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    EXPECT_TRUE(answer) << answer.error().ToString();
    return answer ? answer->output.tables.front().rows.size() : 0;
  };
  ask("pulse");
  const engine::CacheFigures before = workspace_->engine().cache_figures();
  EXPECT_EQ(ask("leaks"), 2);
  const engine::CacheFigures after = workspace_->engine().cache_figures();
  EXPECT_EQ(after.misses, before.misses);
  EXPECT_EQ(after.hits, before.hits + 1);
}

TEST_F(LeakStatesTest, TheLedgerIsReadyBeforePeopleComeAfterAnImport) {
  engine::Engine& engine = workspace_->engine();
  engine.RememberFrom(std::chrono::milliseconds(0));
  const auto ask = [&] {
    engine::Question question;
    question.id = "leaks";
    question.page = {.table = "rules", .limit = 1};
    EXPECT_TRUE(engine.Ask(question, analysis::Principal::LocalOwner()));
  };
  ask();
  ASSERT_TRUE(engine.AskAhead({}));
  Import("paid", "open", "2025-07-15");
  ASSERT_TRUE(engine.AskAhead({}));
  const engine::CacheFigures before = engine.cache_figures();
  ask();
  EXPECT_EQ(engine.cache_figures().misses, before.misses);
  EXPECT_EQ(engine.cache_figures().hits, before.hits + 1);
  // Where nothing was imported, nothing is asked.
  ASSERT_TRUE(engine.AskAhead({}));
  EXPECT_EQ(engine.cache_figures().hits, before.hits + 1);
}

TEST_F(LeakStatesTest, IsSaidUndoneAndMeasured) {
  EXPECT_THAT(Leaks(), ElementsAre("generic:A|open|500|", "generic:B|open|300|"));
  const std::int64_t version = (*workspace_->Take(std::nullopt, {}))->data_version();
  const std::string both = DecisionOf(Set({{"leak", {"overdue_invoice:generic:A", "overdue_invoice:generic:B"}},
                                           {"state", {"in_work"}},
                                           {"note", {"called"}}}));
  EXPECT_THAT(Leaks(), ElementsAre("generic:A|in_work|500|called", "generic:B|in_work|300|called"));
  EXPECT_EQ((*workspace_->Take(std::nullopt, {}))->data_version(), version) << "no number has changed";
  const std::string one =
      DecisionOf(Set({{"leak", {"overdue_invoice:generic:B"}}, {"state", {"tolerated"}}, {"note", {"a friend"}}}));
  EXPECT_THAT(Leaks(), ElementsAre("generic:A|in_work|500|called"));
  const auto undo = [&](const std::string& decision) {
    return DecisionOf(workspace_->engine().Act("decisions.undo", {{"decision_id", {decision}}}, "",
                                               analysis::Principal::LocalOwner()));
  };
  EXPECT_THAT(undo(both), HasSubstr("changed since"));
  undo(one);
  EXPECT_THAT(Leaks(), ElementsAre("generic:A|in_work|500|called", "generic:B|in_work|300|called"));
  undo(both);
  EXPECT_THAT(Leaks(), ElementsAre("generic:A|open|500|", "generic:B|open|300|"));

  // The customer paid the one that somebody worked on, and the other by himself.
  ASSERT_TRUE(Set({{"leak", {"overdue_invoice:generic:A"}}, {"state", {"fixed"}}}));
  Import("paid", "paid", "2025-07-15");
  EXPECT_THAT(Leaks(), IsEmpty());
  EXPECT_THAT(Leaks({"recovered"}), ElementsAre("generic:A|recovered|500|"));
  EXPECT_TRUE(Set({{"leak", {"overdue_invoice:generic:A"}}, {"state", {"tolerated"}}, {"note", {"was mine"}}}))
      << "what is gone may still be spoken of";
  EXPECT_THAT(Leaks({"recovered"}), IsEmpty());
}

TEST_F(LeakStatesTest, RefusesWhatMakesNoSense) {
  const std::string leak = "overdue_invoice:generic:A";
  EXPECT_THAT(DecisionOf(Set({{"leak", {"overdue_invoice:generic:Z"}}, {"state", {"fixed"}}})), HasSubstr("no leak"));
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak}}, {"state", {"mended"}}})), HasSubstr("mended"));
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak}}, {"state", {"assigned"}}})), HasSubstr("nobody is named"));
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak}}, {"state", {"false_alarm"}}})), HasSubstr("says why"));
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak}}, {"state", {"open"}}, {"due", {"31.12.2025"}}})), HasSubstr("due"));
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak}}, {"state", {"open"}}, {"note", {std::string(5000, 'x')}}})),
              HasSubstr("at most"));
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak, "overdue_invoice:generic:Z"}}, {"state", {"fixed"}}})),
              HasSubstr("no leak"));
  EXPECT_THAT(Leaks(), ElementsAre("generic:A|open|500|", "generic:B|open|300|")) << "none is half applied";
  // Who does not see the invoice does not see its leak.
  analysis::Principal stranger = analysis::Principal::LocalOwner();
  stranger.user = "bob";
  stranger.sees_all_rows = false;
  EXPECT_THAT(DecisionOf(Set({{"leak", {leak}}, {"state", {"fixed"}}}, stranger)), HasSubstr("no leak"));
}

// A rule of one's own may read what Explore lets one read: not accounts, not the layers below the views.
TEST_F(LeakStatesTest, ATriedRuleGoesAroundNoRight) {
  const auto tried = [&](const std::string& from, const analysis::Principal& by) {
    engine::Question question;
    question.id = "leaks.try";
    question.params["months"] = {"1"};
    std::string text = R"(version = 1
position = 5
title = { en = "t", ru = "т" }
meaning = { en = "m", ru = "м" }
fix = { en = "f", ru = "ф" }
formula = { en = "f", ru = "ф" }
department = "finance"
certainty = "certain"
entity = "invoice"
detail = { en = "d", ru = "д" }
sql = """
SELECT x.invoice_id AS record_id, x.invoice_id AS claim, x.number AS name, x.account_id, x.account, NULL AS owner_id,
  NULL AS owner, x.team_id, x.segment, x.due_date AS since, x.total_reporting AS exposed, x.total_reporting AS amount
FROM )";
    question.params["text"] = {text + from + " AS x\"\"\"\n"};
    const auto answer = workspace_->engine().Ask(question, by);
    return answer ? fmt::format("{} rows", answer->output.Find("now")->rows.size()) : answer.error().ToString();
  };
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  EXPECT_EQ(tried("scoped.invoice", owner), "3 rows");
  for (const char* from : {"access.account", "model . invoice_version", "weir.model.invoice_version",
                           "query('SELECT * FROM model.invoice_version')", "scoped.setting", "meta.decision"}) {
    EXPECT_THAT(tried(from, owner), testing::Not(HasSubstr("rows"))) << from;
  }
  analysis::Principal viewer = owner;
  viewer.rights = {"view"};
  EXPECT_THAT(tried("scoped.invoice", viewer), HasSubstr("needs the right 'sql'"));
}

}  // namespace
}  // namespace weir::workspace
