#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/call/call_story_test.h"

namespace weir::forecast {
namespace {

using testing::CallStory;
using testing::Company;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Line;
using ::testing::UnorderedElementsAre;

constexpr std::array<const char*, 4> kPastQuarters{"2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01"};

// A word of this workspace: its number, kind and the rest in SQL.
std::string OfQuarter(const std::string& number, const std::string& kind, const std::string& rest) {
  return number + ", '" + kind + "', DATE '2025-10-01', DATE '2025-12-31', " + rest;
}

// What all stories but that of an empty company are about; each adds words of its own.
Company& Sellers() {
  static Company* const kCompany = [] {
    auto* made = new Company();
    made->Won("w1", "Bob", "30", "2025-10-10");
    made->Won("w2", "Cid", "70", "2025-11-14");
    made->Deal("o1", "Bob", "100", "2025-12-20", "commit");
    made->Deal("o2", "Bob", "40", "2025-12-28", "best_case");
    made->Deal("o3", "Cid", "25", "2025-12-30", "pipeline");
    made->Deal("o4", "Cid", "900", "2025-12-30", "omitted");
    made->Said("Bob", "2025-10-06", "Commit", "120");
    made->Said("Bob", "2025-12-29", "Commit", "110", "2025-10-01", {{"comment", "o2 slips"}});
    made->Said("Cid", "2025-12-01", "best case", "90");
    made->Said("team:North", "2025-12-01", "commit", "150");
    // Four quarters in which Bob wins 100 and says 150, and Cid wins and says 50.
    for (const char* quarter : kPastQuarters) {
      const Date first = *ParseIsoDate(quarter);
      const std::string closed = FormatDate({first.days + 40});
      made->Won(std::string(quarter) + "b", "Bob", "100", closed);
      made->Won(std::string(quarter) + "c", "Cid", "50", closed);
      made->Said("Bob", FormatDate({first.days + 8}), "commit", "150", quarter);
      made->Said("Cid", FormatDate({first.days + 20}), "commit", "50", quarter);
    }
    // Of the next quarter what cannot count, and deals of a source that knows no categories.
    made->Said("Cid", "2025-12-02", "commit", "-5", "2026-01-01");
    made->Said("Cid", "2025-12-03", "sure", "5", "2026-01-01");
    made->Said("Cid", "2025-12-04", "commit", "50", "2026-01-01", {{"currency", "USD"}});
    for (const auto& [key, probability] : {std::pair("p1", "0.8"), {"p2", "0.3"}}) {
      made->model.Record("deal",
                         {{"key", key},
                          {"name", key},
                          {"created_at", "2025-01-02 10:00:00"},
                          {"stage", "open"},
                          {"stage_kind", "open"},
                          {"close_date", "2026-02-20"},
                          {"amount", "60"},
                          {"currency", "EUR"},
                          {"probability", probability}},
                         "2025-12-31 20:00:00", "other");
    }
    made->Build();
    return made;
  }();
  return *kCompany;
}

class CallBoardStory : public CallStory {
 protected:
  CallBoardStory() : CallStory(Sellers()) { Inspection(); }
  void Word(const std::string& values) { company.Word(values); }

  static analysis::Output Inspected(const std::vector<std::vector<store::Value>>& deals) {
    const Line columns{"deal_id",        "deal",         "account", "owner",           "team",
                       "amount",         "category",     "stage",   "close_date",      "next_step",
                       "next_step_days", "silence_days", "pushes",  "days_past_close", "risk",
                       "reasons_en",     "reasons_ru",   "changes"};
    std::vector<std::vector<store::Value>> rows;
    for (const auto& deal : deals) {
      std::vector<store::Value> row(columns.size());
      row[0] = deal[0];
      row[5] = deal[1];
      row[17] = deal[2];
      rows.push_back(std::move(row));
    }
    return {.tables = {
                testing::TableOf("deals", columns, std::move(rows)),
                testing::TableOf("changes", {"deal_id", "deal", "field", "old", "new", "changed_at", "changed_by"},
                                 {{std::string("test:o1"), std::string("Deal o1"), std::string("amount"),
                                   std::string("90 EUR"), std::string("100 EUR"), store::Value(), store::Value()}})}};
  }
  void Inspection() {
    StandIn("pipeline.inspect", [](const analysis::RawParams&) -> Result<analysis::Output> {
      return Inspected({{std::string("test:o1"), Decimal{100, 0}, std::int64_t{1}},
                        {std::string("test:o2"), Decimal{40, 0}, std::int64_t{0}},
                        {std::string("test:o3"), Decimal{25, 0}, std::int64_t{0}}});
    });
  }
  // 200 in the middle for everybody, 140 for North; deals with a chance each.
  void Model() {
    StandIn("forecast.deals", [](const analysis::RawParams& params) -> Result<analysis::Output> {
      const auto team = params.find("team");
      const std::int64_t middle = team == params.end() ? 200 : team->second.front() == "North" ? 140 : 60;
      return analysis::Output{
          .tables = {testing::TableOf("forecast", {"p10", "p50", "p90", "target_probability"},
                                      {{Decimal{middle - 20, 0}, Decimal{middle, 0}, Decimal{middle + 20, 0}, 0.25}}),
                     testing::TableOf("deals", {"deal_id", "probability", "expected"},
                                      {{std::string("test:o1"), 0.95, Decimal{95, 0}},
                                       {std::string("test:o2"), 0.5, Decimal{20, 0}}})}};
    });
  }
};

TEST_F(CallBoardStory, RollsUpWhatWasSaidBesideWhatTheCategoriesPromise) {
  Goal("company", "", "300");
  Goal("team", "South", "80");
  const analysis::Output output = Run("forecast.call");
  EXPECT_THAT(Lines(output, "board",
                    {"node", "parent", "depth", "commit", "commit_below", "commit_judgement", "commit_delta",
                     "best_case", "best_case_below", "expected", "said"}),
              ElementsAre("company | - | 0 | - | 150 | - | 0 | - | 90 | 2 | 2",
                          "team:test:North | company | 1 | 150 | 110 | 40 | 0 | - | - | 1 | 1",
                          "team:test:Fjord | team:test:North | 2 | - | 110 | - | -10 | - | - | 1 | 1",
                          "member:test:Bob | team:test:Fjord | 3 | 110 | - | - | -10 | - | - | 1 | 1",
                          "team:test:South | company | 1 | - | - | - | - | - | 90 | 1 | 1",
                          "member:test:Cid | team:test:South | 2 | - | - | - | - | 90 | - | 1 | 1"));
  // Won is in all; what is omitted, and what closes later, in none.
  EXPECT_THAT(
      Lines(output, "board",
            {"name", "won", "commit_crm", "most_likely_crm", "best_case_crm", "pipeline_crm", "target", "note",
             "is_locked"}),
      ElementsAre("- | 100 | 200 | 200 | 240 | 265 | 300 | - | false",
                  "North | 30 | 130 | 130 | 170 | 170 | - | - | false",
                  "Fjord | 30 | 130 | 130 | 170 | 170 | - | - | false",
                  "Bob | 30 | 130 | 130 | 170 | 170 | - | o2 slips | false",
                  "South | 70 | 70 | 70 | 70 | 95 | 80 | - | false", "Cid | 70 | 70 | 70 | 70 | 95 | - | - | false"));
  EXPECT_THAT(Lines(output, "cells", {"node", "category", "own", "was", "standing", "said_by"}),
              Contains("member:test:Bob | commit | 110 | 120 | 110 | Bob"));
  EXPECT_THAT(Lines(output, "history", {"said_at", "name", "category", "was", "amount", "change", "note", "is_late"}),
              ElementsAre("2025-12-29T10:00:00Z | Bob | commit | 120 | 110 | -10 | o2 slips | false",
                          "2025-12-01T10:00:00Z | North | commit | - | 150 | - | - | false",
                          "2025-12-01T10:00:00Z | Cid | best_case | - | 90 | - | - | false",
                          "2025-10-06T10:00:00Z | Bob | commit | - | 120 | - | - | false"));
  EXPECT_THAT(Codes(output), ElementsAre("no_model"));
  EXPECT_THAT(Behind("forecast.call", "board", {"team:test:North"}), ElementsAre("test:o1", "test:o2", "test:w1"));
  EXPECT_THAT(Behind("forecast.call", "board", {"member:test:Cid"}), ElementsAre("test:o4", "test:w2", "test:o3"));
  as_of = "2025-11-20T12:00:00Z";
  EXPECT_THAT(Lines(Run("forecast.call"), "board", {"node", "commit", "commit_below"}),
              Contains("member:test:Bob | 120 | -"))
      << "as it was then";
}

TEST_F(CallBoardStory, OneTeamAndOneMoment) {
  const analysis::Output north = Run("forecast.call", {{"team", {"North"}}, {"since", {"2025-11-30"}}});
  EXPECT_THAT(Lines(north, "board", {"node", "depth", "commit", "commit_delta"}),
              ElementsAre("team:test:North | 0 | 150 | 30", "team:test:Fjord | 1 | - | -10",
                          "member:test:Bob | 2 | 110 | -10"));
  // Of a team that only its manager sees.
  principal.sees_all_rows = false;
  principal.teams = {"test:South"};
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:South']");
  const analysis::Output south = Run("forecast.call");
  EXPECT_THAT(Lines(south, "board", {"node", "depth", "won"}),
              ElementsAre("team:test:South | 0 | 70", "member:test:Cid | 1 | 70"));
  EXPECT_THAT(Ask("forecast.call", {{"team", {"Sooth"}}}).error().ToString(), HasSubstr("Did you mean 'South'?"));
  EXPECT_THAT(Ask("forecast.call", {{"since", {"soon"}}}).error().ToString(), HasSubstr("'soon' is not a moment"));
}

TEST_F(CallBoardStory, OwnWordsLocksAndNotes) {
  Word(OfQuarter("1", "submission",
                 "'test:Cid', NULL, 'commit', 95, 'EUR', NULL, 'two calls', NULL, '2025-12-30 20:00:00', FALSE, "
                 "'forecast.submit', 'Monday', 'cid', '2026-01-05 09:00:00', 11"));
  Word(OfQuarter("2", "submission",
                 "'test:Cid', NULL, 'commit', 500, 'EUR', NULL, '', NULL, '2025-12-30 20:00:00', FALSE, "
                 "'forecast.submit', '', 'cid', '2026-01-05 09:05:00', 12"));
  Word(OfQuarter("2", "submission",
                 "'test:Cid', NULL, 'commit', 500, 'EUR', NULL, '', NULL, '2025-12-30 20:00:00', TRUE, "
                 "'decisions.undo', 'a slip', 'cid', '2026-01-05 09:06:00', 13"));
  Word(OfQuarter("3", "lock",
                 "NULL, 'test:North', NULL, NULL, NULL, NULL, '', '2025-12-15 00:00:00', '2025-12-30 20:00:00', FALSE, "
                 "'forecast.lock', 'closed', 'ann', '2026-01-05 09:10:00', 14"));
  Word(OfQuarter("4", "note",
                 "NULL, NULL, NULL, NULL, NULL, 'test:o1', 'sign by Friday', NULL, '2025-12-30 20:00:00', FALSE, "
                 "'forecast.note', '', 'ann', '2026-01-05 09:11:00', 15"));
  const analysis::Output output = Run("forecast.call");
  // Bob's word of the 29th came after the lock of North, in which Fjord is.
  EXPECT_THAT(Lines(output, "board", {"name", "commit", "commit_delta", "is_locked", "locked_by"}),
              ElementsAre("- | - | 95 | false | -", "North | 150 | 0 | true | ann", "Fjord | - | 0 | true | ann",
                          "Bob | 120 | 0 | true | ann", "South | - | 95 | false | -", "Cid | 95 | 95 | false | -"));
  EXPECT_THAT(Codes(output), Contains("late_submissions"));
  EXPECT_THAT(Lines(output, "history", {"submission", "name", "amount", "is_late"}),
              Contains(HasSubstr("Bob | 110 | true")));
  EXPECT_THAT(Lines(output, "audit", {"decision_id", "who", "what", "node", "before", "after", "note", "reason"}),
              ElementsAre("15 | ann | note | - | - | - | sign by Friday | -",
                          "14 | ann | lock | team:test:North | - | 2025-12-15T00:00:00Z | - | closed",
                          "13 | cid | undo | member:test:Cid | 500 EUR | - | - | a slip",
                          "12 | cid | submit | member:test:Cid | 95 EUR | 500 EUR | - | -",
                          "11 | cid | submit | member:test:Cid | - | 95 EUR | two calls | Monday"));
  EXPECT_THAT(Lines(output, "deals", {"place", "deal_id", "at_stake", "changes", "note", "note_by", "is_discussed"}),
              ElementsAre("1 | test:o2 | 40 | 0 | - | - | false", "2 | test:o3 | 25 | 0 | - | - | false",
                          "3 | test:o1 | 100 | 1 | sign by Friday | ann | true"));
  EXPECT_THAT(Lines(output, "deal_notes", {"deal_id", "number", "text"}), ElementsAre("test:o1 | 1 | sign by Friday"));
  EXPECT_THAT(Lines(output, "deal_changes", {"deal_id", "field", "old", "new"}),
              ElementsAre("test:o1 | amount | 90 EUR | 100 EUR"));
  as_of = "2025-12-29T12:00:00Z";
  EXPECT_THAT(Lines(Run("forecast.call"), "audit", {"decision_id"}), IsEmpty()) << "said on newer data";
}

TEST_F(CallBoardStory, TheModelStandsBesideAndIsPooled) {
  Model();
  const analysis::Output output = Run("forecast.call", {{"model", {"teams"}}, {"pooled", {"true"}}});
  // Of what all said in the last week of past quarters a sixth never came, as far as eight words tell: 150 is 125, and
  // half of it counts.
  EXPECT_THAT(Lines(output, "board", {"node", "model_p10", "model_p50", "model_p90", "pooled", "pooled_weight"}),
              ElementsAre("company | 180 | 200 | 220 | 162.5 | 0.5", "team:test:North | 120 | 140 | 160 | 132.5 | 0.5",
                          "team:test:Fjord | 40 | 60 | 80 | 75.83 | 0.5", "member:test:Bob | - | - | - | - | -",
                          "team:test:South | 40 | 60 | 80 | - | -", "member:test:Cid | - | - | - | - | -"));
  EXPECT_THAT(Codes(output), ElementsAre("no_target", "no_past_model"));
  // Half decided: all of 40 is at stake; of 100 at 95 % only 19.
  EXPECT_THAT(Lines(output, "deals", {"deal_id", "probability", "at_stake"}),
              ElementsAre("test:o2 | 0.5 | 40", "test:o3 | - | 25", "test:o1 | 0.95 | 19"));
  // The whole alone is asked about where nobody wants more; its parts are what it says of their deals.
  const analysis::Output whole = Run("forecast.call");
  EXPECT_THAT(Lines(whole, "board", {"model_expected", "model_p50", "pooled"}),
              ElementsAre("215 | 200 | -", "145 | - | -", "145 | - | -", "145 | - | -", "70 | - | -", "70 | - | -"));
  EXPECT_THAT(Lines(Run("forecast.call", {{"model", {"none"}}}), "board", {"model_expected"}).front(), "-");
  EXPECT_THAT(Lines(Run("forecast.call", {{"day", {"2026-02-01"}}}), "board", {"model_p50"}).front(), "-")
      << "the model knows the period of as-of alone";
}

TEST_F(CallBoardStory, WhatCannotCountIsSaid) {
  const analysis::Output next = Run("forecast.call", {{"day", {"2026-02-01"}}});
  EXPECT_THAT(Codes(next), UnorderedElementsAre("no_target", "submissions_unread", "submissions_negative",
                                                "submissions_without_rate", "categories_by_probability"));
  // From 80 % on it is commit, and below 50 % pipeline.
  EXPECT_THAT(Lines(next, "board", {"node", "commit", "commit_crm", "best_case_crm", "pipeline_crm"}),
              Contains("company | - | 60 | 60 | 120"));
}

TEST_F(CallBoardStory, WhereOnlyTheOpenPartIsSaidWhatIsWonComesOnTop) {
  // Bob had won 30 by both days; Cid nothing before the 14th of November, 70 since.
  const analysis::Output output = Run("forecast.call", {{"counts", {"open"}}});
  EXPECT_THAT(Lines(output, "cells", {"node", "category", "own", "was"}),
              ::testing::IsSupersetOf({"member:test:Bob | commit | 140 | 120", "member:test:Cid | best_case | 160 | -",
                                       "team:test:North | commit | 180 | -"}));
}

Company& Newcomers() {
  static Company* const kCompany = [] {
    auto* made = new Company();
    made->Build();
    return made;
  }();
  return *kCompany;
}

class EmptyCallStory : public CallStory {
 protected:
  EmptyCallStory() : CallStory(Newcomers()) {}
};

TEST_F(EmptyCallStory, HasItsTreeAndNothingSaid) {
  const analysis::Output output = Run("forecast.call");
  EXPECT_THAT(Lines(output, "board", {"node", "commit", "commit_below", "expected", "said", "won"}),
              ElementsAre("company | - | - | 2 | 0 | 0", "team:test:North | - | - | 1 | 0 | 0",
                          "team:test:Fjord | - | - | 1 | 0 | 0", "member:test:Bob | - | - | 1 | 0 | 0",
                          "team:test:South | - | - | 1 | 0 | 0", "member:test:Cid | - | - | 1 | 0 | 0"));
  EXPECT_THAT(Lines(output, "history", {"name"}), IsEmpty());
  EXPECT_THAT(Codes(output), ElementsAre("no_model", "no_target", "no_deals"));
  EXPECT_THAT(Lines(Run("forecast.accuracy"), "accuracy", {"node"}), IsEmpty());
  EXPECT_THAT(Codes(Run("forecast.accuracy")), ElementsAre("no_submissions"));
  EXPECT_THAT(Ask("forecast.accuracy", {{"periods", {"0"}}}).error().ToString(), HasSubstr("not a number of periods"));
  EXPECT_THAT(Ask("forecast.accuracy", {{"week", {"60"}}}).error().ToString(), HasSubstr("not a week"));
}

class CallAccuracyStory : public CallStory {
 protected:
  // The model says 120 or 180 of the 150 that come to all.
  CallAccuracyStory() : CallStory(Sellers()) {
    StandIn("forecast.backtest", [](const analysis::RawParams&) -> Result<analysis::Output> {
      std::vector<std::vector<store::Value>> rows;
      bool is_high = false;
      for (const char* quarter : kPastQuarters) {
        is_high = !is_high;
        for (const std::int64_t week : {1, 5}) {
          rows.push_back({*ParseIsoDate(quarter), week, Decimal{is_high ? 180 : 120, 0}, Decimal{150, 0}});
        }
      }
      return analysis::Output{
          .tables = {testing::TableOf("snapshots", {"period", "week", "p50", "actual"}, std::move(rows))}};
    });
  }
};

TEST_F(CallAccuracyStory, IsOfEachPersonAndWeek) {
  const analysis::Output output = Run("forecast.accuracy", {{"category", {"commit"}}, {"week", {"5"}}});
  // Usually 25 too much is said of 75 that come: four such pasts are added to each.
  EXPECT_THAT(
      Lines(output, "accuracy", {"node", "category", "week", "n", "said", "came", "bias", "wape", "bias_shrunk"}),
      ElementsAre("member:test:Bob | commit | 5 | 4 | 600 | 400 | 0.5 | 0.5 | 0.428571",
                  "member:test:Cid | commit | 5 | 4 | 200 | 200 | 0 | 0 | 0.2",
                  "model | p50 | 5 | 4 | 600 | 600 | 0 | 0.2 | 0"));
  EXPECT_EQ(Lines(output, "pasts", {"node", "period", "said", "came", "missed"}).front(),
            "member:test:Bob | 2025-07-01 | 150 | 100 | 50");
  EXPECT_THAT(Behind("forecast.accuracy", "pasts", {"member:test:Bob", "commit", "2025-07-01", "5"}),
              ElementsAre("test:2025-07-01b"));
  EXPECT_THAT(Codes(output), IsEmpty());
  // In the first week nobody had said anything; in the second Bob alone.
  EXPECT_THAT(Lines(Run("forecast.accuracy", {{"week", {"1"}}}), "accuracy", {"node"}), ElementsAre("model"));
  EXPECT_THAT(Lines(Run("forecast.accuracy", {{"week", {"2"}}}), "accuracy", {"node"}), ElementsAre("member:test:Bob"));
}

TEST_F(CallAccuracyStory, WeighsPeopleAndTheModelByWhatIsLeft) {
  // A quarter of what is said never comes: of 8 words 8/12 of that, a sixth, holds of all, and half of a quarter and a
  // sixth of the company with four pasts. Without the period that is judged it is 0.202: 200 said is 159.52, too much
  // by 9.52 each time. The model errs by 30 up and down, so the best weight of people is 3600 / (4 x (900 + 9.52^2)),
  // of which four pasts take half the way from one half.
  EXPECT_THAT(Lines(Run("forecast.accuracy"), "weights",
                    {"week", "state", "n", "weight", "model_weight", "bias_share", "judgement_error", "model_error"}),
              ElementsAre("1 | no_pasts | 0 | 0.5 | 0.5 | 0 | - | -",
                          "5 | told | 4 | 0.704223 | 0.295777 | 0.208333 | 9.52 | 30"));
}

}  // namespace
}  // namespace weir::forecast
