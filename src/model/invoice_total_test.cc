// What an invoice comes to that a source tells by its lines alone.
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

TEST(InvoiceTotal, OfOneOfWhichOnlyLinesAreKnownIsTheirSum) {
  TestModel model;
  for (const char* key : {"lines", "total", "half", "mixed"}) {
    model.Record("invoice", {{"key", key}, {"account_key", "a"}, {"issued_at", "2024-01-05 10:00:00"}}, "2024-02-10");
  }
  model.Record("invoice", {{"key", "total"}, {"total", "7"}, {"currency", "EUR"}}, "2024-02-11");
  const auto line = [&](const char* invoice, const char* amount, const char* currency) {
    TestModel::Cells cells{{"invoice_key", invoice}, {"currency", currency}};
    if (*amount != 0) cells["amount"] = amount;
    model.Record("invoice_line", cells, "2024-02-10");
  };
  for (const char* amount : {"10.50", "-0.25"}) line("lines", amount, "EUR");
  line("total", "99", "EUR");
  line("half", "5", "EUR");
  line("half", "", "EUR");
  line("mixed", "5", "EUR");
  line("mixed", "5", "USD");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT invoice_id, total, currency, amount_due FROM scoped.invoice ORDER BY 1 NULLS LAST"),
            "test:half - XXX 0\ntest:lines 10.25 EUR 10.25\ntest:mixed - XXX 0\ntest:total 7 EUR 7\n");
}

}  // namespace
}  // namespace weir::model
