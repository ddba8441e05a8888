// Monthly recurring revenue and its movements under policy `weir`, by known answers (docs/recurring-revenue.md), and
// over random subscriptions against a reference that walks through the days.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2026-06-01 00:00:00";

std::string Lines(TestModel& model, const std::string& sql) {
  std::string text = model.Table(sql);
  if (!text.empty()) text.pop_back();
  return text;
}

class RecurringRevenue : public ::testing::Test {
 protected:
  RecurringRevenue() { model.settings.currency = "EUR"; }

  void Subscribe(const std::string& key, const std::string& account, TestModel::Cells cells,
                 const std::string& seen = kSeen) {
    cells.insert({{"key", key}, {"account_key", account}});
    cells.try_emplace("currency", "EUR");
    cells.try_emplace("interval", "month");
    model.Record("account", {{"key", account}, {"name", account}}, seen);
    model.Record("subscription", cells, seen);
  }
  void Build() {
    ASSERT_TRUE(model.Build()) << model.error();
    model.AsOf("2026-06-01 00:00:00");
  }
  std::string MrrOn(const std::string& day) {
    return Lines(model, fmt::format("SELECT coalesce(sum(mrr), 0) FROM model.subscription_mrr WHERE from_day <= DATE "
                                    "'{0}' AND coalesce(to_day, DATE 'infinity') > DATE '{0}'",
                                    day));
  }
  std::string Ledger() {
    return Lines(
        model,
        "SELECT customer_id, day, kind, amount FROM model.mrr_movement ORDER BY customer_id NULLS LAST, day NULLS "
        "LAST, kind NULLS LAST");
  }

  TestModel model;
};

TEST_F(RecurringRevenue, OfMonthsAndYears) {
  for (int i = 0; i < 100; ++i) {
    Subscribe(fmt::format("m{}", i), fmt::format("a{}", i), {{"unit_price", "100"}, {"started_at", "2026-01-01"}});
  }
  for (int i = 0; i < 50; ++i) {
    Subscribe(fmt::format("y{}", i), fmt::format("b{}", i),
              {{"unit_price", "600"}, {"interval", "year"}, {"started_at", "2026-01-01"}});
  }
  Build();
  EXPECT_EQ(MrrOn("2026-02-01"), "12500");
}

// In each currency in which numbers are shown the sum of all movements is the revenue of the evening.
TEST_F(RecurringRevenue, AddsUpInEveryCurrencyInWhichItIsShown) {
  model.settings.display_currencies = {"USD", "GBP"};
  for (const auto& [day, value] : std::map<std::string, std::string>{{"2025-01-01", "0.5"}, {"2026-03-01", "0.8"}}) {
    model.Record("fx_rate", {{"currency", "USD"}, {"to_currency", "EUR"}, {"day", day}, {"rate", value}}, kSeen);
  }
  Subscribe("e", "a", {{"unit_price", "100"}, {"started_at", "2026-01-10"}});
  Subscribe("u", "b", {{"unit_price", "30"}, {"currency", "USD"}, {"started_at", "2026-02-10"}});
  Build();
  EXPECT_EQ(Lines(model,
                  "SELECT in_currency, sum(amount) FROM model.mrr_movement GROUP BY in_currency ORDER BY in_currency "
                  "NULLS LAST"),
            // 100 + 30 * 0.8; in dollars 100 / 0.8 + 30; for pounds there is no rate
            "EUR 124\nUSD 155");
  EXPECT_EQ(
      Lines(model,
            "SELECT in_currency, day, kind, amount FROM model.mrr_movement WHERE customer_id IN (SELECT account_id "
            "FROM model.account_version WHERE name = 'a') ORDER BY 1 NULLS LAST, 2 NULLS LAST"),
      "EUR 2026-01-10 new 100\nUSD 2026-01-10 new 200\nUSD 2026-03-01 fx -75");
}

TEST_F(RecurringRevenue, OfEveryInterval) {
  const auto price = [&](const std::string& key, const std::string& every, const std::string& count) {
    Subscribe(key, key,
              {{"unit_price", "120"},
               {"quantity", "2"},
               {"interval", every},
               {"interval_count", count},
               {"started_at", "2026-01-01"}});
  };
  price("a", "quarter", "1");
  price("b", "month", "6");
  price("c", "week", "1");
  price("d", "day", "1");
  price("e", "Annually", "2");
  price("f", "fortnight", "1");
  Subscribe("g", "g", {{"unit_price", "100"}, {"interval", ""}, {"started_at", "2026-01-01"}});
  Build();
  EXPECT_EQ(Lines(model,
                  "SELECT subscription_id, monthly FROM model.subscription_value ORDER BY subscription_id "
                  "NULLS LAST"),
            "test:a 80\ntest:b 40\ntest:c 1040\ntest:d 7300\ntest:e 10\ntest:f -\ntest:g 100");
}

TEST_F(RecurringRevenue, OfTwoSubscriptionsFirstContractsThenChurns) {
  Subscribe("a", "c",
            {{"unit_price", "50"}, {"started_at", "2026-01-01"}, {"ended_at", "2026-03-01"}, {"status", "canceled"}});
  Subscribe("b", "c",
            {{"unit_price", "30"}, {"started_at", "2026-01-01"}, {"ended_at", "2026-04-01"}, {"status", "canceled"}});
  Build();
  EXPECT_EQ(Ledger(),
            "test:c 2026-01-01 new 80\n"
            "test:c 2026-03-01 contraction -50\n"
            "test:c 2026-04-01 churn -30");
}

TEST_F(RecurringRevenue, EndsWithTheServiceAndNotWithTheRequest) {
  Subscribe("a", "c",
            {{"unit_price", "50"},
             {"started_at", "2026-01-01"},
             {"canceled_at", "2026-03-10"},
             {"period_end", "2026-03-30"},
             {"status", "active"}});
  Build();
  EXPECT_EQ(Ledger(), "test:c 2026-01-01 new 50\ntest:c 2026-03-30 churn -50");
}

TEST_F(RecurringRevenue, GrowsByThePriceWhateverIsInvoiced) {
  Subscribe("a", "c", {{"unit_price", "100"}, {"started_at", "2026-01-01"}, {"status", "active"}},
            "2026-02-01 00:00:00");
  Subscribe("a", "c", {{"unit_price", "200"}, {"started_at", "2026-01-01"}, {"status", "active"}},
            "2026-02-16 00:00:00");
  Build();
  EXPECT_EQ(Ledger(), "test:c 2026-01-01 new 100\ntest:c 2026-02-16 expansion 100");
}

TEST_F(RecurringRevenue, TakesOffDiscountsThatLastForEver) {
  const auto discount = [&](const std::string& key, TestModel::Cells cells) {
    cells.insert({{"unit_price", "1200"}, {"interval", "year"}, {"started_at", "2026-01-01"}});
    Subscribe(key, key, cells);
  };
  discount("once", {{"discount_percent", "20"}, {"discount_duration", "once"}});
  discount("ever", {{"discount_percent", "20"}, {"discount_duration", "forever"}});
  discount("off", {{"discount_amount", "240"}, {"discount_duration", "forever"}});
  discount("free", {{"discount_percent", "100"}, {"discount_duration", "forever"}});
  Build();
  EXPECT_EQ(Lines(model,
                  "SELECT subscription_id, monthly FROM model.subscription_value ORDER BY subscription_id NULLS "
                  "LAST"),
            "test:ever 80\ntest:free 0\ntest:off 80\ntest:once 100");
}

TEST_F(RecurringRevenue, BeginsAfterTheTrial) {
  Subscribe("a", "a",
            {{"unit_price", "10"}, {"started_at", "2026-01-01"}, {"trial_end", "2026-01-15"}, {"status", "active"}});
  Subscribe("b", "b",
            {{"unit_price", "10"}, {"started_at", "2026-05-20"}, {"trial_end", "2026-06-15"}, {"status", "trialing"}});
  // Given up when the trial ended, as only the next export says.
  Subscribe("c", "c",
            {{"unit_price", "10"}, {"started_at", "2026-01-01"}, {"trial_end", "2026-01-15"}, {"status", "trialing"}},
            "2026-01-10 00:00:00");
  Subscribe("c", "c",
            {{"unit_price", "10"},
             {"started_at", "2026-01-01"},
             {"trial_end", "2026-01-15"},
             {"ended_at", "2026-01-15"},
             {"status", "canceled"}},
            "2026-02-10 00:00:00");
  Build();
  EXPECT_EQ(
      Lines(model, "SELECT customer_id, day, kind, amount FROM scoped.mrr_movement ORDER BY customer_id NULLS LAST"),
      "test:a 2026-01-15 new 10")
      << "what begins after as-of is not yet there";
}

TEST_F(RecurringRevenue, IsNothingWhilePausedOrUnpaidAndIsOwedWhilePastDue) {
  const auto say = [&](const std::string& key, const std::string& status, const std::string& seen) {
    Subscribe(key, key, {{"unit_price", "10"}, {"started_at", "2026-01-01"}, {"status", status}}, seen);
  };
  say("a", "active", "2026-02-01 00:00:00");
  say("a", "paused", "2026-03-01 00:00:00");
  say("a", "active", "2026-04-01 00:00:00");
  say("b", "active", "2026-02-01 00:00:00");
  say("b", "past_due", "2026-03-01 00:00:00");
  say("b", "unpaid", "2026-04-01 00:00:00");
  say("c", "incomplete_expired", "2026-02-01 00:00:00");
  say("d", "paused", "2026-02-01 00:00:00");
  Build();
  EXPECT_EQ(Ledger(),
            "test:a 2026-01-01 new 10\n"
            "test:a 2026-03-01 churn -10\n"
            "test:a 2026-04-01 reactivation 10\n"
            "test:b 2026-01-01 new 10\n"
            "test:b 2026-04-01 churn -10\n"
            "test:d 2026-01-01 new 10\n"
            "test:d 2026-02-01 churn -10");
}

TEST_F(RecurringRevenue, StaysActiveWithNothingWhileAFreePlanGoesOn) {
  Subscribe("a", "c", {{"unit_price", "0"}, {"started_at", "2026-01-01"}, {"status", "active"}});
  Subscribe("b", "c",
            {{"unit_price", "10"}, {"started_at", "2026-02-01"}, {"ended_at", "2026-03-01"}, {"status", "canceled"}});
  Subscribe("d", "c", {{"unit_price", "15"}, {"started_at", "2026-04-01"}, {"status", "active"}});
  Build();
  EXPECT_EQ(Ledger(),
            "test:c 2026-02-01 new 10\n"
            "test:c 2026-03-01 contraction -10\n"
            "test:c 2026-04-01 expansion 15");
}

TEST_F(RecurringRevenue, IsThatOfTheItemsWhereTheyHavePrices) {
  // The price alone says the currency, as in replicated tables of Stripe.
  model.Record("account", {{"key", "c"}, {"name", "c"}}, kSeen);
  model.Record("subscription", {{"key", "a"}, {"account_key", "c"}, {"started_at", "2026-01-01"}, {"status", "active"}},
               "2026-02-01 00:00:00");
  model.Record("fx_rate", {{"currency", "USD"}, {"to_currency", "EUR"}, {"day", "2025-01-01"}, {"rate", "0.5"}}, kSeen);
  model.Record("price", {{"key", "seat"}, {"unit_price", "20"}, {"interval", "month"}, {"currency", "USD"}},
               "2026-02-01 00:00:00");
  model.Record("price", {{"key", "calls"}, {"unit_price", "1"}, {"interval", "month"}, {"usage_type", "metered"}},
               "2026-02-01 00:00:00");
  const auto hold = [&](const std::string& key, TestModel::Cells cells, const std::string& seen) {
    cells.insert({{"key", key}, {"subscription_key", "a"}});
    model.Record("subscription_item", cells, seen);
  };
  hold("i1", {{"price_key", "seat"}, {"quantity", "3"}}, "2026-02-01 00:00:00");
  hold("i2", {{"unit_price", "120"}, {"interval", "year"}, {"quantity", "1"}}, "2026-02-01 00:00:00");
  hold("i3", {{"price_key", "calls"}, {"quantity", "900"}}, "2026-02-01 00:00:00");
  hold("i1", {{"price_key", "seat"}, {"quantity", "5"}}, "2026-03-01 00:00:00");
  Build();
  EXPECT_EQ(Ledger(), "test:c 2026-01-01 new 35\ntest:c 2026-03-01 expansion 20");
}

// One export tells how many seats there were each day, where the source keeps that. Of two items nobody knows which it
// was.
TEST_F(RecurringRevenue, FollowsTheSeatsThatTheSourceRemembers) {
  const auto hold = [&](const std::string& key, const std::string& subscription, const std::string& quantity) {
    model.Record("subscription_item",
                 {{"key", key},
                  {"subscription_key", subscription},
                  {"unit_price", "10"},
                  {"interval", "month"},
                  {"quantity", quantity}},
                 kSeen);
  };
  const auto change = [&](const std::string& subscription, const std::string& seats, const std::string& at) {
    model.Record("field_change",
                 {{"object", "subscription"},
                  {"record_key", subscription},
                  {"field", "quantity"},
                  {"new_value", seats},
                  {"at", at}},
                 kSeen);
  };
  for (const std::string key : {"a", "b"}) {
    Subscribe(key, "c" + key, {{"started_at", "2026-01-01"}});
    change(key, "3", "2026-01-01 09:00:00");
    change(key, "7", "2026-03-10 09:00:00");
    change(key, "8", "2026-03-10 15:00:00");
    change(key, "5", "2026-04-05 09:00:00");
  }
  hold("i1", "a", "5");
  hold("i2", "b", "5");
  hold("i3", "b", "1");
  Build();
  EXPECT_EQ(Ledger(),
            "test:ca 2026-01-01 new 30\ntest:ca 2026-03-10 expansion 50\ntest:ca 2026-04-05 contraction -30\n"
            "test:cb 2026-01-01 new 60");
}

TEST_F(RecurringRevenue, ShowsExchangeRatesOnALineOfTheirOwn) {
  const auto rate = [&](const std::string& day, const std::string& value) {
    model.Record("fx_rate", {{"currency", "USD"}, {"to_currency", "EUR"}, {"day", day}, {"rate", value}}, kSeen);
  };
  rate("2026-01-01", "0.9");
  rate("2026-02-10", "0.8");
  rate("2026-04-01", "1");
  Subscribe("a", "c",
            {{"unit_price", "100"},
             {"currency", "USD"},
             {"started_at", "2026-01-15"},
             {"ended_at", "2026-05-20"},
             {"status", "canceled"}});
  Subscribe("b", "c",
            {{"unit_price", "50"},
             {"currency", "USD"},
             {"started_at", "2026-02-20"},
             {"ended_at", "2026-04-01"},
             {"status", "canceled"}});
  Build();
  EXPECT_EQ(Ledger(),
            "test:c 2026-01-15 new 90\n"
            "test:c 2026-02-20 expansion 45\n"  // the rate of February's first day still holds
            "test:c 2026-03-01 fx -15\n"
            "test:c 2026-04-01 contraction -50\n"
            "test:c 2026-04-01 fx 30\n"
            "test:c 2026-05-20 churn -100");
}

TEST_F(RecurringRevenue, WithoutARateIsNoSumAndIsCounted) {
  Subscribe("a", "c", {{"unit_price", "100"}, {"currency", "CHF"}, {"started_at", "2026-01-15"}});
  Build();
  EXPECT_EQ(Lines(model, "SELECT monthly, mrr FROM scoped.subscription_mrr"), "100 -");
  EXPECT_EQ(Ledger(), "");
}

TEST_F(RecurringRevenue, RemembersWhatACustomerPaidAYearAgo) {
  Subscribe("a", "a", {{"unit_price", "100"}, {"started_at", "2024-01-10"}, {"status", "active"}},
            "2025-03-01 00:00:00");
  Subscribe("a", "a", {{"unit_price", "150"}, {"started_at", "2024-01-10"}, {"status", "active"}},
            "2025-06-01 00:00:00");
  Subscribe("b", "b",
            {{"unit_price", "40"}, {"started_at", "2024-02-29"}, {"ended_at", "2025-02-15"}, {"status", "canceled"}});
  Build();
  EXPECT_EQ(Lines(model,
                  "SELECT customer_id, CAST(valid_from AS DATE), CAST(valid_to AS DATE), mrr, mrr_a_year_ago, "
                  "mrr_kept FROM model.customer_retention ORDER BY customer_id NULLS LAST, valid_from NULLS LAST"),
            "test:a 2025-01-10 2025-06-01 100 100 100\n"
            "test:a 2025-06-01 2026-06-01 150 100 100\n"
            "test:a 2026-06-01 - 150 150 150\n"
            "test:b 2025-03-01 2026-02-15 0 40 0")
      << "twelve months before the 28th of February is the 28th; the 29th has come by the first of March";
}

// Days from 2024-01-01 on; a subscription is given by its versions.
struct Version {
  int seen;
  std::string status;
  int price;
  std::optional<int> ended;
};

std::string Day(int day) { return FormatDate(Date{FromCivil({2024, 1, 1}).days + day}); }

// Random companies: revenue of each evening is the sum of the ledger, no movement is empty, kinds follow from what was
// before; and both are what a walk through the days finds.
TEST(RecurringRevenueOfRandomSubscriptions, IsWhatAWalkThroughTheDaysFinds) {
  constexpr int kDays = 700;
  for (int seed = 0; seed < 6; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto roll = [&](int sides) { return static_cast<int>(random() % static_cast<unsigned>(sides)); };
    TestModel model;
    model.settings.currency = "EUR";
    std::map<std::string, std::map<int, std::int64_t>> expected;  // customer, day, euros
    for (int account = 0; account < 12; ++account) {
      const std::string name = fmt::format("a{:02}", account);
      model.Record("account", {{"key", name}, {"name", name}}, kSeen);
      for (int number = roll(3); number >= 0; --number) {
        const int start = roll(500);
        std::vector<Version> versions;
        int at = start + 1 + roll(40);
        for (int left = roll(4); left >= 0; --left, at += 1 + roll(60)) {
          const char* statuses[] = {"active", "active", "paused", "past_due"};
          versions.push_back({at, statuses[roll(4)], 10 * (1 + roll(5)), {}});
        }
        if (roll(2) == 0) versions.push_back({at, "canceled", 10, at - roll(15)});
        for (const Version& version : versions) {
          TestModel::Cells cells{
              {"key", fmt::format("{}-{}", name, number)},      {"account_key", name}, {"status", version.status},
              {"unit_price", fmt::format("{}", version.price)}, {"currency", "EUR"},   {"started_at", Day(start)}};
          if (version.ended) cells["ended_at"] = Day(*version.ended);
          model.Record("subscription", cells, Day(version.seen) + " 00:00:00");
        }
        // The reference: of each day the version that held, and what is known of the end.
        for (int day = start; day < kDays; ++day) {
          std::size_t held = 0;
          while (held + 1 < versions.size() && versions[held + 1].seen <= day) ++held;
          const Version& now = versions[held];
          const std::optional<int> end = held + 1 < versions.size() ? versions[held + 1].ended : std::nullopt;
          const bool is_first = held == 0;
          const bool pays = now.status == "active" || now.status == "past_due" ||
                            (now.status == "paused" && is_first && day < now.seen) ||
                            (now.status == "canceled" && day < *now.ended);
          if (pays && (!end || day < *end)) expected["test:" + name][day] += now.price;
        }
      }
    }
    ASSERT_TRUE(model.Build()) << model.error();
    for (int day = 0; day < kDays; day += 13) {
      std::int64_t sum = 0;
      for (const auto& [customer, days] : expected) {
        const auto found = days.find(day);
        sum += found == days.end() ? 0 : found->second;
      }
      const std::string text = fmt::format("{}", sum);
      EXPECT_EQ(Lines(model, fmt::format("SELECT coalesce(sum(mrr), 0) FROM model.subscription_mrr WHERE from_day <= "
                                         "DATE '{0}' AND coalesce(to_day, DATE 'infinity') > DATE '{0}'",
                                         Day(day))),
                text)
          << seed << " " << Day(day);
      EXPECT_EQ(
          Lines(model, fmt::format("SELECT coalesce(sum(amount), 0) FROM model.mrr_movement WHERE day <= DATE '{}'",
                                   Day(day))),
          text)
          << seed << " " << Day(day);
    }
    std::string ledger;
    for (const auto& [customer, days] : expected) {
      std::int64_t before = 0;
      bool has_paid = false;
      for (int day = 0; day < kDays; ++day) {
        const auto found = days.find(day);
        const std::int64_t after = found == days.end() ? 0 : found->second;
        if (after != before) {
          const char* kind = before == 0      ? (has_paid ? "reactivation" : "new")
                             : after == 0     ? "churn"
                             : after > before ? "expansion"
                                              : "contraction";
          ledger += fmt::format("{} {} {} {}\n", customer, Day(day), kind, after - before);
        }
        has_paid = has_paid || after > 0;
        before = after;
      }
    }
    EXPECT_EQ(Lines(model, fmt::format("SELECT customer_id, day, kind, amount FROM model.mrr_movement WHERE day < DATE "
                                       "'{}' ORDER BY customer_id NULLS LAST, day NULLS LAST",
                                       Day(kDays))),
              ledger.substr(0, ledger.size() - 1))
        << seed;
  }
}

}  // namespace
}  // namespace weir::model
