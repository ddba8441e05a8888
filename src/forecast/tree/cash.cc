#include "forecast/tree/cash.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace weir::forecast {
namespace {

constexpr double kLateShare = .2;
constexpr std::size_t kFewestDue = 3;
// A class of few invoices is drawn towards all as if so many more had been awaited.
constexpr double kPriorInvoices = 20;
constexpr std::int32_t kYear = 365;

struct Past {
  std::int32_t due;
  std::int32_t paid;
};

// What was known of the payer on the day.
PayerClass ClassOn(std::span<const Past> earlier, std::int32_t day) {
  std::size_t due = 0;
  std::size_t late = 0;
  for (const Past& invoice : earlier) {
    if (invoice.due >= day && invoice.paid >= day) continue;
    ++due;
    late += invoice.paid > invoice.due ? 1 : 0;
  }
  if (due < kFewestDue) return PayerClass::kNew;
  return static_cast<double>(late) > kLateShare * static_cast<double>(due) ? PayerClass::kLate : PayerClass::kPrompt;
}

// By payer, then by day.
std::vector<std::size_t> OrderOf(std::span<const InvoiceFact> invoices) {
  std::vector<std::size_t> order(invoices.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::pair(invoices[a].payer, invoices[a].issued) < std::pair(invoices[b].payer, invoices[b].issued);
  });
  return order;
}

// A payer who pays by the dozen is judged by the newest.
constexpr std::size_t kMostEarlier = 24;

}  // namespace

std::string_view NameOf(PayerClass of) {
  constexpr std::array<std::string_view, kPayerClasses> kNames{"prompt", "late", "new"};
  return kNames[static_cast<std::size_t>(of)];
}

PaymentBehaviour PaymentBehaviour::Learn(std::span<const InvoiceFact> invoices, std::int32_t as_of) {
  PaymentBehaviour behaviour;
  behaviour.as_of_ = as_of;
  behaviour.classes_.resize(invoices.size());
  std::array<std::vector<Wait>, kPayerClasses> waits;
  std::array<std::set<std::size_t>, kPayerClasses> payers;
  std::vector<Wait> all;
  std::vector<Past> earlier;
  std::size_t payer = invoices.size();
  double year = 0;
  for (const std::size_t i : OrderOf(invoices)) {
    const InvoiceFact& invoice = invoices[i];
    if (earlier.empty() || invoice.payer != payer) earlier.clear();
    payer = invoice.payer;
    const std::span<const Past> newest = std::span(earlier).last(std::min(earlier.size(), kMostEarlier));
    const PayerClass of = ClassOn(newest, invoice.issued);
    const auto at = static_cast<std::size_t>(of);
    behaviour.classes_[i] = of;
    earlier.push_back({invoice.due, invoice.paid});
    all.push_back({invoice.issued, invoice.paid, 1});
    waits[at].push_back(all.back());
    payers[at].insert(invoice.payer);
    PayerFigures& figures = behaviour.figures_[at];
    ++figures.invoices;
    figures.paid += invoice.paid <= as_of ? 1 : 0;
    const bool is_due = invoice.due < as_of || invoice.paid <= as_of;
    figures.due += is_due ? 1 : 0;
    figures.late += is_due && invoice.paid > invoice.due ? 1 : 0;
    figures.given_up += invoice.is_given_up ? 1 : 0;
    figures.total += invoice.total;
    if (!invoice.is_given_up) figures.open += invoice.open;
    if (!invoice.is_given_up && invoice.due < as_of) figures.overdue += invoice.open;
    if (invoice.issued > as_of - kYear && invoice.total > 0) {
      behaviour.shares_[at] += invoice.total;
      year += invoice.total;
    }
  }
  const DelayCurve usual = DelayCurve::Learn(all, as_of);
  for (std::size_t at = 0; at < kPayerClasses; ++at) {
    behaviour.curves_[at] = DelayCurve::Learn(waits[at], as_of, &usual, kPriorInvoices);
    behaviour.figures_[at].payers = payers[at].size();
    if (year > 0) behaviour.shares_[at] /= year;
  }
  return behaviour;
}

PaymentBehaviour::Expected PaymentBehaviour::OfOpen(std::span<const InvoiceFact> invoices, std::int32_t from,
                                                    std::int32_t until) const {
  Expected expected;
  for (std::size_t i = 0; i < invoices.size(); ++i) {
    const InvoiceFact& invoice = invoices[i];
    if (invoice.open <= 0 || invoice.is_given_up) continue;
    const DelayCurve& curve = CurveOf(classes_[i]);
    const std::int32_t waited = as_of_ - invoice.issued;
    const double paid =
        curve.Between(waited, until - invoice.issued) - curve.Between(waited, from - 1 - invoice.issued);
    expected.mean += invoice.open * paid;
    expected.variance += invoice.open * invoice.open * paid * (1 - paid);
  }
  return expected;
}

double PaymentBehaviour::OfNew(std::int32_t first, std::int32_t last, std::int32_t from, std::int32_t until) const {
  double share = 0;
  for (std::size_t at = 0; at < kPayerClasses; ++at) {
    if (shares_[at] > 0) share += shares_[at] * ShareOfEven(curves_[at], first, last, from, until);
  }
  return share;
}

}  // namespace weir::forecast
