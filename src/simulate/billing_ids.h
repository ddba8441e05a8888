// What customers, invoices and subscriptions are called where the company bills: in Stripe, or, of a Russian company
// with a Russian CRM, in 1C, whose customers pay through the bank. Exports and truth must name them alike.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulate/world.h"

namespace weir::simulate {

struct View;

bool BillsInRussia(const World& world);

// Ten digits of a legal person, the last of which checks the others.
std::string TaxId(const Account& account);
// What the CRM knows of it: once the customer was billed, unless nobody wrote it down.
void PutTaxId(std::string& cell, const View& view, const Account& account, const CrmAccount& record);
// A reference of 1C: letters of the kind of record, and its number.
std::string OneCKey(std::uint32_t kind, std::uint64_t number);
std::string CounterpartyKey(const Account& account);
std::string OneCInvoiceKey(const Account& account, int invoice);
// As 1C counts, and as its printed form names it: 0000-000123 is 123.
std::int64_t OneCInvoiceNumber(const Account& account, int invoice);

struct BilledRecord {
  std::string_view source;
  std::string_view object;
  std::string id;
};
BilledRecord BilledCustomer(const World& world, const Account& account);
BilledRecord BilledInvoice(const World& world, const Account& account, int invoice);
BilledRecord BilledSubscription(const World& world, const Account& account, int subscription);

}  // namespace weir::simulate
