// The files hold together: references, histories, sums, two exports, in both languages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "simulate/test_table.h"

namespace weir::simulate {
namespace {

class Exports : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    for (const char* locale : {"en", "ru"}) {
      auto folder = std::make_unique<SimulatedFolder>(std::string("export_") + locale);
      SimulateParams params;
      params.directory = folder->path();
      params.accounts = 160;
      params.months = 18;
      params.locale = locale;
      params.seed = 5;
      const auto summary = Simulate(params);
      ASSERT_TRUE(summary.has_value()) << summary.error().ToString();
      folders_[locale] = std::move(folder);
    }
  }
  static void TearDownTestSuite() { folders_.clear(); }
  const SimulatedFolder& folder() const { return *folders_.at(GetParam()); }
  Table Read(std::string_view name) const { return folder().Read(2, name); }

 private:
  static inline std::map<std::string, std::unique_ptr<SimulatedFolder>> folders_;
};

INSTANTIATE_TEST_SUITE_P(Locales, Exports, testing::Values("en", "ru"),
                         [](const testing::TestParamInfo<std::string>& param) { return param.param; });

struct Reference {
  std::string_view table;
  std::string_view column;
  std::string_view target;
  std::string_view key;
  bool may_be_empty;
};

constexpr Reference kReferences[] = {
    {"Account.csv", "OwnerId", "User.csv", "Id", false},
    {"Account.csv", "MasterRecordId", "Account.csv", "Id", true},
    {"Contact.csv", "AccountId", "Account.csv", "Id", false},
    {"Contact.csv", "MasterRecordId", "Contact.csv", "Id", true},
    {"Contact.csv", "OwnerId", "User.csv", "Id", false},
    {"Lead.csv", "OwnerId", "User.csv", "Id", false},
    {"Lead.csv", "ConvertedAccountId", "Account.csv", "Id", true},
    {"Lead.csv", "ConvertedContactId", "Contact.csv", "Id", true},
    {"Lead.csv", "ConvertedOpportunityId", "Opportunity.csv", "Id", true},
    {"Opportunity.csv", "AccountId", "Account.csv", "Id", false},
    {"Opportunity.csv", "OwnerId", "User.csv", "Id", false},
    {"Opportunity.csv", "CampaignId", "Campaign.csv", "Id", true},
    {"OpportunityHistory.csv", "OpportunityId", "Opportunity.csv", "Id", false},
    {"OpportunityFieldHistory.csv", "OpportunityId", "Opportunity.csv", "Id", false},
    {"OpportunityFieldHistory.csv", "CreatedById", "User.csv", "Id", false},
    {"OpportunityContactRole.csv", "OpportunityId", "Opportunity.csv", "Id", false},
    {"OpportunityContactRole.csv", "ContactId", "Contact.csv", "Id", false},
    {"OpportunityLineItem.csv", "OpportunityId", "Opportunity.csv", "Id", false},
    {"OpportunityLineItem.csv", "Product2Id", "Product2.csv", "Id", false},
    {"Contract.csv", "AccountId", "Account.csv", "Id", false},
    {"Contract.csv", "Opportunity__c", "Opportunity.csv", "Id", false},
    {"CampaignMember.csv", "CampaignId", "Campaign.csv", "Id", false},
    {"CampaignMember.csv", "LeadId", "Lead.csv", "Id", true},
    {"CampaignMember.csv", "ContactId", "Contact.csv", "Id", true},
    {"Task.csv", "OwnerId", "User.csv", "Id", false},
    {"Task.csv", "AccountId", "Account.csv", "Id", true},
    {"Event.csv", "OwnerId", "User.csv", "Id", false},
    {"User.csv", "ManagerId", "User.csv", "Id", true},
    {"User.csv", "UserRoleId", "UserRole.csv", "Id", false},
    {"UserRole.csv", "ParentRoleId", "UserRole.csv", "Id", true},
    {"hubspot-crm-exports-all-contacts", "Associated Company IDs", "hubspot-crm-exports-all-companies", "Record ID",
     false},
    {"stripe-subscription.csv", "customer_id", "stripe-customer.csv", "id", false},
    {"stripe-subscription.csv", "latest_invoice_id", "stripe-invoice.csv", "id", true},
    {"stripe-subscription_item.csv", "subscription_id", "stripe-subscription.csv", "id", false},
    {"stripe-subscription_item.csv", "plan_id", "stripe-price.csv", "id", false},
    {"stripe-subscription_history.csv", "id", "stripe-subscription.csv", "id", false},
    {"stripe-price.csv", "product_id", "stripe-product.csv", "id", false},
    {"stripe-invoice.csv", "customer_id", "stripe-customer.csv", "id", false},
    {"stripe-invoice.csv", "subscription_id", "stripe-subscription.csv", "id", false},
    {"stripe-invoice.csv", "charge_id", "stripe-charge.csv", "id", true},
    {"stripe-invoice_line_item.csv", "invoice_id", "stripe-invoice.csv", "id", false},
    {"stripe-invoice_line_item.csv", "price_id", "stripe-price.csv", "id", false},
    {"stripe-charge.csv", "invoice_id", "stripe-invoice.csv", "id", false},
    {"zendesk-ticket.csv", "requester_id", "zendesk-user.csv", "id", false},
    {"zendesk-ticket.csv", "assignee_id", "zendesk-user.csv", "id", true},
    {"zendesk-ticket.csv", "organization_id", "zendesk-organization.csv", "id", false},
    {"zendesk-ticket_comment.csv", "ticket_id", "zendesk-ticket.csv", "id", false},
    {"zendesk-ticket_comment.csv", "user_id", "zendesk-user.csv", "id", false},
    {"zendesk-ticket_field_history.csv", "ticket_id", "zendesk-ticket.csv", "id", false},
    {"zendesk-domain_name.csv", "organization_id", "zendesk-organization.csv", "id", false},
};

TEST_P(Exports, EveryReferenceLeadsToARecordOfTheSameExport) {
  for (const int number : {1, 2}) {
    std::map<std::string_view, Table> tables;
    const auto table = [&](std::string_view name) -> const Table& {
      const auto found = tables.find(name);
      return found != tables.end() ? found->second : tables.emplace(name, folder().Read(number, name)).first->second;
    };
    for (const Reference& reference : kReferences) {
      const Table& from = table(reference.table);
      const auto keys = table(reference.target).Index(reference.key);
      ASSERT_FALSE(from.rows.empty()) << reference.table;
      for (std::size_t row = 0; row < from.rows.size(); ++row) {
        const std::string& value = from.Get(row, reference.column);
        if (value.empty() && reference.may_be_empty) continue;
        EXPECT_TRUE(keys.contains(value)) << reference.table << " " << reference.column << " " << value;
      }
    }
  }
}

TEST_P(Exports, ActivitiesBelongToLeadsContactsAndDeals) {
  const auto leads = Read("Lead.csv").Index("Id");
  const auto contacts = Read("Contact.csv").Index("Id");
  const auto deals = Read("Opportunity.csv").Index("Id");
  const auto accounts = Read("Account.csv").Index("Id");
  for (const std::string_view name : {"Task.csv", "Event.csv"}) {
    const Table activities = Read(name);
    for (std::size_t row = 0; row < activities.rows.size(); ++row) {
      const std::string& who = activities.Get(row, "WhoId");
      const std::string& what = activities.Get(row, "WhatId");
      EXPECT_TRUE(who.empty() || leads.contains(who) || contacts.contains(who)) << who;
      EXPECT_TRUE(what.empty() || deals.contains(what) || accounts.contains(what)) << what;
      EXPECT_FALSE(who.empty() && what.empty());
    }
  }
}

TEST_P(Exports, IdsAreUnique) {
  constexpr std::pair<std::string_view, std::string_view> kKeys[] = {{"Account.csv", "Id"},
                                                                     {"Contact.csv", "Id"},
                                                                     {"Lead.csv", "Id"},
                                                                     {"Opportunity.csv", "Id"},
                                                                     {"OpportunityHistory.csv", "Id"},
                                                                     {"OpportunityFieldHistory.csv", "Id"},
                                                                     {"OpportunityContactRole.csv", "Id"},
                                                                     {"OpportunityLineItem.csv", "Id"},
                                                                     {"Task.csv", "Id"},
                                                                     {"Event.csv", "Id"},
                                                                     {"User.csv", "Id"},
                                                                     {"Campaign.csv", "Id"},
                                                                     {"CampaignMember.csv", "Id"},
                                                                     {"Contract.csv", "Id"},
                                                                     {"stripe-customer.csv", "id"},
                                                                     {"stripe-subscription.csv", "id"},
                                                                     {"stripe-invoice.csv", "id"},
                                                                     {"stripe-invoice.csv", "number"},
                                                                     {"stripe-invoice_line_item.csv", "id"},
                                                                     {"stripe-charge.csv", "id"},
                                                                     {"stripe-price.csv", "id"},
                                                                     {"zendesk-ticket.csv", "id"},
                                                                     {"zendesk-ticket_comment.csv", "id"},
                                                                     {"zendesk-user.csv", "id"},
                                                                     {"hubspot-crm-exports-all-contacts", "Record ID"},
                                                                     {"hubspot-crm-exports-all-contacts", "Email"}};
  for (const auto& [name, key] : kKeys) {
    const Table table = Read(name);
    EXPECT_EQ(table.Index(key).size(), table.rows.size()) << name << " " << key;
  }
}

TEST_P(Exports, HistoriesEndInTheStateOfTheDeal) {
  const Table deals = Read("Opportunity.csv");
  const auto index = deals.Index("Id");
  const Table dirt = folder().Truth("dirt.csv");
  std::set<std::string> holes;
  for (std::size_t row = 0; row < dirt.rows.size(); ++row) {
    if (dirt.Get(row, "kind") == "missing_history") holes.insert(dirt.Get(row, "record_id"));
  }
  const Table history = Read("OpportunityHistory.csv");
  std::map<std::string, std::size_t> last;
  for (std::size_t row = 0; row < history.rows.size(); ++row) {
    std::size_t& at = last.try_emplace(history.Get(row, "OpportunityId"), row).first->second;
    if (history.Get(row, "CreatedDate") >= history.Get(at, "CreatedDate")) at = row;
  }
  std::size_t compared = 0;
  for (const auto& [id, row] : last) {
    if (holes.contains(id)) continue;
    ++compared;
    for (const std::string_view column : {"StageName", "Amount", "CloseDate", "Probability"}) {
      EXPECT_EQ(history.Get(row, column), deals.Get(index.at(id), column)) << id << " " << column;
    }
  }
  EXPECT_GT(compared, 50U);
  EXPECT_LT(holes.size() * 10, compared) << "holes are the exception";
  const Table fields = Read("OpportunityFieldHistory.csv");
  for (std::size_t row = 0; row < fields.rows.size(); ++row) {
    const std::string& id = fields.Get(row, "OpportunityId");
    const bool is_last = row + 1 == fields.rows.size() || fields.Get(row + 1, "OpportunityId") != id;
    const std::string& field = fields.Get(row, "Field");
    if (is_last && field == "StageName") {
      EXPECT_EQ(fields.Get(row, "NewValue"), deals.Get(index.at(id), "StageName"));
    }
  }
}

TEST_P(Exports, LinesSumToTheAmountOfTheDeal) {
  const Table deals = Read("Opportunity.csv");
  const Table lines = Read("OpportunityLineItem.csv");
  std::map<std::string, double> sums;
  for (std::size_t row = 0; row < lines.rows.size(); ++row) {
    sums[lines.Get(row, "OpportunityId")] += lines.Number(row, "TotalPrice");
    EXPECT_NEAR(lines.Number(row, "TotalPrice"), lines.Number(row, "Quantity") * lines.Number(row, "UnitPrice"), 0.005);
  }
  for (std::size_t row = 0; row < deals.rows.size(); ++row) {
    const bool has_lines = deals.Get(row, "HasOpportunityLineItem") == "true";
    EXPECT_EQ(has_lines, sums.contains(deals.Get(row, "Id")));
    if (has_lines) {
      EXPECT_NEAR(sums[deals.Get(row, "Id")], deals.Number(row, "Amount"), 0.005);
    }
    const bool won = deals.Get(row, "IsWon") == "true";
    EXPECT_EQ(won, deals.Get(row, "StageName") == "Closed Won");
    if (won) {
      EXPECT_FALSE(deals.Get(row, "Amount").empty());
    }
  }
}

TEST_P(Exports, InvoicesSumAndFollowTheSubscription) {
  const Table invoices = Read("stripe-invoice.csv");
  const Table lines = Read("stripe-invoice_line_item.csv");
  const Table charges = Read("stripe-charge.csv");
  const Table history = Read("stripe-subscription_history.csv");
  std::map<std::string, double> line_sums;
  std::map<std::string, std::size_t> line_of;
  for (std::size_t row = 0; row < lines.rows.size(); ++row) {
    line_sums[lines.Get(row, "invoice_id")] += lines.Number(row, "amount");
    line_of[lines.Get(row, "invoice_id")] = row;
  }
  std::map<std::string, double> paid;
  for (std::size_t row = 0; row < charges.rows.size(); ++row) {
    if (charges.Get(row, "status") == "succeeded")
      paid[charges.Get(row, "invoice_id")] += charges.Number(row, "amount");
    EXPECT_EQ(charges.Get(row, "status") == "failed", !charges.Get(row, "failure_code").empty());
  }
  std::map<std::string, std::vector<std::size_t>> versions;
  for (std::size_t row = 0; row < history.rows.size(); ++row) versions[history.Get(row, "id")].push_back(row);
  for (std::size_t row = 0; row < invoices.rows.size(); ++row) {
    const std::string& id = invoices.Get(row, "id");
    EXPECT_EQ(invoices.Number(row, "subtotal"), line_sums[id]);
    EXPECT_EQ(invoices.Number(row, "subtotal") + invoices.Number(row, "tax"), invoices.Number(row, "total"));
    EXPECT_EQ(invoices.Number(row, "amount_paid") + invoices.Number(row, "amount_remaining"),
              invoices.Number(row, "amount_due"));
    EXPECT_EQ(paid[id], invoices.Number(row, "amount_paid"));
    EXPECT_EQ(invoices.Get(row, "status") == "paid", !invoices.Get(row, "status_transitions_paid_at").empty());
    const std::size_t line = line_of.at(id);
    if (lines.Get(line, "proration") == "true") continue;
    std::string quantity;
    for (const std::size_t version : versions.at(invoices.Get(row, "subscription_id"))) {
      if (history.Get(version, "_fivetran_start") <= invoices.Get(row, "created"))
        quantity = history.Get(version, "quantity");
    }
    EXPECT_EQ(lines.Get(line, "quantity"), quantity) << id;
  }
}

TEST_P(Exports, TicketsEndInTheLastStatusOfTheirHistory) {
  const Table tickets = Read("zendesk-ticket.csv");
  const Table changes = Read("zendesk-ticket_field_history.csv");
  std::map<std::string, std::string> status;
  for (std::size_t row = 0; row < changes.rows.size(); ++row) {
    if (changes.Get(row, "field_name") == "status") status[changes.Get(row, "ticket_id")] = changes.Get(row, "value");
  }
  for (std::size_t row = 0; row < tickets.rows.size(); ++row) {
    EXPECT_EQ(tickets.Get(row, "status"), status[tickets.Get(row, "id")]);
  }
}

TEST_P(Exports, SystemsShareAddressesAndDomains) {
  const auto hubspot = Read("hubspot-crm-exports-all-contacts").Index("Email");
  const Table leads = Read("Lead.csv");
  std::size_t shared = 0;
  for (std::size_t row = 0; row < leads.rows.size(); ++row) shared += hubspot.contains(leads.Get(row, "Email")) ? 1 : 0;
  EXPECT_GT(shared * 10, leads.rows.size() * 6);
  std::set<std::string> domains;
  const Table organizations = Read("zendesk-domain_name.csv");
  for (std::size_t row = 0; row < organizations.rows.size(); ++row)
    domains.insert(organizations.Get(row, "domain_name"));
  const Table customers = Read("stripe-customer.csv");
  std::size_t known = 0;
  for (std::size_t row = 0; row < customers.rows.size(); ++row) {
    const std::string& email = customers.Get(row, "email");
    known += domains.contains(email.substr(email.find('@') + 1)) ? 1 : 0;
  }
  EXPECT_GT(known * 10, customers.rows.size() * 7);
}

TEST_P(Exports, TheAdvertisingReportSumsToItsTotals) {
  std::filesystem::path path;
  for (const auto& entry : std::filesystem::directory_iterator(folder().Export(2))) {
    if (entry.path().filename().string().starts_with("google-ads")) path = entry.path();
  }
  const auto records = ParseCsv(ReadFile(path));
  EXPECT_THAT(records[0], testing::ElementsAre("Campaign performance"));
  EXPECT_EQ(records[1].size(), 1U);
  EXPECT_THAT(records[2],
              testing::ElementsAre("Day", "Campaign", "Currency code", "Cost", "Impr.", "Clicks", "Conversions"));
  double cost = 0.0;
  for (std::size_t row = 3; row + 2 < records.size(); ++row) cost += std::atof(records[row][3].c_str());
  EXPECT_EQ(records.back()[0], "Total: Account");
  EXPECT_NEAR(cost, std::atof(records.back()[3].c_str()), 0.005);
}

TEST_P(Exports, TheSecondExportHoldsTheFirstAndLaterChanges) {
  // Fields that move with time and other records, without an edit of the record itself.
  const std::set<std::string> drifting = {"LastActivityDate", "HasOpenActivity", "HasOverdueTask", "LastLoginDate",
                                          "ActualCost"};
  std::size_t changed = 0;
  for (const std::string_view name : {"Account.csv", "Contact.csv", "Lead.csv", "Opportunity.csv", "Task.csv",
                                      "Event.csv", "User.csv", "Campaign.csv", "CampaignMember.csv", "Contract.csv"}) {
    const Table before = folder().Read(1, name);
    const Table after = folder().Read(2, name);
    EXPECT_EQ(before.header, after.header);
    EXPECT_GE(after.rows.size(), before.rows.size());
    const auto index = after.Index("Id");
    for (std::size_t row = 0; row < before.rows.size(); ++row) {
      const auto found = index.find(before.Get(row, "Id"));
      ASSERT_NE(found, index.end()) << name << " lost a record";
      for (const std::string& column : before.header) {
        if (drifting.contains(column) || before.Get(row, column) == after.Get(found->second, column)) continue;
        ++changed;
        EXPECT_GT(after.Get(found->second, "SystemModstamp"), before.Get(row, "SystemModstamp"))
            << name << " " << before.Get(row, "Id") << " " << column;
        break;
      }
    }
  }
  EXPECT_GT(changed, 30U);
}

TEST_P(Exports, ConnectorsWriteARowAgainOnlyWhenItChanged) {
  for (const std::string_view name : {"stripe-customer.csv", "stripe-subscription.csv", "stripe-subscription_item.csv",
                                      "stripe-subscription_history.csv", "stripe-invoice.csv", "stripe-charge.csv",
                                      "zendesk-ticket.csv", "zendesk-ticket_comment.csv", "zendesk-user.csv"}) {
    const Table before = folder().Read(1, name);
    const Table after = folder().Read(2, name);
    const auto key = [&](const Table& table, std::size_t row) {
      const bool has_versions = table.columns.contains("_fivetran_start");
      return table.Get(row, "id") + (has_versions ? " " + table.Get(row, "_fivetran_start") : "");
    };
    std::map<std::string, std::size_t> index;
    for (std::size_t row = 0; row < after.rows.size(); ++row) index[key(after, row)] = row;
    for (std::size_t row = 0; row < before.rows.size(); ++row) {
      const auto found = index.find(key(before, row));
      ASSERT_NE(found, index.end()) << name << " lost " << key(before, row);
      const bool differs = before.rows[row] != after.rows[found->second];
      const bool synced = before.Get(row, "_fivetran_synced") < after.Get(found->second, "_fivetran_synced");
      EXPECT_EQ(differs, synced) << name << " " << key(before, row);
    }
  }
}

TEST_P(Exports, TheTruthIsThere) {
  for (const std::string_view name :
       {"persons.csv", "accounts.csv", "leaks.csv", "steps.csv", "channels.csv", "churn.csv", "time.csv", "tools.csv",
        "constraint.csv", "dirt.csv", "scenario.csv"}) {
    EXPECT_FALSE(folder().Truth(name).rows.empty()) << name;
  }
  const Table leaks = folder().Truth("leaks.csv");
  std::set<std::string> kinds;
  std::map<std::string, std::map<std::string, std::size_t>> records;
  const std::map<std::string, std::pair<std::string, std::string>> files = {
      {"Opportunity", {"Opportunity.csv", "Id"}},
      {"Contract", {"Contract.csv", "Id"}},
      {"Lead", {"Lead.csv", "Id"}},
      {"Account", {"Account.csv", "Id"}},
      {"cdr", {"cdr", "uniqueid"}},
      {"ticket", {"zendesk-ticket.csv", "id"}},
      {"ticket_comment", {"zendesk-ticket_comment.csv", "id"}},
      {"invoice", {"stripe-invoice.csv", "id"}},
      {"subscription", {"stripe-subscription.csv", "id"}}};
  for (const auto& [object, file] : files) records[object] = Read(file.first).Index(file.second);
  for (std::size_t row = 0; row < leaks.rows.size(); ++row) {
    kinds.insert(leaks.Get(row, "kind"));
    EXPECT_TRUE(records[leaks.Get(row, "object")].contains(leaks.Get(row, "record_id"))) << leaks.Get(row, "kind");
  }
  EXPECT_GE(kinds.size(), 8U);
  EXPECT_GT(Read("Account.csv").rows.size(), 100U);
  const Table persons = folder().Truth("persons.csv");
  std::set<std::string> leads;
  for (std::size_t row = 0; row < persons.rows.size(); ++row) {
    if (persons.Get(row, "object") == "Lead") leads.insert(persons.Get(row, "record_id"));
  }
  EXPECT_EQ(leads.size(), Read("Lead.csv").rows.size());
}

// The truth about a leak can be seen in the files: fewer seats are billed than the contract says.
TEST_P(Exports, UnderBilledContractsHaveMoreSeatsThanTheirSubscription) {
  const Table leaks = folder().Truth("leaks.csv");
  const Table accounts = folder().Truth("accounts.csv");
  const Table contracts = Read("Contract.csv");
  const Table subscriptions = Read("stripe-subscription.csv");
  const auto contract_of = contracts.Index("Id");
  std::map<std::string, std::string> customer_of;
  for (std::size_t row = 0; row < accounts.rows.size(); ++row) {
    if (accounts.Get(row, "source") != "stripe") continue;
    customer_of[accounts.Get(row, "account_id")] = accounts.Get(row, "record_id");
  }
  for (std::size_t leak = 0; leak < leaks.rows.size(); ++leak) {
    if (leaks.Get(leak, "kind") != "under_billing" || !leaks.Get(leak, "until").empty()) continue;
    double billed = 0.0;
    for (std::size_t row = 0; row < subscriptions.rows.size(); ++row) {
      if (subscriptions.Get(row, "customer_id") != customer_of[leaks.Get(leak, "account_id")]) continue;
      if (subscriptions.Get(row, "status") != "canceled")
        billed = std::max(billed, subscriptions.Number(row, "quantity"));
    }
    const std::size_t contract = contract_of.at(leaks.Get(leak, "record_id"));
    EXPECT_LT(billed, contracts.Number(contract, "Seats__c")) << leaks.Get(leak, "record_id");
  }
}

TEST_P(Exports, ValuesAreInTheLanguageOfTheCompany) {
  const Table accounts = Read("Account.csv");
  const bool cyrillic = accounts.Get(0, "Name").find("«") != std::string::npos;
  EXPECT_EQ(cyrillic, GetParam() == "ru");
  EXPECT_EQ(accounts.Get(0, "CurrencyIsoCode"), GetParam() == "ru" ? "RUB" : "EUR");
}

TEST_P(Exports, ACustomerHasTheLastWord) {
  const Table leaks = folder().Truth("leaks.csv");
  const Table comments = Read("zendesk-ticket_comment.csv");
  const Table tickets = Read("zendesk-ticket.csv");
  const std::map<std::string, std::size_t> of_comment = comments.Index("id");
  const std::map<std::string, std::size_t> of_ticket = tickets.Index("id");
  std::map<std::string, std::string> last;  // moments of comments, by ticket
  for (std::size_t row = 0; row < comments.rows.size(); ++row) {
    std::string& moment = last[comments.Get(row, "ticket_id")];
    moment = std::max(moment, comments.Get(row, "created"));
  }
  int found = 0;
  for (std::size_t row = 0; row < leaks.rows.size(); ++row) {
    if (leaks.Get(row, "kind") != "unanswered_message") continue;
    ++found;
    const std::size_t comment = of_comment.at(leaks.Get(row, "record_id"));
    const std::string& ticket = comments.Get(comment, "ticket_id");
    EXPECT_EQ(comments.Get(comment, "created"), last[ticket]);
    EXPECT_EQ(comments.Get(comment, "user_id"), tickets.Get(of_ticket.at(ticket), "requester_id"));
    EXPECT_EQ(tickets.Get(of_ticket.at(ticket), "status"), "open");
  }
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace weir::simulate
