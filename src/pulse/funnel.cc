#include "pulse/funnel.h"

#include <algorithm>

#include "store/dialect.h"

namespace weir::pulse {
namespace {

using metrics::DayRange;
using store::Value;

constexpr std::int64_t kMillisPerDay = 86'400'000;
constexpr std::int64_t kMaxEvidence = 1000;

// The conditions that all statements of the funnel share, written over the aliases `lead` and `deal`.
class FunnelSql {
 public:
  FunnelSql(const PulseView& view, DayRange range, Date cut)
      : view_(view), range_(range), cut_(cut), cut_end_(std::min(view.zone.EndOfDay(cut), Instant{view.as_of.micros + 1})) {}

  std::string LeadsInPeriod() const { return Between("lead.created_date") + Scoped("lead"); }
  std::string DealsInPeriod() const { return Between("deal.created_date") + Scoped("deal"); }
  std::string WonInPeriod() const { return "deal.status = 'won' AND " + Between("deal.close_date") + Scoped("deal"); }

  std::string IsQualified() const {
    return fmt::format("lead.is_qualified AND (lead.qualified_at IS NULL OR lead.qualified_at < {})",
                       store::InstantLiteral(cut_end_));
  }
  std::string HasDeal() const { return "deal.created_date <= " + store::DateLiteral(cut_); }
  std::string IsWon() const { return "deal.status = 'won' AND deal.close_date <= " + store::DateLiteral(cut_); }

  // The first payment of each deal won in the period: of its own invoices, or, where an invoice names no deal, of those
  // that its account was sent from the close on.
  std::string Paid() const {
    return fmt::format(
        "won AS (SELECT deal.deal_id, deal.account_id, deal.close_date FROM scoped.deal AS deal WHERE {0}), "
        "paid AS (SELECT deal_id, min(paid_at) AS paid_at FROM ("
        "SELECT won.deal_id, invoice.paid_at FROM won JOIN scoped.invoice AS invoice ON invoice.deal_id = won.deal_id "
        "UNION ALL "
        "SELECT won.deal_id, invoice.paid_at FROM won JOIN scoped.invoice AS invoice "
        "ON invoice.account_id = won.account_id AND invoice.deal_id IS NULL AND invoice.issued_date >= won.close_date"
        ") AS payment WHERE paid_at < {1} GROUP BY deal_id)",
        WonInPeriod(), store::InstantLiteral(cut_end_));
  }

  // Every statement holds the scoped condition once.
  std::vector<Value> Parameters() const {
    std::vector<Value> parameters(view_.team_ids.begin(), view_.team_ids.end());
    if (!view_.segment.empty()) parameters.emplace_back(view_.segment);
    return parameters;
  }

 private:
  std::string Between(std::string_view day) const {
    return fmt::format("{0} >= {1} AND {0} <= {2}", day, store::DateLiteral(range_.first), store::DateLiteral(range_.last));
  }
  std::string Scoped(std::string_view alias) const {
    std::string condition;
    if (!view_.team_ids.empty()) {
      const std::vector<std::string_view> marks(view_.team_ids.size(), "?");
      condition += fmt::format(" AND {}.team_id IN ({})", alias, fmt::join(marks, ", "));
    }
    if (!view_.segment.empty()) condition += fmt::format(" AND {}.segment = ?", alias);
    return condition;
  }

  const PulseView& view_;
  DayRange range_;
  Date cut_;
  Instant cut_end_;
};

// Half of a sum of two medians, in days with one digit, half away from zero; times are not negative but by mistake.
std::optional<Decimal> MedianDays(const Value& sum_of_medians, std::int64_t per_day) {
  const auto* sum = std::get_if<std::int64_t>(&sum_of_medians);
  if (sum == nullptr) return std::nullopt;
  const std::int64_t magnitude = *sum < 0 ? -*sum : *sum;
  const Int128 tenths = (Int128{magnitude} * 10 + per_day) / (Int128{2} * per_day);
  return Decimal{*sum < 0 ? -tenths : tenths, 1};
}

struct LeadCounts {
  std::int64_t leads = 0;
  std::int64_t qualified = 0;
  std::int64_t qualified_with_deal = 0;
  std::int64_t with_deal = 0;
  std::optional<Decimal> days_to_qualified;
  std::optional<Decimal> days_to_deal;
};

Result<LeadCounts> CountLeads(const FunnelSql& sql, bool knows_qualified, store::Session& session) {
  const store::Dialect& dialect = store::DuckDbDialect();
  const std::string qualified = sql.IsQualified();
  const std::string has_deal = sql.HasDeal();
  const std::string went_on = knows_qualified ? fmt::format("{} AND {}", qualified, has_deal) : has_deal;
  const std::string statement = fmt::format(
      "SELECT count(*), count(*) FILTER (WHERE {0}), count(*) FILTER (WHERE {0} AND {1}), "
      "count(*) FILTER (WHERE {1}), {2}, {3} "
      "FROM scoped.lead AS lead LEFT JOIN scoped.deal AS deal ON deal.deal_id = lead.deal_id WHERE {4}",
      qualified, has_deal,
      dialect.sum_of_medians(dialect.millis_between("lead.created_at", "lead.qualified_at"),
                             qualified + " AND lead.qualified_at IS NOT NULL"),
      dialect.sum_of_medians(
          dialect.millis_between("coalesce(lead.qualified_at, lead.created_at)", "deal.created_at"), went_on),
      sql.LeadsInPeriod());
  WEIR_TRY(const store::Rows rows, session.Query(statement, sql.Parameters()));
  return LeadCounts{.leads = rows.IntegerAt(0, 0),
                    .qualified = rows.IntegerAt(0, 1),
                    .qualified_with_deal = rows.IntegerAt(0, 2),
                    .with_deal = rows.IntegerAt(0, 3),
                    .days_to_qualified = MedianDays(rows.rows[0][4], kMillisPerDay),
                    .days_to_deal = MedianDays(rows.rows[0][5], kMillisPerDay)};
}

struct Passed {
  Transition transition;
  std::optional<Decimal> days;
};

Result<Passed> CountDeals(const FunnelSql& sql, store::Session& session) {
  const store::Dialect& dialect = store::DuckDbDialect();
  const std::string statement = fmt::format(
      "SELECT count(*), count(*) FILTER (WHERE {0}), {1} FROM scoped.deal AS deal WHERE {2}", sql.IsWon(),
      dialect.sum_of_medians(dialect.days_between("deal.created_date", "deal.close_date"), sql.IsWon()),
      sql.DealsInPeriod());
  WEIR_TRY(const store::Rows rows, session.Query(statement, sql.Parameters()));
  return Passed{{rows.IntegerAt(0, 0), rows.IntegerAt(0, 1)}, MedianDays(rows.rows[0][2], 1)};
}

Result<Passed> CountPaid(const FunnelSql& sql, store::Session& session) {
  const store::Dialect& dialect = store::DuckDbDialect();
  const std::string statement = fmt::format(
      "WITH {0} SELECT count(*), count(paid.deal_id), {1} FROM won LEFT JOIN paid ON paid.deal_id = won.deal_id",
      sql.Paid(),
      dialect.sum_of_medians(dialect.days_between("won.close_date", "CAST(paid.paid_at AS DATE)"),
                             "paid.deal_id IS NOT NULL"));
  WEIR_TRY(const store::Rows rows, session.Query(statement, sql.Parameters()));
  return Passed{{rows.IntegerAt(0, 0), rows.IntegerAt(0, 1)}, MedianDays(rows.rows[0][2], 1)};
}

Result<bool> HasAny(std::string_view rows, store::Session& session) {
  WEIR_TRY(const std::int64_t found,
           session.QueryInteger(fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 1) AS one", rows)));
  return found > 0;
}

}  // namespace

std::optional<Decimal> Transition::Share() const {
  if (entered == 0) return std::nullopt;
  constexpr std::int64_t kUnits = 1'000'000'000;
  return Decimal{(Int128{2} * went_on * kUnits + entered) / (Int128{2} * entered), 9};
}

Result<std::vector<FunnelStep>> MakeFunnel(const PulseView& view, DayRange range, Date cut,
                                           analysis::Context& context) {
  store::Session& session = context.session();
  const FunnelSql sql(view, range, cut);
  WEIR_TRY(const bool knows_leads, HasAny("scoped.lead", session));
  WEIR_TRY(const bool knows_qualified, HasAny("scoped.lead WHERE is_qualified", session));
  WEIR_TRY(const bool knows_deals, HasAny("scoped.deal", session));
  WEIR_TRY(const bool knows_invoices, HasAny("scoped.invoice", session));
  std::vector<FunnelStep> steps{{"leads"}, {"qualified"}, {"opportunities"}, {"won"}, {"paid"}};
  if (knows_leads) {
    WEIR_TRY(const LeadCounts counts, CountLeads(sql, knows_qualified, session));
    steps[0].count = counts.leads;
    if (knows_qualified) {
      steps[1].count = counts.qualified;
      steps[1].transition = {counts.leads, counts.qualified};
      steps[1].median_days = counts.days_to_qualified;
    }
    if (knows_deals) {
      steps[2].transition = knows_qualified ? Transition{counts.qualified, counts.qualified_with_deal}
                                            : Transition{counts.leads, counts.with_deal};
      steps[2].median_days = counts.days_to_deal;
    }
  }
  if (knows_deals) {
    WEIR_TRY(const Passed won, CountDeals(sql, session));
    WEIR_TRY(const Passed paid, CountPaid(sql, session));
    steps[2].count = won.transition.entered;
    steps[3].count = paid.transition.entered;
    steps[3].transition = won.transition;
    steps[3].median_days = won.days;
    if (knows_invoices) {
      steps[4].count = paid.transition.went_on;
      steps[4].transition = paid.transition;
      steps[4].median_days = paid.days;
    }
  }
  return steps;
}

Result<analysis::Evidence> RowsOfStep(const PulseView& view, std::string_view step, analysis::Context& context) {
  const FunnelSql sql(view, view.now, view.now.last);
  std::string rows;
  if (step == "leads" || step == "qualified") {
    rows = fmt::format("SELECT lead.lead_id AS id, lead.created_date AS day FROM scoped.lead AS lead WHERE {}{}",
                       sql.LeadsInPeriod(), step == "leads" ? "" : " AND " + sql.IsQualified());
  } else if (step == "opportunities") {
    rows = fmt::format("SELECT deal.deal_id AS id, deal.created_date AS day FROM scoped.deal AS deal WHERE {}",
                       sql.DealsInPeriod());
  } else if (step == "won") {
    rows = fmt::format("SELECT deal.deal_id AS id, deal.close_date AS day FROM scoped.deal AS deal WHERE {}",
                       sql.WonInPeriod());
  } else if (step == "paid") {
    rows = fmt::format("WITH {} SELECT deal_id AS id, CAST(paid_at AS DATE) AS day FROM paid", sql.Paid());
  } else {
    return Fail(NotFound("the funnel has no step '{}'", step).Field("explain"));
  }
  const std::string statement =
      fmt::format("SELECT id, count(*) OVER () FROM ({}) AS found ORDER BY day DESC NULLS LAST, id NULLS LAST LIMIT {}",
                  rows, kMaxEvidence);
  WEIR_TRY(const store::Rows found, context.session().Query(statement, sql.Parameters()));
  analysis::Evidence evidence{.table = step == "leads" || step == "qualified" ? "lead" : "deal"};
  for (std::size_t row = 0; row < found.size(); ++row) evidence.ids.push_back(found.TextAt(row, 0));
  if (found.size() > 0) evidence.total = found.IntegerAt(0, 1);
  return evidence;
}

}  // namespace weir::pulse
