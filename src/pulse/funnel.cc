#include "pulse/funnel.h"

#include <algorithm>

#include "store/dialect.h"

namespace weir::pulse {
namespace {

using store::Value;

constexpr std::int64_t kMillisPerDay = 86'400'000;
constexpr std::int64_t kMaxEvidence = 1000;

// The pieces that all statements of the funnel share, written over the aliases `span`, `lead` and `deal`. Every
// statement holds the condition on team and segment once; what exclusion rules leave out is in none.
class FunnelSql {
 public:
  FunnelSql(const PulseView& view, const std::vector<FunnelSpan>& spans) : view_(view), spans_(spans) {}

  std::string Spans() const {
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      const Instant end = std::min(view_.zone.EndOfDay(spans_[i].cut), Instant{view_.as_of.micros + 1});
      rows.push_back(fmt::format("({}, {}, {}, {}, {})", i, store::DateLiteral(spans_[i].days.first),
                                 store::DateLiteral(spans_[i].days.last), store::DateLiteral(spans_[i].cut),
                                 store::InstantLiteral(end)));
    }
    return fmt::format("span(part, first_day, last_day, cut, cut_end) AS (VALUES {})", fmt::join(rows, ", "));
  }
  static std::string Within(std::string_view day) {
    return fmt::format("{0} >= span.first_day AND {0} <= span.last_day", day);
  }
  static constexpr std::string_view kIsQualified =
      "lead.is_qualified AND (lead.qualified_at IS NULL OR lead.qualified_at < span.cut_end)";
  static constexpr std::string_view kHasDeal = "deal.is_not_sales IS NULL AND deal.created_date <= span.cut";
  static constexpr std::string_view kIsFollowed = "lead.is_deal_unknown IS NULL";
  static constexpr std::string_view kIsWon = "deal.status = 'won' AND deal.close_date <= span.cut";

  std::string Leads() const {
    return "FROM span JOIN scoped.lead AS lead ON " + Within("lead.created_date") + Scoped("lead");
  }
  std::string Opportunities() const {
    return "FROM span JOIN scoped.deal AS deal ON deal.is_not_sales IS NULL AND " + Within("deal.created_date") +
           Scoped("deal");
  }

  // The deals won in each span, when each was paid first, and whether that can be told: by invoices that name it, or,
  // where invoices of its account name no deal, by those that can be of no other won deal because it is the account's
  // first and no second was won before them. What is told of a deal must not depend on whether it is paid, or the share
  // of the paid would be wrong: all deals of such an account are untold once a second is won, and so is one of whose
  // account an invoice in another currency is known, though an invoice that can only be its own is paid.
  std::string WonAndPaid() const {
    return fmt::format(
        "won AS (SELECT span.part, span.cut, span.cut_end, deal.deal_id, deal.account_id, deal.close_date, "
        "deal.currency "
        "FROM span JOIN scoped.deal AS deal ON deal.is_not_sales IS NULL AND deal.status = 'won' AND {}{}), "
        "turn AS (SELECT deal_id, row_number() OVER in_turn AS place, lead(close_date) OVER in_turn AS next_close "
        "FROM scoped.deal WHERE status = 'won' AND account_id IN (SELECT account_id FROM won) "
        "WINDOW in_turn AS (PARTITION BY account_id ORDER BY close_date NULLS LAST, deal_id NULLS LAST)), "
        "bill AS MATERIALIZED (SELECT deal_id, account_id, currency, issued_date, paid_at FROM scoped.invoice "
        "WHERE coalesce(status NOT IN ('void', 'draft'), TRUE) AND coalesce(total > 0, TRUE) AND (deal_id IN (SELECT "
        "deal_id FROM won) OR deal_id IS NULL AND account_id IN (SELECT account_id FROM won))), "
        "claim AS (SELECT part, deal_id, min(paid_at) FILTER (WHERE is_its AND paid_at < cut_end) AS paid_at, "
        "bool_or(is_named) AS is_named, bool_and(is_its) AS are_its FROM ("
        "SELECT won.part, won.deal_id, won.cut_end, bill.paid_at, TRUE AS is_named, TRUE AS is_its FROM won "
        "JOIN bill ON bill.deal_id = won.deal_id UNION ALL "
        "SELECT won.part, won.deal_id, won.cut_end, bill.paid_at, FALSE, "
        "turn.place = 1 AND (turn.next_close IS NULL OR bill.issued_date < turn.next_close) "
        "AND (bill.currency = won.currency OR coalesce(bill.currency, 'XXX') = 'XXX' "
        "OR coalesce(won.currency, 'XXX') = 'XXX') FROM won JOIN turn ON turn.deal_id = won.deal_id "
        "JOIN bill ON bill.account_id = won.account_id AND bill.deal_id IS NULL AND bill.issued_date >= won.close_date"
        ") AS one GROUP BY part, deal_id), "
        "paid AS (SELECT won.part, won.deal_id, won.close_date, claim.paid_at, "
        "coalesce(claim.is_named, FALSE) OR (won.account_id IS NOT NULL AND unnamed.account_id IS NULL) "
        "OR (coalesce(turn.place = 1, FALSE) AND coalesce(turn.next_close > won.cut, TRUE) "
        "AND coalesce(claim.are_its, TRUE)) AS is_told FROM won LEFT JOIN turn ON turn.deal_id = won.deal_id "
        "LEFT JOIN claim ON claim.part = won.part AND claim.deal_id = won.deal_id "
        "LEFT JOIN (SELECT DISTINCT account_id FROM bill WHERE deal_id IS NULL) AS unnamed "
        "ON unnamed.account_id = won.account_id)",
        Within("deal.close_date"), Scoped("deal"));
  }

  std::vector<Value> Parameters() const {
    std::vector<Value> parameters(view_.team_ids.begin(), view_.team_ids.end());
    if (!view_.segment.empty()) parameters.emplace_back(view_.segment);
    return parameters;
  }

 private:
  std::string Scoped(std::string_view alias) const {
    std::string condition;
    if (!view_.team_ids.empty()) {
      const std::vector<std::string_view> marks(view_.team_ids.size(), "?");
      condition += fmt::format(" AND {}.team_id IN ({})", alias, fmt::join(marks, ", "));
    }
    if (!view_.segment.empty()) condition += fmt::format(" AND {}.segment = ?", alias);
    // The alias is the name of the view, which is that of the records.
    for (const metrics::Described* taken : metrics::TakenWith(*view_.catalog->FindView(alias), view_.leave_out)) {
      condition += fmt::format(" AND NOT {}", metrics::IsLeftOut(view_.leave_out, taken->entity,
                                                                 fmt::format("{}.{}", alias, taken->id.column)));
    }
    return condition;
  }

  const PulseView& view_;
  const std::vector<FunnelSpan>& spans_;
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
  std::int64_t leads_followed = 0;  // of sources that tell which deal a lead became
  std::int64_t qualified_followed = 0;
  std::int64_t qualified_with_deal = 0;
  std::int64_t with_deal = 0;
  std::optional<Decimal> days_to_qualified;
  std::optional<Decimal> days_to_deal;
};

Result<std::vector<LeadCounts>> CountLeads(const FunnelSql& sql, std::size_t spans, bool knows_qualified,
                                           store::Session& session) {
  const store::Dialect& dialect = store::DuckDbDialect();
  const std::string_view qualified = FunnelSql::kIsQualified;
  const std::string went_on =
      (knows_qualified ? std::string(qualified) + " AND " : "") + std::string(FunnelSql::kHasDeal);
  const std::string statement = fmt::format(
      "WITH {0} SELECT span.part, count(*), count(*) FILTER (WHERE {1}), count(*) FILTER (WHERE {1} AND {2}), "
      "count(*) FILTER (WHERE {2}), {3}, {4}, count(*) FILTER (WHERE {6}), count(*) FILTER (WHERE {1} AND {6}) {5} "
      "LEFT JOIN scoped.deal AS deal ON deal.deal_id = lead.deal_id "
      "GROUP BY span.part",
      sql.Spans(), qualified, FunnelSql::kHasDeal,
      dialect.sum_of_medians(dialect.millis_between("lead.created_at", "lead.qualified_at"),
                             fmt::format("{} AND lead.qualified_at IS NOT NULL", qualified)),
      dialect.sum_of_medians(dialect.millis_between("coalesce(lead.qualified_at, lead.created_at)", "deal.created_at"),
                             went_on),
      sql.Leads(), FunnelSql::kIsFollowed);
  WEIR_TRY(const store::Rows rows, session.Query(statement, sql.Parameters()));
  std::vector<LeadCounts> counts(spans);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    counts.at(static_cast<std::size_t>(rows.IntegerAt(row, 0))) = {
        .leads = rows.IntegerAt(row, 1),
        .qualified = rows.IntegerAt(row, 2),
        .leads_followed = rows.IntegerAt(row, 7),
        .qualified_followed = rows.IntegerAt(row, 8),
        .qualified_with_deal = rows.IntegerAt(row, 3),
        .with_deal = rows.IntegerAt(row, 4),
        .days_to_qualified = MedianDays(rows.rows[row][5], kMillisPerDay),
        .days_to_deal = MedianDays(rows.rows[row][6], kMillisPerDay)};
  }
  return counts;
}

struct Passed {
  Transition transition;
  std::optional<Decimal> days;
  std::int64_t untold = 0;  // entered as well, but nobody can say whether they went on
};

// Rows of (part, entered, went on, sum of medians in days, untold).
Result<std::vector<Passed>> ReadPassed(const FunnelSql& sql, const std::string& statement, std::size_t spans,
                                       store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(statement, sql.Parameters()));
  std::vector<Passed> passed(spans);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    passed.at(static_cast<std::size_t>(rows.IntegerAt(row, 0))) = {
        {rows.IntegerAt(row, 1), rows.IntegerAt(row, 2)}, MedianDays(rows.rows[row][3], 1), rows.IntegerAt(row, 4)};
  }
  return passed;
}

Result<std::vector<Passed>> CountOpportunities(const FunnelSql& sql, std::size_t spans, store::Session& session) {
  const store::Dialect& dialect = store::DuckDbDialect();
  const std::string statement = fmt::format(
      "WITH {0} SELECT span.part, count(*), count(*) FILTER (WHERE {1}), {2}, 0 {3} GROUP BY span.part", sql.Spans(),
      FunnelSql::kIsWon,
      dialect.sum_of_medians(dialect.days_between("deal.created_date", "deal.close_date"), FunnelSql::kIsWon),
      sql.Opportunities());
  return ReadPassed(sql, statement, spans, session);
}

Result<std::vector<Passed>> CountWon(const FunnelSql& sql, std::size_t spans, store::Session& session) {
  const store::Dialect& dialect = store::DuckDbDialect();
  const std::string statement = fmt::format(
      "WITH {}, {} SELECT part, count(*) FILTER (WHERE is_told), count(paid_at) FILTER (WHERE is_told), {}, "
      "count(*) FILTER (WHERE NOT is_told) FROM paid GROUP BY part",
      sql.Spans(), sql.WonAndPaid(),
      dialect.sum_of_medians(dialect.days_between("close_date", "local_date(paid_at)"),
                             "is_told AND paid_at IS NOT NULL"));
  return ReadPassed(sql, statement, spans, session);
}

// Whether any invoice can be led to a won deal at all, so that none paid means that none is paid.
Result<bool> InvoicesAreOfDeals(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT count(*) FROM scoped.invoice WHERE deal_id IS NOT NULL OR account_id IN "
                         "(SELECT account_id FROM scoped.deal WHERE status = 'won')"));
  return rows.IntegerAt(0, 0) > 0;
}

void FillLeads(const LeadCounts& counts, const Knowledge& knowledge, Funnel& funnel) {
  const bool knows_qualified = knowledge.has_qualified_leads();
  funnel[0].count = counts.leads;
  if (knows_qualified) {
    funnel[1].count = counts.qualified;
    funnel[1].transition = {counts.leads, counts.qualified};
    funnel[1].median_days = counts.days_to_qualified;
  }
  if (!knowledge.Has("deal")) return;
  funnel[2].transition = knows_qualified ? Transition{counts.qualified_followed, counts.qualified_with_deal}
                                         : Transition{counts.leads_followed, counts.with_deal};
  funnel[2].median_days = counts.days_to_deal;
}

void FillDeals(const Passed& opportunities, const Passed& won, bool knows_invoices, Funnel& funnel) {
  funnel[2].count = opportunities.transition.entered;
  funnel[3].count = won.transition.entered + won.untold;
  funnel[3].transition = opportunities.transition;
  funnel[3].median_days = opportunities.days;
  if (!knows_invoices) return;
  funnel[4].untold = won.untold;
  // Where some may be paid and none is known to be, "0 paid" would say more than is known.
  if (won.transition.went_on == 0 && won.untold > 0) return;
  funnel[4].count = won.transition.went_on;
  funnel[4].transition = won.transition;
  funnel[4].median_days = won.days;
}

}  // namespace

std::optional<Decimal> Transition::Share() const {
  if (entered == 0) return std::nullopt;
  constexpr std::int64_t kUnits = 1'000'000'000;
  return Decimal{(Int128{2} * went_on * kUnits + entered) / (Int128{2} * entered), 9};
}

Result<std::vector<Funnel>> MakeFunnels(const PulseView& view, const std::vector<FunnelSpan>& spans,
                                        const Knowledge& knowledge, analysis::Context& context) {
  store::Session& session = context.session();
  const FunnelSql sql(view, spans);
  std::vector<Funnel> funnels(spans.size(), {{"leads"}, {"qualified"}, {"opportunities"}, {"won"}, {"paid"}});
  if (knowledge.Has("lead")) {
    WEIR_TRY(const auto counts, CountLeads(sql, spans.size(), knowledge.has_qualified_leads(), session));
    for (std::size_t i = 0; i < spans.size(); ++i) FillLeads(counts[i], knowledge, funnels[i]);
  }
  if (knowledge.Has("deal")) {
    WEIR_TRY(const auto opportunities, CountOpportunities(sql, spans.size(), session));
    WEIR_TRY(const auto won, CountWon(sql, spans.size(), session));
    bool knows_paid = knowledge.Has("invoice");
    if (knows_paid && std::ranges::all_of(won, [](const Passed& one) { return one.transition.went_on == 0; })) {
      WEIR_TRY(knows_paid, InvoicesAreOfDeals(session));
    }
    for (std::size_t i = 0; i < spans.size(); ++i) FillDeals(opportunities[i], won[i], knows_paid, funnels[i]);
  }
  return funnels;
}

Result<analysis::Evidence> RowsOfStep(const PulseView& view, std::string_view step, analysis::Context& context) {
  const std::vector<FunnelSpan> spans{{view.now, context.LocalAsOfDate()}};
  const FunnelSql sql(view, spans);
  std::string tables = sql.Spans();
  std::string rows;
  if (step == "leads") {
    rows = "SELECT lead.lead_id AS id, lead.created_date AS day " + sql.Leads();
  } else if (step == "qualified") {
    rows = fmt::format("SELECT lead.lead_id AS id, lead.created_date AS day {} WHERE {}", sql.Leads(),
                       FunnelSql::kIsQualified);
  } else if (step == "opportunities") {
    rows = "SELECT deal.deal_id AS id, deal.created_date AS day " + sql.Opportunities();
  } else if (step == "won" || step == "paid") {
    tables += ", " + sql.WonAndPaid();
    rows = step == "won" ? "SELECT deal_id AS id, close_date AS day FROM won"
                         : "SELECT deal_id AS id, local_date(paid_at) AS day FROM paid "
                           "WHERE is_told AND paid_at IS NOT NULL";
  } else {
    return Fail(NotFound("the funnel has no step '{}'", step).Field("explain"));
  }
  const std::string statement = fmt::format(
      "WITH {} SELECT id, count(*) OVER () FROM ({}) AS found ORDER BY day DESC NULLS LAST, id NULLS LAST LIMIT {}",
      tables, rows, kMaxEvidence);
  WEIR_TRY(const store::Rows found, context.session().Query(statement, sql.Parameters()));
  analysis::Evidence evidence{.table = step == "leads" || step == "qualified" ? "lead" : "deal"};
  for (std::size_t row = 0; row < found.size(); ++row) evidence.ids.push_back(found.TextAt(row, 0));
  if (found.size() > 0) evidence.total = found.IntegerAt(0, 1);
  return evidence;
}

}  // namespace weir::pulse
