#include "forecast/plan/capacity_facts.h"

#include <algorithm>
#include <map>
#include <set>

#include "forecast/months.h"
#include "metrics/analyses.h"
#include "metrics/left_out.h"
#include "store/database.h"
#include "store/dialect.h"
#include "store/each_row.h"

namespace weir::forecast {
namespace {

using analysis::Context;

struct Won {
  std::int64_t units = 0;
  std::int64_t deals = 0;
};
using WonByMonth = std::map<int, Won>;

struct Member {
  SellerFact fact;
  std::string department;
  bool is_active = true;
};

std::string InSql(std::string_view column, const std::vector<std::string>& ids) {
  std::string list;
  for (const std::string& id : ids) list.append(list.empty() ? "" : ", ").append(store::QuoteText(id));
  return fmt::format("{} IN ({})", column, list);
}

Result<std::vector<Member>> ReadMembers(const std::string& where, store::Session& session) {
  std::vector<Member> members;
  WEIR_TRY(store::EachRow(session,
                          "SELECT member_id, coalesce(name, member_id), team, department, CAST(started_at AS DATE), "
                          "CAST(ended_at AS DATE), is_active FROM scoped.member WHERE function = 'seller' AND " +
                              where + " ORDER BY member_id NULLS LAST",
                          [&](const store::Chunk& chunk, std::size_t row) {
                            members.push_back({.fact = {.id = store::TextOr(chunk, 0, row),
                                                        .name = store::TextOr(chunk, 1, row),
                                                        .team = store::TextOr(chunk, 2, row),
                                                        .started = store::DateOr(chunk, 4, row),
                                                        .ended = store::DateOr(chunk, 5, row)},
                                               .department = store::TextOr(chunk, 3, row),
                                               .is_active = store::IsSo(chunk, 6, row)});
                          }));
  return members;
}

// What each seller won in each month; "" is nobody who counts as a seller.
Result<std::map<std::string, WonByMonth>> ReadWon(const std::string& deals, const std::string& where, Date today,
                                                  CapacityFacts& facts, store::Session& session) {
  std::map<std::string, WonByMonth> won;
  WEIR_TRY(
      store::EachRow(session,
                     fmt::format("SELECT coalesce(seller_id, ''), CAST(date_trunc('month', close_date) AS DATE), "
                                 "CAST(sum(amount_reporting) AS DECIMAL(18,4)), count(*), "
                                 "count(*) FILTER (WHERE amount_reporting IS NULL) FROM ({}) WHERE status = 'won' AND "
                                 "close_date <= {} AND {} GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2 NULLS LAST",
                                 deals, store::DateLiteral(today), where),
                     [&](const store::Chunk& chunk, std::size_t row) {
                       Won& of = won[store::TextOr(chunk, 0, row)][MonthOf(*store::DateOr(chunk, 1, row))];
                       of.units += store::UnitsOr(chunk, 2, row).value_or(0);
                       of.deals += store::UnitsOr(chunk, 3, row).value_or(0);
                       facts.without_amount += store::UnitsOr(chunk, 4, row).value_or(0);
                     }));
  return won;
}

// The first month that is known from its beginning: the one after that of the first deal. That of the plan where no
// whole month is known yet.
Result<int> FirstKnownMonth(const std::string& deals, int plan_month, store::Session& session) {
  int month = plan_month;
  WEIR_TRY(store::EachRow(session, fmt::format("SELECT min(close_date) FROM ({}) WHERE status = 'won'", deals),
                          [&](const store::Chunk& chunk, std::size_t row) {
                            if (const auto day = store::DateOr(chunk, 0, row)) month = MonthOf(*day) + 1;
                          }));
  return std::clamp(month, plan_month - kPastMonths, plan_month);
}

// Part of the month's days from the start to the end.
double PresenceIn(int month, const std::optional<Date>& started, const std::optional<Date>& ended) {
  const Date first = FirstDayOf(month);
  const Date after = FirstDayOf(month + 1);
  const std::int32_t from = std::max(first.days, started ? started->days : first.days);
  const std::int32_t until = std::min(after.days, ended ? ended->days : after.days);
  return std::max(0, until - from) / static_cast<double>(after.days - first.days);
}

// Sellers of a department in which nobody ever won a deal prepare them for others.
void LeaveOutWhoNeverCloses(const std::map<std::string, WonByMonth>& won, std::vector<Member>& members,
                            CapacityFacts& facts) {
  std::set<std::string> closing;
  for (const Member& member : members) {
    if (won.contains(member.fact.id)) closing.insert(member.department);
  }
  std::set<std::string> left_out;
  std::erase_if(members, [&](const Member& member) {
    if (closing.contains(member.department)) return false;
    left_out.insert(member.department);
    ++facts.not_closing;
    return true;
  });
  facts.departments.assign(left_out.begin(), left_out.end());
}

void AddSeller(Member member, const WonByMonth& won, CapacityFacts& facts) {
  SellerFact& fact = member.fact;
  const bool has_start = fact.started.has_value();
  std::optional<Date> since = fact.started;
  if (!has_start && !won.empty()) since = FirstDayOf(won.begin()->first);
  // Of somebody who is gone since nobody knows when, the last month that was won in is the last one.
  if (!member.is_active && !fact.ended && !won.empty()) fact.ended = FirstDayOf(won.rbegin()->first + 1);
  const bool is_unknown = !since || (!member.is_active && !fact.ended);
  const std::size_t number = facts.sellers.size();
  for (int month = facts.first_month; month < facts.plan_month && !is_unknown; ++month) {
    const double present = PresenceIn(month, since, fact.ended);
    const auto found = won.find(month);
    const auto units = found == won.end() ? 0.0 : static_cast<double>(found->second.units);
    if (month >= facts.plan_month - 12 && found != won.end()) fact.won_units += found->second.units;
    if (present <= 0) {
      facts.others[static_cast<std::size_t>(month - facts.first_month)] += units;
      continue;
    }
    if (found != won.end()) facts.won_deals += found->second.deals;
    facts.months.push_back(
        {number, month, has_start ? std::max(0, month - MonthOf(*fact.started)) : kRamped, present, units});
    facts.seller_months += present;
  }
  if (fact.ended && *fact.ended < FirstDayOf(facts.plan_month) && *fact.ended >= FirstDayOf(facts.first_month)) {
    facts.left += 1;
  }
  if (!has_start && member.is_active) ++facts.without_start;
  // Whoever is gone without a date is not here either.
  if (!member.is_active && !fact.ended) fact.ended = FirstDayOf(facts.first_month);
  facts.sellers.push_back(std::move(fact));
}

}  // namespace

Result<CapacityFacts> ReadCapacityFacts(const metrics::MetricCatalog& catalog, const std::string& team,
                                        Context& context) {
  store::Session& session = context.session();
  CapacityFacts facts;
  const Date today = context.LocalAsOfDate();
  facts.plan_month = FirstUnended(today);
  WEIR_TRY(const std::string deals, metrics::CountedSql(catalog, "deal", session));
  WEIR_TRY(facts.first_month, FirstKnownMonth(deals, facts.plan_month, session));
  std::string of_team = "TRUE";
  std::string by_team = "TRUE";  // what its sellers won while they were elsewhere tells of them, too
  if (!team.empty()) {
    WEIR_TRY(const std::vector<std::string> teams, metrics::TeamsUnder(team, session));
    of_team = InSql("team_id", teams);
    by_team = fmt::format("({0} OR seller_id IN (SELECT member_id FROM scoped.member WHERE {0}))", of_team);
  }
  WEIR_TRY(std::vector<Member> members, ReadMembers(of_team, session));
  WEIR_TRY(auto won, ReadWon(deals, by_team, today, facts, session));
  LeaveOutWhoNeverCloses(won, members, facts);
  facts.others.assign(static_cast<std::size_t>(facts.plan_month - facts.first_month), 0);
  for (Member& member : members) {
    const auto found = won.find(member.fact.id);
    AddSeller(std::move(member), found == won.end() ? WonByMonth{} : found->second, facts);
    if (found != won.end()) won.erase(found);
  }
  for (const auto& [id, by_month] : won) {
    for (const auto& [month, of] : by_month) {
      if (month < facts.first_month || month >= facts.plan_month) continue;
      facts.others[static_cast<std::size_t>(month - facts.first_month)] += static_cast<double>(of.units);
    }
  }
  return facts;
}

std::vector<PlannedSeller> PlannedOf(const CapacityFacts& facts, const CapacityPast& past,
                                     std::vector<std::size_t>& places) {
  std::vector<PlannedSeller> planned;
  planned.reserve(facts.sellers.size());
  places.reserve(facts.sellers.size());
  for (std::size_t i = 0; i < facts.sellers.size(); ++i) {
    const SellerFact& seller = facts.sellers[i];
    if (seller.ended && *seller.ended <= FirstDayOf(facts.plan_month)) continue;
    places.push_back(i);
    planned.push_back({.own = past.own[i],
                       .tenure = seller.started ? facts.plan_month - MonthOf(*seller.started) : kRamped,
                       .leaves = seller.ended ? MonthOf({seller.ended->days - 1}) + 1 - facts.plan_month : kStays});
  }
  return planned;
}

}  // namespace weir::forecast
