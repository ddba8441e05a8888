#include "forecast/call/call_money.h"

#include <algorithm>

#include "metrics/analyses.h"
#include "metrics/ask.h"
#include "metrics/left_out.h"
#include "store/database.h"

namespace weir::forecast {
namespace {

using analysis::Context;

constexpr std::size_t kMostEvidence = 1000;

// A source that never names a category is read by the bands in which others put probabilities: 80 and 50 %. A word that
// is none of the usual ones is pipeline.
constexpr std::string_view kMoneySql = R"(
SELECT seller_id, team_id, close_date, band, CAST(sum(amount_reporting) AS DECIMAL(38,4)) AS amount, count(*) AS deals,
  count(*) FILTER (WHERE is_by_probability) AS by_probability,
  count(*) FILTER (WHERE amount IS NOT NULL AND amount_reporting IS NULL) AS without_rate
FROM (
  SELECT seller_id, team_id, close_date, amount, amount_reporting,
    CASE WHEN status = 'won' THEN -1
         WHEN forecast_category IN ('commit', 'closed') THEN 0
         WHEN forecast_category = 'most_likely' THEN 1
         WHEN forecast_category = 'best_case' THEN 2
         WHEN forecast_category = 'omitted' THEN -2
         WHEN forecast_category IS NOT NULL OR has_categories THEN 3
         WHEN probability >= 0.8 THEN 0
         WHEN probability >= 0.5 THEN 2 ELSE 3 END AS band,
    status = 'open' AND forecast_category IS NULL AND NOT has_categories AND probability IS NOT NULL AS is_by_probability
  FROM (SELECT *, count(forecast_category) OVER (PARTITION BY source) > 0 AS has_categories FROM ({}) AS counted) AS all_deals
  WHERE status IN ({}) AND close_date BETWEEN ? AND ?
) AS banded
GROUP BY seller_id, team_id, close_date, band
ORDER BY seller_id NULLS LAST, team_id NULLS LAST, close_date NULLS LAST, band NULLS LAST)";

}  // namespace

Result<std::vector<DealMoney>> ReadDealMoney(const std::string& counted_sql, metrics::DayRange days, bool only_won,
                                             Context& context) {
  const std::array<store::Value, 2> values{days.first, days.last};
  WEIR_TRY(const store::Rows rows,
           context.session().Query(fmt::format(kMoneySql, counted_sql, only_won ? "'won'" : "'won', 'open'"), values));
  std::vector<DealMoney> deals;
  deals.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    deals.push_back({.seller_id = rows.TextAt(i, 0),
                     .team_id = rows.TextAt(i, 1),
                     .day = std::get<Date>(rows.rows[i][2]),
                     .band = static_cast<std::int32_t>(rows.IntegerAt(i, 3)),
                     .amount = metrics::MoneyOf(rows.rows[i][4]).value_or(Decimal{}).units,
                     .deals = rows.IntegerAt(i, 5),
                     .by_probability = rows.IntegerAt(i, 6),
                     .without_rate = rows.IntegerAt(i, 7)});
  }
  return deals;
}

Result<analysis::Evidence> DealsBehind(const std::string& counted_sql, const std::string& node,
                                       metrics::DayRange period, bool only_won, Context& context) {
  std::string whose = "TRUE";
  const std::string id = node.substr(std::min(node.size(), node.find(':') + 1));
  if (node.starts_with("member:")) {
    whose = "seller_id = " + store::QuoteText(id);
  } else if (node.starts_with("team:")) {
    WEIR_TRY(const std::vector<std::string> teams, metrics::TeamsUnder(id, context.session()));
    whose = "team_id IN (";
    for (const std::string& team : teams)
      whose.append(team == teams.front() ? "" : ", ").append(store::QuoteText(team));
    whose += ")";
  } else if (node == kNoTeamNode) {
    whose = "team_id IS NULL";
  } else if (node != kCompanyNode) {
    return Fail(NotFound("there is no line '{}' here", node).Field("explain"));
  }
  const std::array<store::Value, 2> values{period.first, period.last};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(
          fmt::format("SELECT deal_id FROM ({}) WHERE {} AND status IN ({}) AND close_date BETWEEN ? AND ? ORDER BY "
                      "amount_reporting DESC NULLS LAST, deal_id NULLS LAST",
                      counted_sql, whose, only_won ? "'won'" : "'won', 'open'"),
          values));
  analysis::Evidence evidence{.table = "deal", .total = static_cast<std::int64_t>(rows.size())};
  const std::size_t count = std::min(rows.size(), kMostEvidence);
  evidence.ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  return evidence;
}

Result<std::vector<OpenDealLine>> ReadOpenDealLines(const std::string& counted_sql, Context& context) {
  WEIR_TRY(const store::Rows rows, context.session().Query(fmt::format(
                                       "SELECT deal_id, seller_id, team_id FROM ({}) WHERE status = 'open' ORDER "
                                       "BY deal_id NULLS LAST",
                                       counted_sql)));
  std::vector<OpenDealLine> deals;
  deals.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    deals.push_back({.id = rows.TextAt(i, 0), .seller_id = rows.TextAt(i, 1), .team_id = rows.TextAt(i, 2)});
  }
  return deals;
}

Int128 LineMoney::Promised(std::size_t category) const {
  Int128 sum = won;
  for (std::size_t i = 0; i <= category; ++i) sum += open[i];
  return sum;
}

std::vector<std::size_t> LinesOf(const CallTree& tree, const std::string& seller_id, const std::string& team_id) {
  std::vector<std::size_t> lines;
  const auto seller = tree.places.find(MemberNode(seller_id));
  if (seller != tree.places.end()) lines.push_back(seller->second);
  std::size_t place = tree.LineOfTeam(team_id);
  if (place < tree.lines.size()) {
    while (true) {
      lines.push_back(place);
      if (tree.lines[place].parent < 0) break;
      place = static_cast<std::size_t>(tree.lines[place].parent);
    }
    return lines;
  }
  const auto company = tree.places.find(kCompanyNode);
  if (company == tree.places.end()) return lines;
  lines.push_back(company->second);
  const auto homeless = tree.places.find(kNoTeamNode);
  if (homeless != tree.places.end()) lines.push_back(homeless->second);
  return lines;
}

std::vector<LineMoney> MoneyByLine(const CallTree& tree, const std::vector<DealMoney>& deals) {
  std::vector<LineMoney> money(tree.lines.size());
  for (const DealMoney& deal : deals) {
    if (deal.band == kOmittedBand) continue;
    for (const std::size_t line : LinesOf(tree, deal.seller_id, deal.team_id)) {
      if (deal.band == kWonBand) {
        money[line].won += deal.amount;
      } else {
        money[line].open[static_cast<std::size_t>(deal.band)] += deal.amount;
      }
    }
  }
  return money;
}

}  // namespace weir::forecast
