#include "customers/summary.h"

#include <algorithm>

#include "customers/columns.h"
#include "customers/sections.h"

namespace weir::customers {
namespace {

using store::Value;

constexpr int kFailureDays = 90;

void Add(const std::optional<Decimal>& amount, std::optional<Decimal>& sum) {
  if (!amount) return;
  const auto scaled = Rescale(*amount, kAmountScale);
  if (!scaled) return;
  sum = Decimal{(sum ? sum->units : Int128{0}) + scaled->units, kAmountScale};
}

template <typename T>
void KeepLeast(const std::optional<T>& value, std::optional<T>& least) {
  if (value && (!least || *value < *least)) least = value;
}

template <typename T>
Value Maybe(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}

void AddDeals(const Table& deals, Summary& summary) {
  for (const auto& row : deals.rows) {
    const Cells deal(deals, row);
    const std::string status = deal.Text("status");
    if (status == "won") {
      ++summary.deals_won;
      Add(deal.Amount("amount_reporting"), summary.won_amount);
    } else if (status == "lost") {
      ++summary.deals_lost;
    } else {
      ++summary.deals_open;
      Add(deal.Amount("amount_reporting"), summary.pipeline_amount);
      KeepLeast(deal.Day("close_date"), summary.next_close_date);
    }
  }
}

void AddInvoices(const Table& invoices, Instant year_ago, Summary& summary) {
  for (const auto& row : invoices.rows) {
    const Cells invoice(invoices, row);
    const std::string status = invoice.Text("status");
    const bool counts = status != "void" && status != "draft";
    if (counts && invoice.When("issued_at") > year_ago) Add(invoice.Amount("total_reporting"), summary.invoiced_amount);
    if (invoice.Text("is_overdue") != "true") continue;
    ++summary.overdue_invoices;
    Add(invoice.Amount("outstanding_reporting"), summary.overdue_amount);
    KeepLeast(invoice.Day("due_date"), summary.overdue_since);
  }
}

void AddRenewal(const Facts& facts, Date today, Summary& summary) {
  for (const auto& row : facts.contracts.rows) {
    const auto ends = Cells(facts.contracts, row).Day("end_date");
    if (ends && *ends >= today) KeepLeast(ends, summary.renewal_date);
  }
  for (const auto& row : facts.subscriptions.rows) {
    const Cells subscription(facts.subscriptions, row);
    if (subscription.When("ended_at") || subscription.Text("status") == "canceled") continue;
    ++summary.active_subscriptions;
  }
}

}  // namespace

Summary Summarise(const Facts& facts, const std::vector<Interaction>& interactions, const analysis::Context& context) {
  Summary summary;
  const Date today = context.LocalAsOfDate();
  const Instant year_ago = StartOf(AddMonths(today, -12));
  AddDeals(facts.deals, summary);
  AddInvoices(facts.invoices, year_ago, summary);
  AddRenewal(facts, today, summary);
  if (!interactions.empty()) {
    const Interaction& last = interactions.front();
    summary.last_activity_at = last.at;
    summary.last_activity_kind = last.kind;
    summary.last_activity_by = last.member;
  }
  for (const auto& row : facts.tickets.rows) {
    const Cells ticket(facts.tickets, row);
    const std::string status = ticket.Text("status");
    if (!ticket.When("solved_at") && status != "closed" && status != "solved") ++summary.open_tickets;
  }
  const Instant recent = StartOf(Date{today.days - kFailureDays});
  summary.failed_payments = std::ranges::count_if(facts.payments.rows, [&](const auto& row) {
    const Cells payment(facts.payments, row);
    return payment.Text("status") == "failed" && payment.When("at") > recent;
  });
  return summary;
}

std::vector<Column> SummaryColumns() {
  return {CountOf("deals_won", "Deals won", "Выиграно сделок"),
          CountOf("deals_lost", "Deals lost", "Проиграно сделок"),
          CountOf("deals_open", "Open deals", "Открытых сделок"),
          ReportedOf("won_amount", "Won", "Выиграно"),
          ReportedOf("pipeline_amount", "Open pipeline", "Открытая воронка"),
          Of("next_close_date", ColumnType::kDate, "Next close date", "Ближайшая дата закрытия"),
          ReportedOf("invoiced_amount", "Invoiced in 12 months", "Выставлено за 12 месяцев"),
          ReportedOf("overdue_amount", "Overdue", "Просрочено"),
          Of("overdue_since", ColumnType::kDate, "Overdue since", "Просрочено с"),
          CountOf("overdue_invoices", "Overdue invoices", "Просроченных счетов"),
          CountOf("failed_payments", "Failed payments in 90 days", "Неудачных платежей за 90 дней"),
          CountOf("open_tickets", "Open tickets", "Открытых обращений"),
          Of("last_activity_at", ColumnType::kInstant, "Last activity", "Последняя активность"),
          TextOf("last_activity_kind", "Its kind", "Её вид"),
          TextOf("last_activity_by", "By", "Кто"),
          Of("renewal_date", ColumnType::kDate, "Contract ends", "Договор заканчивается"),
          CountOf("active_subscriptions", "Active subscriptions", "Активных подписок")};
}

std::vector<Value> SummaryCells(const Summary& summary) {
  return {summary.deals_won,
          summary.deals_lost,
          summary.deals_open,
          Maybe(summary.won_amount),
          Maybe(summary.pipeline_amount),
          Maybe(summary.next_close_date),
          Maybe(summary.invoiced_amount),
          Maybe(summary.overdue_amount),
          Maybe(summary.overdue_since),
          summary.overdue_invoices,
          summary.failed_payments,
          summary.open_tickets,
          Maybe(summary.last_activity_at),
          summary.last_activity_kind,
          summary.last_activity_by,
          Maybe(summary.renewal_date),
          summary.active_subscriptions};
}

}  // namespace weir::customers
