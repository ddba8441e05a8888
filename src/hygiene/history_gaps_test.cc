// Each story is an export as a source gives it: what it keeps of the past, and what its records say today.
#include "hygiene/history_gaps.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::hygiene {
namespace {

using metrics::testing::StoryContext;
using model::TestModel;

constexpr const char* kExport = "2024-06-01 00:00:00";

class HistoryGaps : public ::testing::Test {
 protected:
  HistoryGaps() { model.settings.currency = "EUR"; }

  void Deal(const std::string& source, const std::string& key, const std::string& stage, const std::string& amount,
            const std::string& created_at = "2024-01-01 09:00:00", const std::string& seen_at = kExport) {
    model.Record("deal",
                 {{"key", key},
                  {"stage", stage},
                  {"stage_kind", "open"},
                  {"amount", amount},
                  {"currency", "EUR"},
                  {"created_at", created_at}},
                 seen_at, source);
  }
  void Change(const std::string& source, const std::string& key, const std::string& at, TestModel::Cells cells) {
    cells["deal_key"] = key;
    cells["at"] = at;
    model.Record("deal_change", cells, kExport, source);
  }
  void Edit(const std::string& source, const std::string& key, const std::string& at, const std::string& field,
            const std::string& before, const std::string& after) {
    Change(source, key, at, {{field, after}});
    TestModel::Cells edit{{"object", "deal"}, {"record_key", key}, {"field", field}, {"new_value", after}, {"at", at}};
    if (!before.empty()) edit["old_value"] = before;
    model.Record("field_change", edit, kExport, source);
  }

  analysis::Output Ask(const analysis::RawParams& params = {}) {
    EXPECT_TRUE(model.Build()) << model.error();
    model.AsOf("2024-07-01 00:00:00");
    StoryContext context(model.connection(), *ParseIsoInstant("2024-07-01T00:00:00Z"));
    return metrics::testing::Need(Analyses().front().run(params, context));
  }
  static std::string Lines(const analysis::Output& output, const std::string& table,
                           const std::vector<std::string>& columns) {
    const analysis::Table& found = *output.Find(table);
    std::string lines;
    for (const auto& row : found.rows) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string text = store::ToText(row[found.IndexOf(columns[i])]);
        lines += (i == 0 ? "" : " ") + (text.empty() ? "-" : text);
      }
      lines += '\n';
    }
    return lines;
  }

  TestModel model;
};

const std::vector<std::string> kCounts{"field",  "state",     "deals",   "whole",         "cut",
                                       "broken", "different", "missing", "touched_amount"};
const std::vector<std::string> kGap{"deal_id", "field", "kind", "history_value", "export_value"};

// D1 was moved five times and the last three are kept; D2 was moved twice, and all is kept.
TEST_F(HistoryGaps, ASourceThatKeepsTheLastChangesLosesTheBeginning) {
  Deal("hubspot", "D1", "Contract", "900");
  Deal("hubspot", "D2", "Offer", "70");
  Change("hubspot", "D1", "2024-03-01 10:00:00", {{"stage", "Demo"}});
  Change("hubspot", "D1", "2024-04-01 10:00:00", {{"stage", "Offer"}});
  Change("hubspot", "D1", "2024-05-01 10:00:00", {{"stage", "Contract"}});
  for (const char* at : {"2024-03-02 10:00:00", "2024-04-02 10:00:00"})
    Change("hubspot", "D1", at, {{"amount", "800"}});
  Change("hubspot", "D1", "2024-05-02 10:00:00", {{"amount", "900"}});
  Change("hubspot", "D2", "2024-01-01 09:00:00", {{"stage", "New"}});
  Change("hubspot", "D2", "2024-02-01 10:00:00", {{"stage", "Offer"}});
  // Empty until then: nothing says that anything is lost.
  Change("hubspot", "D2", "2024-02-01 10:00:00", {{"amount", "70"}});
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "fields", kCounts),
            "stage holes 2 1 1 0 0 0 900\n"
            "amount holes 2 1 1 0 0 0 900\n"
            "close_date untracked 2 0 0 0 0 0 970\n"
            "owner untracked 2 0 0 0 0 0 970\n");
  EXPECT_EQ(Lines(output, "gaps", kGap),
            "hubspot:D1 amount cut 900 900\n"
            "hubspot:D1 stage cut Contract Contract\n");
  EXPECT_EQ(Lines(output, "fields", {"field", "reliable_from"}),
            "stage 2024-03-01T10:00:00Z\namount 2024-03-02T10:00:00Z\nclose_date -\nowner -\n");
  EXPECT_EQ(output.history, analysis::History::kPartial);
  EXPECT_EQ(Lines(output, "fields", {"ru"}).substr(0, 80),
            std::string("hubspot: в истории этапа пробелы у 1 из 2 сделок (нет начала: 1)\n").substr(0, 80));
}

// A history that knows stages alone says "empty" of the amount in each row: that empties nothing.
TEST_F(HistoryGaps, AHistoryThatDoesNotTrackTheAmountIsSaidToAndEmptiesNone) {
  Deal("salesforce", "D1", "Offer", "500");
  for (const auto& [at, stage] : {std::pair{"2024-01-01 09:00:00", "New"}, {"2024-02-01 10:00:00", "Offer"}}) {
    Change("salesforce", "D1", at, {{"stage", stage}});
    Change("salesforce", "D1", at, {{"cleared", "amount"}});
  }
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "fields", kCounts),
            "stage whole 1 1 0 0 0 0 -\n"
            "amount untracked 1 0 0 0 0 0 500\n"
            "close_date untracked 1 0 0 0 0 0 500\n"
            "owner untracked 1 0 0 0 0 0 500\n");
  EXPECT_TRUE(output.Find("gaps")->rows.empty());
  EXPECT_EQ(
      model.Table("SELECT valid_from, stage, amount, amount_recorded_at FROM model.deal_version WHERE stage IS NOT "
                  "NULL ORDER BY version NULLS LAST"),
      "2024-01-01T09:00:00Z New 500 2024-06-01T00:00:00Z\n2024-02-01T10:00:00Z Offer 500 2024-06-01T00:00:00Z\n");
}

TEST_F(HistoryGaps, ABrokenChainAndAnEndThatDiffersAreFoundAndReconciled) {
  Deal("crm", "D1", "Won", "100");
  Edit("crm", "D1", "2024-02-01 10:00:00", "stage", "New", "Demo");
  Edit("crm", "D1", "2024-03-01 10:00:00", "stage", "Offer", "Won");
  Deal("crm", "D2", "Contract", "40");
  Edit("crm", "D2", "2024-02-01 10:00:00", "stage", "New", "Demo");
  // Never moved, and as it was.
  Deal("crm", "D3", "New", "5");
  const analysis::Output output = Ask({{"field", {"stage"}}});
  EXPECT_EQ(Lines(output, "fields", kCounts), "stage holes 3 1 0 1 1 0 140\n");
  EXPECT_EQ(Lines(output, "gaps", {"deal_id", "kind", "history_value", "export_value", "reconciled_at"}),
            "crm:D1 broken Offer Won -\n"
            "crm:D2 different Demo Contract 2024-06-01T00:00:00Z\n");
  EXPECT_EQ(model.Table("SELECT valid_from, stage, origin FROM model.deal_version WHERE deal_id = 'crm:D2' ORDER BY "
                        "version DESC NULLS LAST LIMIT 1"),
            "2024-06-01T00:00:00Z Contract difference\n")
      << "from the export on the timeline is what the export says";
  StoryContext context(model.connection(), *ParseIsoInstant("2024-07-01T00:00:00Z"));
  const analysis::Evidence evidence =
      metrics::testing::Need(Analyses().front().explain({}, "fields", {"crm", "stage"}, context));
  EXPECT_EQ(evidence.ids, (std::vector<std::string>{"crm:D1", "crm:D2"}));
}

// The oldest deals were there before the source kept any history.
TEST_F(HistoryGaps, WhatIsOlderThanTheHistoryOfItsSourceHasNoBeginning) {
  Deal("crm", "D1", "Won", "100", "2022-01-01 09:00:00");
  Deal("crm", "D2", "Offer", "40");
  Edit("crm", "D2", "2024-01-05 10:00:00", "stage", "New", "Offer");
  EXPECT_EQ(Lines(Ask({{"field", {"stage"}}}), "gaps", kGap), "crm:D1 stage cut - Won\n");
}

// Of deals with one to six stages the last three are kept: exactly those that had more have lost their beginning.
TEST_F(HistoryGaps, WhatATruncationTookIsFoundAndNothingElse) {
  constexpr int kKept = 3;
  std::set<std::string> expected;
  for (int deal = 0; deal < 30; ++deal) {
    const std::string key = fmt::format("D{:02}", deal);
    const int stages = 1 + deal * 7 % 6;
    Deal("hubspot", key, fmt::format("S{}", stages), "10");
    for (int stage = std::max(1, stages - kKept + 1); stage <= stages; ++stage) {
      Change("hubspot", key, fmt::format("2024-01-{:02} 09:00:00", 1 + (stage - 1) * 4),
             {{"stage", fmt::format("S{}", stage)}});
    }
    if (stages > kKept) expected.insert("hubspot:" + key);
  }
  const analysis::Output output = Ask({{"field", {"stage"}}});
  const analysis::Table& gaps = *output.Find("gaps");
  std::set<std::string> found;
  for (const auto& row : gaps.rows) {
    EXPECT_EQ(store::ToText(row[gaps.IndexOf("kind")]), "cut");
    found.insert(store::ToText(row[gaps.IndexOf("deal_id")]));
  }
  EXPECT_EQ(found, expected);
  EXPECT_EQ(gaps.rows.size(), expected.size());
}

TEST_F(HistoryGaps, HistoriesOfOtherRecordsAreHeldAgainstTheExport) {
  const auto ticket = [&](const char* key, const char* status) {
    model.Record("ticket", {{"key", key}, {"status", status}, {"created_at", "2024-01-01 09:00:00"}}, kExport, "desk");
  };
  const auto edit = [&](const char* object, const char* key, const char* field, const char* at, const char* before,
                        const char* after, const char* source) {
    model.Record("field_change",
                 {{"object", object},
                  {"record_key", key},
                  {"field", field},
                  {"at", at},
                  {"old_value", before},
                  {"new_value", after}},
                 kExport, source);
  };
  for (const auto& [key, status] : {std::pair{"1", "Solved"}, {"2", "open"}, {"3", "solved"}, {"4", "new"}}) {
    ticket(key, status);
  }
  edit("ticket", "1", "Status", "2024-02-01 10:00:00", "new", "open", "desk");
  edit("ticket", "1", "Status", "2024-02-02 10:00:00", "open", "solved", "desk");
  edit("ticket", "2", "status", "2024-02-01 10:00:00", "new", "solved", "desk");  // and nobody told of its reopening
  edit("ticket", "3", "status", "2024-02-01 10:00:00", "new", "open", "desk");
  edit("ticket", "3", "status", "2024-02-02 10:00:00", "pending", "solved", "desk");
  edit("ticket", "2", "status", "2024-06-05 10:00:00", "open", "closed", "desk");  // after the export
  // A history that writes numbers where the export has names.
  model.Record("lead", {{"key", "L"}, {"status", "Working"}, {"created_at", "2024-01-01 09:00:00"}}, kExport, "crm");
  edit("lead", "L", "status", "2024-02-01 10:00:00", "1", "2", "crm");
  const analysis::Output output = Ask();
  EXPECT_EQ(Lines(output, "records", {"entity", "source", "field", "state", "records", "agree", "different", "broken"}),
            "lead crm status incomparable 1 0 1 0\nticket desk status holes 4 2 1 2\n");
  EXPECT_EQ(Lines(output, "record_gaps", {"entity", "record_id", "kind", "history_value", "export_value"}),
            "ticket desk:2 broken solved open\n"
            "ticket desk:3 broken solved solved\n"
            "ticket desk:2 different solved open\n");
  StoryContext context(model.connection(), *ParseIsoInstant("2024-07-01T00:00:00Z"));
  EXPECT_EQ(
      metrics::testing::Need(Analyses().front().explain({}, "records", {"ticket", "desk", "status"}, context)).ids,
      (std::vector<std::string>{"desk:2", "desk:3"}));
}

TEST_F(HistoryGaps, OfAWholeHistoryNothingIsSaid) {
  Deal("crm", "D1", "Offer", "150");
  Edit("crm", "D1", "2024-01-03 10:00:00", "stage", "New", "Demo");
  Edit("crm", "D1", "2024-01-04 10:00:00", "amount", "100", "150");
  // Twice within a moment, in whatever order.
  Edit("crm", "D1", "2024-02-01 10:00:00", "stage", "Call", "Offer");
  Edit("crm", "D1", "2024-02-01 10:00:00", "stage", "Demo", "Call");
  for (const char* field : {"stage", "amount"}) {
    const analysis::Output output = Ask({{"field", {field}}, {"source", {"crm"}}});
    EXPECT_EQ(Lines(output, "fields", {"state"}), "whole\n");
    EXPECT_TRUE(output.Find("gaps")->rows.empty());
    EXPECT_EQ(output.history, analysis::History::kComplete);
  }
}

}  // namespace
}  // namespace weir::hygiene
