#include <gmock/gmock.h>

#include "leaks/leaks_story.h"
#include "metrics/analyses.h"

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
    std::ranges::move(metrics::Analyses(metrics::testing::BuiltIn()), std::back_inserter(context.analyses));
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
      ElementsAre("3|6|4|1|750|1|0.75|0.666666"));
}

TEST_F(LifeStory, OneLeakTellsWhatWasSaidOfIt) {
  Say("overdue_invoice:a", "in_work");
  Say("overdue_invoice:a", "fixed");
  const analysis::Output output = Need(Ask("leaks.show", {{"record", {"overdue_invoice:a"}}}));
  EXPECT_THAT(All(output, "leaks", {"leak", "state"}), ElementsAre("overdue_invoice:a|fixed"));
  EXPECT_THAT(All(output, "history", {"state", "changed_by"}), ElementsAre("in_work|olga", "fixed|olga"));
  EXPECT_THAT(All(output, "rule", {"rule"}), ElementsAre("overdue_invoice"));
  for (const char* unknown : {"overdue_invoice:z", "nothing", ""}) {
    EXPECT_EQ(Ask("leaks.show", {{"record", {unknown}}}).error().code(),
              unknown[0] == 0 ? Code::kBadUsage : Code::kNotFound);
  }
}

// Olga leads finance; Ann is of her team, as Bob was.
TEST_F(LifeStory, WhatNobodyOwnsGoesUp) {
  story.Run(R"(
    INSERT INTO scoped.member (member_id, name, is_active, ended_at, manager_id, department) VALUES
      ('ivan', 'Ivan', TRUE, NULL, NULL, 'management'), ('olga', 'Olga', TRUE, NULL, 'ivan', 'finance'),
      ('ann', 'Ann', TRUE, NULL, 'olga', 'finance'), ('bob', 'Bob', FALSE, '2025-06-16', 'ann', 'finance'))");
  story.Run("UPDATE scoped.invoice SET due_date = '2025-05-01' WHERE invoice_id = 'a'");
  story.Run("UPDATE scoped.invoice SET due_date = '2025-06-25' WHERE invoice_id = 'c'");
  story.Run(
      "INSERT INTO scoped.leak_state VALUES ('overdue_invoice:b', 'assigned', 'Bob', NULL, '', 1, '', NULL, "
      "'2025-06-10', 'olga', "
      "'2025-06-10', 1)");
  EXPECT_THAT(
      All(Need(Ask("leaks.list")), "leaks", {"leak", "went_to", "went_at"}),
      ElementsAre("overdue_invoice:a|Ivan|2025-05-18", "overdue_invoice:b|Olga|2025-06-30", "overdue_invoice:c||"));
  const analysis::Output output = Need(Ask("leaks.unowned"));
  EXPECT_THAT(
      All(output, "unowned", {"thing", "why", "owner", "days", "went_to", "level"}),
      ::testing::IsSupersetOf({"overdue_invoice:a|no_owner||57|Ivan|2", "overdue_invoice:b|owner_left|Bob|14|Olga|2",
                               "metric:sales|department_empty|||Ivan|1"}));
  EXPECT_THAT(All(output, "people", {"person", "leaks"}), ElementsAre("Ivan|1", "Olga|1"));
  EXPECT_THAT(All(output, "summary", {"days", "leaks", "waiting"}), ElementsAre("7|2|1"));
  Say("overdue_invoice:a", "in_work");
  EXPECT_THAT(All(Need(Ask("leaks.unowned")), "summary", {"leaks"}), ElementsAre("1"));
}

// A story does not change with the moment; which rows are due does.
class TrendStory : public LifeStory {
 protected:
  Result<analysis::Output> AskAt(std::string_view id, const analysis::RawParams& params) {
    StoryContext context(story.session(), kAsOf);
    context.analyses = Analyses(rules, metrics::testing::BuiltIn());
    context.analyses.push_back({.info = {.id = "sql"}});
    context.analyses.back().run = [](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
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

// Invoices were chased from the first of May on; customers liked it less, and paid as before.
TEST_F(TrendStory, AfterFixesTheStepsBesideAreCompared) {
  story.Run(R"(
    INSERT INTO scoped.leak_state SELECT 'overdue_invoice:' || i, 'fixed', '', NULL, '', 10, '', NULL, TIMESTAMP '2025-05-01 12:00:00', 'ann', '2025-05-01', i
    FROM range(3) AS r(i);
    INSERT INTO scoped.survey_answer (survey_answer_id, day, is_satisfied)
    SELECT 's' || i, DATE '2025-03-10' + CAST(i % 100 AS INTEGER), CASE WHEN i % 100 < 50 THEN i % 10 > 0 ELSE i % 2 > 0 END
    FROM range(400) AS r(i);
    INSERT INTO scoped.invoice (invoice_id, status, issued_date, due_date, paid_at, total, total_reporting)
    SELECT 'p' || i, 'paid', DATE '2025-03-01' + CAST(i % 110 AS INTEGER), DATE '2025-03-01' + CAST(i % 110 AS INTEGER),
      TIMESTAMP '2025-03-01' + to_days(CAST(i % 110 + i % 20 AS INTEGER)), 5, 5
    FROM range(440) AS r(i))");
  const analysis::Output output = Need(AskAt("leaks.effects", {}));
  EXPECT_THAT(Lines(output, "effects", "overdue_invoice", {"step", "since", "days", "unit", "verdict"}),
              ::testing::IsSupersetOf(
                  {"customer_is_content|2025-05-01|60|share|worse", "invoice_is_paid|2025-05-01|60|share|unknown"}));
  EXPECT_THAT(All(output, "effects", {"step"}).front(), "customer_is_content") << "what got worse comes first";
  EXPECT_THAT(All(output, "effects", {"step"}), ::testing::Not(::testing::Contains("subscription_ends")))
      << "of which this company records nothing";
  EXPECT_THAT(All(Need(AskAt("leaks.effects", {{"rule", {"stuck_deal"}}})), "effects", {"step"}), IsEmpty());
  StoryContext context(story.session(), kAsOf);
  context.analyses = Analyses(rules, metrics::testing::BuiltIn());
  const auto effects =
      std::ranges::find(context.analyses, "leaks.effects", [](const auto& one) { return one.info.id; });
  const auto rows = Need(effects->explain({}, "effects", {"overdue_invoice", "customer_is_content"}, context));
  EXPECT_EQ(rows.table, "survey_answer");
  EXPECT_EQ(rows.total, 188) << "four a day from the second of May to the seventeenth of June, 47 days";
}

// Two weeks have to pass; and what is tolerated or no leak at all is nothing that was mended.
TEST_F(TrendStory, TooEarlyNothingIsCompared) {
  Say("overdue_invoice:a", "fixed");
  Say("overdue_invoice:b", "tolerated");
  const analysis::Output output = Need(AskAt("leaks.effects", {}));
  EXPECT_THAT(Lines(output, "effects", "overdue_invoice", {"step", "verdict", "note_en"}),
              ElementsAre("customer_is_content|unknown|10 days since the first was mended; 14 are needed",
                          "invoice_is_paid|unknown|10 days since the first was mended; 28 are needed",
                          "subscription_ends|unknown|10 days since the first was mended; 45 are needed"));
}

TEST_F(LifeStory, WhatIsToleratedOrNoLeakIsInNoSum) {
  const auto headline = [&] {
    return All(Need(Ask("leaks")), "headline",
               {"count", "amount", "tolerated", "tolerated_amount", "false_alarms", "false_alarms_amount"});
  };
  EXPECT_THAT(headline(), ElementsAre("3|1000|0||0|"));
  Say("overdue_invoice:a", "tolerated");
  Say("overdue_invoice:b", "false_alarm");
  EXPECT_THAT(headline(), ElementsAre("1|200|1|500|1|300"));
  const analysis::Output output = Need(Ask("leaks"));
  EXPECT_THAT(Lines(output, "rules", "overdue_invoice", {"count", "amount", "aside", "aside_amount"}),
              ElementsAre("1|200|2|800"));
  EXPECT_THAT(Lines(output, "leaks", "overdue_invoice", {"leak"}), ElementsAre("overdue_invoice:c"));
  EXPECT_THAT(All(output, "aside", {"leak"}), ElementsAre("overdue_invoice:a", "overdue_invoice:b"));
  Say("overdue_invoice:a", "open");
  EXPECT_THAT(headline(), ElementsAre("2|700|0||1|300"));
  story.Run("UPDATE scoped.leak_state SET as_of = TIMESTAMP '2025-07-20'");
  EXPECT_THAT(headline(), ElementsAre("3|1000|0||0|")) << "nobody had said so by then";
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
