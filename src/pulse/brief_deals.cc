#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "analysis/words.h"
#include "metrics/left_out.h"
#include "pulse/brief_parts.h"
#include "store/database.h"

namespace weir::pulse {
namespace {

using analysis::Table;
using store::Value;

std::string DealsSql(const BriefScope& scope) {
  std::string sql = fmt::format(
      "SELECT deal_id, name, account, stage, owner, amount_reporting, close_date FROM ({}) WHERE status = 'open' AND "
      "is_not_sales IS NULL",
      metrics::CountedRowsSql(*scope.view.catalog, *scope.view.catalog->FindView("deal"), scope.view.leave_out));
  if (!scope.view.team_ids.empty()) {
    std::string list;
    for (const std::string& id : scope.view.team_ids) list += (list.empty() ? "" : ", ") + store::QuoteText(id);
    sql += fmt::format(" AND team_id IN ({})", list);
  }
  if (!scope.view.segment.empty()) sql += fmt::format(" AND segment = {}", store::QuoteText(scope.view.segment));
  if (!scope.owner.empty()) sql += fmt::format(" AND owner = {}", store::QuoteText(scope.owner));
  return sql + " ORDER BY deal_id NULLS LAST";
}

std::optional<BriefReason> ReasonOfDate(const std::optional<Date>& close_date, Date today) {
  if (!close_date || *close_date > today) return std::nullopt;
  if (*close_date == today) {
    return BriefReason{
        .code = "closes_today", .text = {"is to close today", "должна закрыться сегодня"}, .since = close_date};
  }
  const std::int64_t days = today.days - close_date->days;
  const analysis::Text day = analysis::DayName(*close_date);
  return BriefReason{.code = "past_close_date",
                     .text = {fmt::format("was to close on {}, {} {} ago", day.en, analysis::GroupedEn(days),
                                          days == 1 ? "day" : "days"),
                              fmt::format("должна была закрыться {}, {} {} назад", day.ru, analysis::GroupedRu(days),
                                          analysis::RussianForm(days, "день", "дня", "дней"))},
                     .since = close_date};
}

// What the ledger says of deals, by deal.
std::map<std::string, std::vector<BriefReason>> ReasonsOfLeaks(const Table& leaks) {
  std::map<std::string, std::vector<BriefReason>> reasons;
  const auto text = [&](const std::vector<Value>& row, std::string_view column) {
    return store::ToText(row[leaks.IndexOf(column)]);
  };
  for (const auto& row : leaks.rows) {
    if (text(row, "entity") != "deal") continue;
    BriefReason reason{.code = text(row, "rule"),
                       .text = {fmt::format("{}: {}", text(row, "title_en"), text(row, "detail_en")),
                                fmt::format("{}: {}", text(row, "title_ru"), text(row, "detail_ru"))}};
    if (const auto* since = std::get_if<Date>(&row[leaks.IndexOf("since")])) reason.since = *since;
    reasons[text(row, "record_id")].push_back(std::move(reason));
  }
  return reasons;
}

// To win, to lose or to set a new date; whatever else is said of a deal asks for a next step.
bool IsDecision(const BriefReason& reason) {
  return reason.code == "closes_today" || reason.code == "past_close_date" || reason.code == "stuck_deal";
}

bool IsNew(const std::optional<Date>& since, Date today) { return since && since->days > today.days - kNewDays; }

Int128 UnitsOf(const std::optional<Decimal>& amount) {
  const auto scaled = amount ? Rescale(*amount, kAmountScale) : std::nullopt;
  return scaled ? scaled->units : -1;
}

}  // namespace

Result<BriefDeals> ReadDeals(const BriefScope& scope, const Table& leaks, analysis::Context& context) {
  WEIR_TRY(const store::Rows rows, context.session().Query(DealsSql(scope)));
  auto of_leaks = ReasonsOfLeaks(leaks);
  // To close deals is for who sells; others hear of those that leak on their side.
  const bool sells = scope.department.empty() || scope.department == "sales" || scope.department == "operations";
  BriefDeals deals{.open = static_cast<std::int64_t>(rows.size())};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    BriefDeal deal{.id = rows.TextAt(i, 0),
                   .name = rows.TextAt(i, 1),
                   .account = rows.TextAt(i, 2),
                   .stage = rows.TextAt(i, 3),
                   .owner = rows.TextAt(i, 4)};
    if (const auto* amount = std::get_if<Decimal>(&rows.rows[i][5])) deal.amount = *amount;
    if (const auto* day = std::get_if<Date>(&rows.rows[i][6])) deal.close_date = *day;
    if (!deal.close_date) ++deals.without_close_date;
    if (auto reason = ReasonOfDate(deal.close_date, scope.today); reason && sells) {
      deal.reasons.push_back(std::move(*reason));
    }
    if (const auto found = of_leaks.find(deal.id); found != of_leaks.end()) {
      std::ranges::move(found->second, std::back_inserter(deal.reasons));
    }
    if (deal.reasons.empty()) continue;
    deal.is_new =
        std::ranges::any_of(deal.reasons, [&](const BriefReason& one) { return IsNew(one.since, scope.today); });
    deals.waiting.push_back(std::move(deal));
  }
  std::ranges::sort(deals.waiting, {}, [](const BriefDeal& deal) {
    return std::tuple(!deal.is_new, std::ranges::none_of(deal.reasons, IsDecision), -UnitsOf(deal.amount), deal.id);
  });
  return deals;
}

std::vector<BriefLeak> PickLeaks(const BriefScope& scope, const Table& leaks) {
  const std::size_t won_back = leaks.IndexOf("won_back");
  const std::size_t since = leaks.IndexOf("since");
  const auto text = [&](std::size_t row, std::string_view column) {
    return store::ToText(leaks.rows[row][leaks.IndexOf(column)]);
  };
  std::vector<BriefLeak> picked;
  for (std::size_t row = 0; row < leaks.rows.size(); ++row) {
    const auto* money = std::get_if<Decimal>(&leaks.rows[row][won_back]);
    if (money == nullptr || money->units <= 0 || !text(row, "counted_by").empty()) continue;
    if (!scope.owner.empty() && text(row, "owner") != scope.owner && text(row, "assignee") != scope.owner) continue;
    const auto* day = std::get_if<Date>(&leaks.rows[row][since]);
    picked.push_back(
        {.row = row, .won_back = *money, .is_new = day != nullptr && day->days > scope.today.days - kNewDays});
  }
  std::ranges::sort(picked, {}, [&](const BriefLeak& leak) {
    return std::pair(-UnitsOf(leak.won_back), text(leak.row, leaks.key.front()));
  });
  return picked;
}

}  // namespace weir::pulse
