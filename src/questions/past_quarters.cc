#include "questions/past_quarters.h"

#include <algorithm>

namespace weir::questions {

using metrics::AddDays;
using metrics::DayRange;
using store::Rows;

namespace {

// Of deals open on a past day, that many in ten may lack the amount that they had then.
constexpr std::int64_t kMostUnknownInTen = 2;

std::string MomentSql(Date day, const Scope& scope) {
  const std::string moment = FormatInstant(scope.zone.EndOfDay(day));
  return fmt::format("TIMESTAMP '{}'", moment.substr(0, moment.size() - 1));
}

Decimal Median(std::vector<Decimal> values) {
  std::ranges::sort(values, {}, &Decimal::units);
  const std::size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  const Decimal mean = LedgerAmount((values[middle - 1].units + values[middle].units) / 2);
  return Rescale(Rescale(mean, 2).value_or(mean), kAmountScale).value_or(mean);
}

}  // namespace

std::string ThenOpenSql(const Scope& scope, const std::vector<PastQuarter>& quarters) {
  std::string moments;
  for (std::size_t i = 0; i < quarters.size(); ++i) {
    const PastQuarter& quarter = quarters[i];
    moments += fmt::format("{}({}, {}, {}, {}, {})", i == 0 ? "" : ", ", i, MomentSql(quarter.day, scope),
                           DaySql(quarter.days.first), DaySql(quarter.day), DaySql(quarter.days.last));
  }
  return fmt::format(
      "WITH counted AS MATERIALIZED ({}), moments(position, moment, first_day, that_day, last_day) AS (VALUES {}), "
      "then_open AS MATERIALIZED (SELECT m.position, v.deal_id, v.amount_reporting AS amount, d.status = 'won' AND "
      "d.close_date > m.that_day AND d.close_date <= m.last_day AS is_won, d.amount_reporting AS won_amount "
      "FROM moments AS m JOIN scoped.deal_version AS v ON v.status = 'open' AND v.valid_from < m.moment AND "
      "(v.valid_to IS "
      "NULL OR v.valid_to >= m.moment) JOIN counted AS d ON d.deal_id = v.deal_id) ",
      CountedSql(scope, "deal"), moments);
}

Result<std::vector<PastQuarter>> ReadQuarters(const Scope& scope, analysis::Context& context) {
  const DayRange current = metrics::PeriodAround(scope.now.first, metrics::Grain::kQuarter, scope.first_month);
  const int days_left = current.last.days - scope.today.days;
  std::vector<PastQuarter> quarters;
  DayRange days = current;
  for (std::size_t i = 0; i < 2 * kMostQuarters; ++i) {
    days = metrics::PeriodAround(AddDays(days.first, -1), metrics::Grain::kQuarter, scope.first_month);
    quarters.push_back({.days = days, .day = std::max(days.first, AddDays(days.last, -days_left))});
  }
  WEIR_TRY(
      const Rows rows,
      context.session().Query(
          ThenOpenSql(scope, quarters) +
          "SELECT m.position, "
          "(SELECT sum(amount_reporting) FROM counted WHERE status = 'won' AND close_date BETWEEN m.first_day AND "
          "m.that_day), "
          "(SELECT sum(amount_reporting) FROM counted WHERE status = 'won' AND close_date > m.that_day AND close_date "
          "<= m.last_day), "
          "sum(o.amount), count(o.deal_id), count(o.deal_id) FILTER (WHERE o.amount IS NULL), "
          "sum(o.won_amount) FILTER (WHERE o.is_won), "
          "(SELECT min(least(coalesce(created_date, close_date), coalesce(close_date, created_date))) FROM counted) < "
          "m.first_day "
          "FROM moments AS m LEFT JOIN then_open AS o ON o.position = m.position GROUP BY ALL ORDER BY m.position"));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    PastQuarter& quarter = quarters[static_cast<std::size_t>(rows.IntegerAt(row, 0))];
    quarter.won_by_then = AmountOf(rows.rows[row][1]);
    const Decimal rest = AmountOf(rows.rows[row][2]);
    quarter.open_then = AmountOf(rows.rows[row][3]);
    quarter.open_deals = rows.IntegerAt(row, 4);
    quarter.without_amount = rows.IntegerAt(row, 5);
    quarter.won_of_open = AmountOf(rows.rows[row][6]);
    quarter.won_of_later = LedgerAmount(rest.units - quarter.won_of_open.units);
    const auto* is_covered = std::get_if<bool>(&rows.rows[row][7]);
    quarter.is_known = is_covered != nullptr && *is_covered && quarter.open_then.units > 0 &&
                       quarter.without_amount * 10 <= quarter.open_deals * kMostUnknownInTen;
  }
  return quarters;
}

std::vector<const PastQuarter*> KnownFrom(const std::vector<PastQuarter>& quarters, std::size_t first) {
  std::vector<const PastQuarter*> known;
  for (std::size_t i = first; i < quarters.size() && i < first + kMostQuarters; ++i) {
    if (quarters[i].is_known) known.push_back(&quarters[i]);
  }
  return known;
}

Outlook OutlookOf(const Standing& standing, const std::vector<const PastQuarter*>& known) {
  Outlook outlook;
  for (const PastQuarter* quarter : known) {
    const double part = ToDouble(quarter->won_of_open) / ToDouble(quarter->open_then);
    const Decimal of_open = Rescale(Rounded(part * ToDouble(standing.open), 2), kAmountScale).value_or(Decimal{});
    outlook.ends.push_back(LedgerAmount(standing.won.units + of_open.units + quarter->won_of_later.units));
  }
  if (outlook.ends.empty()) return outlook;
  outlook.middle = Median(outlook.ends);
  if (outlook.ends.size() < kFewestQuarters) return outlook;
  const auto [low, high] = std::ranges::minmax_element(outlook.ends, {}, &Decimal::units);
  outlook.low = *low;
  outlook.high = *high;
  const auto count = static_cast<Int128>(outlook.ends.size());
  outlook.chance = ShareOf(count - 1, count + 1);
  return outlook;
}

}  // namespace weir::questions
