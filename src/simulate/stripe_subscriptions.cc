// Stripe: customers, subscriptions with their history, items, prices, products; one table an object, as its
// connectors write them.
#include <map>

#include <fmt/format.h>

#include "simulate/naming.h"
#include "simulate/stripe_price.h"

namespace weir::simulate {
namespace {

IdText StripeProductId(int product) { return StripeId("prod_", static_cast<std::uint64_t>(product) + 1); }

struct CustomerRow {
  const View& view;
  const Account& account;
  Instant created_at;
  Instant changed_at;
  bool is_delinquent;
};

constexpr Column<CustomerRow> kCustomerColumns[] = {
    {"id", [](std::string& c, const CustomerRow& r) { c.append(CustomerId(r.account)); }},
    {"_fivetran_synced", [](std::string& c, const CustomerRow& r) { PutSynced(c, r.view, r.changed_at); }},
    {"account_balance", [](std::string& c, const CustomerRow&) { c.append("0"); }},
    {"address_city", [](std::string& c, const CustomerRow& r) { c.append(r.account.profile.city); }},
    {"address_country", [](std::string& c, const CustomerRow& r) { c.append(r.account.profile.country_code); }},
    {"address_line_1", [](std::string& c, const CustomerRow& r) { c.append(r.account.profile.street); }},
    {"address_postal_code", [](std::string& c, const CustomerRow& r) { c.append(r.account.profile.postal_code); }},
    {"balance", [](std::string& c, const CustomerRow&) { c.append("0"); }},
    {"created", [](std::string& c, const CustomerRow& r) { PutUtcTime(c, r.created_at); }},
    {"currency", [](std::string& c, const CustomerRow& r) { c.append(StripeCurrency(r.account)); }},
    {"delinquent", [](std::string& c, const CustomerRow& r) { PutBool(c, r.is_delinquent); }},
    {"description", [](std::string&, const CustomerRow&) {}},
    {"email", [](std::string& c, const CustomerRow& r) { c.append(BillingEmail(r.view.world, r.account)); }},
    {"is_deleted", [](std::string& c, const CustomerRow&) { PutBool(c, false); }},
    {"livemode", [](std::string& c, const CustomerRow&) { PutBool(c, true); }},
    {"name", [](std::string& c, const CustomerRow& r) { c.append(r.account.profile.legal_name); }},
    {"phone", [](std::string& c, const CustomerRow& r) { c.append(r.account.profile.phone); }},
    {"tax_exempt", [](std::string& c, const CustomerRow&) { c.append("none"); }},
    {"metadata",
     [](std::string& c, const CustomerRow& r) {
       // Half of the customers carry the CRM's id, from the days when somebody still copied it.
       if (r.account.profile.index % 2 == 0 || r.account.crm_accounts.empty()) {
         c.append("{}");
       } else {
         c.append(fmt::format(R"({{"salesforce_account_id":"{}"}})", AccountId(r.account, 0).view()));
       }
     }},
};

struct SubscriptionRow {
  const View& view;
  const Account& account;
  const Subscription& item;
  const SubscriptionVersion& now;
  Instant from;  // of the version
  Instant to;    // kNever while it stands
};

std::string_view StatusName(SubscriptionStatus status) {
  switch (status) {
    case SubscriptionStatus::kActive:
      return "active";
    case SubscriptionStatus::kPastDue:
      return "past_due";
    case SubscriptionStatus::kCanceled:
      break;
  }
  return "canceled";
}

// The invoice of the period in which the subscription stands.
const Invoice* CurrentInvoice(const SubscriptionRow& row) {
  const Invoice* last = nullptr;
  for (const Invoice& invoice : row.account.invoices) {
    if (invoice.subscription == row.item.number && invoice.created_at <= row.view.at &&
        invoice.billing_reason != "subscription_update") {
      last = &invoice;
    }
  }
  return last;
}

Instant PeriodStart(const SubscriptionRow& row) {
  const Invoice* invoice = CurrentInvoice(row);
  return invoice == nullptr ? row.item.starts_at : invoice->period_start;
}

Instant PeriodEnd(const SubscriptionRow& row) {
  const Invoice* invoice = CurrentInvoice(row);
  return invoice == nullptr ? row.item.starts_at : invoice->period_end;
}

bool WillEnd(const SubscriptionRow& row) {
  return row.item.cancel_requested_at <= row.view.at && row.item.ended_at > row.view.at;
}

Instant ChangedAt(const SubscriptionRow& row) {
  return LatestOf(row.view.at, {row.now.at, row.item.cancel_requested_at, PeriodStart(row)});
}

// The columns that both the table and its history have.
constexpr Column<SubscriptionRow> kSubscriptionColumns[] = {
    {"id", [](std::string& c, const SubscriptionRow& r) { c.append(SubscriptionId(r.account, r.item.number)); }},
    {"_fivetran_synced", [](std::string& c, const SubscriptionRow& r) { PutSynced(c, r.view, ChangedAt(r)); }},
    {"billing", [](std::string& c,
                   const SubscriptionRow& r) { c.append(r.item.by_card ? "charge_automatically" : "send_invoice"); }},
    {"billing_cycle_anchor", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"cancel_at",
     [](std::string& c, const SubscriptionRow& r) {
       if (WillEnd(r)) PutUtcTime(c, PeriodEnd(r));
     }},
    {"cancel_at_period_end", [](std::string& c, const SubscriptionRow& r) { PutBool(c, WillEnd(r)); }},
    {"canceled_at",
     [](std::string& c, const SubscriptionRow& r) {
       PutUtcTimeIfAny(c, IfCome(r.item.cancel_requested_at, r.view.at));
     }},
    {"created", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"current_period_end", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, PeriodEnd(r)); }},
    {"current_period_start", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, PeriodStart(r)); }},
    {"customer_id", [](std::string& c, const SubscriptionRow& r) { c.append(CustomerId(r.account)); }},
    {"days_until_due",
     [](std::string& c, const SubscriptionRow& r) {
       if (!r.item.by_card) c.append("30");
     }},
    {"ended_at",
     [](std::string& c, const SubscriptionRow& r) { PutUtcTimeIfAny(c, IfCome(r.item.ended_at, r.view.at)); }},
    {"latest_invoice_id",
     [](std::string& c, const SubscriptionRow& r) {
       const Invoice* invoice = CurrentInvoice(r);
       if (invoice != nullptr) c.append(InvoiceId(r.account, invoice->number));
     }},
    {"livemode", [](std::string& c, const SubscriptionRow&) { PutBool(c, true); }},
    {"metadata", [](std::string& c, const SubscriptionRow&) { c.append("{}"); }},
    {"quantity", [](std::string& c, const SubscriptionRow& r) { PutInteger(c, r.now.quantity); }},
    {"start_date", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"status", [](std::string& c, const SubscriptionRow& r) { c.append(StatusName(r.now.status)); }},
    {"trial_end", [](std::string&, const SubscriptionRow&) {}},
    {"trial_start", [](std::string&, const SubscriptionRow&) {}},
};

constexpr Column<SubscriptionRow> kHistoryColumns[] = {
    {"id", [](std::string& c, const SubscriptionRow& r) { c.append(SubscriptionId(r.account, r.item.number)); }},
    {"_fivetran_start", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.from); }},
    {"_fivetran_end",
     [](std::string& c, const SubscriptionRow& r) {
       if (r.to == kNever) {
         c.append("9999-12-31 23:59:59");
       } else {
         PutUtcTime(c, Plus(r.to, -1.0));
       }
     }},
    {"_fivetran_active", [](std::string& c, const SubscriptionRow& r) { PutBool(c, r.to == kNever); }},
    {"_fivetran_synced",
     [](std::string& c, const SubscriptionRow& r) { PutSynced(c, r.view, r.to == kNever ? r.from : r.to); }},
    {"billing", [](std::string& c,
                   const SubscriptionRow& r) { c.append(r.item.by_card ? "charge_automatically" : "send_invoice"); }},
    {"billing_cycle_anchor", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"created", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"customer_id", [](std::string& c, const SubscriptionRow& r) { c.append(CustomerId(r.account)); }},
    {"ended_at",
     [](std::string& c, const SubscriptionRow& r) {
       if (r.now.status == SubscriptionStatus::kCanceled) PutUtcTime(c, r.from);
     }},
    {"livemode", [](std::string& c, const SubscriptionRow&) { PutBool(c, true); }},
    {"quantity", [](std::string& c, const SubscriptionRow& r) { PutInteger(c, r.now.quantity); }},
    {"start_date", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"status", [](std::string& c, const SubscriptionRow& r) { c.append(StatusName(r.now.status)); }},
};

constexpr Column<SubscriptionRow> kItemColumns[] = {
    {"id", [](std::string& c, const SubscriptionRow& r) { c.append(SubscriptionItemId(r.account, r.item.number)); }},
    {"_fivetran_synced", [](std::string& c, const SubscriptionRow& r) { PutSynced(c, r.view, ChangedAt(r)); }},
    {"created", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, r.item.starts_at); }},
    {"current_period_end", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, PeriodEnd(r)); }},
    {"current_period_start", [](std::string& c, const SubscriptionRow& r) { PutUtcTime(c, PeriodStart(r)); }},
    {"metadata", [](std::string& c, const SubscriptionRow&) { c.append("{}"); }},
    {"plan_id",
     [](std::string& c, const SubscriptionRow& r) { c.append(StripePriceId(PriceOf(r.item, r.now.unit_minor))); }},
    {"quantity", [](std::string& c, const SubscriptionRow& r) { PutInteger(c, r.now.quantity); }},
    {"subscription_id",
     [](std::string& c, const SubscriptionRow& r) { c.append(SubscriptionId(r.account, r.item.number)); }},
};

struct PriceRow {
  const View& view;
  const StripePrice& price;
  Instant created_at;
};

constexpr Column<PriceRow> kPriceColumns[] = {
    {"id", [](std::string& c, const PriceRow& r) { c.append(StripePriceId(r.price)); }},
    {"_fivetran_synced", [](std::string& c, const PriceRow& r) { PutSynced(c, r.view, r.created_at); }},
    {"active", [](std::string& c, const PriceRow&) { PutBool(c, true); }},
    {"billing_scheme", [](std::string& c, const PriceRow&) { c.append("per_unit"); }},
    {"created", [](std::string& c, const PriceRow& r) { PutUtcTime(c, r.created_at); }},
    {"currency", [](std::string& c, const PriceRow& r) { c.append(LowerCase(r.price.currency)); }},
    {"is_deleted", [](std::string& c, const PriceRow&) { PutBool(c, false); }},
    {"livemode", [](std::string& c, const PriceRow&) { PutBool(c, true); }},
    {"nickname",
     [](std::string& c, const PriceRow& r) {
       c.append(r.view.lexicon().products[static_cast<std::size_t>(r.price.product)].code);
     }},
    {"product_id", [](std::string& c, const PriceRow& r) { c.append(StripeProductId(r.price.product)); }},
    {"recurring_interval", [](std::string& c, const PriceRow& r) { c.append(r.price.is_yearly ? "year" : "month"); }},
    {"recurring_interval_count", [](std::string& c, const PriceRow&) { c.append("1"); }},
    {"recurring_usage_type", [](std::string& c, const PriceRow&) { c.append("licensed"); }},
    {"type", [](std::string& c, const PriceRow&) { c.append("recurring"); }},
    {"unit_amount", [](std::string& c, const PriceRow& r) { PutInteger(c, r.price.unit_minor); }},
    {"unit_amount_decimal", [](std::string& c, const PriceRow& r) { PutInteger(c, r.price.unit_minor); }},
};

struct ProductRow {
  const View& view;
  int index;
  const Product& product;
};

constexpr Column<ProductRow> kProductColumns[] = {
    {"id", [](std::string& c, const ProductRow& r) { c.append(StripeProductId(r.index)); }},
    {"_fivetran_synced",
     [](std::string& c, const ProductRow& r) {
       PutSynced(c, r.view, r.view.world.calendar.At(r.view.world.start - 420, 0));
     }},
    {"active", [](std::string& c, const ProductRow&) { PutBool(c, true); }},
    {"created",
     [](std::string& c, const ProductRow& r) { PutUtcTime(c, r.view.world.calendar.At(r.view.world.start - 420, 0)); }},
    {"description", [](std::string&, const ProductRow&) {}},
    {"is_deleted", [](std::string& c, const ProductRow&) { PutBool(c, false); }},
    {"livemode", [](std::string& c, const ProductRow&) { PutBool(c, true); }},
    {"name", [](std::string& c, const ProductRow& r) { c.append(r.product.name); }},
    {"type", [](std::string& c, const ProductRow&) { c.append("service"); }},
    {"unit_label", [](std::string& c, const ProductRow&) { c.append("seat"); }},
};

struct Tables {
  CsvTable<CustomerRow> customers;
  CsvTable<SubscriptionRow> subscriptions;
  CsvTable<SubscriptionRow> history;
  CsvTable<SubscriptionRow> items;
  CsvTable<PriceRow> prices;
  CsvTable<ProductRow> products;
};

class StripeSubscriptions final : public Exporter {
 public:
  StripeSubscriptions(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    Instant first = kNever;
    Instant changed = Instant{INT64_MIN};
    bool is_delinquent = false;
    for (const Subscription& subscription : account.subscriptions) {
      const SubscriptionVersion* now = subscription.At(view_.at);
      if (now == nullptr) continue;
      first = std::min(first, subscription.starts_at);
      // Falling behind and catching up change the customer too.
      for (const SubscriptionVersion& version : subscription.versions) {
        if (version.at <= view_.at) changed = std::max(changed, version.at);
      }
      is_delinquent = is_delinquent || now->status == SubscriptionStatus::kPastDue;
      WriteSubscription(account, subscription, *now);
    }
    if (first == kNever) return;
    tables_.customers.Write({view_, account, Plus(first, -3600.0), changed, is_delinquent});
  }

  Status Close(std::vector<WrittenFile>& files) override {
    for (const auto& [price, created_at] : prices_) tables_.prices.Write({view_, price, created_at});
    for (std::size_t i = 0; i < view_.lexicon().products.size(); ++i) {
      tables_.products.Write({view_, static_cast<int>(i), view_.lexicon().products[i]});
    }
    WEIR_TRY(CloseTable(tables_.customers, files));
    WEIR_TRY(CloseTable(tables_.subscriptions, files));
    WEIR_TRY(CloseTable(tables_.history, files));
    WEIR_TRY(CloseTable(tables_.items, files));
    WEIR_TRY(CloseTable(tables_.prices, files));
    return CloseTable(tables_.products, files);
  }

 private:
  void WriteSubscription(const Account& account, const Subscription& subscription, const SubscriptionVersion& now) {
    const SubscriptionRow row{view_, account, subscription, now, now.at, kNever};
    tables_.subscriptions.Write(row);
    tables_.items.Write(row);
    const std::vector<SubscriptionVersion>& versions = subscription.versions;
    for (std::size_t i = 0; i < versions.size() && versions[i].at <= view_.at; ++i) {
      const bool is_last = i + 1 == versions.size() || versions[i + 1].at > view_.at;
      tables_.history.Write(
          {view_, account, subscription, versions[i], versions[i].at, is_last ? kNever : versions[i + 1].at});
      Note(PriceOf(subscription, versions[i].unit_minor), versions[i].at);
    }
  }

  // Prices are few: plans, currencies, discounts, uplifts.
  void Note(StripePrice price, Instant at) {
    const auto [found, is_new] = prices_.try_emplace(std::move(price), at);
    if (!is_new) found->second = std::min(found->second, at);
  }

  View view_;
  Tables tables_;
  std::map<StripePrice, Instant> prices_;
};

}  // namespace

IdText StripePriceId(const StripePrice& price) {
  return StripeId(
      "price_", HashText(fmt::format("{}|{}|{}|{}", price.product, price.currency, price.is_yearly, price.unit_minor)));
}

StripePrice PriceOf(const Subscription& subscription, std::int64_t unit_minor) {
  return {subscription.product, subscription.currency, subscription.is_yearly,
          unit_minor * (subscription.is_yearly ? 12 : 1)};
}

std::string StripeCurrency(const Account& account) { return LowerCase(account.profile.currency); }

ExporterResult OpenStripeSubscriptions(const std::filesystem::path& folder, const View& view) {
  const auto path = [&](std::string_view what) { return folder / fmt::format("stripe-{}.csv", what); };
  WEIR_TRY(auto customers, CsvTable<CustomerRow>::Create(path("customer"), kCustomerColumns));
  WEIR_TRY(auto subscriptions, CsvTable<SubscriptionRow>::Create(path("subscription"), kSubscriptionColumns));
  WEIR_TRY(auto history, CsvTable<SubscriptionRow>::Create(path("subscription_history"), kHistoryColumns));
  WEIR_TRY(auto items, CsvTable<SubscriptionRow>::Create(path("subscription_item"), kItemColumns));
  WEIR_TRY(auto prices, CsvTable<PriceRow>::Create(path("price"), kPriceColumns));
  WEIR_TRY(auto products, CsvTable<ProductRow>::Create(path("product"), kProductColumns));
  return std::make_unique<StripeSubscriptions>(
      view, Tables{std::move(customers), std::move(subscriptions), std::move(history), std::move(items),
                   std::move(prices), std::move(products)});
}

}  // namespace weir::simulate
