// The writers of vendors' exports. Each writes one account after another as the vendor's product shows it at a
// moment, so memory stays bounded, and what belongs to no account when it is closed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "simulate/cells.h"
#include "simulate/crm_ids.h"
#include "simulate/csv_table.h"
#include "simulate/identifiers.h"
#include "simulate/world.h"

namespace weir::simulate {

struct WrittenFile {
  std::filesystem::path path;
  std::uint64_t rows = 0;     // records, without headers and totals
  bool holds_events = false;  // a row is something that happened, not something that is
};

// What an export sees: everything up to this moment.
struct View {
  const World& world;
  Instant at;
  Date day;

  const Lexicon& lexicon() const { return *world.lexicon; }
  const Member& member(int index) const { return world.company.members()[static_cast<std::size_t>(index)]; }
  int HolderOf(int seat) const { return world.company.HolderAt(seat, day); }
  // When the seat's holder changed last; the beginning of time if never in view.
  Instant LastHandover(int seat) const;
};

// A row of most tables: what is written, whose it is, and when it is looked at.
template <typename Item>
struct RowOf {
  const View& view;
  const Account& account;
  const Item& item;
};

// What a deal sells, a line for each product, by the year.
struct DealLine {
  int product = 0;
  int quantity = 0;             // seats
  std::int64_t list_minor = 0;  // a seat and year
  std::int64_t unit_minor = 0;
};
std::vector<DealLine> LinesOf(const View& view, const Account& account, const Deal& deal, const DealVersion& now);
// The people of a deal, each once, as records that stand when it is looked at.
std::vector<ContactRole> PeopleOf(const View& view, const Account& account, const Deal& deal);
// The team of a member while he is here, his last one afterwards; -1: none.
int TeamOf(const View& view, int member);

class Exporter {
 public:
  Exporter() = default;
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  virtual ~Exporter() = default;
  virtual void Write(const Account& account) = 0;
  virtual Status Close(std::vector<WrittenFile>& files) = 0;
};

using ExporterResult = Result<std::unique_ptr<Exporter>>;
ExporterResult OpenSalesforceRecords(const std::filesystem::path& folder, const View& view);
ExporterResult OpenSalesforceDeals(const std::filesystem::path& folder, const View& view);
ExporterResult OpenSalesforceActivities(const std::filesystem::path& folder, const View& view);
ExporterResult OpenSalesforceSetup(const std::filesystem::path& folder, const View& view);
ExporterResult OpenHubspot(const std::filesystem::path& folder, const View& view);
ExporterResult OpenStripeSubscriptions(const std::filesystem::path& folder, const View& view);
ExporterResult OpenStripeInvoices(const std::filesystem::path& folder, const View& view);
ExporterResult OpenZendesk(const std::filesystem::path& folder, const View& view);
ExporterResult OpenZendeskSchedule(const std::filesystem::path& folder, const View& view);
ExporterResult OpenGoogleAds(const std::filesystem::path& folder, const View& view);
ExporterResult OpenSalesforceHistory(const std::filesystem::path& folder, const View& view);
ExporterResult OpenProduct(const std::filesystem::path& folder, const View& view);
ExporterResult OpenTelephony(const std::filesystem::path& folder, const View& view);
ExporterResult OpenCalendars(const std::filesystem::path& folder, const View& view);
ExporterResult OpenDeskPeople(const std::filesystem::path& folder, const View& view);
ExporterResult OpenDeskTools(const std::filesystem::path& folder, const View& view);
ExporterResult OpenDeskPlans(const std::filesystem::path& folder, const View& view);
ExporterResult OpenAmoCrm(const std::filesystem::path& folder, const View& view);
ExporterResult OpenAmoHistory(const std::filesystem::path& folder, const View& view);
ExporterResult OpenBitrix24(const std::filesystem::path& folder, const View& view);
ExporterResult OpenBitrixHistory(const std::filesystem::path& folder, const View& view);
ExporterResult OpenContracts(const std::filesystem::path& folder, const View& view);
ExporterResult OpenOneC(const std::filesystem::path& folder, const View& view);
ExporterResult OpenBank(const std::filesystem::path& folder, const View& view);
ExporterResult OpenYandexDirect(const std::filesystem::path& folder, const View& view);
ExporterResult OpenUis(const std::filesystem::path& folder, const View& view);
ExporterResult OpenForecasts(const std::filesystem::path& folder, const View& view);

// When a connector wrote the row: some minutes after it changed, so that what stays the same is the same row again.
inline void PutSynced(std::string& cell, const View& view, Instant changed_at) {
  PutUtcTime(cell, std::min(Plus(changed_at, 187.0), view.at));
}

// Closes a table and lists it.
template <typename Table>
Status CloseTable(Table& table, std::vector<WrittenFile>& files) {
  files.push_back({table.path(), table.rows()});
  return table.Close();
}

template <typename Table>
Status CloseEvents(Table& table, std::vector<WrittenFile>& files) {
  WEIR_TRY(CloseTable(table, files));
  files.back().holds_events = true;
  return {};
}

// Record numbers inside an account are far apart for each object that has children.
inline IdText AccountId(const Account& account, int index) {
  return SalesforceId("001", RecordNumber(account.profile.index, index));
}
inline IdText ContactId(const Account& account, int index) {
  return SalesforceId("003", RecordNumber(account.profile.index, index));
}
inline IdText LeadId(const Account& account, int index) {
  return SalesforceId("00Q", RecordNumber(account.profile.index, index));
}
inline IdText DealId(const Account& account, int index) {
  return SalesforceId("006", RecordNumber(account.profile.index, index));
}
inline IdText ContractId(const Account& account, int index) {
  return SalesforceId("800", RecordNumber(account.profile.index, index));
}
inline IdText UserId(int member) { return SalesforceId("005", static_cast<std::uint64_t>(member) + 1); }
inline IdText RoleId(int team) { return SalesforceId("00E", static_cast<std::uint64_t>(team) + 1); }
inline IdText CampaignId(int campaign) { return SalesforceId("701", static_cast<std::uint64_t>(campaign) + 1); }
inline IdText ProductId(int product) { return SalesforceId("01t", static_cast<std::uint64_t>(product) + 1); }

inline IdText CustomerId(const Account& account) { return StripeId("cus_", RecordNumber(account.profile.index, 0)); }
inline IdText SubscriptionId(const Account& account, int index) {
  return StripeId("sub_", RecordNumber(account.profile.index, index));
}
inline IdText SubscriptionItemId(const Account& account, int index) {
  return StripeId("si_", RecordNumber(account.profile.index, index));
}
inline IdText InvoiceId(const Account& account, int index) {
  return StripeId("in_", RecordNumber(account.profile.index, index));
}
inline IdText ChargeId(const Account& account, int number) {
  return StripeId("ch_", RecordNumber(account.profile.index, number));
}

inline std::int64_t HubspotContactId(const Account& account, int person) {
  return 100'001 + static_cast<std::int64_t>(account.profile.index) * 16 + person;
}
inline std::int64_t HubspotCompanyId(const Account& account) { return 5'000'001 + account.profile.index; }
inline std::int64_t ZendeskOrganizationId(const Account& account) { return 360'000'000'001 + account.profile.index; }
inline std::int64_t ZendeskUserId(const Account& account, int person) {
  return 370'000'000'001 + static_cast<std::int64_t>(account.profile.index) * 16 + person;
}
inline std::int64_t ZendeskAgentId(int member) { return 380'000'000'001 + member; }
inline std::int64_t ZendeskTicketId(const Account& account, int ticket) {
  return 1 + static_cast<std::int64_t>(account.profile.index) * 4096 + ticket;
}
inline std::int64_t ZendeskCommentId(const Account& account, int ticket, int comment) {
  return ZendeskTicketId(account, ticket) * 64 + comment + 1'000'000'000;
}

// In the company's own tables: the product, the staff list, the planning sheets.
std::string WorkspaceKey(const Account& account);
std::string ProductUserKey(const Account& account, int person);
std::string StaffKey(int member);
// Weeks that begin in the month of use: fewer people than in the month, but in one of the first three, which are over
// when the month is, all of them.
struct WeekOfUse {
  Date monday;
  int users = 0;
};
std::vector<WeekOfUse> UsersByWeek(const World& world, const Account& account, const UsageMonth& month);
// When the product or the web site first knew the person, else kNever.
Instant KnownToProduct(const Account& account, int person);
// The extension of a member's telephone.
inline int ExtensionOf(int member) { return 201 + member; }

// The id of a call in the telephone system.
std::string CallId(const Account& account, const PhoneCall& call);

// When the person left an address with marketing, else kNever; and the touch by which.
std::pair<Instant, const Touch*> KnownToMarketing(const Account& account, int person);
// What the billing system knows as the customer's address.
std::string BillingEmail(const World& world, const Account& account);

}  // namespace weir::simulate
