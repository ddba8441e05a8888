// The truth about the desk: who works where, what setup should propose, goals that contradict each other, agreements
// that are broken.
#include <array>
#include <map>

#include <fmt/format.h>

#include "simulate/desk.h"
#include "simulate/truth.h"

namespace weir::simulate {
namespace {

std::string_view DepartmentName(Department department) {
  return EnglishLexicon().departments[static_cast<std::size_t>(department)];
}

struct MemberRow {
  const View& view;
  int index;
  const Member& member;
  int seat;
};

const Seat& SeatOf(const MemberRow& row) { return row.view.world.company.seats()[static_cast<std::size_t>(row.seat)]; }

constexpr Column<MemberRow> kMemberColumns[] = {
    {"member_record_id", [](std::string& c, const MemberRow& r) { c.append(CrmMember(r.view.world, r.index)); }},
    {"staff_key", [](std::string& c, const MemberRow& r) { c.append(StaffKey(r.index)); }},
    {"name", [](std::string& c, const MemberRow& r) { c.append(r.member.FullText()); }},
    {"email", [](std::string& c, const MemberRow& r) { c.append(r.member.email); }},
    {"department", [](std::string& c, const MemberRow& r) { c.append(DepartmentName(SeatOf(r).department)); }},
    {"function", [](std::string& c, const MemberRow& r) { c.append(FunctionOf(r.view.world, r.index, r.view.day)); }},
    {"team",
     [](std::string& c, const MemberRow& r) {
       c.append(r.view.world.company.teams()[static_cast<std::size_t>(SeatOf(r).team)].name);
     }},
    {"is_head", [](std::string& c, const MemberRow& r) { PutBool(c, SeatOf(r).is_head); }},
    {"manager_record_id",
     [](std::string& c, const MemberRow& r) {
       const int manager = r.view.world.company.ManagerOf(r.index, std::min(r.view.day, r.member.ends - 1));
       if (manager >= 0) c.append(CrmMember(r.view.world, manager));
     }},
    {"starts", [](std::string& c, const MemberRow& r) { PutDate(c, r.member.starts); }},
    {"ends",
     [](std::string& c, const MemberRow& r) {
       if (r.member.ends <= r.view.day) PutDate(c, r.member.ends);
     }},
    {"changed_team_on",
     [](std::string& c, const MemberRow& r) {
       const auto& sittings = r.view.world.company.SittingsOf(r.index);
       Date moved{INT32_MIN};
       for (const Company::Sitting& sitting : sittings) {
         if (sitting.from > r.member.starts && sitting.from <= r.view.day) moved = std::max(moved, sitting.from);
       }
       if (moved.days != INT32_MIN) PutDate(c, moved);
     }},
    {"forecast_bias",
     [](std::string& c, const MemberRow& r) { c.append(fmt::format("{:.3f}", ForecastBias(r.view.world, r.index))); }},
};

struct SetupRow {
  std::string_view question;
  std::string answer;
};

constexpr Column<SetupRow> kSetupColumns[] = {
    {"question", [](std::string& c, const SetupRow& r) { c.append(r.question); }},
    {"answer", [](std::string& c, const SetupRow& r) { c.append(r.answer); }},
};

struct ConflictRow {
  const Goal& one;
  const Goal& other;
};

constexpr Column<ConflictRow> kConflictColumns[] = {
    {"conflict", [](std::string& c, const ConflictRow& r) { c.append(r.one.conflict); }},
    {"goal_key", [](std::string& c, const ConflictRow& r) { c.append(r.one.key); }},
    {"department", [](std::string& c, const ConflictRow& r) { c.append(DepartmentName(r.one.department)); }},
    {"other_goal_key", [](std::string& c, const ConflictRow& r) { c.append(r.other.key); }},
    {"other_department", [](std::string& c, const ConflictRow& r) { c.append(DepartmentName(r.other.department)); }},
    {"period_start", [](std::string& c, const ConflictRow& r) { PutDate(c, r.one.from); }},
};

struct KeptRow {
  const Agreement& agreement;
  Date month;
  CompanyTruth::Kept kept;
};

double ShareOf(const KeptRow& row) { return static_cast<double>(row.kept.kept) / static_cast<double>(row.kept.cases); }

constexpr Column<KeptRow> kKeptColumns[] = {
    {"agreement_key", [](std::string& c, const KeptRow& r) { c.append(r.agreement.key); }},
    {"month", [](std::string& c, const KeptRow& r) { PutDate(c, r.month); }},
    {"cases", [](std::string& c, const KeptRow& r) { PutInteger(c, r.kept.cases); }},
    {"kept", [](std::string& c, const KeptRow& r) { PutInteger(c, r.kept.kept); }},
    {"kept_share", [](std::string& c, const KeptRow& r) { c.append(fmt::format("{:.3f}", ShareOf(r))); }},
    {"promised_share", [](std::string& c, const KeptRow& r) { c.append(fmt::format("{:.2f}", r.agreement.share)); }},
    {"is_broken", [](std::string& c, const KeptRow& r) { PutBool(c, ShareOf(r) < r.agreement.share); }},
};

Status WriteMembers(const View& view, const std::filesystem::path& folder, std::vector<WrittenFile>& files) {
  WEIR_TRY(auto table, CsvTable<MemberRow>::Create(folder / "members.csv", kMemberColumns));
  const Company& company = view.world.company;
  for (std::size_t i = 0; i < company.members().size(); ++i) {
    const Member& member = company.members()[i];
    const auto index = static_cast<int>(i);
    const int seat = company.SeatOf(index, std::min(view.day, member.ends - 1));
    if (member.starts <= view.day && seat >= 0) table.Write({view, index, member, seat});
  }
  return CloseTable(table, files);
}

// What the goals for the amount won ask of each year whose four quarters have one: "2026=720004".
std::string PlanOfYears(const View& view) {
  std::map<int, std::pair<int, double>> years;  // quarters, amount
  for (const Goal& goal : GoalsUntil(view.world, view.day)) {
    if (goal.metric != "won_amount") continue;
    auto& [quarters, amount] = years[ToCivil(goal.from).year];
    ++quarters;
    amount += goal.target;
  }
  std::string plan;
  for (const auto& [year, sum] : years) {
    if (sum.first == 4) plan += fmt::format("{}{}={:.0f}", plan.empty() ? "" : ", ", year, sum.second);
  }
  return plan;
}

Status WriteSetup(const View& view, const std::filesystem::path& folder, std::vector<WrittenFile>& files) {
  WEIR_TRY(auto table, CsvTable<SetupRow>::Create(folder / "setup.csv", kSetupColumns));
  const Lexicon& lexicon = view.lexicon();
  table.Write({"currency", std::string(lexicon.currency)});
  table.Write({"time_zone", std::string(lexicon.time_zone)});
  table.Write({"fiscal_year_starts", "01-01"});
  table.Write({"working_hours", "Mo-Fr 09:00-18:00"});
  table.Write({"non_sales_pipelines", ""});
  table.Write({"plan_won_amount", PlanOfYears(view)});
  table.Write({"company", std::string(lexicon.seller_name)});
  table.Write({"domain", std::string(lexicon.seller_domain)});
  return CloseTable(table, files);
}

Status WriteConflicts(const View& view, const std::filesystem::path& folder, std::vector<WrittenFile>& files) {
  WEIR_TRY(auto table, CsvTable<ConflictRow>::Create(folder / "goals.csv", kConflictColumns));
  const std::vector<Goal> goals = GoalsUntil(view.world, view.day);
  for (std::size_t i = 0; i < goals.size(); ++i) {
    for (std::size_t k = i + 1; k < goals.size(); ++k) {
      const bool same = goals[i].conflict == goals[k].conflict && goals[i].from == goals[k].from;
      if (same && !goals[i].conflict.empty()) table.Write({goals[i], goals[k]});
    }
  }
  return CloseTable(table, files);
}

}  // namespace

void CompanyTruth::Promised(Promise promise, Instant begun, double took, bool is_open) {
  const Agreement& agreement = AgreementOf(promise);
  const bool in_time = took <= agreement.promised;
  // What is still open is judged once it is late.
  if (is_open && in_time) return;
  const CivilDate civil = ToCivil(view_.world.calendar.DayOf(begun));
  Kept& kept = kept_[{static_cast<int>(promise), FromCivil({civil.year, civil.month, 1})}];
  ++kept.cases;
  kept.kept += in_time ? 1 : 0;
}

void CompanyTruth::AddPromises(const Account& account) {
  const Calendar& calendar = view_.world.calendar;
  const auto judge = [&](Promise promise, Instant begun, Instant done) {
    if (begun > view_.at || begun < view_.world.begin()) return;
    const bool is_open = done > view_.at;
    const Instant until = std::min(done, view_.at);
    const double took =
        promise == Promise::kBillInTime ? DaysBetween(begun, until) : calendar.OfficeHoursBetween(begun, until);
    Promised(promise, begun, took, is_open);
  };
  for (const Lead& lead : account.leads) {
    if (lead.channel != Channel::kOutbound && lead.duplicate_of < 0) {
      judge(Promise::kAnswerLeads, lead.created_at, lead.first_response_at);
    }
  }
  for (const Deal& deal : account.deals) {
    if (deal.lead < 0) continue;
    Instant worked = kNever;
    for (const Activity& activity : account.activities) {
      const bool counts = activity.deal == deal.number && activity.kind != ActivityKind::kTask;
      if (counts) worked = std::min(worked, activity.starts_at);
    }
    if (worked != kNever || deal.decided_at > view_.at) judge(Promise::kWorkDeals, deal.created_at, worked);
    if (!deal.is_won) continue;
    Instant billed = kNever;
    for (const Invoice& invoice : account.invoices) {
      if (account.subscriptions[static_cast<std::size_t>(invoice.subscription)].deal == deal.number) {
        billed = std::min(billed, invoice.created_at);
      }
    }
    const bool begins = deal.kind == DealKind::kNew || deal.kind == DealKind::kReactivation;
    if (begins) judge(Promise::kBillInTime, deal.decided_at, billed);
  }
  for (const Ticket& ticket : account.tickets) {
    Instant replied = kNever;
    for (const TicketComment& comment : ticket.comments) {
      if (comment.by_agent) replied = std::min(replied, comment.at);
    }
    judge(Promise::kReplyToTickets, ticket.created_at, replied);
  }
}

Status CompanyTruth::WriteDesk(const std::filesystem::path& folder, std::vector<WrittenFile>& files) const {
  WEIR_TRY(WriteMembers(view_, folder, files));
  WEIR_TRY(WriteSetup(view_, folder, files));
  WEIR_TRY(WriteConflicts(view_, folder, files));
  WEIR_TRY(auto table, CsvTable<KeptRow>::Create(folder / "agreements.csv", kKeptColumns));
  for (const auto& [key, kept] : kept_) {
    table.Write({AgreementOf(static_cast<Promise>(key.first)), key.second, kept});
  }
  return CloseTable(table, files);
}

}  // namespace weir::simulate
