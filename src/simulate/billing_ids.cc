#include "simulate/billing_ids.h"

#include <array>

#include <fmt/format.h>

#include "simulate/exporter.h"

namespace weir::simulate {
namespace {
constexpr std::uint32_t kCounterparties = 0xC0A61E01;
constexpr std::uint32_t kInvoices = 0xC0A61E02;
constexpr double kNotWritten = 0.05;  // the share of tax ids that nobody entered into the CRM
constexpr int kInvoicesOfOne = 512;   // that an account may have
}  // namespace

bool BillsInRussia(const World& world) { return world.crm != Crm::kSalesforce && world.lexicon->home_country == "RU"; }

std::string TaxId(const Account& account) {
  std::string digits = fmt::format("77{:07}", 1'000'003 + static_cast<std::int64_t>(account.profile.index) % 8'000'000);
  constexpr std::array<int, 9> kWeights = {2, 4, 10, 3, 5, 9, 4, 6, 8};
  int sum = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i) sum += kWeights[i] * (digits[i] - '0');
  digits.push_back(static_cast<char>('0' + sum % 11 % 10));
  return digits;
}

void PutTaxId(std::string& cell, const View& view, const Account& account, const CrmAccount& record) {
  if (!BillsInRussia(view.world) || record.duplicate_of >= 0) return;
  if (account.subscriptions.empty() || account.subscriptions.front().starts_at > view.at) return;
  Sampler sampler = view.world.Draw("crm.tax_id", RecordNumber(account.profile.index, record.number));
  if (!sampler.Chance(kNotWritten)) cell.append(TaxId(account));
}

std::string OneCKey(std::uint32_t kind, std::uint64_t number) {
  return fmt::format("{:08x}-{:04x}-11f0-80c4-{:012x}", kind, number >> 48, number & 0xFFFFFFFFFFFF);
}

std::string CounterpartyKey(const Account& account) {
  return OneCKey(kCounterparties, RecordNumber(account.profile.index, 0));
}

std::string OneCInvoiceKey(const Account& account, int invoice) {
  return OneCKey(kInvoices, RecordNumber(account.profile.index, invoice));
}

std::int64_t OneCInvoiceNumber(const Account& account, int invoice) {
  return static_cast<std::int64_t>(account.profile.index) * kInvoicesOfOne + invoice + 1;
}

BilledRecord BilledCustomer(const World& world, const Account& account) {
  if (BillsInRussia(world)) return {"onec", "counterparty", CounterpartyKey(account)};
  return {"stripe", "customer", std::string(CustomerId(account).view())};
}

BilledRecord BilledInvoice(const World& world, const Account& account, int invoice) {
  if (BillsInRussia(world)) return {"onec", "invoice", OneCInvoiceKey(account, invoice)};
  return {"stripe", "invoice", std::string(InvoiceId(account, invoice).view())};
}

BilledRecord BilledSubscription(const World& world, const Account& account, int subscription) {
  return {BillsInRussia(world) ? "generic" : "stripe", "subscription",
          std::string(SubscriptionId(account, subscription).view())};
}

}  // namespace weir::simulate
