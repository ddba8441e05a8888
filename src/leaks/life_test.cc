#include <gmock/gmock.h>

#include "leaks/leaks_story.h"

namespace weir::leaks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Three invoices are overdue; the ledger of a company that has been worked with.
class LifeStory : public LeaksStory {
 protected:
  LifeStory() {
    story.Run(
        "CREATE TABLE scoped.leak_state (leak VARCHAR, state VARCHAR, assignee VARCHAR, due DATE, note VARCHAR, "
        "amount DECIMAL(18,4), name VARCHAR, counted_by VARCHAR, as_of TIMESTAMP, changed_by VARCHAR, changed_at "
        "TIMESTAMP, decision_id BIGINT)");
    story.Run(
        "INSERT INTO scoped.invoice (invoice_id, number, status, due_date, total, total_reporting) VALUES "
        "('a', 'A-1', 'open', '2025-06-01', 500, 500), ('b', 'B-1', 'open', '2025-06-02', 300, 300), "
        "('c', 'C-1', 'open', '2025-06-03', 200, 200)");
  }
  void Say(const std::string& leak, const std::string& state, const std::string& amount = "NULL",
           const std::string& due = "NULL", const std::string& counted_by = "NULL") {
    story.Run(
        fmt::format("INSERT INTO scoped.leak_state VALUES ('{}', '{}', 'ann', {}, 'why', {}, 'Thing', {}, "
                    "'2025-06-20', 'olga', '2025-06-20', {})",
                    leak, state, due, amount, counted_by, ++decision_));
  }
  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params = {}, bool sees_all = true) {
    StoryContext context(story.session(), kAsOf);
    context.mutable_principal().sees_all_rows = sees_all;
    context.analyses = Analyses(rules, metrics::testing::BuiltIn());
    const auto asked = std::ranges::find(context.analyses, id, [](const auto& one) { return one.info.id; });
    return asked->run(params, context);
  }
  static std::vector<std::string> All(const analysis::Output& output, std::string_view table,
                                      const std::vector<std::string>& columns) {
    std::vector<std::string> lines;
    const analysis::Table& from = *output.Find(table);
    for (const auto& row : from.rows) {
      std::string line;
      for (const std::string& column : columns)
        line += (line.empty() ? "" : "|") + store::ToText(row[from.IndexOf(column)]);
      lines.push_back(line);
    }
    return lines;
  }

 private:
  int decision_ = 0;
};

TEST_F(LifeStory, TheListHidesWhatIsToleratedOrAFalseAlarm) {
  Say("overdue_invoice:a", "assigned", "NULL", "'2025-06-25'");
  Say("overdue_invoice:b", "in_work");
  Say("overdue_invoice:b", "tolerated");
  const analysis::Output output = Need(Ask("leaks.list"));
  EXPECT_THAT(All(output, "leaks", {"leak", "state", "assignee", "is_overdue", "amount"}),
              ElementsAre("overdue_invoice:a|assigned|ann|true|500", "overdue_invoice:c|open||false|200"));
  EXPECT_THAT(All(output, "states", {"state", "count", "amount"}),
              ElementsAre("open|1|200", "assigned|1|500", "in_work|0|", "fixed|0|", "recovered|0|", "gone|0|",
                          "tolerated|1|300", "false_alarm|0|"));
  EXPECT_THAT(All(Need(Ask("leaks.list", {{"state", {"tolerated"}}})), "leaks", {"leak"}),
              ElementsAre("overdue_invoice:b"));
  EXPECT_THAT(All(Need(Ask("leaks.list", {{"department", {"sales"}}})), "leaks", {"leak"}), IsEmpty());
}

TEST_F(LifeStory, WhatWasWorkedOnAndIsGoneHasBeenRecovered) {
  story.Run(
      "INSERT INTO scoped.invoice (invoice_id, status, paid_at, due_date) VALUES ('paid', 'paid', '2025-06-25', "
      "'2025-06-01'), ('twin', 'paid', '2025-06-25', '2025-06-01'), ('void', 'void', NULL, '2025-06-01')");
  Say("overdue_invoice:paid", "fixed", "750");
  Say("overdue_invoice:twin", "fixed", "60", "NULL", "'failed_payment'");  // another rule counted that money
  Say("overdue_invoice:void", "in_work", "40");                            // it was written off
  Say("overdue_invoice:no_more_there", "in_work", "30");
  Say("overdue_invoice:forgotten", "tolerated", "90");  // nobody worked on it
  Say("won_not_billed:d", "fixed", "80");               // its rule cannot be measured now
  Say("no_such_rule:d", "fixed", "70");
  EXPECT_THAT(
      All(Need(Ask("leaks.list", {{"state", {"recovered"}}})), "leaks", {"leak", "amount", "name", "department"}),
      ElementsAre("overdue_invoice:paid|750|Thing|finance", "overdue_invoice:twin|60|Thing|finance"));
  EXPECT_THAT(All(Need(Ask("leaks.list", {{"state", {"gone"}}})), "leaks", {"leak"}),
              ElementsAre("overdue_invoice:no_more_there", "overdue_invoice:void"));
  EXPECT_THAT(All(Need(Ask("leaks.list", {{"state", {"recovered"}}}, false)), "leaks", {"leak"}), IsEmpty())
      << "who sees a part of the rows does not know what has gone";
  Say("overdue_invoice:a", "false_alarm");
  const analysis::Output record = Need(Ask("leaks.rules"));
  EXPECT_THAT(
      Lines(record, "rules", "overdue_invoice",
            {"found", "decided", "acted", "recovered", "recovered_amount", "false_alarms", "precision", "acted_share"}),
      ElementsAre("3|6|4|1|750|1|0.833333|0.666666"));
}

TEST_F(LifeStory, OneLeakTellsWhatWasSaidOfIt) {
  Say("overdue_invoice:a", "in_work");
  Say("overdue_invoice:a", "fixed");
  const analysis::Output output = Need(Ask("leaks.show", {{"leak", {"overdue_invoice:a"}}}));
  EXPECT_THAT(All(output, "leaks", {"leak", "state"}), ElementsAre("overdue_invoice:a|fixed"));
  EXPECT_THAT(All(output, "history", {"state", "changed_by"}), ElementsAre("in_work|olga", "fixed|olga"));
  EXPECT_THAT(All(output, "rule", {"rule"}), ElementsAre("overdue_invoice"));
  for (const char* unknown : {"overdue_invoice:z", "nothing", ""}) {
    EXPECT_EQ(Ask("leaks.show", {{"leak", {unknown}}}).error().code(),
              unknown[0] == 0 ? Code::kBadUsage : Code::kNotFound);
  }
}

// A story does not change with the moment; which rows are due does.
class TrendStory : public LifeStory {
 protected:
  Result<analysis::Output> AskAt(std::string_view id, const analysis::RawParams& params) {
    StoryContext context(story.session(), kAsOf);
    context.analyses = {{.info = {.id = "sql"}}};
    context.analyses.front().run = [](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      return analysis::Output{};
    };
    context.elsewhere = [&](Instant as_of, std::int64_t) -> std::unique_ptr<analysis::Context> {
      return std::make_unique<StoryContext>(story.session(), as_of);
    };
    for (const analysis::Analysis& one : Analyses(rules, metrics::testing::BuiltIn())) {
      if (one.info.id == id) return one.run(params, context);
    }
    return Fail(NotFound("no such analysis"));
  }
};

TEST_F(TrendStory, EachMonthTellsWhatCame) {
  story.Run("UPDATE scoped.invoice SET due_date = '2025-05-20' WHERE invoice_id = 'a'");
  const analysis::Output output = Need(AskAt("leaks.trend", {{"months", {"2"}}}));
  EXPECT_THAT(Lines(output, "months", "overdue_invoice",
                    {"period", "count", "amount", "appeared", "appeared_amount", "gone", "gone_amount"}),
              ElementsAre("2025-04-30|0|||||", "2025-05-31|1|500|1|500|0|", "2025-06-30|3|1000|2|500|0|"));
  EXPECT_THAT(Lines(output, "months", "won_not_billed", {"period", "state", "count"}).front(),
              "2025-04-30|not_measured|");
  EXPECT_EQ(AskAt("leaks.trend", {{"months", {"0"}}}).error().code(), Code::kBadUsage);
}

TEST_F(TrendStory, ARuleIsTriedBeforeItGoesLive) {
  constexpr std::string_view kText = R"(
version = 1
position = 5
title = { en = "Large debt", ru = "Крупный долг" }
meaning = { en = "m", ru = "м" }
fix = { en = "f", ru = "ф" }
formula = { en = "f", ru = "ф" }
department = "finance"
certainty = "certain"
entity = "invoice"
detail = { en = "d", ru = "д" }
sql = """
SELECT i.invoice_id AS record_id, 'invoice:' || i.invoice_id AS claim, i.number AS name, i.account_id, i.account,
  NULL AS owner_id, NULL AS owner, i.team_id, i.segment, i.due_date AS since, i.total_reporting AS exposed, i.total_reporting AS amount
FROM scoped.invoice AS i
WHERE i.total_reporting >= 300 AND i.due_date < :as_of_date"""
)";
  const auto tried = [&](const std::string& text) { return AskAt("leaks.try", {{"text", {text}}, {"months", {"1"}}}); };
  const analysis::Output output = Need(tried(std::string(kText)));
  EXPECT_THAT(All(output, "months", {"period", "count", "amount"}), ElementsAre("2025-05-31|0|", "2025-06-30|2|800"));
  EXPECT_THAT(All(output, "now", {"record_id", "amount"}), ElementsAre("a|500", "b|300"));
  std::string broken(kText);
  broken.replace(broken.find("i.number"), 8, "i.digits");
  EXPECT_THAT(tried(broken).error().ToString(), HasSubstr("digits"));
  EXPECT_THAT(tried("version = \"one\"").error().ToString(), HasSubstr("tried.toml:1"));
  std::string dividing(kText);
  dividing.replace(dividing.find("i.total_reporting AS amount"), 27,
                   "CAST(i.total_reporting / (i.total_reporting - 300) AS DECIMAL(18,2)) AS amount");
  EXPECT_THAT(tried(dividing).error().ToString(), HasSubstr("Could not cast value inf")) << "said, not shown as money";
  EXPECT_EQ(AskAt("leaks.try", {}).error().code(), Code::kBadInput);
}

}  // namespace
}  // namespace weir::leaks
