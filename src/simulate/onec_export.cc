// 1C: counterparties, invoices to customers and until when they are to be paid, as the standard OData interface
// answers. Which invoices are paid only the bank knows. Subscriptions, for which 1C has no place, stand in a sheet of
// their own.
#include <fmt/format.h>

#include "simulate/billing_ids.h"
#include "simulate/dated_file.h"
#include "simulate/exporter.h"
#include "simulate/json_page.h"

namespace weir::simulate {
namespace {

constexpr std::string_view kOrganisation = "c0a61e00-01c0-11e8-80c4-0cc47ab29cf7";

std::string Amount(std::int64_t minor) {
  std::string text;
  PutAmount(text, minor);
  return text;
}

// 2026-03-05T11:12:13, the clock on the wall.
std::string Local(const View& view, Instant at) {
  std::string text;
  PutUtcTime(text, Instant{view.world.calendar.LocalMicros(at)});
  text[10] = 'T';
  return text;
}

std::string Text(std::string_view text) {
  std::string json;
  PutJsonText(json, text);
  return json;
}

// Changes whenever the record does; here once, when it was written.
std::string DataVersion(Instant at) { return fmt::format("AAAM{:08X}=", at.micros / kMicrosPerSecond & 0xFFFFFFFF); }

std::string CounterpartyJson(const Account& account, Instant since) {
  const AccountProfile& profile = account.profile;
  return fmt::format(
      R"({{"Ref_Key":"{}","DataVersion":"{}","Code":"{:09}","Description":{},"DeletionMark":false,)"
      R"("Parent_Key":"00000000-0000-0000-0000-000000000000","IsFolder":false,"НаименованиеПолное":{},"ИНН":"{}",)"
      R"("КПП":"770101001","ЮридическоеФизическоеЛицо":"ЮридическоеЛицо","Комментарий":""}})",
      CounterpartyKey(account), DataVersion(since), profile.index + 1, Text(profile.brand), Text(profile.legal_name),
      TaxId(account));
}

std::string LinesJson(const View& view, const Account& account, const Invoice& invoice) {
  std::string json;
  for (std::size_t i = 0; i < invoice.lines.size(); ++i) {
    const InvoiceLine& line = invoice.lines[i];
    // Without the tax, which stands on top of the sum of the lines.
    json += fmt::format(
        R"({}{{"Ref_Key":"{}","LineNumber":"{}","Номенклатура_Key":"{}","Содержание":{},"Количество":{},"Цена":{},)"
        R"("Сумма":{},"ПроцентСкидки":0,"СтавкаНДС":"НДС{}","СуммаНДС":{}}})",
        i == 0 ? "" : ",", OneCInvoiceKey(account, invoice.number), i + 1,
        OneCKey(0xC0A61E03, static_cast<std::uint64_t>(line.product) + 1),
        Text(view.lexicon().products[static_cast<std::size_t>(line.product)].name), line.quantity,
        Amount(line.unit_minor), Amount(line.amount_minor), view.lexicon().tax_percent,
        Amount((line.amount_minor * view.lexicon().tax_percent + 50) / 100));
  }
  return json;
}

std::string InvoiceJson(const View& view, const Account& account, const Invoice& invoice) {
  return fmt::format(
      R"({{"Ref_Key":"{}","DataVersion":"{}","DeletionMark":false,"Number":"0000-{:06}","Date":"{}","Posted":true,)"
      R"("Организация_Key":"{}","Контрагент_Key":"{}","ДоговорКонтрагента_Key":"{}","Комментарий":"",)"
      R"("ВалютаДокумента_Key":"{}","КурсВзаиморасчетов":1,"СуммаВключаетНДС":false,"СуммаДокумента":{},)"
      R"("ДокументБезНДС":false,"ВалютаДокумента":{{"Code":"643","Description":"руб."}},"Товары":[{}]}})",
      OneCInvoiceKey(account, invoice.number), DataVersion(invoice.created_at),
      OneCInvoiceNumber(account, invoice.number), Local(view, invoice.created_at), kOrganisation,
      CounterpartyKey(account), OneCKey(0xC0A61E04, RecordNumber(account.profile.index, 0)), OneCKey(0xC0A61E05, 643),
      Amount(invoice.total_minor), LinesJson(view, account, invoice));
}

std::string TermJson(const View& view, const Account& account, const Invoice& invoice) {
  return fmt::format(
      R"({{"Организация_Key":"{}","Документ":"{}","Документ_Type":"StandardODATA.Document_СчетНаОплатуПокупателю",)"
      R"("СрокОплаты":"{}T00:00:00"}})",
      kOrganisation, OneCInvoiceKey(account, invoice.number), FormatDate(view.world.calendar.DayOf(invoice.due_at)));
}

struct SubscriptionRow {
  const View& view;
  const Account& account;
  const Subscription& item;
  const SubscriptionVersion& now;
};

constexpr Column<SubscriptionRow> kSubscriptionColumns[] = {
    {"key", [](std::string& c, const SubscriptionRow& r) { c.append(SubscriptionId(r.account, r.item.number)); }},
    {"account_key", [](std::string& c, const SubscriptionRow& r) { c.append(WorkspaceKey(r.account)); }},
    {"status",
     [](std::string& c, const SubscriptionRow& r) {
       c.append(r.now.status == SubscriptionStatus::kCanceled  ? "canceled"
                : r.now.status == SubscriptionStatus::kPastDue ? "past_due"
                                                               : "active");
     }},
    {"quantity", [](std::string& c, const SubscriptionRow& r) { PutInteger(c, r.now.quantity); }},
    {"unit_price",
     [](std::string& c, const SubscriptionRow& r) { PutAmount(c, r.now.unit_minor * (r.item.is_yearly ? 12 : 1)); }},
    {"interval", [](std::string& c, const SubscriptionRow& r) { c.append(r.item.is_yearly ? "year" : "month"); }},
    {"currency", [](std::string& c, const SubscriptionRow& r) { c.append(r.item.currency); }},
    {"started_at", [](std::string& c, const SubscriptionRow& r) { PutSalesforceTime(c, r.item.starts_at); }},
    {"ended_at",
     [](std::string& c, const SubscriptionRow& r) {
       if (r.now.status == SubscriptionStatus::kCanceled) PutSalesforceTime(c, r.now.at);
     }},
};

struct Tables {
  JsonPage counterparties;
  JsonPage invoices;
  JsonPage terms;
  CsvTable<SubscriptionRow> subscriptions;
};

class OneC final : public Exporter {
 public:
  OneC(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    Instant since = kNever;
    for (const Subscription& item : account.subscriptions) {
      const SubscriptionVersion* now = item.At(view_.at);
      if (now == nullptr) continue;
      since = std::min(since, item.starts_at);
      tables_.subscriptions.Write({view_, account, item, *now});
    }
    if (since != kNever) tables_.counterparties.Add(CounterpartyJson(account, since));
    for (const Invoice& invoice : account.invoices) {
      if (invoice.created_at > view_.at) continue;
      tables_.invoices.Add(InvoiceJson(view_, account, invoice));
      tables_.terms.Add(TermJson(view_, account, invoice));
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(tables_.counterparties, files));
    WEIR_TRY(CloseTable(tables_.invoices, files));
    WEIR_TRY(CloseTable(tables_.terms, files));
    return CloseTable(tables_.subscriptions, files);
  }

 private:
  View view_;
  Tables tables_;
};

}  // namespace

ExporterResult OpenOneC(const std::filesystem::path& folder, const View& view) {
  const auto page = [&](std::string_view entity) {
    return JsonPage::Create(
        folder / fmt::format("{}_{}.json", entity, FormatDate(view.day)),
        fmt::format(
            R"({{"odata.metadata":"https://1c.example.ru/accounting/odata/standard.odata/$metadata#{}","value":[)",
            entity),
        "]}");
  };
  WEIR_TRY(auto counterparties, page("Catalog_Контрагенты"));
  WEIR_TRY(auto invoices, page("Document_СчетНаОплатуПокупателю"));
  WEIR_TRY(auto terms, page("InformationRegister_СрокиОплатыДокументов"));
  WEIR_TRY(auto subscriptions,
           CsvTable<SubscriptionRow>::Create(DatedFile(folder, view, "weir-subscription"), kSubscriptionColumns));
  return std::make_unique<OneC>(
      view, Tables{std::move(counterparties), std::move(invoices), std::move(terms), std::move(subscriptions)});
}

}  // namespace weir::simulate
