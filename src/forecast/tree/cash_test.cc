#include "forecast/tree/cash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/tree/finance.h"

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;

// Payer 0 pays each invoice on its tenth day of thirty; payer 1 on the fortieth.
std::vector<InvoiceFact> Story() {
  std::vector<InvoiceFact> invoices;
  for (std::int32_t day = 0; day < 600; day += 50) {
    invoices.push_back({.payer = 0, .issued = day, .due = day + 30, .paid = day + 10, .total = 100});
    invoices.push_back({.payer = 1, .issued = day, .due = day + 30, .paid = day + 40, .total = 300});
  }
  return invoices;
}

TEST(CashTest, PayersAreJudgedByWhatWasKnownThen) {
  const auto invoices = Story();
  const PaymentBehaviour behaviour = PaymentBehaviour::Learn(invoices, 600);
  // Three are due before the fourth.
  EXPECT_EQ(behaviour.ClassOf(4), PayerClass::kNew);
  EXPECT_EQ(behaviour.ClassOf(6), PayerClass::kPrompt);
  EXPECT_EQ(behaviour.ClassOf(7), PayerClass::kLate);
  const PayerFigures& late = behaviour.FiguresOf(PayerClass::kLate);
  EXPECT_EQ(late.invoices, 9U);
  EXPECT_EQ(late.late, 9U);
  EXPECT_EQ(late.payers, 1U);
  // Three quarters of what the last year saw; in classes it is that of the seven late invoices of 365 days.
  EXPECT_NEAR(behaviour.ShareOf(PayerClass::kLate), .75, 1e-12);
  // 20 of all (half pay on day 10, half on day 40) and nine own: 10 / 29 by then.
  EXPECT_NEAR(behaviour.CurveOf(PayerClass::kLate).By(10), 10.0 / 29, 1e-9);
  EXPECT_NEAR(behaviour.CurveOf(PayerClass::kLate).Ever(), 1, 1e-9);
}

TEST(CashTest, WhatIsOpenIsPaidByItsAge) {
  auto invoices = Story();
  invoices.push_back({.payer = 1, .issued = 570, .due = 600, .total = 300, .open = 300});
  invoices.push_back({.payer = 0, .issued = 400, .due = 430, .total = 50, .open = 50, .is_given_up = true});
  const PaymentBehaviour behaviour = PaymentBehaviour::Learn(invoices, 600);
  // It has waited 30 days; whatever comes of it comes on the fortieth day.
  EXPECT_EQ(behaviour.OfOpen(invoices, 601, 609).mean, 0);
  const auto expected = behaviour.OfOpen(invoices, 610, 610);
  const double share = behaviour.CurveOf(PayerClass::kLate).Between(30, 40);
  EXPECT_GT(share, .9);
  EXPECT_NEAR(expected.mean, 300 * share, 1e-9);
  EXPECT_NEAR(expected.variance, 300 * 300 * share * (1 - share), 1e-6);
  EXPECT_EQ(behaviour.FiguresOf(PayerClass::kPrompt).given_up, 1U);
}

TEST(CashTest, WindowsAddUpToWhatIsEverPaid) {
  RandomStream random(3, "cash");
  std::vector<InvoiceFact> invoices;
  for (std::size_t i = 0; i < 500; ++i) {
    const auto issued = static_cast<std::int32_t>(random.Integer(0, 700));
    InvoiceFact fact{.payer = i % 40, .issued = issued, .due = issued + 30, .total = random.Uniform(1, 1000)};
    const auto paid = issued + static_cast<std::int32_t>(random.Exponential(35));
    if (random.Chance(.95) && paid <= 700) {
      fact.paid = paid;
    } else {
      fact.open = fact.total;
    }
    invoices.push_back(fact);
  }
  const PaymentBehaviour behaviour = PaymentBehaviour::Learn(invoices, 700);
  double open = 0;
  for (const InvoiceFact& invoice : invoices) open += invoice.open;
  double parts = 0;
  for (std::int32_t from = 701; from < 3000; from += 30) parts += behaviour.OfOpen(invoices, from, from + 29).mean;
  EXPECT_NEAR(parts, behaviour.OfOpen(invoices, 701, 4000).mean, 1e-6);
  EXPECT_LE(parts, open);
  EXPECT_GT(behaviour.OfNew(701, 730, 701, 2000), .9);
  EXPECT_LE(behaviour.OfNew(701, 730, 701, 2000), 1);
}

// Days of April 2026, a month of thirty.
constexpr std::int32_t kApril = 20544;

TEST(FinanceTest, RevenueOfAMonthIsDayByDay) {
  TreeFacts facts;
  facts.as_of = kApril + 30 + 9;  // the tenth of May
  facts.first_month = 2026 * 12 + 4;
  facts.recurring = {{kApril - 40, 300, 0, 0}, {kApril + 15, 0, -150, 0}, {kApril + 30, 60, 0, 3}};
  const RecurringPast past = RecurringPastOf(facts);
  EXPECT_EQ(past.first_month, 2026 * 12 + 2) << "the first movement was in February";
  EXPECT_THAT(past.months, ElementsAre(300, 225));
  EXPECT_DOUBLE_EQ(past.monthly, 213);
  EXPECT_DOUBLE_EQ(past.so_far, 213 * 10 / 31.0);
  EXPECT_DOUBLE_EQ(past.left, 21 / 31.0);
  // Of February nothing was there before; March kept all, April half.
  EXPECT_DOUBLE_EQ(past.kept, .75);
}

TEST(FinanceTest, RevenueBeginsAfterBookings) {
  TreeFacts facts;
  facts.as_of = kApril - 1;
  facts.first_month = 2026 * 12 + 3;
  facts.recurring = {{kApril - 200, 1000, 0, 0}};
  for (int i = 0; i < 20; ++i) facts.booked.push_back({kApril - 100, 1200, kApril - 90, 100});
  facts.booked.push_back({kApril - 5, 2400, kStillAwaited, 0});
  const Starts starts = StartsOf(facts);
  EXPECT_EQ(starts.matched, 20);
  EXPECT_NEAR(starts.monthly_share, 1.0 / 12, 1e-12);
  EXPECT_NEAR(starts.not_yet, 2400, 1e-9);
  const OwnForecast alone{.mean = {1000, 1000}, .low = {900, 900}, .high = {1100, 1100}};
  const Branch branch = RevenueBranch(facts, {.past = {1000}}, alone, {0, 3600}, starts).value();
  const auto& added = branch.forecast.nodes[2].base.mean;
  EXPECT_NEAR(added[0], 100, 1e-9) << "200 a month begin within April, half of it";
  // In May 200 go on, and of 3,600 booked evenly over it 21 of 31 days begin ten days later.
  EXPECT_NEAR(added[1], 200 + 300 * 21 / 31.0 / 2, 1e-9);
  EXPECT_NEAR(branch.forecast.nodes[1].base.mean[0], 1000, 1e-9);
}

}  // namespace
}  // namespace weir::forecast
