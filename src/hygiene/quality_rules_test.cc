// Every rule that is built in, on one company: what is wrong there, and what is not.
#include <algorithm>
#include <map>

#include "hygiene/quality_story_test.h"

namespace weir::hygiene {
namespace {

class QualityRules : public QualityStory {
 protected:
  void Members() {
    Record("member",
           {{"key", "ann"}, {"name", "Ann"}, {"is_active", "true"}, {"team_key", "north"}, {"team_name", "North"}});
    Record("member", {{"key", "bob"},
                      {"name", "Bob"},
                      {"is_active", "false"},
                      {"ended_at", "2024-03-01 00:00:00"},
                      {"team_key", "north"},
                      {"team_name", "North"}});
  }
  void Accounts() {
    const auto account = [&](TestModel::Cells cells, const std::string& source = "crm") {
      cells.emplace("created_at", "2024-01-01 09:00:00");
      Record("account", cells, source);
    };
    account({{"key", "A1"},
             {"name", "Acme"},
             {"domain", "acme.com"},
             {"country", "Germany"},
             {"industry", "Software"},
             {"employees", "50"},
             {"owner_key", "ann"},
             {"phone", "+4930123456"},
             {"tax_id", "DE 111"}});
    // The same company once more.
    account({{"key", "A1b"},
             {"name", "ACME"},
             {"domain", "acme.com"},
             {"owner_key", "ann"},
             {"created_at", "2024-02-01 09:00:00"}});
    account({{"key", "A2"}, {"name", "Beta"}});
    account({{"key", "A3"},
             {"name", "Gamma"},
             {"domain", "gamma.com"},
             {"country", "Germany"},
             {"industry", "Software"},
             {"employees", "5"},
             {"owner_key", "bob"},
             {"phone", "+33123456789"},
             {"tax_id", "DE 333"}});
    account({{"key", "A4"},
             {"name", "Delta"},
             {"domain", "delta.com"},
             {"country", "Germany"},
             {"industry", "Software"},
             {"employees", "5"},
             {"owner_key", "ann"},
             {"tax_id", "DE 444"}});
    account({{"key", "A5"},
             {"name", "Epsilon"},
             {"domain", "epsilon.com"},
             {"country", "Germany"},
             {"industry", "Software"},
             {"employees", "5"},
             {"owner_key", "ann"},
             {"tax_id", "DE 555"}});
    account({{"key", "B1"}, {"name", "Acme"}, {"domain", "acme.com"}, {"country", "DE"}, {"tax_id", "DE-111"}},
            "billing");
    account({{"key", "B3"}, {"name", "Gamma"}, {"domain", "gamma.com"}, {"country", "France"}, {"tax_id", "DE 999"}},
            "billing");
    account({{"key", "B9"}, {"name", "Payer"}, {"domain", "payer.com"}, {"country", "Germany"}}, "billing");
  }
  void People() {
    const auto person = [&](TestModel::Cells cells) {
      cells.emplace("created_at", "2024-01-01 09:00:00");
      Record("person", cells);
    };
    person({{"key", "P1"},
            {"account_key", "A1"},
            {"full_name", "Ann Smith"},
            {"email", "ann@acme.com"},
            {"phone", "+4930123457"},
            {"title", "CEO"}});
    person({{"key", "P2"}, {"full_name", "Lone Wolf"}});
    person({{"key", "P3"},
            {"account_key", "A1"},
            {"full_name", "Max Other"},
            {"email", "max@gamma.com"},
            {"title", "CTO"}});
    person({{"key", "P4"}, {"account_key", "A1"}, {"full_name", "Test"}, {"email", "t@gmail.com"}, {"title", "x"}});
    person({{"key", "P5"},
            {"account_key", "A4"},
            {"full_name", "Petra MÃ¼ller"},
            {"email", "petra@delta.com"},
            {"title", "CFO"}});
    person({{"key", "P6"},
            {"account_key", "A4"},
            {"first_name", "Anna"},
            {"last_name", "VON-KLEIN"},
            {"email", "anna@mail.delta.com"},
            {"phone", "+33123456780"},
            {"title", "+49 30 7654321"}});
    person({{"key", "P7"}, {"account_key", "A5"}, {"full_name", "Nick Null"}, {"title", "COO"}});
    person({{"key", "P1b"},
            {"account_key", "A1"},
            {"full_name", "Ann Smith"},
            {"email", "ann@acme.com"},
            {"title", "CEO"},
            {"created_at", "2024-02-01 09:00:00"}});
  }
  void Deals() {
    const auto deal = [&](TestModel::Cells cells) {
      cells.emplace("created_at", "2024-05-01 09:00:00");
      cells.emplace("currency", "EUR");
      cells.emplace("stage_kind", "open");
      cells.emplace("stage", cells["stage_kind"]);
      Record("deal", cells);
    };
    // Nothing is wrong with it.
    deal({{"key", "D1"},
          {"name", "good"},
          {"account_key", "A1"},
          {"person_key", "P1"},
          {"owner_key", "ann"},
          {"amount", "1000"},
          {"close_date", "2024-08-01"}});
    deal({{"key", "D2"}, {"name", "bare"}});
    deal({{"key", "D3"},
          {"name", "left"},
          {"account_key", "A1"},
          {"person_key", "P1"},
          {"owner_key", "bob"},
          {"amount", "200"},
          {"close_date", "2024-06-01"},
          {"created_at", "2024-06-20 09:00:00"}});
    deal({{"key", "D4"},
          {"name", "once"},
          {"account_key", "A4"},
          {"person_key", "P5"},
          {"owner_key", "ann"},
          {"amount", "300"},
          {"close_date", "2024-08-01"},
          {"created_at", "2024-06-20 09:00:00"}});
    deal({{"key", "D5"},
          {"name", "twice"},
          {"account_key", "A4"},
          {"person_key", "P5"},
          {"owner_key", "ann"},
          {"amount", "300"},
          {"close_date", "2024-08-01"},
          {"created_at", "2024-06-25 09:00:00"}});
    deal({{"key", "D6"},
          {"name", "unassigned"},
          {"account_key", "A1"},
          {"person_key", "P1"},
          {"amount", "50"},
          {"close_date", "2024-08-01"},
          {"created_at", "2024-06-20 09:00:00"}});
    deal({{"key", "W1"},
          {"name", "won"},
          {"stage_kind", "won"},
          {"account_key", "A1"},
          {"owner_key", "ann"},
          {"amount", "1200"},
          {"close_date", "2024-05-10"}});
    deal({{"key", "W2"},
          {"name", "won for nothing"},
          {"stage_kind", "won"},
          {"account_key", "A4"},
          {"owner_key", "ann"},
          {"amount", "0"},
          {"close_date", "2024-05-10"}});
    deal({{"key", "W3"},
          {"name", "too dear"},
          {"stage_kind", "won"},
          {"account_key", "A5"},
          {"owner_key", "ann"},
          {"amount", "2000"},
          {"close_date", "2024-04-10"},
          {"created_at", "2024-05-01 09:00:00"}});
    deal({{"key", "X1"},
          {"name", "lost"},
          {"stage_kind", "lost"},
          {"account_key", "A1"},
          {"owner_key", "ann"},
          {"amount", "10"},
          {"close_date", "2024-06-10"},
          {"loss_reason", "Price"}});
    deal({{"key", "X2"},
          {"name", "lost silently"},
          {"stage_kind", "lost"},
          {"account_key", "A1"},
          {"owner_key", "ann"},
          {"amount", "77"},
          {"close_date", "2024-06-10"},
          {"loss_reason", "n/a"}});
    Record("deal_line", {{"key", "N1"}, {"deal_key", "D2"}, {"quantity", "2"}, {"amount", "150"}, {"currency", "EUR"}});
    Record("contract", {{"key", "C1"},
                        {"account_key", "A1"},
                        {"deal_key", "W1"},
                        {"amount", "1200"},
                        {"currency", "EUR"},
                        {"start_date", "2024-05-15"},
                        {"end_date", "2025-05-14"}});
    Record("contract", {{"key", "C2"},
                        {"account_key", "A4"},
                        {"deal_key", "W2"},
                        {"amount", "500"},
                        {"currency", "EUR"},
                        {"start_date", "2024-04-15"},
                        {"end_date", "2024-04-01"}});
    Record("contract",
           {{"key", "C3"}, {"account_key", "A3"}, {"amount", "1"}, {"currency", "EUR"}, {"start_date", "2024-04-01"}});
    Record("contract", {{"key", "C4"},
                        {"account_key", "A4"},
                        {"deal_key", "W4"},
                        {"amount", "600"},
                        {"currency", "EUR"},
                        {"start_date", "2023-04-15"},
                        {"end_date", "2024-04-14"}});
    deal({{"key", "W4"},
          {"name", "another amount"},
          {"stage_kind", "won"},
          {"account_key", "A4"},
          {"owner_key", "ann"},
          {"amount", "900"},
          {"close_date", "2023-04-10"},
          {"created_at", "2023-03-01 09:00:00"}});
    Record("contract", {{"key", "C5"},
                        {"account_key", "A3"},
                        {"amount", "1200"},
                        {"currency", "EUR"},
                        {"start_date", "2024-04-15"},
                        {"end_date", "2025-04-14"}});
    for (const auto& [key, deal_key, total] : {std::tuple{"I1", "W1", "1200"}, {"I2", "W4", "1000"}}) {
      Record("invoice", {{"key", key},
                         {"account_key", "A1"},
                         {"deal_key", deal_key},
                         {"status", "paid"},
                         {"issued_at", "2024-05-16 00:00:00"},
                         {"total", total},
                         {"currency", "EUR"}});
    }
  }
  void Desk() {
    const auto lead = [&](TestModel::Cells cells) {
      cells.emplace("created_at", "2024-05-01 09:00:00");
      cells.emplace("status", "Open");
      Record("lead", cells);
    };
    lead({{"key", "L1"},
          {"full_name", "Lea One"},
          {"email", "lea@x.com"},
          {"source", "Web"},
          {"owner_key", "ann"},
          {"created_at", "2024-06-25 09:00:00"}});
    lead({{"key", "L2"}, {"full_name", "Lou Two"}});
    lead({{"key", "L5"},
          {"company", "Nobody Ltd"},
          {"source", "Web"},
          {"owner_key", "ann"},
          {"created_at", "2024-06-25 09:00:00"}});
    lead({{"key", "L3"}, {"full_name", "Lev Three"}, {"email", "lev@x.com"}, {"source", "Web"}, {"owner_key", "bob"}});
    lead({{"key", "L4"},
          {"full_name", "Lia Four"},
          {"email", "lia@x.com"},
          {"source", "Web"},
          {"status", "Closed - Not Converted"}});
    const auto activity = [&](TestModel::Cells cells) {
      cells.emplace("owner_key", "ann");
      Record("activity", cells);
    };
    activity(
        {{"key", "T1"}, {"kind", "call"}, {"deal_key", "D1"}, {"account_key", "A1"}, {"at", "2024-06-20 10:00:00"}});
    activity({{"key", "T2"}, {"kind", "call"}, {"lead_key", "L3"}, {"at", "2024-06-20 10:00:00"}});
    activity({{"key", "T3"}, {"kind", "meeting"}, {"at", "2024-06-20 10:00:00"}});
    activity({{"key", "T4"},
              {"kind", "task"},
              {"deal_key", "D1"},
              {"at", "2024-05-01 10:00:00"},
              {"due_at", "2024-05-10 10:00:00"}});
    activity({{"key", "T5"},
              {"kind", "task"},
              {"deal_key", "D1"},
              {"at", "2024-05-01 10:00:00"},
              {"due_at", "2024-05-10 10:00:00"},
              {"done_at", "2024-05-09 10:00:00"}});
    Record("ticket", {{"key", "K1"}, {"account_key", "A1"}, {"status", "open"}, {"created_at", "2024-06-25 09:00:00"}},
           "crm");
    Record("ticket", {{"key", "K2"}, {"status", "open"}, {"created_at", "2024-02-01 09:00:00"}}, "crm");
    const auto subscription = [&](const char* key, const char* account, const char* price,
                                  const char* source = "billing") {
      TestModel::Cells cells{{"key", key},
                             {"status", "active"},
                             {"quantity", "1"},
                             {"unit_price", price},
                             {"interval", "month"},
                             {"currency", "EUR"},
                             {"created_at", "2024-01-15 00:00:00"},
                             {"started_at", "2024-01-15 00:00:00"}};
      if (*account != '\0') cells["account_key"] = account;
      Record("subscription", cells, source);
    };
    subscription("S1", "B1", "100");
    subscription("S2", "B9", "10");
    subscription("S3", "", "20");
    subscription("S5", "A3", "50", "crm");
  }
  void Company() {
    Members();
    Accounts();
    People();
    Deals();
    Desk();
    Build();
    Unread("person", "crm:P7", "mobile", "phone", "030 1234567");
    Unread("person", "crm:P7", "email", "email", "nick@@null");
    Unread("account", "crm:A4", "phone", "phone", "12");
    Unread("account", "crm:A4", "website", "url", "htp//delta");
    Unread("lead", "crm:L2", "phone", "phone", "07");
    Unread("lead", "crm:L2", "email", "email", "lou at x");
    // Records that the resolver keeps apart though they share a key.
    model.Execute(
        "UPDATE model.account_version SET domain = 'delta.com', tax_id = 'DE 444' WHERE account_id = 'crm:A5'");
    model.Execute("UPDATE model.person_version SET email = 'max@gamma.com' WHERE person_id = 'crm:P5'");
    // Amounts of contracts are those of a year.
    model.Execute("DELETE FROM model.contract_basis; INSERT INTO model.contract_basis VALUES ('crm', 12, 9, 9)");
  }
};

TEST_F(QualityRules, EachFindsWhatIsWrongAndNothingElse) {
  Company();
  const std::map<std::string, std::string> expected{
      {"account_owner_left", "1 of 4: crm:A3"},
      {"account_phone_abroad", "1 of 2: crm:A3"},
      {"account_phone_unreadable", "1 of 3: crm:A4"},
      {"account_twice", "1 of 6: crm:A1"},
      {"account_website_unreadable", "1 of 5: crm:A4"},
      {"account_without_country", "1 of 6: crm:A2"},
      {"account_without_domain", "1 of 6: crm:A2"},
      {"account_without_employees", "2 of 6: billing:B9 crm:A2"},
      {"account_without_industry", "2 of 6: billing:B9 crm:A2"},
      {"account_without_owner", "2 of 6: billing:B9 crm:A2"},
      {"activity_without_record", "1 of 5: crm:activity:T3"},
      {"amount_vs_contract", "1 of 2: crm:W4"},
      {"amount_vs_invoice", "1 of 2: crm:W4"},
      {"closed_before_created", "1 of 6: crm:W3"},
      {"contract_ends_before_start", "1 of 4: crm:C2"},
      {"contract_vs_billing", "1 of 2: crm:C5"},
      {"contract_without_term", "1 of 5: crm:C3"},
      {"country_differs", "1 of 2: crm:A3"},
      {"customer_untouched", "2 of 3: crm:A3 billing:B9"},
      {"customer_without_won_deal", "3 of 4: crm:S5 billing:S3 billing:S2"},
      {"deal_owner_left", "1 of 4: crm:D3"},
      {"deal_silent", "1 of 6: crm:D2"},
      {"deal_twice", "2 of 5: crm:D4 crm:D5"},
      {"deal_without_account", "1 of 10: crm:D2"},
      {"deal_without_amount", "1 of 6: crm:D2"},
      {"deal_without_close_date", "1 of 6: crm:D2"},
      {"deal_without_contact", "1 of 6: crm:D2"},
      {"deal_without_owner", "2 of 6: crm:D6 crm:D2"},
      {"email_of_other_company", "2 of 4: crm:P5 crm:P3"},
      {"lead_email_unreadable", "1 of 4: crm:L2"},
      {"lead_owner_left", "1 of 3: crm:L3"},
      {"lead_phone_unreadable", "1 of 1: crm:L2"},
      {"lead_stale", "1 of 4: crm:L2"},
      {"lead_without_owner", "1 of 4: crm:L2"},
      {"lead_without_reach", "1 of 4: crm:L5"},
      {"lead_without_source", "1 of 5: crm:L2"},
      {"lost_without_reason", "1 of 2: crm:X2"},
      {"open_past_close", "1 of 5: crm:D3"},
      {"person_email_unreadable", "1 of 6: crm:P7"},
      {"person_name_case", "1 of 7: crm:P6"},
      {"person_name_filler", "1 of 7: crm:P4"},
      {"person_name_garbled", "1 of 7: crm:P5"},
      {"person_phone_abroad", "1 of 2: crm:P6"},
      {"person_phone_unreadable", "1 of 3: crm:P7"},
      {"person_twice", "1 of 7: crm:P1"},
      {"person_without_account", "1 of 7: crm:P2"},
      {"person_without_reach", "1 of 7: crm:P2"},
      {"person_without_title", "1 of 7: crm:P2"},
      {"same_domain", "2 of 5: crm:A4 crm:A5"},
      {"same_email", "2 of 5: crm:P5 crm:P3"},
      {"same_tax_id", "2 of 4: crm:A4 crm:A5"},
      {"subscription_without_account", "1 of 4: billing:S3"},
      {"task_overdue", "1 of 2: crm:activity:T4"},
      {"tax_id_differs", "1 of 2: crm:A3"},
      {"ticket_forgotten", "1 of 2: crm:K2"},
      {"ticket_without_account", "1 of 2: crm:K2"},
      {"title_is_phone", "1 of 6: crm:P6"},
      {"won_amount_zero", "1 of 4: crm:W2"},
      {"won_without_contract", "1 of 3: crm:W3"},
  };
  const analysis::Output output = Ask("hygiene.quality");
  const analysis::Table& table = *output.Find("rules");
  std::map<std::string, std::string> found;
  for (const auto& row : table.rows) {
    const std::string rule = store::ToText(row[table.IndexOf("rule")]);
    std::string ids = Rows(rule);
    std::ranges::replace(ids, '\n', ' ');
    if (!ids.empty()) ids.pop_back();
    found[rule] = fmt::format("{} of {}: {}", store::ToText(row[table.IndexOf("failing")]),
                              store::ToText(row[table.IndexOf("checked")]), ids);
  }
  EXPECT_EQ(found, expected);
}

TEST_F(QualityRules, TheRightValueIsProposedWhereItIsKnown) {
  Company();
  const std::vector<std::string> columns{"record_id", "field", "value", "proposed", "is_emptied"};
  const analysis::RawParams known{{"repairable", {"true"}}};
  EXPECT_EQ(Rows("deal_without_amount", columns), "crm:D2|amount|-|150.00|false\n");
  EXPECT_EQ(Rows("deal_without_owner", columns, known), "crm:D6|owner|-|crm:ann|false\n");
  EXPECT_EQ(Rows("deal_owner_left", columns), "crm:D3|owner|Bob|crm:ann|false\n");
  EXPECT_EQ(Rows("won_amount_zero", columns), "crm:W2|amount|0.00|500.00|false\n");
  EXPECT_EQ(Rows("amount_vs_contract", columns), "crm:W4|amount|900.00|600.00|false\n");
  EXPECT_EQ(Rows("person_phone_unreadable", columns), "crm:P7|mobile|030 1234567|+49301234567|false\n");
  EXPECT_EQ(Rows("account_phone_unreadable", columns), "crm:A4|phone|12|-|false\n");
  EXPECT_EQ(Rows("person_name_garbled", columns), "crm:P5|full_name|Petra MÃ¼ller|Petra Müller|false\n");
  EXPECT_EQ(Rows("person_name_case", columns), "crm:P6|last_name|VON-KLEIN|Von-Klein|false\n");
  EXPECT_EQ(Rows("title_is_phone", columns), "crm:P6|title|+49 30 7654321|-|true\n");
  EXPECT_EQ(Rows("lead_stale", columns, known), "");
  EXPECT_EQ(Rows("deal_silent", {"detail_en", "detail_ru"}),
            "silent for 61 days in open|молчит 61 дн. на этапе «open»\n");
  EXPECT_EQ(Rows("country_differs", {"detail_en"}), "billing: France, crm: Germany\n");
  const analysis::Output output = Ask("hygiene.quality");
  const analysis::Table& table = *output.Find("rules");
  std::map<std::string, std::string> repairable;
  for (const auto& row : table.rows) {
    const std::string count = store::ToText(row[table.IndexOf("repairable")]);
    if (!count.empty() && count != "0") repairable[store::ToText(row[table.IndexOf("rule")])] = count;
  }
  EXPECT_EQ(repairable, (std::map<std::string, std::string>{{"amount_vs_contract", "1"},
                                                            {"deal_owner_left", "1"},
                                                            {"deal_without_amount", "1"},
                                                            {"deal_without_owner", "1"},
                                                            {"person_name_case", "1"},
                                                            {"person_name_garbled", "1"},
                                                            {"person_phone_unreadable", "1"},
                                                            {"title_is_phone", "1"},
                                                            {"won_amount_zero", "1"}}));
}

}  // namespace
}  // namespace weir::hygiene
