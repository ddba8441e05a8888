#include "customers/owners.h"

#include <array>
#include <map>

#include "base/text.h"

#include "customers/columns.h"
#include "customers/sections.h"

namespace weir::customers {
namespace {

using analysis::TableSpec;
using store::Value;

// Why someone is taken for an owner, the strongest reason first.
enum class Reason : std::uint8_t { kRecord, kOpenDeal, kDeal, kTicket, kLead, kActivity };
constexpr std::array<std::string_view, 6> kReasons{"record", "open_deal", "deal", "ticket", "lead", "activity"};

struct Claim {
  std::string member_id;
  Reason reason = Reason::kActivity;
  std::optional<Instant> at;
};

struct Member {
  std::string name;
  std::string department;  // one of ours, or empty
};

std::string DepartmentOf(const std::string& text) {
  struct Word {
    std::string_view part;
    std::string_view department;
  };
  static constexpr std::array<Word, 14> kWords{{{"market", "marketing"},
                                                {"маркет", "marketing"},
                                                {"success", "success"},
                                                {"support", "success"},
                                                {"service", "success"},
                                                {"сопровожд", "success"},
                                                {"поддерж", "success"},
                                                {"financ", "finance"},
                                                {"accounting", "finance"},
                                                {"billing", "finance"},
                                                {"финанс", "finance"},
                                                {"бухгалт", "finance"},
                                                {"sales", "sales"},
                                                {"продаж", "sales"}}};
  const std::string folded = FoldCase(text);
  for (const Word& word : kWords) {
    if (folded.find(word.part) != std::string::npos) return std::string(word.department);
  }
  return {};
}

std::string DepartmentByReason(Reason reason) {
  if (reason == Reason::kTicket) return "success";
  return reason == Reason::kActivity ? "" : "sales";
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

std::vector<Claim> ClaimsOf(const Facts& facts, const std::string& owner_id) {
  std::vector<Claim> claims;
  if (!owner_id.empty()) claims.push_back({owner_id, Reason::kRecord, std::nullopt});
  AddClaims(facts.deals, "owner_id", "created_at", Reason::kDeal, claims);
  AddClaims(facts.tickets, "owner_id", "created_at", Reason::kTicket, claims);
  AddClaims(facts.leads, "owner_id", "created_at", Reason::kLead, claims);
  AddClaims(facts.activities, "member_id", "at", Reason::kActivity, claims);
  return claims;
}

Result<std::map<std::string, Member>> ReadMembers(const std::vector<Claim>& claims, analysis::Context& context) {
  std::map<std::string, Member> members;
  std::vector<std::string> ids;
  for (const Claim& claim : claims) {
    if (members.try_emplace(claim.member_id).second) ids.push_back(claim.member_id);
  }
  const Selection chosen = OneOf("member_id", ids);
  if (chosen.where == "FALSE") return members;
  WEIR_TRY(const store::Rows rows,
           context.session().QueryFew("SELECT member_id, name, coalesce(department, team) FROM scoped.member WHERE " +
                                          chosen.where + " AND is_active ORDER BY member_id NULLS LAST",
                                      chosen.values));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    members[rows.TextAt(i, 0)] = {rows.TextAt(i, 1), DepartmentOf(rows.TextAt(i, 2))};
  }
  return members;
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

Result<Table> MakeOwners(const Facts& facts, const std::string& owner_id, analysis::Context& context) {
  const std::vector<Claim> claims = ClaimsOf(facts, owner_id);
  WEIR_TRY(const auto members, ReadMembers(claims, context));
  Table table = EmptyTable(OwnersSpec());
  for (const std::string_view department : {"sales", "marketing", "success", "finance"}) {
    const Claim* best = nullptr;
    for (const Claim& claim : claims) {
      const Member& member = members.at(claim.member_id);
      if (member.name.empty()) continue;
      const std::string of = member.department.empty() ? DepartmentByReason(claim.reason) : member.department;
      if (of == department && (best == nullptr || IsBetter(claim, *best))) best = &claim;
    }
    if (best == nullptr) {
      table.rows.push_back({std::string(department), Value(), Value(), Value(), Value()});
      continue;
    }
    table.rows.push_back({std::string(department), best->member_id, members.at(best->member_id).name,
                          std::string(kReasons.at(static_cast<std::size_t>(best->reason))),
                          best->at ? Value(*best->at) : Value()});
  }
  return table;
}

}  // namespace weir::customers
