#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

// A CRM that keeps moves from stage to stage, and neither the day of closing nor an amount that never changed.
class DealsWithMovesAlone : public ::testing::Test {
 protected:
  DealsWithMovesAlone() { model.settings.time_zone = "Europe/Moscow"; }

  void See(const std::string& key, const std::string& kind, const std::string& amount, const std::string& close_date,
           const std::string& at) {
    TestModel::Cells deal{{"key", key},
                          {"stage", kind == "won" ? "Won" : "New"},
                          {"stage_kind", kind},
                          {"created_at", "2024-01-01 09:00:00"}};
    if (!amount.empty()) deal["amount"] = amount;
    if (!close_date.empty()) deal["close_date"] = close_date;
    model.Record("deal", deal, at);
  }
  void Move(const std::string& key, const std::string& from, const std::string& to, const std::string& at) {
    model.Record("deal_change", {{"deal_key", key}, {"at", at}, {"stage", to}}, "2024-06-01 00:00:00");
    model.Record("field_change",
                 {{"object", "deal"},
                  {"record_key", key},
                  {"field", "stage"},
                  {"old_value", from},
                  {"new_value", to},
                  {"at", at}},
                 "2024-06-01 00:00:00");
  }
  std::string Versions(const std::string& key) {
    return model.Table(
        "SELECT valid_from, stage, status, amount, close_date, origin FROM model.deal_version WHERE deal_id = "
        "'test:" +
        key + "' ORDER BY version NULLS LAST");
  }

  TestModel model;
};

TEST_F(DealsWithMovesAlone, HoldTheAmountFromTheirBirthAndTheCloseDateFromTheirClosing) {
  See("D1", "won", "500", "2024-03-01", "2024-06-01 00:00:00");
  Move("D1", "New", "Offer", "2024-02-01 10:00:00");
  Move("D1", "Offer", "Won", "2024-03-01 10:00:00");
  See("D2", "open", "70", "2024-09-01", "2024-06-01 00:00:00");
  Move("D2", "Offer", "New", "2024-02-01 10:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Versions("D1"),
            "2024-01-01T09:00:00Z New open 500 - history\n"
            "2024-02-01T10:00:00Z Offer open 500 - history\n"
            "2024-03-01T10:00:00Z Won won 500 2024-03-01 history\n")
      << "the export adds no version of its own";
  EXPECT_EQ(Versions("D2"),
            "2024-01-01T09:00:00Z Offer open 70 2024-09-01 history\n"
            "2024-02-01T10:00:00Z New open 70 2024-09-01 history\n");
  model.AsOf("2024-04-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.deal WHERE status = 'won' AND close_date >= DATE '2024-01-01'"),
            "1\n");
}

TEST_F(DealsWithMovesAlone, EachClosingHasItsDay) {
  See("D1", "won", "500", "2024-05-02", "2024-06-01 00:00:00");
  Move("D1", "New", "Won", "2024-02-01 22:00:00");
  Move("D1", "Won", "Offer", "2024-03-01 10:00:00");
  Move("D1", "Offer", "Won", "2024-05-02 10:00:00");
  // Open in the first export, won before the second.
  See("D2", "open", "70", "", "2024-06-01 00:00:00");
  See("D2", "won", "70", "2024-06-10", "2024-07-01 00:00:00");
  Move("D2", "New", "Won", "2024-06-10 10:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Versions("D1"),
            "2024-01-01T09:00:00Z New open 500 - history\n"
            "2024-02-01T22:00:00Z Won won 500 2024-02-02 history\n"
            "2024-03-01T10:00:00Z Offer open 500 - history\n"
            "2024-05-02T10:00:00Z Won won 500 2024-05-02 history\n")
      << "by the clock of the reporting zone";
  EXPECT_EQ(Versions("D2"),
            "2024-01-01T09:00:00Z New open 70 - history\n"
            "2024-06-10T10:00:00Z Won won 70 2024-06-10 history\n");
}

TEST_F(DealsWithMovesAlone, WhatTheHistoryTellsIsNotTakenFromTheFirstSight) {
  See("D1", "won", "500", "2024-05-02", "2024-06-01 00:00:00");
  Move("D1", "New", "Won", "2024-05-02 10:00:00");
  model.Record("deal_change", {{"deal_key", "D1"}, {"at", "2024-02-01 10:00:00"}, {"amount", "400"}},
               "2024-06-01 00:00:00");
  model.Record("deal_change", {{"deal_key", "D1"}, {"at", "2024-03-01 10:00:00"}, {"close_date", "2024-05-02"}},
               "2024-06-01 00:00:00");
  model.Record("field_change",
               {{"object", "deal"},
                {"record_key", "D1"},
                {"field", "close_date"},
                {"old_value", "30.04.2024"},
                {"at", "2024-03-01 10:00:00"}},
               "2024-06-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Versions("D1"),
            "2024-01-01T09:00:00Z New open - 2024-04-30 history\n"
            "2024-02-01T10:00:00Z New open 400 2024-04-30 history\n"
            "2024-03-01T10:00:00Z New open 400 2024-05-02 history\n"
            "2024-05-02T10:00:00Z Won won 400 2024-05-02 history\n"
            "2024-06-01T00:00:00Z Won won 500 2024-05-02 difference\n")
      << "an amount that was set by a known change was another before";
}

// What was known on a day: the move by then, the amount and the day of closing only by the export that said them.
TEST_F(DealsWithMovesAlone, WhatAnExportAddsIsKnownFromThatExportOn) {
  See("D1", "won", "500", "2024-03-01", "2024-06-01 00:00:00");
  Move("D1", "New", "Won", "2024-03-01 10:00:00");
  // Won between two exports, of which the second says the day.
  See("D2", "open", "", "", "2024-06-01 00:00:00");
  See("D2", "won", "", "2024-06-10", "2024-07-01 00:00:00");
  Move("D2", "New", "Won", "2024-06-10 10:00:00");
  // Its history tells both.
  See("D3", "open", "70", "2024-09-01", "2024-06-01 00:00:00");
  model.Record("deal_change",
               {{"deal_key", "D3"}, {"at", "2024-02-01 10:00:00"}, {"amount", "70"}, {"close_date", "2024-09-01"}},
               "2024-06-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT deal_id, status, amount, amount_recorded_at, close_date, close_date_recorded_at, "
                        "recorded_at FROM scoped.deal_version WHERE origin = 'history' AND version > 1 "
                        "ORDER BY deal_id NULLS LAST, version NULLS LAST"),
            "test:D1 won 500 2024-06-01T00:00:00Z 2024-03-01 2024-06-01T00:00:00Z 2024-03-01T10:00:00Z\n"
            "test:D2 won - - 2024-06-10 2024-07-01T00:00:00Z 2024-06-10T10:00:00Z\n"
            "test:D3 open 70 2024-02-01T10:00:00Z 2024-09-01 2024-02-01T10:00:00Z 2024-02-01T10:00:00Z\n");
  EXPECT_EQ(model.Table("SELECT status, amount, amount_recorded_at, close_date_recorded_at FROM scoped.deal_version "
                        "WHERE deal_id = 'test:D1' AND version = 1"),
            "open 500 2024-06-01T00:00:00Z -\n");
}

TEST_F(DealsWithMovesAlone, AHistoryOfLaterDaysAloneIsNoPast) {
  See("D1", "won", "500", "2024-03-01", "2024-06-01 00:00:00");
  Move("D1", "Won", "New", "2024-06-10 10:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Versions("D1"),
            "2024-01-01T09:00:00Z - open - - first_sight\n"
            "2024-02-29T21:00:00Z Won won 500 2024-03-01 first_sight\n"
            "2024-06-10T10:00:00Z New open 500 2024-03-01 history\n");
}

// Sources write keys of stages into their histories where they have them; people read names. And what a state says of
// its stage and owner it says by itself, since a reader may not see the state before.
TEST(StatesOfDeals, NameTheirStageAndSayWhenTheirOwnerTookOver) {
  TestModel model;
  for (const auto& [key, name] : std::vector<std::pair<std::string, std::string>>{{"s1", "New"}, {"s2", "Offer"}}) {
    model.Record("pipeline_stage",
                 {{"pipeline_key", "p1"}, {"pipeline", "Sales"}, {"stage_key", key}, {"stage", name}, {"kind", "open"}},
                 "2024-02-01 00:00:00", "test", "stage" + key);
  }
  for (const std::string id : {"u1", "u2"}) {
    model.Record("member", {{"key", id}, {"name", id}}, "2024-02-01 00:00:00");
  }
  const auto see = [&](const std::string& stage, const std::string& owner, const std::string& amount,
                       const std::string& day) {
    model.Record("deal",
                 {{"key", "D1"},
                  {"pipeline", "p1"},
                  {"stage", stage},
                  {"stage_kind", "open"},
                  {"owner_key", owner},
                  {"amount", amount},
                  {"created_at", "2024-02-01 00:00:00"}},
                 day + " 00:00:00");
  };
  see("s1", "u1", "100", "2024-02-01");
  see("s2", "u1", "100", "2024-02-05");
  see("s2", "u2", "100", "2024-02-10");
  see("s2", "u2", "200", "2024-02-15");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT version, stage, CAST(entered_stage_at AS DATE), CAST(handed_over_at AS DATE) FROM "
                        "scoped.deal_version ORDER BY version NULLS LAST"),
            "1 New 2024-02-01 -\n2 Offer 2024-02-05 -\n3 Offer 2024-02-05 2024-02-10\n4 Offer 2024-02-05 2024-02-10\n");
}

// Who had it first is what the first change of its owner left: the export knows the last one alone.
TEST(OwnersOfDeals, AreToldByTheHistoryFromTheBirthOfTheDeal) {
  TestModel model;
  const std::string seen_at = "2024-06-01 00:00:00";
  for (const std::string id : {"u1", "u2"}) model.Record("member", {{"key", id}, {"name", id}}, seen_at);
  model.Record("deal",
               {{"key", "D1"},
                {"stage", "New"},
                {"stage_kind", "open"},
                {"owner_key", "u2"},
                {"created_at", "2024-01-01 09:00:00"}},
               seen_at);
  const std::string handed_at = "2024-03-01 10:00:00";
  model.Record("deal_change", {{"deal_key", "D1"}, {"at", handed_at}, {"owner_key", "u2"}}, seen_at);
  model.Record("field_change",
               {{"object", "deal"},
                {"record_key", "D1"},
                {"field", "owner"},
                {"old_value", "u1"},
                {"new_value", "u2"},
                {"at", handed_at}},
               seen_at);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT v.valid_from, m.name, CAST(v.handed_over_at AS DATE) FROM scoped.deal_version AS v "
                        "LEFT JOIN scoped.member AS m ON m.member_id = v.owner_id ORDER BY v.version NULLS LAST"),
            "2024-01-01T09:00:00Z u1 -\n2024-03-01T10:00:00Z u2 2024-03-01\n2024-06-01T00:00:00Z u2 2024-03-01\n")
      << "the last by the export, which tells the stage";
}

}  // namespace
}  // namespace weir::model
