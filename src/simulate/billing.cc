// Invoices and how they are paid: by card at once or after some failures, by transfer late or never.
#include <algorithm>
#include <array>

#include "simulate/chances.h"
#include "simulate/world.h"

namespace weir::simulate {
namespace {

constexpr double kSecondsPerDay = 86400.0;
constexpr double kCardFails = 0.045;
constexpr double kRetrySucceeds = 0.42;
constexpr double kGivenUpDays = 17.0;
constexpr double kCalled = 0.35;
constexpr double kTransferDays = 27.0;  // median
constexpr double kTransferSigma = 0.35;
constexpr double kSlowShare = 0.12;
constexpr double kSlowDays = 45.0;  // more, mean
constexpr double kNeverShare = 0.02;
constexpr double kChargeSeconds = 3600.0;  // until the first attempt
constexpr std::array<double, 4> kRetryDays = {0.0, 3.0, 8.0, 15.0};
constexpr std::array<std::string_view, 4> kFailures = {"card_declined", "insufficient_funds", "expired_card",
                                                       "authentication_required"};

InvoiceLine PlanLine(const Subscription& subscription, const SubscriptionVersion& version, Instant from, Instant to) {
  InvoiceLine line;
  line.product = subscription.product;
  line.quantity = version.quantity;
  line.unit_minor = version.unit_minor * (subscription.is_yearly ? 12 : 1);
  line.amount_minor = line.unit_minor * line.quantity;
  line.period_start = from;
  line.period_end = to;
  return line;
}

// Seats that were added inside a term pay for what is left of it.
InvoiceLine ProratedLine(const Subscription& subscription, const SubscriptionVersion& version, Instant from, Instant to,
                         int seats) {
  InvoiceLine line = PlanLine(subscription, version, from, to);
  line.quantity = seats;
  line.is_proration = true;
  const std::int64_t days = (to.micros - from.micros + kMicrosPerDay / 2) / kMicrosPerDay;
  line.amount_minor = line.unit_minor * seats * std::min<std::int64_t>(days, 365) / 365;
  return line;
}

void AddCharge(Account& account, Invoice& invoice, int& next_charge, Instant at, bool succeeded,
               std::string_view failure) {
  Charge charge;
  charge.number = static_cast<int>(account.invoices.size()) * 8 + next_charge++;
  charge.created_at = at;
  charge.succeeded = succeeded;
  charge.failure_code = succeeded ? std::string_view{} : failure;
  charge.amount_minor = invoice.total_minor;
  invoice.charges.push_back(charge);
}

void MarkPastDue(Subscription& subscription, Instant from, Instant to) {
  SubscriptionVersion late = subscription.versions.back();
  late.at = std::max(from, Plus(late.at, 1.0));
  late.status = SubscriptionStatus::kPastDue;
  subscription.versions.push_back(late);
  if (to == kNever) return;
  late.at = std::max(to, Plus(late.at, 1.0));
  late.status = SubscriptionStatus::kActive;
  subscription.versions.push_back(late);
}

// The moment at which the money was given up, else kNever.
Instant PayByCard(Scene& scene, Invoice& invoice, Subscription& subscription, Sampler& sampler) {
  int charges = 0;
  const Instant first = Plus(invoice.created_at, kChargeSeconds);
  if (!sampler.Chance(kCardFails)) {
    AddCharge(scene.account, invoice, charges, first, true, {});
    invoice.paid_at = first;
    return kNever;
  }
  const std::string_view failure = kFailures[static_cast<std::size_t>(sampler.Integer(0, 3))];
  for (const double days : kRetryDays) {
    const Instant at = Plus(first, days * kSecondsPerDay);
    const bool succeeds = days > 0.0 && sampler.Chance(kRetrySucceeds);
    AddCharge(scene.account, invoice, charges, at, succeeds, failure);
    if (succeeds) {
      invoice.paid_at = at;
      MarkPastDue(subscription, first, at);
      return kNever;
    }
  }
  const Instant given_up = Plus(first, kGivenUpDays * kSecondsPerDay);
  const bool called = sampler.Chance(kCalled);  // somebody rang up and had the card replaced
  if (called) {
    const Instant at = scene.calendar().OfficeMoment(scene.calendar().DayOf(given_up), given_up, sampler);
    AddCharge(scene.account, invoice, charges, at, true, {});
    invoice.paid_at = at;
    MarkPastDue(subscription, first, at);
    return kNever;
  }
  MarkPastDue(subscription, first, kNever);
  invoice.uncollectible_at = given_up;
  return given_up;
}

void PayByTransfer(Scene& scene, Invoice& invoice, Sampler& sampler) {
  int charges = 0;
  const double days = sampler.LogNormal(kTransferDays, kTransferSigma);
  const bool slow = sampler.Chance(kSlowShare);
  const double more = sampler.Exponential(kSlowDays);
  const bool never = sampler.Chance(kNeverShare);
  if (never) return;
  const Instant at = scene.calendar().OfficeMoment(
      scene.calendar().DayOf(Plus(invoice.created_at, (slow ? days + more : days) * kSecondsPerDay)),
      invoice.created_at, sampler);
  AddCharge(scene.account, invoice, charges, at, true, {});
  invoice.paid_at = at;
}

double CardChance(const Invoice& invoice, Instant now) {
  if (invoice.uncollectible_at <= now) return 0.0;
  const Instant first = Plus(invoice.created_at, kChargeSeconds);
  if (now >= Plus(first, kGivenUpDays * kSecondsPerDay)) return 1.0;  // else it would be given up
  double fails = 1.0 - kCalled;
  for (const double days : kRetryDays) {
    if (days > 0.0 && Plus(first, days * kSecondsPerDay) > now) fails *= 1.0 - kRetrySucceeds;
  }
  return 1.0 - fails;
}

double TransferChance(const Invoice& invoice, Instant now) {
  const double age = DaysBetween(invoice.created_at, now);
  if (age <= 0.0) return 1.0 - kNeverShare;
  const double usual = LogNormalAbove(age, kTransferDays, kTransferSigma);
  const double slow = MeanOverNormal([&](double z) {
    const double left = age - kTransferDays * PortableExp(kTransferSigma * z);
    return left <= 0.0 ? 1.0 : PortableExp(-left / kSlowDays);
  });
  const double waits = (1.0 - kNeverShare) * ((1.0 - kSlowShare) * usual + kSlowShare * slow);
  return waits / (waits + kNeverShare);
}

}  // namespace

double PayChance(const Invoice& invoice, bool by_card, Instant now) {
  return by_card ? CardChance(invoice, now) : TransferChance(invoice, now);
}

Instant IssueInvoice(Scene& scene, int subscription_index, Instant from, Instant to, std::string_view reason,
                     int prorated_seats) {
  Account& account = scene.account;
  Subscription& subscription = account.subscriptions[static_cast<std::size_t>(subscription_index)];
  Invoice invoice;
  invoice.number = static_cast<int>(account.invoices.size());
  Sampler sampler = scene.Draw(
      "invoice", static_cast<std::uint64_t>(subscription_index) << 20 | static_cast<std::uint64_t>(DateOf(from).days));
  invoice.subscription = subscription_index;
  invoice.billing_reason = reason;
  invoice.created_at = from;
  invoice.period_start = from;
  invoice.period_end = to;
  invoice.due_at = Plus(from, (subscription.by_card ? 0.0 : 30.0) * kSecondsPerDay);
  const SubscriptionVersion& version = subscription.versions.back();
  invoice.lines.push_back(prorated_seats > 0 ? ProratedLine(subscription, version, from, to, prorated_seats)
                                             : PlanLine(subscription, version, from, to));
  for (const InvoiceLine& line : invoice.lines) invoice.subtotal_minor += line.amount_minor;
  const bool at_home = scene.profile().country_code == scene.world.lexicon->home_country;
  invoice.tax_minor = at_home ? (invoice.subtotal_minor * scene.world.lexicon->tax_percent + 50) / 100 : 0;
  invoice.total_minor = invoice.subtotal_minor + invoice.tax_minor;
  Instant given_up = kNever;
  if (subscription.by_card) {
    given_up = PayByCard(scene, invoice, subscription, sampler);
  } else {
    PayByTransfer(scene, invoice, sampler);
  }
  account.invoices.push_back(std::move(invoice));
  return given_up;
}

}  // namespace weir::simulate
