#include "forecast/tree/tree_facts.h"

#include <algorithm>
#include <map>

#include "forecast/months.h"
#include "metrics/left_out.h"
#include "store/dialect.h"
#include "store/each_row.h"

namespace weir::forecast {
namespace {

using analysis::Context;

// A customer who starts a little before the deal is written down as won is that deal's.
constexpr int kStartsBefore = 31;
constexpr int kStartsAfter = 365;
constexpr int kBookedDays = 730;
// Where an invoice has no day by which it is to be paid.
constexpr int kUsualTerm = 30;

// The kind of a deal of the counted ones, which are called d: 0 to 3 as DealOrigin has them. What outbound work found
// is no work of marketing, though it may stand among the leads.
std::string KindSql() {
  return "CASE WHEN d.type = 'renewal' THEN 3 WHEN d.type = 'expansion' THEN 2 "
         "WHEN (d.lead_id IS NOT NULL OR d.campaign_id IS NOT NULL OR d.deal_id IN (SELECT l.deal_id FROM scoped.lead "
         "AS l WHERE l.deal_id IS NOT NULL)) AND NOT regexp_matches(lower(concat_ws(' ', d.channel, d.lead_source)), "
         "'outbound|cold|telemarketing|холодн|исходящ') THEN 0 ELSE 1 END";
}

void AddDay(const store::Chunk& chunk, std::size_t day, std::size_t amount, std::size_t row, DailyFlow& flow) {
  flow.days.push_back(
      {store::DateOr(chunk, day, row)->days, static_cast<double>(store::UnitsOr(chunk, amount, row).value_or(0))});
}

std::int32_t DayOrNever(const store::Chunk& chunk, std::size_t column, std::size_t row) {
  const auto day = store::DateOr(chunk, column, row);
  return day ? day->days : kStillAwaited;
}

Status ReadDeals(const std::string& deals, Date today, store::Session& session, TreeFacts& facts) {
  WEIR_TRY(store::EachRow(
      session,
      fmt::format(
          "SELECT d.close_date, {}, CAST(sum(d.amount_reporting) AS DECIMAL(18,4)), count(*) FILTER (WHERE "
          "d.amount_reporting IS NULL) FROM ({}) AS d WHERE d.status = 'won' AND d.close_date <= {} GROUP BY 1, "
          "2 ORDER BY 1 NULLS LAST, 2 NULLS LAST",
          KindSql(), deals, store::DateLiteral(today)),
      [&](const store::Chunk& chunk, std::size_t row) {
        AddDay(chunk, 0, 2, row, facts.won[static_cast<std::size_t>(store::UnitsOr(chunk, 1, row).value_or(0))]);
        facts.won_without_amount += store::UnitsOr(chunk, 3, row).value_or(0);
      }));
  WEIR_TRY(store::EachRow(
      session,
      fmt::format("SELECT d.created_date, {}, CAST(sum(v.amount_reporting) AS DECIMAL(18,4)) FROM "
                  "scoped.deal_version AS v JOIN ({}) AS d ON d.deal_id = v.deal_id WHERE v.version = 1 AND "
                  "d.created_date <= {} GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2 NULLS LAST",
                  KindSql(), deals, store::DateLiteral(today)),
      [&](const store::Chunk& chunk, std::size_t row) {
        AddDay(chunk, 0, 2, row, facts.created[static_cast<std::size_t>(store::UnitsOr(chunk, 1, row).value_or(0))]);
      }));
  return store::EachRow(
      session,
      fmt::format("SELECT min(d.created_date) FROM ({}) AS d WHERE d.status IS DISTINCT FROM 'won' AND {} <= 1", deals,
                  KindSql()),
      [&](const store::Chunk& chunk, std::size_t row) {
        if (const auto day = store::DateOr(chunk, 0, row)) facts.created_since = day->days;
      });
}

Status ReadLeads(const std::string& leads, const std::string& deals, Date today, store::Session& session,
                 TreeFacts& facts) {
  WEIR_TRY(store::EachRow(
      session,
      fmt::format("SELECT created_date, count(*) FROM ({}) WHERE created_date <= {} GROUP BY 1 ORDER BY 1 "
                  "NULLS LAST",
                  leads, store::DateLiteral(today)),
      [&](const store::Chunk& chunk, std::size_t row) { AddDay(chunk, 0, 1, row, facts.leads); }));
  // Of several leads of one deal the first has it: the others brought nothing more.
  return store::EachRow(
      session,
      fmt::format(
          "WITH counted AS (SELECT lead_id, deal_id, created_date, row_number() OVER (PARTITION BY deal_id ORDER BY "
          "created_date NULLS LAST, lead_id NULLS LAST) AS place FROM ({3}) WHERE is_deal_unknown IS NULL AND "
          "created_date <= {0}), "
          "told AS (SELECT d.deal_id, d.created_date, CASE WHEN d.status = 'won' AND d.close_date <= {0} THEN "
          "d.close_date END AS won, d.amount_reporting FROM ({1}) AS d WHERE {2} = 0), "
          "first_amount AS (SELECT v.deal_id, v.amount_reporting FROM scoped.deal_version AS v WHERE v.version = 1) "
          "SELECT l.created_date, t.created_date, t.won, count(*), CAST(sum(CASE WHEN t.won IS NOT NULL THEN "
          "t.amount_reporting END) AS DECIMAL(18,4)), CAST(sum(f.amount_reporting) AS DECIMAL(18,4)) FROM counted AS l "
          "LEFT JOIN told AS t ON l.place = 1 AND t.deal_id = l.deal_id LEFT JOIN first_amount AS f ON f.deal_id = "
          "t.deal_id GROUP BY 1, 2, 3 ORDER BY 1 NULLS LAST, 2 NULLS LAST, 3 NULLS LAST",
          store::DateLiteral(today), deals, KindSql(), leads),
      [&](const store::Chunk& chunk, std::size_t row) {
        facts.cohorts.push_back({store::DateOr(chunk, 0, row)->days, DayOrNever(chunk, 1, row),
                                 DayOrNever(chunk, 2, row),
                                 static_cast<double>(store::UnitsOr(chunk, 3, row).value_or(0))});
        facts.won_of_leads += static_cast<double>(store::UnitsOr(chunk, 4, row).value_or(0));
        facts.created_of_leads += static_cast<double>(store::UnitsOr(chunk, 5, row).value_or(0));
      });
}

Status ReadRecurring(const std::string& movements, const std::string& deals, Date today, store::Session& session,
                     TreeFacts& facts) {
  const auto sum = [](const char* kinds) {
    return fmt::format("CAST(sum(CASE WHEN kind IN ({}) THEN amount END) AS DECIMAL(18,4))", kinds);
  };
  WEIR_TRY(
      store::EachRow(session,
                     fmt::format("SELECT day, {}, {}, {} FROM ({}) WHERE day <= {} GROUP BY 1 ORDER BY 1 NULLS LAST",
                                 sum("'new', 'reactivation'"), sum("'expansion', 'contraction', 'churn'"), sum("'fx'"),
                                 movements, store::DateLiteral(today)),
                     [&](const store::Chunk& chunk, std::size_t row) {
                       const auto units = [&](std::size_t column) {
                         return static_cast<double>(store::UnitsOr(chunk, column, row).value_or(0));
                       };
                       facts.recurring.push_back({store::DateOr(chunk, 0, row)->days, units(1), units(2), units(3)});
                     }));
  return store::EachRow(
      session,
      fmt::format(
          "WITH booked AS (SELECT d.deal_id, d.account_id, d.close_date, d.amount_reporting FROM ({0}) AS d WHERE "
          "d.status = 'won' AND {1} <= 1 AND d.amount_reporting > 0 AND d.account_id IS NOT NULL AND d.close_date "
          "BETWEEN {2} AND {3}), "
          "starts AS (SELECT account_id, day, CAST(sum(amount) AS DECIMAL(18,4)) AS monthly FROM ({4}) WHERE kind IN "
          "('new', 'reactivation') AND day <= {3} GROUP BY account_id, day), "
          "first_start AS (SELECT b.deal_id, min(s.day) AS day FROM booked AS b JOIN starts AS s ON s.account_id = "
          "b.account_id AND s.day >= b.close_date - {5} AND s.day <= b.close_date + {6} GROUP BY b.deal_id) "
          "SELECT b.close_date, b.amount_reporting, f.day, s.monthly FROM booked AS b LEFT JOIN first_start AS f ON "
          "f.deal_id = b.deal_id LEFT JOIN starts AS s ON s.account_id = b.account_id AND s.day = f.day ORDER BY "
          "b.deal_id NULLS LAST",
          deals, KindSql(), store::DateLiteral({today.days - kBookedDays}), store::DateLiteral(today), movements,
          kStartsBefore, kStartsAfter),
      [&](const store::Chunk& chunk, std::size_t row) {
        facts.booked.push_back(
            {store::DateOr(chunk, 0, row)->days, static_cast<double>(store::UnitsOr(chunk, 1, row).value_or(0)),
             DayOrNever(chunk, 2, row), static_cast<double>(store::UnitsOr(chunk, 3, row).value_or(0))});
      });
}

Status ReadInvoices(const std::string& invoices, Date today, store::Session& session, TreeFacts& facts) {
  std::map<std::string, std::size_t> payers;
  std::map<std::int32_t, double> invoiced;
  WEIR_TRY(store::EachRow(
      session,
      fmt::format("SELECT coalesce(account_id, invoice_id), issued_date, due_date, CAST(paid_at AS DATE), "
                  "total_reporting, CAST(total_reporting - coalesce(amount_paid_reporting, 0) AS DECIMAL(18,4)), "
                  "coalesce(status, 'open') FROM ({}) WHERE (status IS NULL OR status NOT IN ('draft', 'void')) AND "
                  "total_reporting > 0 AND issued_date <= {} ORDER BY invoice_id NULLS LAST",
                  invoices, store::DateLiteral(today)),
      [&](const store::Chunk& chunk, std::size_t row) {
        const std::int32_t issued = store::DateOr(chunk, 1, row)->days;
        const auto due = store::DateOr(chunk, 2, row);
        const std::string status = store::TextOr(chunk, 6, row);
        const double total = static_cast<double>(store::UnitsOr(chunk, 4, row).value_or(0));
        invoiced[issued] += total;
        InvoiceFact fact{.payer = payers.try_emplace(store::TextOr(chunk, 0, row), payers.size()).first->second,
                         .issued = issued,
                         .due = due ? due->days : issued + kUsualTerm,
                         .paid = DayOrNever(chunk, 3, row),
                         .total = total,
                         .open = static_cast<double>(store::UnitsOr(chunk, 5, row).value_or(0)),
                         .is_given_up = status == "uncollectible"};
        if (status == "paid" && fact.paid == kStillAwaited) {
          ++facts.paid_without_day;
          return;
        }
        if (fact.paid != kStillAwaited) fact.open = 0;
        facts.invoices.push_back(fact);
      }));
  for (const auto& [day, amount] : invoiced) facts.invoiced.days.push_back({day, amount});
  return {};
}

Status ReadPayments(const std::string& payments, Date today, store::Session& session, TreeFacts& facts) {
  return store::EachRow(
      session,
      fmt::format("SELECT day, CAST(sum(amount_reporting) AS DECIMAL(18,4)) FROM ({}) WHERE status = "
                  "'succeeded' AND (kind = 'charge' OR kind = 'transfer' AND account_id IS NOT NULL) AND "
                  "day <= {} GROUP BY 1 ORDER BY 1 NULLS LAST",
                  payments, store::DateLiteral(today)),
      [&](const store::Chunk& chunk, std::size_t row) { AddDay(chunk, 0, 1, row, facts.paid); });
}

constexpr std::size_t kMostEvidence = 1000;

Result<analysis::Evidence> RowsOf(const char* table, const std::string& sql, store::Session& session) {
  WEIR_TRY(const store::Rows rows, session.Query(sql));
  analysis::Evidence evidence{.table = table, .total = static_cast<std::int64_t>(rows.size())};
  for (std::size_t row = 0; row < std::min(rows.size(), kMostEvidence); ++row) {
    evidence.ids.push_back(rows.TextAt(row, 0));
  }
  return evidence;
}

}  // namespace

double DailyFlow::Within(std::int32_t first, std::int32_t last) const {
  double sum = 0;
  for (auto at = std::ranges::lower_bound(days, first, {}, &On::day); at != days.end() && at->day <= last; ++at) {
    sum += at->amount;
  }
  return sum;
}

std::vector<double> DailyFlow::Months(int first, int last) const {
  std::vector<double> months;
  months.reserve(static_cast<std::size_t>(std::max(0, last - first + 1)));
  for (int month = first; month <= last; ++month) {
    months.push_back(Within(FirstDayOf(month).days, LastDayOf(month).days));
  }
  return months;
}

Result<analysis::Evidence> RowsBehind(const metrics::MetricCatalog& catalog, const std::string& node, int month,
                                      Context& context) {
  static const std::map<std::string, std::string, std::less<>> kKinds{
      {"bookings", "0, 1, 2, 3"}, {"new", "0, 1"},
      {"new_marketing", "0"},     {"new_sales", "1"},
      {"expansion", "2"},         {"renewal", "3"},
      {"pipeline", "0, 1, 2, 3"}, {"pipeline_marketing", "0"},
      {"pipeline_sales", "1"},    {"pipeline_success", "2, 3"}};
  store::Session& session = context.session();
  const auto within = [&](const char* column) {
    return fmt::format("{} BETWEEN {} AND {}", column, store::DateLiteral(FirstDayOf(month)),
                       store::DateLiteral(std::min(LastDayOf(month), context.LocalAsOfDate())));
  };
  if (node == "cash") {
    WEIR_TRY(const std::string payments, metrics::CountedSql(catalog, "payment", session));
    return RowsOf(
        "payment",
        fmt::format("SELECT payment_id FROM ({}) WHERE status = 'succeeded' AND (kind = 'charge' OR kind = "
                    "'transfer' AND account_id IS NOT NULL) AND {} ORDER BY amount_reporting DESC NULLS LAST, "
                    "payment_id NULLS LAST",
                    payments, within("day")),
        session);
  }
  const auto found = kKinds.find(node);
  if (found == kKinds.end()) return Fail(NotFound("'{}' has no rows behind it", node).Field("explain"));
  WEIR_TRY(const std::string deals, metrics::CountedSql(catalog, "deal", session));
  const bool is_created = node.starts_with("pipeline");
  return RowsOf(
      "deal",
      fmt::format("SELECT d.deal_id FROM ({}) AS d WHERE {} IN ({}) AND {}{} ORDER BY d.amount_reporting DESC "
                  "NULLS LAST, d.deal_id NULLS LAST",
                  deals, KindSql(), found->second, within(is_created ? "d.created_date" : "d.close_date"),
                  is_created ? "" : " AND d.status = 'won'"),
      session);
}

Result<TreeFacts> ReadTreeFacts(const metrics::MetricCatalog& catalog, Context& context) {
  store::Session& session = context.session();
  const Date today = context.LocalAsOfDate();
  TreeFacts facts;
  facts.as_of = today.days;
  facts.first_month = FirstUnended(today);
  WEIR_TRY(const std::string deals, metrics::CountedSql(catalog, "deal", session));
  WEIR_TRY(const std::string leads, metrics::CountedSql(catalog, "lead", session));
  WEIR_TRY(const std::string movements, metrics::CountedSql(catalog, "mrr_movement", session));
  WEIR_TRY(const std::string invoices, metrics::CountedSql(catalog, "invoice", session));
  WEIR_TRY(const std::string payments, metrics::CountedSql(catalog, "payment", session));
  WEIR_TRY(ReadDeals(deals, today, session, facts));
  WEIR_TRY(ReadLeads(leads, deals, today, session, facts));
  WEIR_TRY(ReadRecurring(movements, deals, today, session, facts));
  WEIR_TRY(ReadInvoices(invoices, today, session, facts));
  WEIR_TRY(ReadPayments(payments, today, session, facts));
  return facts;
}

}  // namespace weir::forecast
