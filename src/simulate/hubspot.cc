// HubSpot: contacts and companies of marketing, with the labels and file names of its own export.
#include <array>

#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr std::array<std::string_view, kChannels> kOriginalSource = {
    "Paid Search",     "Paid Social", "Organic Search",  "Other Campaigns",
    "Offline Sources", "Referrals",   "Offline Sources", "Email Marketing"};

struct ContactRow {
  const View& view;
  const Account& account;
  int index;
  const Person& person;
  Instant known_at;
  const Touch* touch;  // by which the person became known; may be null
};

void PutLocal(std::string& cell, const View& view, Instant at) {
  PutLocalMinute(cell, view.world.calendar.LocalMicros(at));
}

bool HasOpenDeal(const Account& account, int person, Instant at) {
  for (const Deal& deal : account.deals) {
    const DealVersion* now = deal.At(at);
    if (now == nullptr || now->stage >= Stage::kWon) continue;
    for (const ContactRole& role : deal.roles) {
      if (role.created_at <= at && account.contacts[static_cast<std::size_t>(role.contact)].person == person)
        return true;
    }
  }
  return false;
}

std::string_view LifecycleOf(const ContactRow& row) {
  if (row.account.IsCustomerAt(row.view.at)) return "Customer";
  if (HasOpenDeal(row.account, row.index, row.view.at)) return "Opportunity";
  std::string_view stage = "Subscriber";
  if (row.touch != nullptr && row.touch->channel != Channel::kEmail) stage = "Lead";
  for (const Lead& lead : row.account.leads) {
    if (lead.person != row.index || lead.created_at > row.view.at) continue;
    if (lead.outcome == LeadOutcome::kConverted && lead.closed_at <= row.view.at) return "Sales Qualified Lead";
    stage = "Marketing Qualified Lead";
  }
  return stage;
}

Instant LastTouch(const ContactRow& row) {
  Instant last = row.known_at;
  for (const Touch& touch : row.account.touches) {
    if (touch.person == row.index) last = LatestOf(row.view.at, {last, touch.at});
  }
  return last;
}

int Touches(const ContactRow& row) {
  int count = 0;
  for (const Touch& touch : row.account.touches) {
    if (touch.person == row.index && touch.at <= row.view.at) ++count;
  }
  return count;
}

constexpr Column<ContactRow> kContactColumns[] = {
    {"Record ID", [](std::string& c, const ContactRow& r) { PutInteger(c, HubspotContactId(r.account, r.index)); }},
    {"First Name", [](std::string& c, const ContactRow& r) { c.append(r.person.first); }},
    {"Last Name", [](std::string& c, const ContactRow& r) { c.append(r.person.last); }},
    {"Email", [](std::string& c, const ContactRow& r) { c.append(r.person.email); }},
    {"Phone Number",
     [](std::string& c, const ContactRow& r) {
       if (r.touch != nullptr && r.touch->ordinal % 3 != 0) c.append(r.person.phone);
     }},
    {"Contact owner",
     [](std::string& c, const ContactRow& r) {
       for (const Lead& lead : r.account.leads) {
         if (lead.person != r.index || lead.created_at > r.view.at) continue;
         c.append(r.view.member(r.view.HolderOf(lead.seat)).FullText());
         return;
       }
     }},
    {"Lifecycle Stage", [](std::string& c, const ContactRow& r) { c.append(LifecycleOf(r)); }},
    {"Lead Status",
     [](std::string& c, const ContactRow& r) {
       for (const Lead& lead : r.account.leads) {
         if (lead.person != r.index || lead.created_at > r.view.at) continue;
         c.append(lead.first_response_at <= r.view.at ? "Connected" : "New");
         return;
       }
     }},
    {"Job Title", [](std::string& c, const ContactRow& r) { c.append(r.person.title); }},
    {"Company Name", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.brand); }},
    {"Associated Company", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.brand); }},
    {"Associated Company IDs", [](std::string& c, const ContactRow& r) { PutInteger(c, HubspotCompanyId(r.account)); }},
    {"City", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.city); }},
    {"Country/Region", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.country); }},
    {"Original Source",
     [](std::string& c, const ContactRow& r) {
       const auto channel = static_cast<std::size_t>(r.touch == nullptr ? Channel::kOrganic : r.touch->channel);
       c.append(kOriginalSource[channel]);
     }},
    {"Original Source Drill-Down 1",
     [](std::string& c, const ContactRow& r) {
       if (r.touch == nullptr || r.touch->campaign < 0) return;
       c.append(r.view.world.company.campaigns()[static_cast<std::size_t>(r.touch->campaign)].name);
     }},
    {"Create Date", [](std::string& c, const ContactRow& r) { PutLocal(c, r.view, r.known_at); }},
    {"Last Activity Date", [](std::string& c, const ContactRow& r) { PutLocal(c, r.view, LastTouch(r)); }},
    {"Last Modified Date", [](std::string& c, const ContactRow& r) { PutLocal(c, r.view, LastTouch(r)); }},
    {"Number of Form Submissions", [](std::string& c, const ContactRow& r) { PutInteger(c, (Touches(r) + 2) / 3); }},
    {"Unsubscribed from all email", [](std::string& c, const ContactRow& r) { PutBool(c, !r.person.is_clickable); }},
};

struct CompanyRow {
  const View& view;
  const Account& account;
  Instant known_at;
  Instant last_at;
};

constexpr Column<CompanyRow> kCompanyColumns[] = {
    {"Record ID", [](std::string& c, const CompanyRow& r) { PutInteger(c, HubspotCompanyId(r.account)); }},
    {"Company name", [](std::string& c, const CompanyRow& r) { c.append(r.account.profile.brand); }},
    {"Company Domain Name", [](std::string& c, const CompanyRow& r) { c.append(r.account.profile.domain); }},
    {"Company owner",
     [](std::string& c, const CompanyRow& r) {
       for (const CrmAccount& crm : r.account.crm_accounts) {
         if (crm.created_at > r.view.at) continue;
         c.append(r.view.member(r.view.HolderOf(crm.seat)).FullText());
         return;
       }
     }},
    {"Phone Number", [](std::string& c, const CompanyRow& r) { c.append(r.account.profile.phone); }},
    {"Industry", [](std::string& c, const CompanyRow& r) { c.append(r.account.profile.industry); }},
    {"Number of Employees", [](std::string& c, const CompanyRow& r) { PutInteger(c, r.account.profile.employees); }},
    {"City", [](std::string& c, const CompanyRow& r) { c.append(r.account.profile.city); }},
    {"Country/Region", [](std::string& c, const CompanyRow& r) { c.append(r.account.profile.country); }},
    {"Lifecycle Stage",
     [](std::string& c, const CompanyRow& r) { c.append(r.account.IsCustomerAt(r.view.at) ? "Customer" : "Lead"); }},
    {"Create Date", [](std::string& c, const CompanyRow& r) { PutLocal(c, r.view, r.known_at); }},
    {"Last Activity Date", [](std::string& c, const CompanyRow& r) { PutLocal(c, r.view, r.last_at); }},
    {"Last Modified Date", [](std::string& c, const CompanyRow& r) { PutLocal(c, r.view, r.last_at); }},
};

class Hubspot final : public Exporter {
 public:
  Hubspot(View view, CsvTable<ContactRow> contacts, CsvTable<CompanyRow> companies)
      : view_(view), contacts_(std::move(contacts)), companies_(std::move(companies)) {}

  void Write(const Account& account) override {
    CompanyRow company{view_, account, kNever, Instant{INT64_MIN}};
    for (std::size_t i = 0; i < account.people.size(); ++i) {
      const auto [known_at, touch] = KnownToMarketing(account, static_cast<int>(i));
      if (known_at > view_.at) continue;
      const ContactRow row{view_, account, static_cast<int>(i), account.people[i], known_at, touch};
      contacts_.Write(row);
      company.known_at = std::min(company.known_at, known_at);
      company.last_at = std::max(company.last_at, LastTouch(row));
    }
    if (company.known_at != kNever) companies_.Write(company);
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(contacts_, files));
    return CloseTable(companies_, files);
  }

 private:
  View view_;
  CsvTable<ContactRow> contacts_;
  CsvTable<CompanyRow> companies_;
};

}  // namespace

ExporterResult OpenHubspot(const std::filesystem::path& folder, const View& view) {
  const auto path = [&](std::string_view what) {
    return folder / fmt::format("hubspot-crm-exports-all-{}-{}.csv", what, FormatDate(view.day));
  };
  WEIR_TRY(auto contacts, CsvTable<ContactRow>::Create(path("contacts"), kContactColumns));
  WEIR_TRY(auto companies, CsvTable<CompanyRow>::Create(path("companies"), kCompanyColumns));
  return std::make_unique<Hubspot>(view, std::move(contacts), std::move(companies));
}

}  // namespace weir::simulate
