// What the tables of Stripe share: prices and how they are named.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "simulate/exporter.h"

namespace weir::simulate {

// A price is what was agreed: product, currency, interval, amount. Its id follows from these.
struct StripePrice {
  int product = 0;
  std::string currency;
  bool is_yearly = false;
  std::int64_t unit_minor = 0;  // a seat and interval
  auto operator<=>(const StripePrice&) const = default;
};

IdText StripePriceId(const StripePrice& price);
StripePrice PriceOf(const Subscription& subscription, std::int64_t unit_minor);
std::string StripeCurrency(const Account& account);

}  // namespace weir::simulate
