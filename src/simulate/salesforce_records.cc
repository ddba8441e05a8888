// Salesforce: accounts, contacts, leads, contracts, with the API names that Data Loader writes.
#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

using AccountRow = RowOf<CrmAccount>;
using ContactRow = RowOf<CrmContact>;
using LeadRow = RowOf<Lead>;
using ContractRow = RowOf<Contract>;

std::string_view TypeOf(const AccountRow& row) {
  if (row.account.IsCustomerAt(row.view.at)) return "Customer - Direct";
  const bool was = !row.account.spans.empty() && row.account.spans.front().from <= row.view.at;
  return was ? "Former Customer" : "Prospect";
}

const UsageMonth* LastUsage(const Account& account, const View& view) {
  const UsageMonth* last = nullptr;
  for (const UsageMonth& month : account.usage) {
    if (month.month <= view.day) last = &month;
  }
  return last != nullptr && view.day.days - last->month.days < 40 ? last : nullptr;
}

Instant ModifiedAt(const AccountRow& row) {
  Instant latest = LatestOf(
      row.view.at, {row.item.created_at, row.item.merged_at, row.item.edited_at, row.view.LastHandover(row.item.seat)});
  for (const CustomerSpan& span : row.account.spans) {
    latest = LatestOf(row.view.at, {latest, span.from, span.to});
  }
  const UsageMonth* usage = row.item.duplicate_of < 0 ? LastUsage(row.account, row.view) : nullptr;
  if (usage == nullptr) return latest;
  return LatestOf(row.view.at, {latest, row.view.world.calendar.At(usage->month, 5 * 3600)});
}

Date LastActivity(const View& view, const Account& account) {
  Date last{INT32_MIN};
  for (const Activity& activity : account.activities) {
    if (activity.done_at <= view.at) last = std::max(last, view.world.calendar.DayOf(activity.done_at));
  }
  return last;
}

bool IsMerged(const AccountRow& row) { return row.item.duplicate_of >= 0 && row.item.merged_at <= row.view.at; }
bool IsMerged(const ContactRow& row) { return row.item.duplicate_of >= 0 && row.item.merged_at <= row.view.at; }

constexpr Column<AccountRow> kAccountColumns[] = {
    {"Id", [](std::string& c, const AccountRow& r) { c.append(AccountId(r.account, r.item.number)); }},
    {"IsDeleted", [](std::string& c, const AccountRow& r) { PutBool(c, IsMerged(r)); }},
    {"MasterRecordId",
     [](std::string& c, const AccountRow& r) {
       if (IsMerged(r)) c.append(AccountId(r.account, r.item.duplicate_of));
     }},
    {"Name", [](std::string& c, const AccountRow& r) { c.append(r.item.name); }},
    {"Type", [](std::string& c, const AccountRow& r) { c.append(TypeOf(r)); }},
    {"ParentId", [](std::string&, const AccountRow&) {}},
    {"BillingStreet", [](std::string& c, const AccountRow& r) { c.append(r.account.profile.street); }},
    {"BillingCity", [](std::string& c, const AccountRow& r) { c.append(r.item.city); }},
    {"BillingPostalCode", [](std::string& c, const AccountRow& r) { c.append(r.item.postal_code); }},
    {"BillingCountry", [](std::string& c, const AccountRow& r) { c.append(r.item.country); }},
    {"BillingCountryCode", [](std::string& c, const AccountRow& r) { c.append(r.account.profile.country_code); }},
    {"Phone", [](std::string& c, const AccountRow& r) { c.append(r.item.phone); }},
    {"Website", [](std::string& c, const AccountRow& r) { c.append(r.item.website); }},
    {"Industry", [](std::string& c, const AccountRow& r) { c.append(r.item.industry); }},
    {"AnnualRevenue", [](std::string&, const AccountRow&) {}},
    {"NumberOfEmployees",
     [](std::string& c, const AccountRow& r) {
       if (r.item.employees > 0) PutInteger(c, r.item.employees);
     }},
    {"CurrencyIsoCode", [](std::string& c, const AccountRow& r) { c.append(r.account.profile.currency); }},
    {"OwnerId", [](std::string& c, const AccountRow& r) { c.append(UserId(r.view.HolderOf(r.item.seat))); }},
    {"CreatedDate", [](std::string& c, const AccountRow& r) { PutSalesforceTime(c, r.item.created_at); }},
    {"LastModifiedDate", [](std::string& c, const AccountRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const AccountRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"LastActivityDate",
     [](std::string& c, const AccountRow& r) {
       const Date last = LastActivity(r.view, r.account);
       if (last.days != INT32_MIN && r.item.duplicate_of < 0) PutDate(c, last);
     }},
    {"Active_Users__c",
     [](std::string& c, const AccountRow& r) {
       const UsageMonth* usage = r.item.duplicate_of < 0 ? LastUsage(r.account, r.view) : nullptr;
       if (usage != nullptr) PutInteger(c, usage->active_users);
     }},
};

Instant ModifiedAt(const ContactRow& row) {
  const Instant moved = row.account.crm_accounts[static_cast<std::size_t>(row.item.account)].merged_at;
  return LatestOf(row.view.at, {row.item.created_at, row.item.merged_at, row.item.edited_at, moved,
                                row.view.LastHandover(row.item.seat)});
}

constexpr Column<ContactRow> kContactColumns[] = {
    {"Id", [](std::string& c, const ContactRow& r) { c.append(ContactId(r.account, r.item.number)); }},
    {"IsDeleted", [](std::string& c, const ContactRow& r) { PutBool(c, IsMerged(r)); }},
    {"MasterRecordId",
     [](std::string& c, const ContactRow& r) {
       if (IsMerged(r)) c.append(ContactId(r.account, r.item.duplicate_of));
     }},
    {"AccountId",
     [](std::string& c, const ContactRow& r) {
       c.append(AccountId(r.account, r.account.MasterAccount(r.item.account, r.view.at)));
     }},
    {"LastName", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.last); }},
    {"FirstName", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.first); }},
    {"Name", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.first + " " + r.item.entered.last); }},
    {"Phone", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.phone); }},
    {"MobilePhone", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.mobile); }},
    {"Email", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.email); }},
    {"Title", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.title); }},
    {"Department", [](std::string&, const ContactRow&) {}},
    {"LeadSource", [](std::string& c, const ContactRow& r) { c.append(r.item.source); }},
    {"MailingCity", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.city); }},
    {"MailingCountry", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.country); }},
    {"CurrencyIsoCode", [](std::string& c, const ContactRow& r) { c.append(r.account.profile.currency); }},
    {"OwnerId", [](std::string& c, const ContactRow& r) { c.append(UserId(r.view.HolderOf(r.item.seat))); }},
    {"CreatedDate", [](std::string& c, const ContactRow& r) { PutSalesforceTime(c, r.item.created_at); }},
    {"LastModifiedDate", [](std::string& c, const ContactRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const ContactRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

bool IsConverted(const LeadRow& row) {
  return row.item.outcome == LeadOutcome::kConverted && row.item.closed_at <= row.view.at;
}

std::string_view StatusOf(const LeadRow& row) {
  if (row.item.closed_at <= row.view.at) return IsConverted(row) ? "Closed - Converted" : "Closed - Not Converted";
  return row.item.first_response_at <= row.view.at ? "Working - Contacted" : "Open - Not Contacted";
}

Instant ModifiedAt(const LeadRow& row) {
  const Instant closed = IfCome(row.item.closed_at, row.view.at);
  const Instant handover = closed == kNever ? row.view.LastHandover(row.item.seat) : row.item.created_at;
  return LatestOf(row.view.at, {row.item.created_at, row.item.first_response_at, closed, handover});
}

// A closed lead stays with whoever closed it.
int OwnerOf(const LeadRow& row) {
  const bool closed = row.item.closed_at <= row.view.at;
  const Date day = closed ? row.view.world.calendar.DayOf(row.item.closed_at) : row.view.day;
  return row.view.world.company.HolderAt(row.item.seat, day);
}

constexpr Column<LeadRow> kLeadColumns[] = {
    {"Id", [](std::string& c, const LeadRow& r) { c.append(LeadId(r.account, r.item.number)); }},
    {"IsDeleted", [](std::string& c, const LeadRow&) { PutBool(c, false); }},
    {"MasterRecordId", [](std::string&, const LeadRow&) {}},
    {"LastName", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.last); }},
    {"FirstName", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.first); }},
    {"Name", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.first + " " + r.item.entered.last); }},
    {"Title", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.title); }},
    {"Company", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.company); }},
    {"City", [](std::string& c, const LeadRow& r) { c.append(r.account.profile.city); }},
    {"Country", [](std::string& c, const LeadRow& r) { c.append(r.account.profile.country); }},
    {"Phone", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.phone); }},
    {"MobilePhone", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.mobile); }},
    {"Email", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.email); }},
    {"Website", [](std::string& c, const LeadRow& r) { c.append(r.account.profile.domain); }},
    {"LeadSource", [](std::string& c, const LeadRow& r) { c.append(r.item.source); }},
    {"Status", [](std::string& c, const LeadRow& r) { c.append(StatusOf(r)); }},
    {"Industry", [](std::string& c, const LeadRow& r) { c.append(r.account.profile.industry); }},
    {"NumberOfEmployees", [](std::string& c, const LeadRow& r) { PutInteger(c, r.account.profile.employees); }},
    {"CurrencyIsoCode", [](std::string& c, const LeadRow& r) { c.append(r.account.profile.currency); }},
    {"OwnerId", [](std::string& c, const LeadRow& r) { c.append(UserId(OwnerOf(r))); }},
    {"HasOptedOutOfEmail", [](std::string& c, const LeadRow& r) { PutBool(c, r.item.opted_out); }},
    {"IsConverted", [](std::string& c, const LeadRow& r) { PutBool(c, IsConverted(r)); }},
    {"ConvertedDate",
     [](std::string& c, const LeadRow& r) {
       if (IsConverted(r)) PutDate(c, r.view.world.calendar.DayOf(r.item.closed_at));
     }},
    {"ConvertedAccountId",
     [](std::string& c, const LeadRow& r) {
       if (!IsConverted(r)) return;
       c.append(AccountId(r.account, r.account.MasterAccount(r.item.converted_account, r.view.at)));
     }},
    {"ConvertedContactId",
     [](std::string& c, const LeadRow& r) {
       if (!IsConverted(r)) return;
       c.append(ContactId(r.account, r.account.MasterContact(r.item.converted_contact, r.view.at)));
     }},
    {"ConvertedOpportunityId",
     [](std::string& c, const LeadRow& r) {
       if (IsConverted(r) && r.item.converted_deal >= 0) c.append(DealId(r.account, r.item.converted_deal));
     }},
    {"IsUnreadByOwner", [](std::string& c, const LeadRow& r) { PutBool(c, r.item.first_response_at > r.view.at); }},
    {"CreatedDate", [](std::string& c, const LeadRow& r) { PutSalesforceTime(c, r.item.created_at); }},
    {"CreatedById",
     [](std::string& c, const LeadRow& r) {
       const Company& company = r.view.world.company;
       const Date day = r.view.world.calendar.DayOf(r.item.created_at);
       c.append(UserId(r.item.channel == Channel::kOutbound ? company.HolderAt(r.item.seat, day)
                                                            : company.operations_member(day)));
     }},
    {"LastModifiedDate", [](std::string& c, const LeadRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const LeadRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

Instant SignedAt(const ContractRow& row) { return row.item.seats.entries().front().at; }

Instant ModifiedAt(const ContractRow& row) {
  const CrmAccount& holder = row.account.crm_accounts[static_cast<std::size_t>(row.item.account)];
  const Instant expired = row.view.world.calendar.At(row.item.end, 0);
  Instant latest =
      LatestOf(row.view.at, {SignedAt(row), expired, holder.merged_at, row.view.LastHandover(holder.seat)});
  for (const auto& change : row.item.seats.entries()) latest = LatestOf(row.view.at, {latest, change.at});
  return latest;
}

constexpr Column<ContractRow> kContractColumns[] = {
    {"Id", [](std::string& c, const ContractRow& r) { c.append(ContractId(r.account, r.item.number)); }},
    {"ContractNumber",
     [](std::string& c, const ContractRow& r) {
       c.append(fmt::format("{:08}", r.account.profile.index * 32 + r.item.number + 100));
     }},
    {"AccountId",
     [](std::string& c, const ContractRow& r) {
       c.append(AccountId(r.account, r.account.MasterAccount(r.item.account, r.view.at)));
     }},
    {"Status",
     [](std::string& c, const ContractRow& r) { c.append(r.item.end <= r.view.day ? "Expired" : "Activated"); }},
    {"StartDate", [](std::string& c, const ContractRow& r) { PutDate(c, r.item.start); }},
    {"EndDate", [](std::string& c, const ContractRow& r) { PutDate(c, r.item.end - 1); }},
    {"ContractTerm", [](std::string& c, const ContractRow&) { c.append("12"); }},
    {"OwnerId",
     [](std::string& c, const ContractRow& r) {
       const CrmAccount& holder = r.account.crm_accounts[static_cast<std::size_t>(r.item.account)];
       c.append(UserId(r.view.HolderOf(holder.seat)));
     }},
    {"CurrencyIsoCode", [](std::string& c, const ContractRow& r) { c.append(r.account.profile.currency); }},
    {"Seats__c", [](std::string& c, const ContractRow& r) { PutInteger(c, *r.item.seats.At(r.view.at)); }},
    {"Price_Per_Seat__c", [](std::string& c, const ContractRow& r) { PutSalesforceAmount(c, r.item.unit_minor); }},
    {"Uplift_Percent__c", [](std::string& c, const ContractRow& r) { PutInteger(c, r.item.uplift_percent); }},
    {"Opportunity__c", [](std::string& c, const ContractRow& r) { c.append(DealId(r.account, r.item.deal)); }},
    {"CreatedDate", [](std::string& c, const ContractRow& r) { PutSalesforceTime(c, SignedAt(r)); }},
    {"LastModifiedDate", [](std::string& c, const ContractRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
    {"SystemModstamp", [](std::string& c, const ContractRow& r) { PutSalesforceTime(c, ModifiedAt(r)); }},
};

class SalesforceRecords final : public Exporter {
 public:
  SalesforceRecords(View view, CsvTable<AccountRow> accounts, CsvTable<ContactRow> contacts, CsvTable<LeadRow> leads,
                    CsvTable<ContractRow> contracts)
      : view_(view),
        accounts_(std::move(accounts)),
        contacts_(std::move(contacts)),
        leads_(std::move(leads)),
        contracts_(std::move(contracts)) {}

  void Write(const Account& account) override {
    for (const CrmAccount& item : account.crm_accounts) {
      if (item.created_at <= view_.at) accounts_.Write({view_, account, account.StateOf(item, view_.at)});
    }
    for (const CrmContact& item : account.contacts) {
      if (item.created_at <= view_.at) contacts_.Write({view_, account, account.StateOf(item, view_.at)});
    }
    for (const Lead& item : account.leads) {
      if (item.created_at <= view_.at) leads_.Write({view_, account, item});
    }
    for (const Contract& item : account.contracts) {
      if (item.start <= view_.day) contracts_.Write({view_, account, item});
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(accounts_, files));
    WEIR_TRY(CloseTable(contacts_, files));
    WEIR_TRY(CloseTable(leads_, files));
    return CloseTable(contracts_, files);
  }

 private:
  View view_;
  CsvTable<AccountRow> accounts_;
  CsvTable<ContactRow> contacts_;
  CsvTable<LeadRow> leads_;
  CsvTable<ContractRow> contracts_;
};

}  // namespace

ExporterResult OpenSalesforceRecords(const std::filesystem::path& folder, const View& view) {
  constexpr CsvForm kQuotes{.quoting = Quoting::kAlways};
  WEIR_TRY(auto accounts, CsvTable<AccountRow>::Create(folder / "Account.csv", kAccountColumns, kQuotes));
  WEIR_TRY(auto contacts, CsvTable<ContactRow>::Create(folder / "Contact.csv", kContactColumns, kQuotes));
  WEIR_TRY(auto leads, CsvTable<LeadRow>::Create(folder / "Lead.csv", kLeadColumns, kQuotes));
  WEIR_TRY(auto contracts, CsvTable<ContractRow>::Create(folder / "Contract.csv", kContractColumns, kQuotes));
  return std::make_unique<SalesforceRecords>(view, std::move(accounts), std::move(contacts), std::move(leads),
                                             std::move(contracts));
}

}  // namespace weir::simulate
