#include <fmt/format.h>

#include "simulate/billing_ids.h"
#include "simulate/leaks.h"
#include "simulate/truth.h"

namespace weir::simulate {
namespace {

std::string AccountKey(const Account& account) { return fmt::format("A{:07}", account.profile.index + 1); }

std::string PersonKey(const Account& account, int person) {
  return fmt::format("{}-P{:02}", AccountKey(account), person + 1);
}

struct PersonRow {
  const Account& account;
  int person;
  std::string_view source;
  std::string_view object;
  std::string record_id;
};

const Person& PersonOf(const PersonRow& row) { return row.account.people[static_cast<std::size_t>(row.person)]; }

constexpr Column<PersonRow> kPersonColumns[] = {
    {"person_id", [](std::string& c, const PersonRow& r) { c.append(PersonKey(r.account, r.person)); }},
    {"account_id", [](std::string& c, const PersonRow& r) { c.append(AccountKey(r.account)); }},
    {"source", [](std::string& c, const PersonRow& r) { c.append(r.source); }},
    {"object", [](std::string& c, const PersonRow& r) { c.append(r.object); }},
    {"record_id", [](std::string& c, const PersonRow& r) { c.append(r.record_id); }},
    {"full_name", [](std::string& c, const PersonRow& r) { c.append(PersonOf(r).FullText()); }},
    {"email", [](std::string& c, const PersonRow& r) { c.append(PersonOf(r).email); }},
};

struct AccountRow {
  const Account& account;
  std::string_view source;
  std::string_view object;
  std::string record_id;
};

constexpr Column<AccountRow> kAccountColumns[] = {
    {"account_id", [](std::string& c, const AccountRow& r) { c.append(AccountKey(r.account)); }},
    {"source", [](std::string& c, const AccountRow& r) { c.append(r.source); }},
    {"object", [](std::string& c, const AccountRow& r) { c.append(r.object); }},
    {"record_id", [](std::string& c, const AccountRow& r) { c.append(r.record_id); }},
    {"name", [](std::string& c, const AccountRow& r) { c.append(r.account.profile.legal_name); }},
    {"domain", [](std::string& c, const AccountRow& r) { c.append(r.account.profile.domain); }},
};

struct DirtRow {
  const View& view;
  const Blemish& blemish;
  std::string_view source;
  std::string_view object;
  std::string record_id;
  Instant since;
};

constexpr Column<DirtRow> kDirtColumns[] = {
    {"kind", [](std::string& c, const DirtRow& r) { c.append(r.blemish.kind); }},
    {"source", [](std::string& c, const DirtRow& r) { c.append(r.source); }},
    {"object", [](std::string& c, const DirtRow& r) { c.append(r.object); }},
    {"record_id", [](std::string& c, const DirtRow& r) { c.append(r.record_id); }},
    {"field", [](std::string& c, const DirtRow& r) { c.append(r.blemish.field); }},
    {"true_value", [](std::string& c, const DirtRow& r) { c.append(r.blemish.true_value); }},
    {"since", [](std::string& c, const DirtRow& r) { PutUtcTime(c, r.since); }},
    {"until",
     [](std::string& c, const DirtRow& r) {
       if (r.blemish.until <= r.view.at) PutUtcTime(c, r.blemish.until);
     }},
};

struct LeakRow {
  const View& view;
  const Account& account;
  const Leak& leak;
};

constexpr Column<LeakRow> kLeakColumns[] = {
    {"kind", [](std::string& c, const LeakRow& r) { c.append(r.leak.kind); }},
    {"certainty", [](std::string& c, const LeakRow& r) { c.append(r.leak.is_certain ? "certain" : "probable"); }},
    {"source", [](std::string& c, const LeakRow& r) { c.append(r.leak.source); }},
    {"object", [](std::string& c, const LeakRow& r) { c.append(r.leak.object); }},
    {"record_id", [](std::string& c, const LeakRow& r) { c.append(r.leak.record_id); }},
    {"account_id", [](std::string& c, const LeakRow& r) { c.append(AccountKey(r.account)); }},
    {"since", [](std::string& c, const LeakRow& r) { PutDate(c, r.leak.since); }},
    {"until",
     [](std::string& c, const LeakRow& r) {
       if (r.leak.until != kFarDate) PutDate(c, r.leak.until);
     }},
    {"amount",
     [](std::string& c, const LeakRow& r) {
       if (r.leak.amount_minor > 0) PutAmount(c, r.leak.amount_minor);
     }},
    {"currency", [](std::string& c, const LeakRow& r) { c.append(r.account.profile.currency); }},
    {"department",
     [](std::string& c, const LeakRow& r) {
       c.append(EnglishLexicon().departments[static_cast<std::size_t>(r.leak.department)]);
     }},
    {"member_record_id",
     [](std::string& c, const LeakRow& r) {
       if (r.leak.member >= 0) c.append(CrmMember(r.view.world, r.leak.member));
     }},
};

struct ChurnRow {
  const View& view;
  const Account& account;
  const Churn& churn;
};

constexpr std::array<std::string_view, 6> kCauses = {"low_usage", "support",         "champion_left",
                                                     "price",     "payment_failure", "no_owner"};

constexpr Column<ChurnRow> kChurnColumns[] = {
    {"account_id", [](std::string& c, const ChurnRow& r) { c.append(AccountKey(r.account)); }},
    {"subscription_record_id",
     [](std::string& c, const ChurnRow& r) { c.append(SubscriptionId(r.account, r.churn.subscription)); }},
    {"churned_on", [](std::string& c, const ChurnRow& r) { PutDate(c, r.view.world.calendar.DayOf(r.churn.at)); }},
    {"mrr", [](std::string& c, const ChurnRow& r) { PutAmount(c, r.churn.mrr_minor); }},
    {"currency", [](std::string& c, const ChurnRow& r) { c.append(r.account.profile.currency); }},
    {"cause", [](std::string& c, const ChurnRow& r) { c.append(kCauses[static_cast<std::size_t>(r.churn.cause)]); }},
    {"is_last_subscription",
     [](std::string& c, const ChurnRow& r) { PutBool(c, !r.account.IsCustomerAt(r.churn.at)); }},
};

struct Tables {
  CsvTable<PersonRow> persons;
  CsvTable<AccountRow> accounts;
  CsvTable<DirtRow> dirt;
  CsvTable<LeakRow> leaks;
  CsvTable<ChurnRow> churn;
};

class RecordTruth final : public Exporter {
 public:
  RecordTruth(View view, Tables tables, std::int64_t& leaks) : view_(view), tables_(std::move(tables)), leaks_(leaks) {}

  void Write(const Account& account) override {
    WritePersons(account);
    WriteAccounts(account);
    WriteDirt(account);
    for (const Leak& leak : FindLeaks(view_, account)) {
      tables_.leaks.Write({view_, account, leak});
      ++leaks_;
    }
    for (const Churn& churn : account.churns) {
      if (churn.at <= view_.at) tables_.churn.Write({view_, account, churn});
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(tables_.persons, files));
    WEIR_TRY(CloseTable(tables_.accounts, files));
    WEIR_TRY(CloseTable(tables_.dirt, files));
    WEIR_TRY(CloseTable(tables_.leaks, files));
    return CloseTable(tables_.churn, files);
  }

 private:
  void WritePersons(const Account& account) {
    const auto write = [&](int person, std::string_view source, std::string_view object, std::string id) {
      tables_.persons.Write({account, person, source, object, std::move(id)});
    };
    const auto write_crm = [&](int person, CrmObject object, int number) {
      write(person, CrmSource(view_.world, object), CrmObjectName(view_.world, object),
            CrmId(view_.world, object, account, number));
    };
    for (const Lead& lead : account.leads) {
      if (lead.created_at <= view_.at) write_crm(lead.person, CrmObject::kLead, lead.number);
    }
    for (const CrmContact& contact : account.contacts) {
      if (contact.created_at <= view_.at) write_crm(contact.person, CrmObject::kContact, contact.number);
    }
    for (int i = 0; i < static_cast<int>(account.people.size()); ++i) {
      if (view_.world.crm == Crm::kSalesforce && KnownToMarketing(account, i).first <= view_.at) {
        write(i, "hubspot", "contact", std::to_string(HubspotContactId(account, i)));
      }
      const bool asked = std::any_of(account.tickets.begin(), account.tickets.end(), [&](const Ticket& ticket) {
        return ticket.person == i && ticket.created_at <= view_.at;
      });
      if (asked) write(i, "zendesk", "user", std::to_string(ZendeskUserId(account, i)));
      if (KnownToProduct(account, i) <= view_.at) write(i, "generic", "person", ProductUserKey(account, i));
    }
  }

  void WriteAccounts(const Account& account) {
    const auto write = [&](std::string_view source, std::string_view object, std::string id) {
      tables_.accounts.Write({account, source, object, std::move(id)});
    };
    for (const CrmAccount& crm : account.crm_accounts) {
      if (crm.created_at > view_.at) continue;
      constexpr CrmObject kObject = CrmObject::kAccount;
      write(CrmSource(view_.world, kObject), CrmObjectName(view_.world, kObject),
            CrmId(view_.world, kObject, account, crm.number));
    }
    bool known = false;
    bool uses = false;
    for (int i = 0; i < static_cast<int>(account.people.size()); ++i) {
      known = known || KnownToMarketing(account, i).first <= view_.at;
      uses = uses || KnownToProduct(account, i) <= view_.at;
    }
    if (known && view_.world.crm == Crm::kSalesforce) {
      write("hubspot", "company", std::to_string(HubspotCompanyId(account)));
    }
    if (uses) write("generic", "account", WorkspaceKey(account));
    const bool pays = std::any_of(account.subscriptions.begin(), account.subscriptions.end(),
                                  [&](const Subscription& sub) { return sub.starts_at <= view_.at; });
    if (pays) {
      const BilledRecord billed = BilledCustomer(view_.world, account);
      write(billed.source, billed.object, billed.id);
    }
    const bool asks = std::any_of(account.tickets.begin(), account.tickets.end(),
                                  [&](const Ticket& ticket) { return ticket.created_at <= view_.at; });
    if (asks) write("zendesk", "organization", std::to_string(ZendeskOrganizationId(account)));
  }

  void WriteDirt(const Account& account) {
    for (const Blemish& blemish : account.blemishes) {
      const auto at = static_cast<std::size_t>(blemish.record);
      if (blemish.object == "lead" && at < account.leads.size()) {
        WriteBlemish(account, blemish, CrmObject::kLead, account.leads[at].created_at);
      } else if (blemish.object == "contact") {
        WriteBlemish(account, blemish, CrmObject::kContact, account.contacts[at].created_at);
      } else if (blemish.object == "account") {
        WriteBlemish(account, blemish, CrmObject::kAccount, account.crm_accounts[at].created_at);
      } else if (blemish.object == "deal") {
        WriteBlemish(account, blemish, CrmObject::kDeal, account.deals[at].created_at);
      }
    }
    if (view_.world.crm != Crm::kSalesforce) return;
    for (const Deal& deal : account.deals) {
      for (const int hole : deal.history_holes) {
        const Blemish missing{"missing_history",    "deal", deal.number,
                              "OpportunityHistory", {},     deal.versions[static_cast<std::size_t>(hole)].at};
        WriteBlemish(account, missing, CrmObject::kDeal, deal.created_at);
      }
    }
  }

  void WriteBlemish(const Account& account, const Blemish& blemish, CrmObject object, Instant entered_at) {
    const Instant since = std::max(blemish.since, entered_at);
    if (since > view_.at) return;
    tables_.dirt.Write({view_, blemish, CrmSource(view_.world, object), CrmObjectName(view_.world, object),
                        CrmId(view_.world, object, account, blemish.record), since});
  }

  View view_;
  Tables tables_;
  std::int64_t& leaks_;
};

}  // namespace

ExporterResult OpenRecordTruth(const std::filesystem::path& folder, const View& view, std::int64_t& leaks) {
  WEIR_TRY(auto persons, CsvTable<PersonRow>::Create(folder / "persons.csv", kPersonColumns));
  WEIR_TRY(auto accounts, CsvTable<AccountRow>::Create(folder / "accounts.csv", kAccountColumns));
  WEIR_TRY(auto dirt, CsvTable<DirtRow>::Create(folder / "dirt.csv", kDirtColumns));
  WEIR_TRY(auto leak_table, CsvTable<LeakRow>::Create(folder / "leaks.csv", kLeakColumns));
  WEIR_TRY(auto churn, CsvTable<ChurnRow>::Create(folder / "churn.csv", kChurnColumns));
  return std::make_unique<RecordTruth>(
      view, Tables{std::move(persons), std::move(accounts), std::move(dirt), std::move(leak_table), std::move(churn)},
      leaks);
}

}  // namespace weir::simulate
