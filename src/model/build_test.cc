// Builds the model over empty and hand-made record tables; the statements themselves are what is tested.
#include "model/build.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "model/plan.h"
#include "model/records.h"
#include "model/relations.h"
#include "model/testing.h"
#include "store/database.h"

namespace weir::model {
namespace {

TEST(Plan, OrdersEveryEmbeddedModelAfterItsNeeds) {
  const auto models = EmbeddedModels();
  ASSERT_TRUE(models) << models.error().ToString();
  std::vector<std::string> seen;
  for (const ModelFile& model : *models) {
    for (const std::string& need : model.needs) {
      if (!need.starts_with("model.") || need == "model.identity_link" || need == "model.merge_map") continue;
      EXPECT_THAT(seen, testing::Contains(need)) << model.name;
    }
    seen.push_back("model." + model.name);
  }
}

// What is read and not needed may change unseen, and is built before it by chance alone.
TEST(Plan, NeedsEveryTableThatItReads) {
  const auto models = EmbeddedModels();
  ASSERT_TRUE(models) << models.error().ToString();
  for (const ModelFile& model : *models) {
    std::string statements;
    std::istringstream lines(model.sql);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t begin = line.find_first_not_of(' ');
      if (begin == std::string::npos || line.substr(begin).starts_with("--")) continue;
      statements += line + "\n";
    }
    for (const std::string& table : NamedTables(statements)) {
      if (table == "model." + model.name || table == "model.entity_alias")
        continue;  // the latter comes with who is who
      EXPECT_THAT(model.needs, ::testing::Contains(table)) << model.name;
    }
  }
}

TEST(Plan, RefusesACircle) {
  EXPECT_FALSE(OrderModels({{"a", {"model.b"}, "SELECT 1"}, {"b", {"model.a"}, "SELECT 1"}}));
  // What the first screen needs can rest only on what is there by then.
  EXPECT_TRUE(OrderModels({{"a", {"model.b"}, "SELECT 1", true}, {"b", {}, "SELECT 1"}}));
  EXPECT_FALSE(OrderModels({{"a", {"model.b"}, "SELECT 1"}, {"b", {}, "SELECT 1", true}}));
}

TEST(Plan, RefusesASettingThatIsReadWithoutBeingNeeded) {
  EXPECT_FALSE(ParseModelFile("a", "-- needs: rec.deal\nSELECT local_date(d.created_at) FROM rec.deal AS d;"));
  EXPECT_TRUE(ParseModelFile("a", "-- needs: setting.time_zone\nSELECT local_date(d.created_at) FROM rec.deal AS d;"));
  EXPECT_FALSE(ParseModelFile("a", "-- needs: setting.time_zone\nSELECT getvariable('currency');"));
}

TEST(Plan, RefusesANeedOutsideTheModel) { EXPECT_FALSE(ParseModelFile("a", "-- needs: obs.deal\nSELECT 1;")); }

TEST(Build, EmptyRecordsGiveEmptyTablesAndViews) {
  TestModel model;
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.deal"), "0\n");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.lead"), "0\n");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.event"), "0\n");
}

TEST(Build, SecondBuildSkipsEverything) {
  TestModel model;
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_GT(model.report().built, 30);
  ASSERT_TRUE(model.Build());
  EXPECT_EQ(model.report().built, 0);
}

TEST(Build, ASettingMakesAnewOnlyWhatRestsOnIt) {
  TestModel model;
  ASSERT_TRUE(model.Build()) << model.error();
  const std::int64_t all = model.report().built;
  model.settings.fiscal_year_start_month = 7;
  model.settings.plan_won_amount = "4000000";
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.report().built, 0);
  model.settings.currency = "EUR";
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT count(*) FROM model.fx WHERE currency = 'EUR'"), "1\n");
  EXPECT_LT(model.report().built, all);
  model.settings.time_zone = "Asia/Tokyo";
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_GT(model.report().built, 0);
  EXPECT_LT(model.report().built, all);
}

// One file may name an account in every row, with another country in some: nobody saw it move.
TEST(Build, RowsOfOneObservationAreNoDifference) {
  TestModel model;
  model.Record("account", {{"key", "a"}, {"country", "GB"}}, "2024-02-10");
  model.Record("account", {{"key", "a"}, {"country", "FR"}}, "2024-02-10");
  model.Record("account", {{"key", "a"}, {"country", "DE"}}, "2024-03-10");
  model.Record("invoice", {{"key", "i"}, {"account_key", "a"}, {"issued_at", "2024-01-05 10:00:00"}}, "2024-02-10");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT valid_from, country, origin FROM model.account_version ORDER BY version NULLS LAST"),
            "1900-01-01T00:00:00Z FR first_sight\n2024-03-10T00:00:00Z DE difference\n");
}

TEST(Build, TheNewestMomentIsOfWhateverHappened) {
  TestModel model;
  model.Record("deal", {{"key", "1"}, {"created_at", "2024-01-05 10:00:00"}}, "2024-06-10");
  model.Record("call", {{"key", "1"}, {"at", "2024-03-05 10:00:00"}}, "2024-06-10");
  model.Record("survey_answer", {{"key", "1"}, {"at", "2024-02-05 10:00:00"}}, "2024-06-10");
  model.Record("time_entry", {{"key", "1"}, {"day", "2031-02-05"}}, "2024-06-10");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT what, \"at\" FROM model.newest_moment ORDER BY \"at\" DESC NULLS LAST LIMIT 2"),
            "call 2024-03-05T10:00:00Z\nsurvey answer 2024-02-05T10:00:00Z\n")
      << "a plan of the future does not count";
}

TEST(Build, SightingsSayFromWhenAWordHoldsAndWhichCountsMost) {
  TestModel model;
  model.Record("deal", {{"key", "1"}, {"name", "One"}}, "2024-01-10");
  model.Record("deal", {{"key", "1"}, {"name", "One"}}, "2024-02-10");
  model.Record("deal", {{"key", "2"}, {"name", "One again"}}, "2024-03-10");
  model.Record("deal", {{"key", "2"}, {"name", "One again"}}, "2024-04-10");
  model.Record("merge", {{"kind", "deal"}, {"from_key", "2"}, {"into_key", "1"}}, "2024-05-10");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT observation, CAST(valid_from AS DATE), place FROM model.deal_sighting "
                        "WHERE deal_id LIKE '%:1' ORDER BY place"),
            "3 1900-01-01 1\n4 2024-04-10 2\n1 1900-01-01 3\n2 2024-02-10 4\n")
      << "what was merged into another record counts only where that says nothing";
}

TEST(Build, AnAccountsOwnNameWinsOverAMentionOfIt) {
  TestModel model;
  model.Record("account", {{"key", "77"}, {"name", "Acme, Inc."}, {"owner_key", "1"}}, "2024-01-01", "hubspot");
  model.Record("account", {{"key", "acme inc"}, {"name", "ACME Inc"}}, "2024-02-01", "hubspot", "deal");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT account_id, name FROM scoped.account"), "hubspot:77 Acme, Inc.\n");
  model.Record("account", {{"key", "77"}, {"name", "Acme Holding"}}, "2024-03-01", "hubspot");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name FROM scoped.account"), "Acme Holding\n");
}

TEST(Build, TheSalesSystemIsAskedFirstThenTheOthersByTheirRank) {
  TestModel model;
  model.Record("account", {{"key", "a"}, {"name", "Acme AG"}, {"domain", "acme.com"}}, "2024-01-01", "hubspot");
  model.Record("account", {{"key", "b"}, {"name", "acme billing"}, {"domain", "acme.com"}, {"country", "DE"}},
               "2024-02-01", "stripe");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name, country FROM scoped.account"), "Acme AG DE\n");
  model.Record("account", {{"key", "c"}, {"name", "Acme"}, {"domain", "acme.com"}}, "2023-01-01", "salesforce");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name, country FROM scoped.account"), "Acme DE\n");
}

TEST(Build, TheLoserOfAMergeNeitherNamesNorHidesTheOther) {
  TestModel model;
  model.Record("account", {{"key", "A"}, {"name", "Acme"}}, "2024-01-01");
  model.Record("account", {{"key", "B"}, {"name", "Acme old"}, {"country", "DE"}}, "2024-01-02");
  model.Record("merge", {{"kind", "account"}, {"from_key", "B"}, {"into_key", "A"}}, "2024-02-01");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name, country FROM scoped.account"), "Acme DE\n");
  model.Record("account", {{"key", "B"}, {"name", "Acme old"}}, "2024-02-02");
  model.Execute("UPDATE rec.account SET _deleted = TRUE WHERE _observed_at = '2024-02-02'");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name FROM scoped.account"), "Acme\n") << "one of its two records is left";
  model.Record("account", {{"key", "A"}, {"name", "Acme"}}, "2024-02-03");
  model.Execute("UPDATE rec.account SET _deleted = TRUE WHERE _observed_at = '2024-02-03'");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name FROM scoped.account"), "") << "none is left";
}

// A table that keeps every state may hold them in any order, all observed at once.
TEST(Build, EachStateOfAHistoryHoldsFromItsOwnMoment) {
  TestModel model;
  const auto state = [&](std::string_view since, std::string_view status, std::string_view observed_at) {
    model.Record("subscription", {{"key", "S"}, {"status", std::string(status)}, {"created_at", "2023-01-10 00:00:00"}},
                 observed_at);
    model.Execute(
        fmt::format("UPDATE rec.subscription SET _since = '{}' WHERE status = '{}' AND _since IS NULL", since, status));
  };
  state("2023-06-01 00:00:00", "canceled", "2024-01-01");
  state("2023-01-12 00:00:00", "trial", "2024-01-01");
  state("2023-02-01 00:00:00", "active", "2024-01-01");
  ASSERT_TRUE(model.Build()) << model.error();
  const std::string states =
      "2023-01-10T00:00:00Z 2023-01-12T00:00:00Z history trial\n"
      "2023-02-01T00:00:00Z 2023-02-01T00:00:00Z history active\n"
      "2023-06-01T00:00:00Z 2023-06-01T00:00:00Z history canceled\n";
  EXPECT_EQ(model.Table("SELECT valid_from, recorded_at, origin, status FROM model.subscription_version ORDER BY 1"),
            states);
  state("2023-09-01 00:00:00", "expired", "2024-02-01");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT valid_from, recorded_at, origin, status FROM model.subscription_version ORDER BY 1"),
            states + "2023-09-01T00:00:00Z 2023-09-01T00:00:00Z history expired\n");
  model.AsOf("2023-07-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT status FROM scoped.subscription"), "canceled\n");
}

TEST(Build, StatesOfOneLineAreOneLine) {
  TestModel model;
  const auto state = [&](std::string_view row, std::string_view since, std::string_view amount, bool is_deleted) {
    model.Record("invoice_line", {{"key", "L"}, {"invoice_key", "I"}, {"amount", std::string(amount)}}, "2024-01-01");
    model.Execute(fmt::format("UPDATE rec.invoice_line SET _key = '{}', _since = '{}', _deleted = {} WHERE amount = {}",
                              row, since, is_deleted, amount));
  };
  state("L|2", "2023-02-01 00:00:00", "20", false);
  state("L|1", "2023-01-01 00:00:00", "10", false);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT invoice_line_id, source_key, amount FROM model.invoice_line"),
            "test:invoice_line:L L 20\n");
  state("L|3", "2023-03-01 00:00:00", "30", true);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT count(*) FROM model.invoice_line"), "0\n") << "its last state is that it is gone";
}

TEST(Build, PeopleAloneHaveANewestMoment) {
  TestModel model;
  model.Record("person", {{"key", "P"}, {"full_name", "Ann Lee"}, {"created_at", "2024-01-05 10:00:00"}}, "2024-03-01");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT max(\"at\") FROM model.newest_moment"), "2024-01-05T10:00:00Z\n");
}

TEST(Build, DealWithHistoryReplaysItsStages) {
  TestModel model;
  model.settings.currency = "EUR";
  model.Record("deal",
               {{"key", "D1"},
                {"stage", "Closed Won"},
                {"stage_kind", "won"},
                {"amount", "1200"},
                {"currency", "EUR"},
                {"created_at", "2024-01-01 09:00:00"},
                {"close_date", "2024-03-01"}},
               "2024-04-01 00:00:00");
  model.Record("deal_change",
               {{"deal_key", "D1"},
                {"at", "2024-01-01 09:00:00"},
                {"stage", "Discovery"},
                {"amount", "1000"},
                {"close_date", "2024-02-01"}},
               "2024-04-01 00:00:00");
  model.Record("deal_change", {{"deal_key", "D1"}, {"at", "2024-02-10 10:00:00"}, {"stage", "Proposal"}},
               "2024-04-01 00:00:00");
  model.Record("deal_change",
               {{"deal_key", "D1"},
                {"at", "2024-03-01 12:00:00"},
                {"stage", "Closed Won"},
                {"amount", "1200"},
                {"close_date", "2024-03-01"}},
               "2024-04-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT version, valid_from, stage, status, amount, close_date, origin FROM model.deal_version "
                        "ORDER BY version NULLS LAST"),
            "1 2024-01-01T09:00:00Z Discovery open 1000 2024-02-01 history\n"
            "2 2024-02-10T10:00:00Z Proposal open 1000 2024-02-01 history\n"
            "3 2024-03-01T12:00:00Z Closed Won won 1200 2024-03-01 history\n");
  model.AsOf("2024-02-15 00:00:00");
  EXPECT_EQ(model.Table("SELECT stage, status, amount_reporting FROM scoped.deal"), "Proposal open 1000\n");
  model.AsOf("2024-03-02 00:00:00");
  EXPECT_EQ(model.Table("SELECT stage, status, amount_reporting FROM scoped.deal"), "Closed Won won 1200\n");
}

TEST(Build, DealFirstSeenClosedWasOpenBeforeInAnUnknownStage) {
  TestModel model;
  model.Record("deal",
               {{"key", "D1"},
                {"stage", "Won"},
                {"stage_kind", "won"},
                {"amount", "500"},
                {"created_at", "2024-01-05 00:00:00"},
                {"close_date", "2024-03-01"}},
               "2024-06-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-02-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT stage, status, amount FROM scoped.deal"), "- open -\n");
  model.AsOf("2024-03-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT stage, status, amount FROM scoped.deal"), "Won won 500\n");
}

TEST(Build, TwoImportsGiveADifference) {
  TestModel model;
  model.Record("deal",
               {{"key", "D1"},
                {"stage", "New"},
                {"stage_kind", "open"},
                {"amount", "100"},
                {"created_at", "2024-01-05 00:00:00"}},
               "2024-02-01 00:00:00");
  model.Record("deal",
               {{"key", "D1"},
                {"stage", "Proposal"},
                {"stage_kind", "open"},
                {"amount", "150"},
                {"created_at", "2024-01-05 00:00:00"}},
               "2024-03-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT valid_from, stage, amount, origin FROM model.deal_version ORDER BY version NULLS LAST"),
            "2024-01-05T00:00:00Z New 100 first_sight\n2024-03-01T00:00:00Z Proposal 150 difference\n");
  EXPECT_EQ(model.Table("SELECT coverage FROM model.history_coverage WHERE entity = 'deal'"), "partial\n");
}

TEST(Build, AmountsAreConvertedAtTheirOwnDateHalfEven) {
  TestModel model;
  model.settings.currency = "EUR";
  for (const auto& [day, rate] : {std::pair{"2024-01-01", "0.9"}, {"2024-03-01", "0.905"}}) {
    model.Record("fx_rate", {{"currency", "USD"}, {"to_currency", "EUR"}, {"day", day}, {"rate", rate}},
                 "2024-06-01 00:00:00");
  }
  model.Record("deal",
               {{"key", "D1"},
                {"stage", "Won"},
                {"stage_kind", "won"},
                {"amount", "10.30"},
                {"currency", "USD"},
                {"created_at", "2024-01-05 00:00:00"},
                {"close_date", "2024-02-01"}},
               "2024-06-01 00:00:00");
  model.Record("deal",
               {{"key", "D2"},
                {"stage", "Won"},
                {"stage_kind", "won"},
                {"amount", "1.00"},
                {"currency", "USD"},
                {"created_at", "2024-01-05 00:00:00"},
                {"close_date", "2024-03-02"}},
               "2024-06-01 00:00:00");
  model.Record("deal",
               {{"key", "D3"},
                {"stage", "Won"},
                {"stage_kind", "won"},
                {"amount", "1.00"},
                {"currency", "GBP"},
                {"created_at", "2024-01-05 00:00:00"},
                {"close_date", "2024-03-02"}},
               "2024-06-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-07-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT deal_id, amount_reporting FROM scoped.deal ORDER BY deal_id NULLS LAST"),
            "test:D1 9.27\ntest:D2 0.9\ntest:D3 -\n");
}

TEST(Build, RowsOfOtherTeamsAreNotSeen) {
  TestModel model;
  for (const auto& [owner, team] : {std::pair{"ann", "north"}, {"bob", "south"}}) {
    model.Record("member", {{"key", owner}, {"name", owner}, {"team_key", team}, {"team_name", team}},
                 "2024-02-01 00:00:00");
    model.Record("deal",
                 {{"key", std::string("D-") + owner},
                  {"stage", "New"},
                  {"stage_kind", "open"},
                  {"owner_key", owner},
                  {"created_at", "2024-01-05 00:00:00"}},
                 "2024-02-01 00:00:00");
  }
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT deal_id, owner, team FROM scoped.deal ORDER BY deal_id NULLS LAST"),
            "test:D-ann ann north\ntest:D-bob bob south\n");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:north']");
  EXPECT_EQ(model.Table("SELECT deal_id FROM scoped.deal"), "test:D-ann\n");
  model.Execute("RESET VARIABLE sees_all_rows; RESET VARIABLE team_ids");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.deal"), "0\n") << "without a scope nothing is seen";
}

TEST(Build, LeadsAreAnsweredByTheFirstOutgoingActivity) {
  TestModel model;
  model.Record("lead", {{"key", "L1"}, {"full_name", "Ann"}, {"created_at", "2024-01-05 10:00:00"}},
               "2024-02-01 00:00:00");
  for (const auto& [key, kind, direction, at] :
       std::vector<std::array<std::string, 4>>{{"A1", "email", "in", "2024-01-05 10:05:00"},
                                               {"A2", "call", "out", "2024-01-05 11:30:00"},
                                               {"A3", "call", "out", "2024-01-05 12:30:00"},
                                               {"A4", "note", "out", "2024-01-05 10:01:00"}}) {
    model.Record("activity", {{"key", key}, {"kind", kind}, {"direction", direction}, {"lead_key", "L1"}, {"at", at}},
                 "2024-02-01 00:00:00");
  }
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT first_response_at FROM scoped.lead"), "2024-01-05T11:30:00Z\n");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.event"), "5\n");
}

TEST(Build, AConvertedLeadIsAnsweredByWhatHangsOnItsContact) {
  TestModel model;
  model.Record("person", {{"key", "P1"}, {"full_name", "Ann"}}, "2024-02-01 00:00:00");
  model.Record("lead",
               {{"key", "L1"},
                {"full_name", "Ann"},
                {"created_at", "2024-01-05 10:00:00"},
                {"converted_at", "2024-01-07 09:00:00"},
                {"converted_person_key", "P1"}},
               "2024-02-01 00:00:00");
  for (const auto& [key, at] :
       std::vector<std::array<std::string, 2>>{{"A1", "2024-01-04 09:00:00"}, {"A2", "2024-01-05 12:00:00"}}) {
    model.Record("activity", {{"key", key}, {"kind", "call"}, {"direction", "out"}, {"person_key", "P1"}, {"at", at}},
                 "2024-02-01 00:00:00");
  }
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT first_response_at FROM scoped.lead"), "2024-01-05T12:00:00Z\n")
      << "an earlier call was no answer to it";
}

TEST(Build, AnEmptyCellDoesNotEraseAndTheSalesSystemIsBelievedFirst) {
  TestModel model;
  model.Record("account", {{"key", "1"}, {"name", "Acme"}, {"domain", "acme.com"}, {"industry", "tools"}},
               "2024-01-01 00:00:00", "salesforce");
  model.Record("account", {{"key", "1"}, {"name", "Acme"}, {"domain", "acme.com"}}, "2024-02-01 00:00:00",
               "salesforce");
  model.Record("account", {{"key", "c1"}, {"name", "ACME GmbH billing"}, {"domain", "acme.com"}}, "2024-03-01 00:00:00",
               "stripe");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2024-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT account_id, name, industry FROM scoped.account"), "salesforce:1 Acme tools\n");
}

TEST(Build, AnExportWithoutIdsMeetsTheRecordOfThatName) {
  TestModel model;
  model.Record("account", {{"key", "A1"}, {"name", "Acme, Inc."}, {"domain", "acme.com"}}, "2024-02-01 00:00:00");
  model.Record("account", {{"key", "acme inc"}, {"name", "ACME Inc"}}, "2024-02-01 00:00:00", "test", "opportunity");
  model.Record("deal",
               {{"key", "D1"}, {"stage", "New"}, {"account_key", "acme inc"}, {"created_at", "2024-01-05 00:00:00"}},
               "2024-02-01 00:00:00");
  model.Record("account", {{"key", "beta"}, {"name", "Beta"}}, "2024-02-01 00:00:00", "test", "opportunity");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT account_id FROM scoped.deal"), "test:A1\n");
  EXPECT_EQ(model.Table("SELECT account_id FROM scoped.account ORDER BY 1 NULLS LAST"), "test:A1\ntest:beta\n");
}

TEST(Build, LinksSayWhoseARecordIs) {
  TestModel model;
  model.Record("account", {{"key", "C1"}, {"name", "Acme"}}, "2024-02-01 00:00:00");
  model.Record("account", {{"key", "C2"}, {"name", "Beta"}}, "2024-02-01 00:00:00");
  model.Record("deal", {{"key", "D1"}, {"stage", "New"}, {"created_at", "2024-01-05 00:00:00"}}, "2024-02-01 00:00:00");
  model.Record("activity", {{"key", "E1"}, {"kind", "call"}, {"at", "2024-01-06 00:00:00"}}, "2024-02-01 00:00:00");
  model.Record("ticket", {{"key", "T1"}, {"created_at", "2024-01-06 00:00:00"}}, "2024-02-01 00:00:00");
  for (const auto& [kind, record, account, primary] :
       std::vector<std::array<std::string, 4>>{{"deal", "D1", "C1", "FALSE"},
                                               {"deal", "D1", "C2", "TRUE"},
                                               {"activity", "E1", "C1", "FALSE"},
                                               {"ticket", "T1", "C2", "FALSE"}}) {
    model.Record("link", {{"kind", kind}, {"record_key", record}, {"account_key", account}, {"is_primary", primary}},
                 "2024-02-01 00:00:00");
  }
  model.Record("link", {{"kind", "activity"}, {"record_key", "E1"}, {"deal_key", "D1"}}, "2024-02-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT account_id FROM scoped.deal"), "test:C2\n") << "the primary one";
  EXPECT_EQ(model.Table("SELECT account_id, deal_id FROM model.activity"), "test:C1 test:D1\n");
  EXPECT_EQ(model.Table("SELECT account_id FROM model.ticket_version"), "test:C2\n");
}

TEST(Build, ASecondObjectAddsToARecordFromItsBeginning) {
  TestModel model;
  model.Record("account", {{"key", "O1"}, {"domain", "acme.com"}}, "2024-02-01 00:00:00", "zendesk", "domain_name");
  model.Record("account", {{"key", "O1"}, {"name", "Acme"}, {"created_at", "2023-05-01 00:00:00"}},
               "2024-02-01 00:00:00", "zendesk", "organization");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT valid_from, name, domain, origin FROM model.account_version"),
            "2023-05-01T00:00:00Z Acme acme.com first_sight\n");
}

TEST(Build, PipelinesMayBeNamedApartFromTheirStages) {
  TestModel model;
  model.Record("pipeline_stage", {{"pipeline_key", "p1"}, {"stage_key", "s1"}, {"stage", "New"}, {"kind", "open"}},
               "2024-02-01 00:00:00");
  model.Record("pipeline_stage", {{"pipeline_key", "p1"}, {"pipeline", "Sales"}}, "2024-02-01 00:00:00", "test",
               "pipeline");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT pipeline, stage FROM model.stage"), "Sales New\n");
}

TEST(Build, ACampaignIsOneHoweverManyRowsNameIt) {
  TestModel model;
  for (const char* name : {"Old name", "New name"}) {
    model.Record("campaign", {{"key", "C1"}, {"name", name}}, "2024-02-01 00:00:00", "test", name);
  }
  model.Record("spend", {{"campaign_key", "C1"}, {"day", "2024-01-01"}, {"cost", "10"}}, "2024-02-01 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT campaign_id, name FROM model.campaign"), "test:C1 New name\n");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.spend"), "1\n");
}

}  // namespace
}  // namespace weir::model
