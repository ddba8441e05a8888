// Stripe: invoices, their lines and the attempts to be paid. Amounts in minor units, times in UTC.
#include <fmt/format.h>

#include "simulate/stripe_price.h"

namespace weir::simulate {
namespace {

using InvoiceRow = RowOf<Invoice>;

bool IsPaid(const InvoiceRow& row) { return row.item.paid_at <= row.view.at; }

std::string_view StatusOf(const InvoiceRow& row) {
  if (IsPaid(row)) return "paid";
  return row.item.uncollectible_at <= row.view.at ? "uncollectible" : "open";
}

int Attempts(const InvoiceRow& row) {
  int attempts = 0;
  for (const Charge& charge : row.item.charges) attempts += charge.created_at <= row.view.at ? 1 : 0;
  return attempts;
}

Instant ChangedAt(const InvoiceRow& row) {
  Instant latest = LatestOf(row.view.at, {row.item.created_at, row.item.paid_at, row.item.uncollectible_at});
  for (const Charge& charge : row.item.charges) latest = LatestOf(row.view.at, {latest, charge.created_at});
  return latest;
}

constexpr Column<InvoiceRow> kInvoiceColumns[] = {
    {"id", [](std::string& c, const InvoiceRow& r) { c.append(InvoiceId(r.account, r.item.number)); }},
    {"_fivetran_synced", [](std::string& c, const InvoiceRow& r) { PutSynced(c, r.view, ChangedAt(r)); }},
    {"number",
     [](std::string& c, const InvoiceRow& r) {
       c.append(fmt::format("WL{:06}-{:04}", r.account.profile.index + 1, r.item.number + 1));
     }},
    {"customer_id", [](std::string& c, const InvoiceRow& r) { c.append(CustomerId(r.account)); }},
    {"subscription_id",
     [](std::string& c, const InvoiceRow& r) { c.append(SubscriptionId(r.account, r.item.subscription)); }},
    {"status", [](std::string& c, const InvoiceRow& r) { c.append(StatusOf(r)); }},
    {"billing_reason", [](std::string& c, const InvoiceRow& r) { c.append(r.item.billing_reason); }},
    {"created", [](std::string& c, const InvoiceRow& r) { PutUtcTime(c, r.item.created_at); }},
    {"due_date", [](std::string& c, const InvoiceRow& r) { PutUtcTime(c, r.item.due_at); }},
    {"period_start", [](std::string& c, const InvoiceRow& r) { PutUtcTime(c, r.item.period_start); }},
    {"period_end", [](std::string& c, const InvoiceRow& r) { PutUtcTime(c, r.item.period_end); }},
    {"amount_due", [](std::string& c, const InvoiceRow& r) { PutInteger(c, r.item.total_minor); }},
    {"amount_paid", [](std::string& c, const InvoiceRow& r) { PutInteger(c, IsPaid(r) ? r.item.total_minor : 0); }},
    {"amount_remaining",
     [](std::string& c, const InvoiceRow& r) { PutInteger(c, IsPaid(r) ? 0 : r.item.total_minor); }},
    {"post_payment_credit_notes_amount", [](std::string& c, const InvoiceRow&) { c.append("0"); }},
    {"pre_payment_credit_notes_amount", [](std::string& c, const InvoiceRow&) { c.append("0"); }},
    {"subtotal", [](std::string& c, const InvoiceRow& r) { PutInteger(c, r.item.subtotal_minor); }},
    {"tax", [](std::string& c, const InvoiceRow& r) { PutInteger(c, r.item.tax_minor); }},
    {"total", [](std::string& c, const InvoiceRow& r) { PutInteger(c, r.item.total_minor); }},
    {"currency", [](std::string& c, const InvoiceRow& r) { c.append(StripeCurrency(r.account)); }},
    {"attempt_count", [](std::string& c, const InvoiceRow& r) { PutInteger(c, Attempts(r)); }},
    {"attempted", [](std::string& c, const InvoiceRow& r) { PutBool(c, Attempts(r) > 0); }},
    {"auto_advance", [](std::string& c, const InvoiceRow& r) { PutBool(c, StatusOf(r) == "open"); }},
    {"paid", [](std::string& c, const InvoiceRow& r) { PutBool(c, IsPaid(r)); }},
    {"charge_id",
     [](std::string& c, const InvoiceRow& r) {
       const Charge* last = nullptr;
       for (const Charge& charge : r.item.charges) {
         if (charge.created_at <= r.view.at) last = &charge;
       }
       if (last != nullptr) c.append(ChargeId(r.account, last->number));
     }},
    {"status_transitions_finalized_at", [](std::string& c, const InvoiceRow& r) { PutUtcTime(c, r.item.created_at); }},
    {"status_transitions_paid_at",
     [](std::string& c, const InvoiceRow& r) { PutUtcTimeIfAny(c, IfCome(r.item.paid_at, r.view.at)); }},
    {"status_transitions_voided_at", [](std::string&, const InvoiceRow&) {}},
    {"status_transitions_marked_uncollectible_at",
     [](std::string& c, const InvoiceRow& r) { PutUtcTimeIfAny(c, IfCome(r.item.uncollectible_at, r.view.at)); }},
    {"is_deleted", [](std::string& c, const InvoiceRow&) { PutBool(c, false); }},
    {"livemode", [](std::string& c, const InvoiceRow&) { PutBool(c, true); }},
    {"metadata", [](std::string& c, const InvoiceRow&) { c.append("{}"); }},
};

struct LineRow {
  const InvoiceRow& invoice;
  const InvoiceLine& line;
  int position;
};

const Subscription& SubscriptionOf(const LineRow& row) {
  return row.invoice.account.subscriptions[static_cast<std::size_t>(row.invoice.item.subscription)];
}

constexpr Column<LineRow> kLineColumns[] = {
    {"id",
     [](std::string& c, const LineRow& r) {
       c.append(StripeId("il_", RecordNumber(r.invoice.account.profile.index, r.invoice.item.number * 8 + r.position)));
     }},
    {"invoice_id",
     [](std::string& c, const LineRow& r) { c.append(InvoiceId(r.invoice.account, r.invoice.item.number)); }},
    {"_fivetran_synced",
     [](std::string& c, const LineRow& r) { PutSynced(c, r.invoice.view, r.invoice.item.created_at); }},
    {"amount", [](std::string& c, const LineRow& r) { PutInteger(c, r.line.amount_minor); }},
    {"currency", [](std::string& c, const LineRow& r) { c.append(StripeCurrency(r.invoice.account)); }},
    {"description",
     [](std::string& c, const LineRow& r) {
       c.append(fmt::format("{} × {}", r.line.quantity,
                            r.invoice.view.lexicon().products[static_cast<std::size_t>(r.line.product)].name));
     }},
    {"discountable", [](std::string& c, const LineRow&) { PutBool(c, true); }},
    {"livemode", [](std::string& c, const LineRow&) { PutBool(c, true); }},
    {"period_end", [](std::string& c, const LineRow& r) { PutUtcTime(c, r.line.period_end); }},
    {"period_start", [](std::string& c, const LineRow& r) { PutUtcTime(c, r.line.period_start); }},
    {"plan_id",
     [](std::string& c, const LineRow& r) {
       const Subscription& subscription = SubscriptionOf(r);
       c.append(StripePriceId({r.line.product, subscription.currency, subscription.is_yearly, r.line.unit_minor}));
     }},
    {"price_id",
     [](std::string& c, const LineRow& r) {
       const Subscription& subscription = SubscriptionOf(r);
       c.append(StripePriceId({r.line.product, subscription.currency, subscription.is_yearly, r.line.unit_minor}));
     }},
    {"proration", [](std::string& c, const LineRow& r) { PutBool(c, r.line.is_proration); }},
    {"quantity", [](std::string& c, const LineRow& r) { PutInteger(c, r.line.quantity); }},
    {"subscription_id",
     [](std::string& c, const LineRow& r) {
       c.append(SubscriptionId(r.invoice.account, r.invoice.item.subscription));
     }},
    {"subscription_item_id",
     [](std::string& c, const LineRow& r) {
       c.append(SubscriptionItemId(r.invoice.account, r.invoice.item.subscription));
     }},
    {"type", [](std::string& c, const LineRow&) { c.append("subscription"); }},
    {"unit_amount_excluding_tax", [](std::string& c, const LineRow& r) { PutInteger(c, r.line.unit_minor); }},
};

struct ChargeRow {
  const InvoiceRow& invoice;
  const Charge& charge;
};

constexpr Column<ChargeRow> kChargeColumns[] = {
    {"id", [](std::string& c, const ChargeRow& r) { c.append(ChargeId(r.invoice.account, r.charge.number)); }},
    {"_fivetran_synced", [](std::string& c, const ChargeRow& r) { PutSynced(c, r.invoice.view, r.charge.created_at); }},
    {"amount", [](std::string& c, const ChargeRow& r) { PutInteger(c, r.charge.amount_minor); }},
    {"amount_refunded", [](std::string& c, const ChargeRow&) { c.append("0"); }},
    {"captured", [](std::string& c, const ChargeRow& r) { PutBool(c, r.charge.succeeded); }},
    {"created", [](std::string& c, const ChargeRow& r) { PutUtcTime(c, r.charge.created_at); }},
    {"currency", [](std::string& c, const ChargeRow& r) { c.append(StripeCurrency(r.invoice.account)); }},
    {"customer_id", [](std::string& c, const ChargeRow& r) { c.append(CustomerId(r.invoice.account)); }},
    {"description", [](std::string& c, const ChargeRow&) { c.append("Subscription update"); }},
    {"failure_code", [](std::string& c, const ChargeRow& r) { c.append(r.charge.failure_code); }},
    {"failure_message",
     [](std::string& c, const ChargeRow& r) {
       if (!r.charge.succeeded) c.append("Your card was declined.");
     }},
    {"invoice_id",
     [](std::string& c, const ChargeRow& r) { c.append(InvoiceId(r.invoice.account, r.invoice.item.number)); }},
    {"livemode", [](std::string& c, const ChargeRow&) { PutBool(c, true); }},
    {"metadata", [](std::string& c, const ChargeRow&) { c.append("{}"); }},
    {"outcome_network_status",
     [](std::string& c, const ChargeRow& r) {
       c.append(r.charge.succeeded ? "approved_by_network" : "declined_by_network");
     }},
    {"outcome_type",
     [](std::string& c, const ChargeRow& r) { c.append(r.charge.succeeded ? "authorized" : "issuer_declined"); }},
    {"paid", [](std::string& c, const ChargeRow& r) { PutBool(c, r.charge.succeeded); }},
    {"receipt_email",
     [](std::string& c, const ChargeRow& r) { c.append(BillingEmail(r.invoice.view.world, r.invoice.account)); }},
    {"refunded", [](std::string& c, const ChargeRow&) { PutBool(c, false); }},
    {"status", [](std::string& c, const ChargeRow& r) { c.append(r.charge.succeeded ? "succeeded" : "failed"); }},
};

class StripeInvoices final : public Exporter {
 public:
  StripeInvoices(View view, CsvTable<InvoiceRow> invoices, CsvTable<LineRow> lines, CsvTable<ChargeRow> charges)
      : view_(view), invoices_(std::move(invoices)), lines_(std::move(lines)), charges_(std::move(charges)) {}

  void Write(const Account& account) override {
    for (const Invoice& invoice : account.invoices) {
      if (invoice.created_at > view_.at) continue;
      const InvoiceRow row{view_, account, invoice};
      invoices_.Write(row);
      for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
        lines_.Write({row, invoice.lines[i], static_cast<int>(i)});
      }
      for (const Charge& charge : invoice.charges) {
        if (charge.created_at <= view_.at) charges_.Write({row, charge});
      }
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(invoices_, files));
    WEIR_TRY(CloseTable(lines_, files));
    return CloseTable(charges_, files);
  }

 private:
  View view_;
  CsvTable<InvoiceRow> invoices_;
  CsvTable<LineRow> lines_;
  CsvTable<ChargeRow> charges_;
};

}  // namespace

ExporterResult OpenStripeInvoices(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto invoices, CsvTable<InvoiceRow>::Create(folder / "stripe-invoice.csv", kInvoiceColumns));
  WEIR_TRY(auto lines, CsvTable<LineRow>::Create(folder / "stripe-invoice_line_item.csv", kLineColumns));
  WEIR_TRY(auto charges, CsvTable<ChargeRow>::Create(folder / "stripe-charge.csv", kChargeColumns));
  return std::make_unique<StripeInvoices>(view, std::move(invoices), std::move(lines), std::move(charges));
}

}  // namespace weir::simulate
