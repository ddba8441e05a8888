#include "diagnose/constraint_rows.h"

#include <array>

#include <fmt/format.h>

#include "diagnose/constraint_read.h"

namespace weir::diagnose {
namespace {

// A SELECT of ids in the order in which they are read, and the table that they are of.
struct Behind {
  std::string table = {};
  std::string sql = {};
  std::vector<store::Value> values = {};
};

struct Views {
  std::string deals;
  std::string leads;
  std::string day;
  std::string is_account_left_out;
};

Behind OfLeads(std::string_view kind, const Views& views) {
  const std::string from =
      fmt::format("SELECT l.lead_id AS id FROM {} AS l WHERE l.created_date > {} - {} AND l.is_deal_unknown IS NULL",
                  views.leads, views.day, kWindowDays);
  if (kind == "conversion") {
    return {"lead",
            fmt::format("{} AND l.deal_id IS NULL AND l.created_date <= {} - {} ORDER BY l.created_date DESC NULLS "
                        "LAST, id NULLS LAST",
                        from, views.day, kRipeDays)};
  }
  if (kind == "wait") {
    return {"lead", from +
                        " AND l.answered_at_work IS NOT NULL ORDER BY epoch_us(l.answered_at_work) - "
                        "epoch_us(l.created_at) DESC NULLS LAST, id NULLS LAST"};
  }
  return {"lead", fmt::format("{} AND l.created_date > {} - {} ORDER BY l.created_date DESC NULLS LAST, id NULLS LAST",
                              from, views.day, kLoadDays)};
}

Behind OfStage(std::string_view kind, const std::string& stage, const Views& views) {
  const bool is_wait = kind == "wait";
  return {
      "deal",
      fmt::format("WITH {} SELECT d.deal_id AS id FROM entries AS e JOIN {} AS d ON d.deal_id = e.deal_id WHERE {} AND "
                  "d.created_date > {} - {} AND e.nth = 1 AND e.status = 'open' AND e.origin <> 'first_sight' AND "
                  "coalesce(nullif(d.pipeline, ''), '-') || '/' || e.stage = ? AND {} ORDER BY {} DESC NULLS LAST, id "
                  "NULLS LAST",
                  kStageEntries, views.deals, kIsSelling, views.day, kWindowDays,
                  is_wait ? "e.left_at IS NOT NULL" : "coalesce(e.next_status, d.status) = 'lost'",
                  is_wait ? "epoch_us(e.left_at) - epoch_us(e.entered_at)" : "e.entered_at"),
      {stage}};
}

Behind OfDeals(std::string_view kind, const Views& views) {
  const std::string from = fmt::format("SELECT d.deal_id AS id FROM {} AS d WHERE {} AND d.created_date > {} - {}",
                                       views.deals, kIsSelling, views.day, kWindowDays);
  if (kind == "conversion") {
    return {"deal", from + " AND d.status = 'lost' ORDER BY d.closed_at DESC NULLS LAST, id NULLS LAST"};
  }
  if (kind == "wait") {
    return {"deal",
            from +
                " AND d.status = 'won' ORDER BY epoch_us(d.closed_at) - epoch_us(d.created_at) DESC NULLS LAST, "
                "id NULLS LAST"};
  }
  return {"deal", from + " AND d.status = 'open' ORDER BY d.owner NULLS LAST, d.created_at NULLS LAST, id NULLS LAST"};
}

Behind OfCustomers(const Views& views) {
  return {"account",
          fmt::format(
              "SELECT p.account_id AS id FROM scoped.mrr_movement AS p WHERE p.kind IN ('churn', 'contraction') AND "
              "p.account_id IS NOT NULL AND p.day > {} - {} AND NOT {} GROUP BY id ORDER BY sum(p.size) DESC NULLS "
              "LAST, id NULLS LAST",
              views.day, kWindowDays, views.is_account_left_out)};
}

}  // namespace

Result<analysis::Evidence> RowsOfConstraint(const std::string& constraint, const metrics::MetricCatalog& catalog,
                                            analysis::Context& context) {
  WEIR_TRY(const metrics::LeaveOut leave_out, metrics::ReadLeaveOut(context.session()));
  const Views views{.deals = CountedView("deal", catalog, leave_out),
                    .leads = CountedView("lead", catalog, leave_out),
                    .day = fmt::format("DATE '{}'", FormatDate(context.LocalAsOfDate())),
                    .is_account_left_out = metrics::IsLeftOut(leave_out, "account", "p.account_id")};
  const std::size_t colon = constraint.find(':');
  const std::string kind = constraint.substr(0, colon);
  const std::string step = colon == std::string::npos ? std::string() : constraint.substr(colon + 1);
  constexpr std::string_view kStage = "stage:";
  Behind behind;
  if (kind == "retention") {
    behind = OfCustomers(views);
  } else if (step == "lead") {
    behind = OfLeads(kind, views);
  } else if (step.starts_with(kStage)) {
    behind = OfStage(kind, step.substr(kStage.size()), views);
  } else if (step == "deal") {
    behind = OfDeals(kind, views);
  } else {
    return Fail(NotFound("there is no constraint '{}'", constraint)
                    .Field("explain")
                    .Mend("'weir diagnose constraints' lists them"));
  }
  constexpr std::size_t kMostRows = 1000;
  WEIR_TRY(const store::Rows rows, context.session().Query(behind.sql, behind.values));
  analysis::Evidence evidence{.table = behind.table, .total = static_cast<std::int64_t>(rows.size())};
  for (std::size_t i = 0; i < std::min(kMostRows, rows.size()); ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  return evidence;
}

}  // namespace weir::diagnose
