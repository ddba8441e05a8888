// Which accounts another payer of the same name or tax id has invoices of.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

class PayerNamesake : public ::testing::Test {
 protected:
  PayerNamesake() {
    model.settings.time_zone = "Europe/Moscow";
    model.settings.currency = "RUB";
    model.Record("team", {{"key", "north"}, {"name", "North"}}, kSeen, "crm");
    model.Record("team", {{"key", "south"}, {"name", "South"}}, kSeen, "crm");
    model.Record("member", {{"key", "ann"}, {"name", "Ann"}, {"team_key", "north"}}, kSeen, "crm");
    model.Record("member", {{"key", "bob"}, {"name", "Bob"}, {"team_key", "south"}}, kSeen, "crm");
  }
  void Account(const std::string& key, const std::string& name, const std::string& tax_id = {},
               const std::string& owner = "ann", const std::string& source = "crm") {
    TestModel::Cells cells{{"key", key}, {"name", name}};
    if (!tax_id.empty()) cells.emplace("tax_id", tax_id);
    if (!owner.empty()) cells.emplace("owner_key", owner);
    model.Record("account", cells, kSeen, source);
  }
  // An account that billing alone knows, and an invoice of it.
  void Payer(const std::string& key, const std::string& name, const std::string& tax_id = {},
             const std::string& issued_at = "2026-03-05 21:30:00") {
    Account(key, name, tax_id, {}, "billing");
    Invoice(key, "billing", issued_at);
  }
  void Invoice(const std::string& account, const std::string& source, const std::string& issued_at) {
    model.Record("invoice",
                 {{"key", "i" + account}, {"account_key", account}, {"issued_at", issued_at}, {"total", "50"}}, kSeen,
                 source);
  }
  std::string Told() {
    return model.Table(
        "SELECT r.source_key, p.last_day, p.last_day_by_tax_id FROM scoped.payer_namesake AS p "
        "JOIN model.account_record AS r ON r.account_id = p.account_id ORDER BY r.source_key NULLS LAST");
  }

  static constexpr const char* kSeen = "2026-06-01 00:00:00";
  TestModel model;
};

TEST_F(PayerNamesake, IsOfTheSameNameWithoutItsLegalForm) {
  Account("neva", "ООО «Нева»");
  Account("tavo", "Tavo (Eindhoven)");
  Account("form", "ООО");
  Account("none", "Nobody else");
  Payer("p1", "Нева", "77");
  Payer("p2", "Tavo N.V.", "78");
  Payer("p3", "ОАО");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2099-01-01 00:00:00");
  // The evening of the fifth in UTC is the sixth in Moscow.
  EXPECT_EQ(Told(), "neva 2026-03-06 -\ntavo 2026-03-06 -\n");
  model.AsOf("2026-03-05 12:00:00");
  EXPECT_EQ(Told(), "") << "as of a day before the invoices";
}

TEST_F(PayerNamesake, OfAnotherTaxIdIsAnotherCompany) {
  Account("alpha1", "ООО «Альфа»", "7701234567");
  Account("alpha2", "ООО «Альфа»", "5002345678");
  Account("beta", "Beta", "DE 12");
  Account("gamma", "Gamma", "78-1");
  Payer("p1", "Beta Ltd.", "DE12");
  Payer("p2", "Delta", "781", "2026-02-01 00:00:00");
  Invoice("alpha2", "crm", "2026-03-05 00:00:00");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2099-01-01 00:00:00");
  EXPECT_EQ(Told(), "beta 2026-03-06 2026-03-06\ngamma 2026-02-01 2026-02-01\n");
}

// Deals were won with a name that somebody mistyped; the payer of the right one has no deal of its own.
TEST_F(PayerNamesake, MayBeMistypedByOneLetter) {
  const auto win = [&](const std::string& account) {
    model.Record("deal",
                 {{"key", "d" + account},
                  {"name", account},
                  {"account_key", account},
                  {"stage", "Won"},
                  {"stage_kind", "won"},
                  {"amount", "100"},
                  {"created_at", "2026-01-10 00:00:00"},
                  {"close_date", "2026-03-01"},
                  {"owner_key", "ann"}},
                 kSeen, "crm");
  };
  // One letter too many, too few, another, and two that changed places.
  for (const std::string name : {"Terraabank", "Ciruscraft", "Opalplam", "Quintbua", "Quitnbua"}) {
    Account(name, name);
    win(name);
  }
  Payer("p1", "Terrabank AG");
  Payer("p2", "Cirruscraft");
  Payer("p3", "Opalplan");
  Payer("p4", "Quintbau S.L.");
  // Two letters differ, the name is too short to tell, nothing was won, or the payer has deals of its own.
  for (const std::string name : {"Terabnak", "Neva", "Sternncare", "Fjordtec"}) Account(name, name);
  for (const std::string name : {"Terabnak", "Neva", "Fjordtec"}) win(name);
  // Who had deals of his own came back with a new subscription when a deal was won under the other name, or long
  // before.
  for (const auto& [wrong, right, began] : std::vector<std::array<std::string, 3>>{
           {"Opalpllan2", "Opalplan2", "2026-03-05 00:00:00"}, {"Merriplan", "Meriplan", "2025-10-05 00:00:00"}}) {
    Account(wrong, wrong);
    win(wrong);
    Account(right, right);
    win(right);
    Invoice(right, "crm", "2025-01-05 21:30:00");
    model.Record("subscription",
                 {{"key", "s" + right},
                  {"account_key", right},
                  {"status", "active"},
                  {"started_at", began},
                  {"created_at", began}},
                 kSeen, "crm");
  }
  Payer("p5", "Nova");
  Payer("p6", "Sterncare");
  Account("Fjordtex", "Fjordtex");
  win("Fjordtex");
  Invoice("Fjordtex", "crm", "2026-03-05 21:30:00");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2099-01-01 00:00:00");
  EXPECT_EQ(Told(),
            "Ciruscraft 2026-03-06 -\nOpalplam 2026-03-06 -\nOpalpllan2 2025-01-06 -\nQuintbua 2026-03-06 "
            "-\nTerraabank 2026-03-06 -\n");
}

TEST_F(PayerNamesake, IsKnownToWhoSeesTheAccountAlone) {
  Account("neva", "ООО «Нева»");
  Account("tavo", "Tavo", {}, "bob");
  Payer("p1", "Нева", "77");
  Payer("p2", "Tavo N.V.", "78");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2099-01-01 00:00:00");
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['crm:north']");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.invoice"), "0\n");
  EXPECT_EQ(Told(), "neva 2026-03-06 -\n");
  model.Execute("RESET VARIABLE team_ids");
  EXPECT_EQ(Told(), "");
}

}  // namespace
}  // namespace weir::model
