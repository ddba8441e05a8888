// For tests: a small company whose customer Alfa is known from five sources, and a rival of another team.
#pragma once

#include <string>
#include <vector>

#include "customers/customers.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::customers::testing {

using Line = std::vector<std::string>;

class Company {
 public:
  Company() {
    model.settings.currency = "EUR";
    People();
    Accounts();
    Sales();
    Money();
    WEIR_CHECK(model.Build());
    AsOf("2026-06-30 12:00:00");
  }

  // One company for all tests that only ask: building it takes longer than asking.
  static Company& Shared() {
    static Company company;
    company.model.Execute("SET VARIABLE sees_all_rows = TRUE; SET VARIABLE sees_personal_data = TRUE");
    company.AsOf("2026-06-30 12:00:00");
    return company;
  }

  void AsOf(const std::string& moment) {
    moment_ = moment;
    model.AsOf(moment);
  }
  void SeesOnly(const std::string& teams, bool personal_data = true) {
    model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = CAST([" + teams +
                  "] AS VARCHAR[]); SET VARIABLE sees_personal_data = " + (personal_data ? "TRUE" : "FALSE"));
  }

  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params) {
    metrics::testing::StoryContext context(model.connection(), *ParseIsoInstant(moment_));
    for (const analysis::Analysis& analysis : Analyses()) {
      if (analysis.info.id == id) return analysis.run(params, context);
    }
    return Fail(NotFound("no analysis {}", id));
  }
  // The chosen columns of a table, a line a row; nulls are empty.
  std::vector<Line> Lines(const analysis::Output& output, std::string_view name,
                          const std::vector<std::string>& columns) {
    const analysis::Table* table = output.Find(name);
    WEIR_CHECK(table != nullptr);
    std::vector<Line> lines;
    for (const auto& row : table->rows) {
      Line& line = lines.emplace_back();
      for (const std::string& column : columns) line.push_back(store::ToText(row[table->IndexOf(column)]));
    }
    return lines;
  }
  std::vector<Line> Lines(std::string_view id, const analysis::RawParams& params, std::string_view name,
                          const std::vector<std::string>& columns) {
    return Lines(metrics::testing::Need(Ask(id, params)), name, columns);
  }

  model::TestModel model;

 private:
  using Cells = model::TestModel::Cells;
  static constexpr const char* kSeen = "2026-06-30 08:00:00";

  void People() {
    model.Record("team", {{"key", "T1"}, {"name", "North"}}, kSeen, "salesforce");
    model.Record("team", {{"key", "T2"}, {"name", "South"}}, kSeen, "salesforce");
    model.Record("member",
                 {{"key", "U1"},
                  {"name", "Ann Seller"},
                  {"email", "ann@we.example"},
                  {"department", "Sales"},
                  {"team_key", "T1"}},
                 kSeen, "salesforce");
    model.Record(
        "member",
        {{"key", "U2"}, {"name", "Bo Rival"}, {"email", "bo@we.example"}, {"department", "Sales"}, {"team_key", "T2"}},
        kSeen, "salesforce");
    model.Record("member",
                 {{"key", "M1"}, {"name", "Mia Market"}, {"email", "mia@we.example"}, {"department", "Marketing"}},
                 kSeen, "salesforce");
    model.Record("member",
                 {{"key", "Z1"}, {"name", "Sam Support"}, {"email", "sam@we.example"}, {"department", "Support"}},
                 kSeen, "zendesk");
  }

  void Accounts() {
    model.Record("account",
                 {{"key", "A1"},
                  {"name", "Alfa Zażółć"},
                  {"domain", "alfa.example"},
                  {"country", "PL"},
                  {"industry", "Energy"},
                  {"employees", "120"},
                  {"owner_key", "U1"},
                  {"created_at", "2026-01-10 09:00:00"}},
                 "2026-03-01 08:00:00", "salesforce");
    model.Record("account",
                 {{"key", "A1"},
                  {"name", "Alfa Zażółć"},
                  {"domain", "alfa.example"},
                  {"country", "PL"},
                  {"industry", "Utilities"},
                  {"employees", "120"},
                  {"owner_key", "U1"},
                  {"created_at", "2026-01-10 09:00:00"},
                  {"modified_at", "2026-05-02 10:00:00"}},
                 kSeen, "salesforce");
    model.Record("account",
                 {{"key", "71"},
                  {"name", "Alfa"},
                  {"domain", "alfa.example"},
                  {"industry", "Energy"},
                  {"city", "Łódź"},
                  {"created_at", "2026-01-09 09:00:00"}},
                 kSeen, "hubspot");
    model.Record("account",
                 {{"key", "cus_1"},
                  {"name", "Alfa Zażółć"},
                  {"email", "billing@alfa.example"},
                  {"domain", "alfa.example"},
                  {"created_at", "2026-03-01 09:00:00"}},
                 kSeen, "stripe");
    model.Record("account",
                 {{"key", "360"}, {"name", "Alfa"}, {"domain", "alfa.example"}, {"created_at", "2026-03-05 09:00:00"}},
                 kSeen, "zendesk");
    model.Record("account",
                 {{"key", "A2"},
                  {"name", "Ёлка Трейд"},
                  {"domain", "elka.example"},
                  {"owner_key", "U2"},
                  {"created_at", "2026-02-01 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("person",
                 {{"key", "P1"},
                  {"account_key", "A1"},
                  {"full_name", "Jean-Luc Müller"},
                  {"email", "jl@alfa.example"},
                  {"phone", "+48221234567"},
                  {"title", "CFO"},
                  {"created_at", "2026-01-11 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("person",
                 {{"key", "900"},
                  {"full_name", "Jean Luc Muller"},
                  {"email", "jl@alfa.example"},
                  {"created_at", "2026-01-09 10:00:00"}},
                 kSeen, "hubspot");
    model.Record("person",
                 {{"key", "P2"},
                  {"account_key", "A2"},
                  {"full_name", "Пётр Ёжиков"},
                  {"email", "petr@elka.example"},
                  {"phone", "+79123456789"},
                  {"created_at", "2026-02-02 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("merge", {{"kind", "account"}, {"from_key", "A0"}, {"into_key", "A1"}, {"at", "2026-02-01 00:00:00"}},
                 kSeen, "salesforce");
    model.Record("account",
                 {{"key", "A0"}, {"name", "Alfa old"}, {"owner_key", "U1"}, {"created_at", "2026-01-05 09:00:00"}},
                 "2026-01-20 08:00:00", "salesforce");
  }

  void Sales() {
    model.Record("campaign", {{"key", "C1"}, {"name", "Brand search"}, {"channel", "search"}}, kSeen, "hubspot");
    model.Record("lead",
                 {{"key", "L1"},
                  {"full_name", "Jean-Luc Müller"},
                  {"email", "jl@alfa.example"},
                  {"company", "Alfa"},
                  {"status", "Converted"},
                  {"owner_key", "M1"},
                  {"created_at", "2026-01-09 08:00:00"},
                  {"converted_at", "2026-01-10 09:00:00"},
                  {"converted_account_key", "A1"},
                  {"converted_person_key", "P1"},
                  {"converted_deal_key", "D1"}},
                 kSeen, "salesforce");
    model.Record("touch",
                 {{"key", "t1"},
                  {"kind", "click"},
                  {"person_key", "900"},
                  {"campaign_key", "C1"},
                  {"channel", "search"},
                  {"at", "2026-01-09 07:00:00"}},
                 kSeen, "hubspot");
    model.Record("person",
                 {{"key", "ic9"},
                  {"full_name", "Jean-Luc Müller"},
                  {"email", "jl@alfa.example"},
                  {"created_at", "2026-01-12 10:00:00"}},
                 kSeen, "intercom");
    model.Record(
        "touch",
        {{"key", "t2"}, {"kind", "chat"}, {"person_key", "ic9"}, {"source", "Web chat"}, {"at", "2026-01-12 11:00:00"}},
        kSeen, "intercom");
    for (const auto& [stage, kind, position] : {std::tuple{"Offer", "open", "1"}, {"Won", "won", "2"}}) {
      model.Record("pipeline_stage", {{"stage_key", stage}, {"stage", stage}, {"kind", kind}, {"position", position}},
                   kSeen, "salesforce");
    }
    model.Record("deal",
                 {{"key", "D1"},
                  {"name", "Alfa first order"},
                  {"account_key", "A1"},
                  {"stage", "Offer"},
                  {"amount", "1000"},
                  {"currency", "EUR"},
                  {"close_date", "2026-03-31"},
                  {"owner_key", "U1"},
                  {"created_at", "2026-01-10 09:00:00"}},
                 "2026-02-01 08:00:00", "salesforce");
    model.Record("deal",
                 {{"key", "D1"},
                  {"name", "Alfa first order"},
                  {"account_key", "A1"},
                  {"stage", "Won"},
                  {"amount", "1200"},
                  {"currency", "EUR"},
                  {"close_date", "2026-02-20"},
                  {"owner_key", "U1"},
                  {"created_at", "2026-01-10 09:00:00"},
                  {"closed_at", "2026-02-20 10:00:00"},
                  {"modified_at", "2026-02-20 10:00:00"}},
                 kSeen, "salesforce");
    model.Record("deal",
                 {{"key", "D2"},
                  {"name", "Alfa expansion"},
                  {"account_key", "A1"},
                  {"stage", "Offer"},
                  {"amount", "500"},
                  {"currency", "EUR"},
                  {"close_date", "2026-08-31"},
                  {"owner_key", "U1"},
                  {"created_at", "2026-05-10 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("deal",
                 {{"key", "D9"},
                  {"name", "Trade"},
                  {"account_key", "A2"},
                  {"stage", "Offer"},
                  {"amount", "9000"},
                  {"currency", "EUR"},
                  {"owner_key", "U2"},
                  {"created_at", "2026-05-10 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("deal_contact", {{"deal_key", "D1"}, {"person_key", "P1"}, {"role", "Decision Maker"}}, kSeen,
                 "salesforce");
    model.Record("activity",
                 {{"key", "e1"},
                  {"kind", "call"},
                  {"direction", "out"},
                  {"subject", "Intro"},
                  {"outcome", "Connected"},
                  {"account_key", "A1"},
                  {"person_key", "P1"},
                  {"owner_key", "U1"},
                  {"at", "2026-01-12 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("activity",
                 {{"key", "e2"},
                  {"kind", "meeting"},
                  {"subject", "Review"},
                  {"deal_key", "D2"},
                  {"owner_key", "U1"},
                  {"at", "2026-06-20 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("activity",
                 {{"key", "e3"},
                  {"kind", "task"},
                  {"subject", "Send contract"},
                  {"account_key", "A1"},
                  {"owner_key", "U1"},
                  {"at", "2026-06-25 09:00:00"},
                  {"due_at", "2026-07-02 09:00:00"}},
                 kSeen, "salesforce");
    model.Record("call",
                 {{"key", "c1"},
                  {"direction", "in"},
                  {"from_number", "+48221234567"},
                  {"to_number", "600"},
                  {"outcome", "missed"},
                  {"at", "2026-01-13 09:00:00"}},
                 kSeen, "asterisk");
  }

  void Money() {
    model.Record("invoice",
                 {{"key", "in_1"},
                  {"number", "INV-0007"},
                  {"account_key", "cus_1"},
                  {"status", "paid"},
                  {"issued_at", "2026-03-01 10:00:00"},
                  {"due_date", "2026-03-15"},
                  {"paid_at", "2026-03-10 10:00:00"},
                  {"total", "1200"},
                  {"amount_due", "1200"},
                  {"amount_paid", "1200"},
                  {"currency", "EUR"}},
                 kSeen, "stripe");
    model.Record("invoice",
                 {{"key", "in_2"},
                  {"number", "INV-0008"},
                  {"account_key", "cus_1"},
                  {"status", "open"},
                  {"issued_at", "2026-06-01 10:00:00"},
                  {"due_date", "2026-06-15"},
                  {"total", "300"},
                  {"amount_due", "300"},
                  {"amount_paid", "50"},
                  {"currency", "EUR"}},
                 kSeen, "stripe");
    model.Record("payment",
                 {{"key", "ch_1"},
                  {"invoice_key", "in_1"},
                  {"account_key", "cus_1"},
                  {"at", "2026-03-10 10:00:00"},
                  {"amount", "1200"},
                  {"currency", "EUR"},
                  {"status", "succeeded"},
                  {"kind", "charge"}},
                 kSeen, "stripe");
    model.Record("payment",
                 {{"key", "ch_2"},
                  {"invoice_key", "in_2"},
                  {"at", "2026-06-16 10:00:00"},
                  {"amount", "250"},
                  {"currency", "EUR"},
                  {"status", "failed"},
                  {"kind", "charge"},
                  {"failure_code", "card_declined"}},
                 kSeen, "stripe");
    model.Record("subscription",
                 {{"key", "sub_1"},
                  {"account_key", "cus_1"},
                  {"status", "active"},
                  {"currency", "EUR"},
                  {"created_at", "2026-03-01 10:00:00"},
                  {"started_at", "2026-03-01 10:00:00"}},
                 kSeen, "stripe");
    model.Record("subscription_item",
                 {{"key", "si_1"},
                  {"subscription_key", "sub_1"},
                  {"quantity", "4"},
                  {"unit_price", "25"},
                  {"interval", "month"},
                  {"currency", "EUR"}},
                 kSeen, "stripe");
    model.Record("survey_answer",
                 {{"key", "q1"},
                  {"account_key", "360"},
                  {"kind", "nps"},
                  {"score", "9"},
                  {"comment", "Quick help"},
                  {"at", "2026-06-05 10:00:00"}},
                 kSeen, "zendesk");
    model.Record("ticket",
                 {{"key", "501"},
                  {"account_key", "360"},
                  {"subject", "Login fails"},
                  {"status", "open"},
                  {"priority", "high"},
                  {"owner_key", "Z1"},
                  {"created_at", "2026-06-28 10:00:00"}},
                 kSeen, "zendesk");
    model.Record("message",
                 {{"key", "m1"},
                  {"channel", "ticket"},
                  {"ticket_key", "501"},
                  {"author_key", "Z1"},
                  {"at", "2026-06-28 11:00:00"}},
                 kSeen, "zendesk");
    model.Record("message", {{"key", "m2"}, {"channel", "chat"}, {"author_key", "P1"}, {"at", "2026-01-14 11:00:00"}},
                 kSeen, "salesforce");
    model.Record("contract",
                 {{"key", "K1"},
                  {"account_key", "A1"},
                  {"deal_key", "D1"},
                  {"status", "active"},
                  {"amount", "1200"},
                  {"currency", "EUR"},
                  {"start_date", "2026-03-01"},
                  {"end_date", "2027-02-28"}},
                 kSeen, "salesforce");
  }

  std::string moment_;
};

}  // namespace weir::customers::testing
