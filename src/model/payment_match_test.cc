// Which invoice a payment pays, where a bank knows only who paid and what for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

class PaymentMatch : public ::testing::Test {
 protected:
  PaymentMatch() {
    model.settings.time_zone = "Europe/Moscow";
    model.settings.currency = "RUB";
    model.Record("account", {{"key", "c1"}, {"name", "ООО Ромашка"}, {"tax_id", "7701234567"}}, kSeen, "onec");
    model.Record("account", {{"key", "c2"}, {"name", "ООО Василёк"}, {"tax_id", "7707654321"}}, kSeen, "onec");
    model.Record("account", {{"key", "9"}, {"name", "Ромашка"}, {"tax_id", "7701234567"}}, kSeen, "amocrm");
  }
  void Invoice(const std::string& key, const std::string& number, const std::string& issued_at,
               const std::string& total, const std::string& account = "c1") {
    model.Record("invoice",
                 {{"key", key},
                  {"number", number},
                  {"account_key", account},
                  {"issued_at", issued_at},
                  {"total", total},
                  {"currency", "RUB"},
                  {"status", "open"}},
                 kSeen, "onec");
  }
  void Payment(const std::string& key, const std::string& at, const std::string& amount, const std::string& purpose,
               const std::string& tax_id = "7701234567") {
    model.Record("payment",
                 {{"key", key},
                  {"at", at},
                  {"amount", amount},
                  {"currency", "RUB"},
                  {"status", "succeeded"},
                  {"kind", "transfer"},
                  {"payer", "ООО Ромашка"},
                  {"payer_tax_id", tax_id},
                  {"purpose", purpose}},
                 kSeen, "bank");
  }
  std::string Told() {
    return model.Table(
        "SELECT source_key, invoice_id, account_id IS NOT NULL, matched_by FROM model.payment ORDER BY source_key "
        "NULLS "
        "LAST");
  }

  static constexpr const char* kSeen = "2026-06-01 00:00:00";
  TestModel model;
};

TEST_F(PaymentMatch, FollowsTheNumberInThePurpose) {
  Invoice("i1", "0000-000123", "2026-03-01 09:00:00", "1000");
  Invoice("i2", "0000-000124", "2026-03-02 09:00:00", "1000");
  Invoice("i3", "АБ-000123", "2026-03-01 09:00:00", "1000", "c2");
  Invoice("i4", "2026/77", "2026-03-03 09:00:00", "500");
  Payment("a", "2026-03-05 09:00:00", "1000", "Оплата по счету № 123 от 01.03.2026, в т.ч. НДС 20%");
  Payment("b", "2026-03-05 09:00:00", "400", "Частичная оплата сч.124 за услуги");
  Payment("c", "2026-03-05 09:00:00", "500", "По счёту на оплату N 2026/77. Без НДС");
  Payment("d", "2026-03-05 09:00:00", "1000", "Оплата по счёту 0000-000124");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a onec:i1 true number\nb onec:i2 true number\nc onec:i4 true number\nd onec:i2 true number\n");
}

TEST_F(PaymentMatch, OfEqualNumbersTheDayOrTheTotalDecides) {
  Invoice("old", "0000-000012", "2025-02-01 09:00:00", "900");
  Invoice("new", "0000-000012", "2026-02-01 09:00:00", "700");
  Payment("day", "2026-03-05 09:00:00", "100", "Оплата по счету 12 от 01.02.2025");
  Payment("total", "2026-03-05 09:00:00", "700", "Оплата по счету 12");
  Payment("neither", "2026-03-05 09:00:00", "50", "Оплата по счету 12");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "day onec:old true number\nneither - true several\ntotal onec:new true number\n");
}

TEST_F(PaymentMatch, TakesTheOnlyInvoiceOfThatTotal) {
  Invoice("i1", "1", "2026-03-01 09:00:00", "1000");
  Invoice("i2", "2", "2026-03-02 09:00:00", "800");
  Invoice("i3", "3", "2026-04-02 09:00:00", "800");
  Invoice("i4", "4", "2026-05-20 09:00:00", "600");
  Payment("a", "2026-03-05 09:00:00", "1000", "За услуги");
  Payment("b", "2026-04-05 09:00:00", "800", "За услуги");
  Payment("early", "2026-04-05 09:00:00", "600", "Аванс");
  Payment("many", "2026-04-05 09:00:00", "1600", "Оплата по счетам № 2, 3");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a onec:i1 true amount\nb - true several\nearly - true -\nmany - true several\n")
      << "an invoice is not paid before it is issued, and a sum of invoices is not one of them";
}

TEST_F(PaymentMatch, WhatANumberSettledIsNoLongerOpen) {
  Invoice("i1", "1", "2026-03-01 09:00:00", "800");
  Invoice("i2", "2", "2026-04-01 09:00:00", "800");
  Payment("a", "2026-03-05 09:00:00", "800", "Оплата по счету № 1");
  Payment("b", "2026-04-05 09:00:00", "800", "За услуги");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a onec:i1 true number\nb onec:i2 true amount\n");
}

TEST_F(PaymentMatch, AsManyPaymentsAsInvoicesOfOneTotalSettleThem) {
  Invoice("march", "1", "2026-03-01 09:00:00", "800");
  Invoice("april", "2", "2026-04-01 09:00:00", "800");
  Invoice("later", "3", "2026-05-01 09:00:00", "800");
  Payment("a", "2026-03-01 12:00:00", "800", "За услуги");
  Payment("b", "2026-04-01 12:00:00", "800", "За услуги");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a onec:march true amount\nb onec:april true amount\n") << "the later one was not issued yet";
  Payment("c", "2026-04-02 12:00:00", "800", "За услуги");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a - true several\nb - true several\nc - true several\n") << "one of three pays for nothing known";
}

TEST_F(PaymentMatch, AStrangerPaysNothingKnown) {
  Invoice("i1", "1", "2026-03-01 09:00:00", "800");
  Payment("a", "2026-03-05 09:00:00", "800", "Оплата по счету № 1", "5001112223");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a - false -\n");
}

TEST_F(PaymentMatch, InvoicesAreOpenUntilTheyArePaid) {
  Invoice("i1", "1", "2026-03-01 09:00:00", "800");
  Payment("a", "2026-03-05 09:00:00", "300", "Оплата по счету № 1");
  Payment("b", "2026-03-15 09:00:00", "500", "Оплата по счету № 1");
  ASSERT_TRUE(model.Build()) << model.error();
  const auto state = [&](const char* at) {
    model.AsOf(at);
    return model.Table("SELECT status, amount_paid, paid_at FROM scoped.invoice") +
           model.Table("SELECT status, paid_at FROM scoped.invoice_brief");
  };
  EXPECT_EQ(state("2026-03-04 00:00:00"), "open 0 -\nopen -\n");
  EXPECT_EQ(state("2026-03-10 00:00:00"), "open 300 -\nopen -\n");
  EXPECT_EQ(state("2026-04-01 00:00:00"), "paid 800 2026-03-15T09:00:00Z\npaid 2026-03-15T09:00:00Z\n");
}

TEST_F(PaymentMatch, OnlyMoneyThatCameInPays) {
  Invoice("i1", "1", "2026-03-01 09:00:00", "800");
  const auto paid = [&](const std::string& key, const std::string& status, const std::string& kind) {
    model.Record("payment",
                 {{"key", key},
                  {"at", "2026-03-05 09:00:00"},
                  {"amount", "800"},
                  {"currency", "RUB"},
                  {"status", status},
                  {"kind", kind},
                  {"payer_tax_id", "7701234567"},
                  {"purpose", "По счету № 1"}},
                 kSeen, "bank");
  };
  paid("a", "failed", "transfer");
  paid("b", "succeeded", "refund");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a - false -\nb - false -\n");
  EXPECT_EQ(model.Table("SELECT status, amount_due FROM scoped.invoice"), "open 800\n");
}

TEST_F(PaymentMatch, NoInvoiceIsTakenAgainstTheDayThatIsNamed) {
  Invoice("i1", "12", "2025-02-01 09:00:00", "800");
  Payment("a", "2026-03-05 09:00:00", "500", "По счету № 12 от 01.02.2026");
  Payment("b", "2026-03-05 09:00:00", "300", "По счету № 12 от 01.02.2025");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a - true several\nb onec:i1 true number\n");
}

TEST_F(PaymentMatch, MoneyOfAnotherCurrencySettlesNothing) {
  Invoice("i1", "5", "2026-03-01 09:00:00", "100");
  model.Record("payment",
               {{"key", "a"},
                {"at", "2026-03-05 09:00:00"},
                {"amount", "9500"},
                {"currency", "USD"},
                {"payer_tax_id", "7701234567"},
                {"purpose", "По счету № 5"}},
               kSeen, "bank");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Told(), "a onec:i1 true number\n");
  EXPECT_EQ(model.Table("SELECT status, amount_paid FROM scoped.invoice"), "open 0\n");
}

TEST_F(PaymentMatch, WhatItsSourceCallsPaidIsOpenUntilThen) {
  model.Record("invoice",
               {{"key", "i1"},
                {"account_key", "c1"},
                {"issued_at", "2026-01-01 09:00:00"},
                {"due_date", "2026-02-01"},
                {"paid_at", "2026-03-01 09:00:00"},
                {"total", "800"},
                {"amount_paid", "800"},
                {"amount_due", "0"},
                {"currency", "RUB"},
                {"status", "paid"}},
               kSeen, "stripe");
  model.Record("invoice", {{"key", "i2"}, {"issued_at", "2026-01-01 09:00:00"}, {"total", "50"}, {"currency", "RUB"}},
               kSeen, "onec");
  ASSERT_TRUE(model.Build()) << model.error();
  const auto state = [&](const char* at) {
    model.AsOf(at);
    const std::string statuses = "SELECT status FROM {} ORDER BY invoice_id NULLS LAST";
    EXPECT_EQ(model.Table(fmt::format(fmt::runtime(statuses), "scoped.invoice")),
              model.Table(fmt::format(fmt::runtime(statuses), "scoped.invoice_brief")));
    return model.Table("SELECT status, amount_paid, amount_due FROM scoped.invoice ORDER BY invoice_id NULLS LAST");
  };
  EXPECT_EQ(state("2026-02-15 00:00:00"), "open 0 50\nopen 0 800\n");
  EXPECT_EQ(state("2026-03-15 00:00:00"), "open 0 50\npaid 800 0\n");
}

}  // namespace
}  // namespace weir::model
