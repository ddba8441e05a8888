#include "customers/owners.h"

#include <algorithm>
#include <array>
#include <map>

#include "analysis/tables.h"
#include "customers/columns.h"
#include "customers/sections.h"

namespace weir::customers {
namespace {

using analysis::TableSpec;
using store::Value;

// Why someone stands for a department, the strongest reason first.
enum class Reason : std::uint8_t {
  kRecord,
  kAccount,
  kOpenDeal,
  kDeal,
  kTicket,
  kLead,
  kCampaign,
  kActivity,
  kOnly,
  kHead
};
constexpr std::array<std::string_view, 10> kReasons{"record", "account",  "open_deal", "deal", "ticket",
                                                    "lead",   "campaign", "activity",  "only", "head"};

// Those of People that deal with customers.
constexpr std::array<std::string_view, 6> kDepartments{"sales",   "sales_development", "marketing",
                                                       "success", "support",           "finance"};

struct Claim {
  std::string member_id;
  Reason reason = Reason::kActivity;
  std::optional<Instant> at;
};

struct Member {
  std::string name;
  std::string department;
  std::optional<Reason> stands = {};  // for the department, whatever they did
};
using Members = std::map<std::string, Member>;  // by id

// Of who is of no department: whose work it is.
std::string DepartmentByReason(Reason reason) {
  switch (reason) {
    case Reason::kTicket:
      return "support";
    case Reason::kLead:
      return "sales_development";
    case Reason::kCampaign:
      return "marketing";
    case Reason::kActivity:
      return {};
    default:
      return "sales";
  }
}

void AddClaims(const Table& table, std::string_view member, std::string_view at, Reason reason,
               std::vector<Claim>& claims) {
  for (const auto& row : table.rows) {
    const Cells cells(table, row);
    Claim claim{cells.Text(member), reason, cells.When(at)};
    if (reason == Reason::kDeal && cells.Text("status") == "open") claim.reason = Reason::kOpenDeal;
    if (!claim.member_id.empty()) claims.push_back(std::move(claim));
  }
}

void AddCampaignClaims(const Facts& facts, const Table& table, std::string_view at, std::vector<Claim>& claims) {
  for (const auto& row : table.rows) {
    const Cells cells(table, row);
    const auto owner = facts.campaign_owners.find(cells.Text("campaign_id"));
    if (owner == facts.campaign_owners.end() || owner->second.empty()) continue;
    claims.push_back({owner->second, Reason::kCampaign, cells.When(at)});
  }
}

std::vector<Claim> ClaimsOf(const Facts& facts, const std::string& owner_id, const std::string& account_owner_id) {
  std::vector<Claim> claims;
  if (!owner_id.empty()) claims.push_back({owner_id, Reason::kRecord, std::nullopt});
  if (!account_owner_id.empty()) claims.push_back({account_owner_id, Reason::kAccount, std::nullopt});
  AddClaims(facts.deals, "owner_id", "created_at", Reason::kDeal, claims);
  AddClaims(facts.tickets, "owner_id", "created_at", Reason::kTicket, claims);
  AddClaims(facts.leads, "owner_id", "created_at", Reason::kLead, claims);
  AddCampaignClaims(facts, facts.touches, "at", claims);
  AddCampaignClaims(facts, facts.leads, "created_at", claims);
  AddClaims(facts.activities, "member_id", "at", Reason::kActivity, claims);
  AddClaims(facts.calls, "member_id", "at", Reason::kActivity, claims);
  AddClaims(facts.messages, "member_id", "at", Reason::kActivity, claims);
  return claims;
}

Result<Members> ReadMembers(analysis::Context& context) {
  WEIR_TRY(
      const store::Rows rows,
      context.session().QueryFew("SELECT m.member_id, m.name, m.department, h.is_only FROM scoped.member AS m LEFT "
                                 "JOIN scoped.department_head AS h ON h.member_id = m.member_id WHERE m.is_active "
                                 "ORDER BY m.member_id NULLS LAST",
                                 {}));
  Members members;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Member& member = members[rows.TextAt(i, 0)];
    member = {.name = rows.TextAt(i, 1), .department = rows.TextAt(i, 2)};
    const std::string is_only = rows.TextAt(i, 3);
    if (!is_only.empty()) member.stands = is_only == "true" ? Reason::kOnly : Reason::kHead;
  }
  return members;
}

std::optional<Claim> HeadOf(std::string_view department, const Members& members) {
  const auto head = std::ranges::find_if(members, [&](const auto& member) {
    return member.second.department == department && member.second.stands.has_value();
  });
  if (head == members.end()) return std::nullopt;
  return Claim{head->first, *head->second.stands, std::nullopt};
}

// The stronger reason, then the newer moment, then the smaller id.
bool IsBetter(const Claim& a, const Claim& b) {
  if (a.reason != b.reason) return a.reason < b.reason;
  if (a.at != b.at) return a.at > b.at;
  return a.member_id < b.member_id;
}

}  // namespace

const TableSpec& OwnersSpec() {
  static const TableSpec spec{
      .name = "owners",
      .title = {"Who is responsible", "Кто отвечает"},
      .key = {"department"},
      .columns = {TextOf("department", "Department", "Отдел"), TextOf("member_id", "Member's id", "Id сотрудника"),
                  TextOf("owner", "Owner", "Ответственный"), TextOf("reason", "Why", "Почему"),
                  Of("at", ColumnType::kInstant, "Last seen", "Последний раз")}};
  return spec;
}

Result<Table> MakeOwners(const Facts& facts, const std::string& owner_id, const std::string& account_owner_id,
                         analysis::Context& context) {
  WEIR_TRY(const Members members, ReadMembers(context));
  std::map<std::string, Claim, std::less<>> best;  // by department
  for (const Claim& claim : ClaimsOf(facts, owner_id, account_owner_id)) {
    const auto member = members.find(claim.member_id);
    if (member == members.end()) continue;
    const std::string& own = member->second.department;
    const std::string department = own.empty() ? DepartmentByReason(claim.reason) : own;
    if (department.empty()) continue;
    const bool is_ours = std::ranges::find(kDepartments, department) != kDepartments.end();
    if (!is_ours && claim.reason > Reason::kOpenDeal) continue;
    const auto [known, is_new] = best.try_emplace(department, claim);
    if (!is_new && IsBetter(claim, known->second)) known->second = claim;
  }
  Table table = analysis::EmptyTable(OwnersSpec());
  const auto add = [&](std::string_view department, const Claim& claim) {
    table.rows.push_back({std::string(department), claim.member_id, members.at(claim.member_id).name,
                          std::string(kReasons.at(static_cast<std::size_t>(claim.reason))),
                          claim.at ? Value(*claim.at) : Value()});
  };
  for (const std::string_view department : kDepartments) {
    if (const auto found = best.find(department); found != best.end()) {
      add(department, found->second);
      best.erase(found);
    } else if (const std::optional<Claim> head = HeadOf(department, members)) {
      add(department, *head);
    } else {
      table.rows.push_back({std::string(department), Value(), Value(), Value(), Value()});
    }
  }
  for (const auto& [department, claim] : best) add(department, claim);
  return table;
}

}  // namespace weir::customers
