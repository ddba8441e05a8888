// Bills, payments, advertising and calls in the forms of Russian products, as their vendors and public programs write
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "main_job.h"
#include "simulated.h"

namespace weir::main_job {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RussianForms : public testing::Test {
 protected:
  explicit RussianForms() : job_("russian-forms") {
    job_.Set("time_zone", "Europe/Moscow");
    job_.Set("currency", "RUB");
  }
  static std::string Document(const std::string& number, const std::string& day, const std::string& sum,
                              const std::string& payer, const std::string& tax_id, const std::string& purpose) {
    return fmt::format(
        "СекцияДокумент=Платежное поручение\nНомер={}\nДата={}\nСумма={}\nПлательщикСчет=40702810400000000077\n"
        "Плательщик=ИНН {} {}\nПлательщикИНН={}\nПлательщик1={}\nПолучательСчет=40702810900000000001\n"
        "ДатаПоступило={}\nПолучательИНН=7709876543\nПолучатель1=АО Продавец\nНазначениеПлатежа={}\nКонецДокумента\n",
        number, day, sum, tax_id, payer, tax_id, payer, day, purpose);
  }
  Job job_;
};

TEST_F(RussianForms, PaymentsOfABankFindInvoicesOf1C) {
  job_.Bring(
      "Catalog_Контрагенты.json",
      R"({"odata.metadata":"https://example.ru/base/odata/standard.odata/$metadata#Catalog_Контрагенты","value":[)"
      R"({"Ref_Key":"e5e0707f-01cc-11e8-8d25-00155d461204","DataVersion":"AAAM7AAAAAA=","Description":"Ромашка",)"
      R"("DeletionMark":false,"IsFolder":false,"НаименованиеПолное":"ООО \"Ромашка\"","ИНН":"7701234567",)"
      R"("КПП":"770101001"},{"Ref_Key":"e5e0707f-01cc-11e8-8d25-00155d461205","DataVersion":"AAAM7AAAAAB=",)"
      R"("Description":"Покупатели","DeletionMark":false,"IsFolder":true}]})");
  const auto invoices = job_.Bring(
      "Document_СчетНаОплатуПокупателю.json",
      R"({"odata.metadata":"https://example.ru/base/odata/standard.odata/$metadata#Document_СчетНаОплатуПокупателю",)"
      R"("value":[{"Ref_Key":"00000000-0000-11f0-8000-000000000001","DataVersion":"AAAM7AAAAAA=","DeletionMark":false,)"
      R"("Number":"0000-000123","Date":"2026-10-01T12:59:23","Posted":true,"Контрагент_Key":)"
      R"("e5e0707f-01cc-11e8-8d25-00155d461204","СуммаДокумента":2500.5,"ВалютаДокумента":{"Code":"643",)"
      R"("Description":"руб."},"Товары":[{"Ref_Key":"00000000-0000-11f0-8000-000000000001","LineNumber":"1",)"
      R"("Содержание":"Лицензии","Количество":5,"Цена":500.1,"Сумма":2500.5,"СтавкаНДС":"БезНДС","СуммаНДС":0}]},)"
      R"({"Ref_Key":"00000000-0000-11f0-8000-000000000002","DataVersion":"AAAM7AAAAAB=","DeletionMark":false,)"
      R"("Number":"0000-000124","Date":"2026-10-02T12:00:00","Posted":true,"Контрагент_Key":)"
      R"("e5e0707f-01cc-11e8-8d25-00155d461204","СуммаДокумента":700,"ВалютаДокумента":{"Code":"643",)"
      R"("Description":"руб."},"Товары":[]}]})");
  EXPECT_EQ(Job::Counts(invoices), "read 2 new 2 updated 0 unchanged 0 quarantined 0");
  EXPECT_EQ(Job::Counts(invoices, 1), "read 1 new 1 updated 0 unchanged 0 quarantined 0");
  job_.Bring("InformationRegister_СрокиОплатыДокументов.json",
             R"({"value":[{"Организация_Key":"cbb38ee1-01c0-11e8-80c4-0cc47ab29cf7","Документ":)"
             R"("00000000-0000-11f0-8000-000000000002","Документ_Type":)"
             R"("StandardODATA.Document_СчетНаОплатуПокупателю","СрокОплаты":"2026-10-20T00:00:00"}]})");
  const auto bank = job_.Bring(
      "kl_to_1c.txt",
      "1CClientBankExchange\nВерсияФормата=1.03\nКодировка=Windows\nДатаНачала=01.10.2026\nДатаКонца=31.10.2026\n"
      "РасчСчет=40702810900000000001\nСекцияРасчСчет\nРасчСчет=40702810900000000001\nНачальныйОстаток=0.00\n"
      "КонецРасчСчет\n" +
          Document("17", "05.10.2026", "2500.50", "ООО \"Ромашка\"", "7701234567",
                   "Оплата по счету № 123 от 01.10.2026. НДС не облагается") +
          Document("18", "06.10.2026", "700.00", "ООО \"Ромашка\"", "7701234567", "За лицензии") +
          Document("3", "07.10.2026", "90.00", "ИП Иванов", "770123456789", "Возврат займа") +
          "СекцияДокумент=Платежное поручение\nНомер=5\nДата=08.10.2026\nСумма=11.00\n"
          "ПлательщикСчет=40702810900000000001\nДатаСписано=08.10.2026\nПлательщикИНН=7709876543\n"
          "ПолучательСчет=40702810400000000077\nПолучательИНН=7701234567\nНазначениеПлатежа=Аренда\nКонецДокумента\n"
          "КонецФайла\n");
  EXPECT_EQ(Job::Counts(bank), "read 4 new 4 updated 0 unchanged 0 quarantined 0");
  EXPECT_THAT(job_.Sql("SELECT day, amount, currency, account, payer, matched_by FROM scoped.payment ORDER BY day"),
              ElementsAre("2026-10-05|2500.5|RUB|Ромашка|ООО \"Ромашка\"|number",
                          "2026-10-06|700|RUB|Ромашка|ООО \"Ромашка\"|amount", "2026-10-07|90|RUB||ИП Иванов|"))
      << "what goes out is no payment of ours; a stranger's stays open and is no customer";
  EXPECT_THAT(
      job_.Sql("SELECT number, account, status, due_date, amount_paid, currency FROM scoped.invoice ORDER BY 1"),
      ElementsAre("0000-000123|Ромашка|paid||2500.5|RUB", "0000-000124|Ромашка|paid|2026-10-20|700|RUB"));
  EXPECT_THAT(job_.Sql("SELECT description, quantity, amount, currency FROM scoped.invoice_line"),
              ElementsAre("Лицензии|5|2500.5|RUB"));
  EXPECT_THAT(job_.Sql("SELECT name, tax_id FROM scoped.account"), ElementsAre("Ромашка|7701234567"));
}

TEST_F(RussianForms, SpendOfDirectIsTheSameByFileAndByApi) {
  job_.Bring("Мастер отчётов.csv",
             "Отчёт по дням\nЛогин: example\nПериод: 01.10.2026 - 02.10.2026\n\n"
             "Дата;Кампания;№ Кампании;Группа;№ Группы;№ Объявления;Условие показа;№ Условия показа;Тип условия "
             "показа;Тип площадки;Показы;Клики;Расход (руб.)\n"
             "01.10.2026;Поиск;41000001;Группа;1;11;crm;5;Фраза;Поиск;1000;20;1 234,50\n"
             "02.10.2026;Поиск;41000001;Группа;1;11;crm;5;Фраза;Поиск;10;0;0,00\n"
             "Всего;;;;;;;;;;1010;20;1 234,50\n");
  const std::string query = "SELECT campaign, day, cost, currency, impressions, clicks FROM scoped.spend ORDER BY day";
  EXPECT_THAT(job_.Sql(query), ElementsAre("Поиск|2026-10-01|1234.5|RUB|1000|20", "Поиск|2026-10-02|0|RUB|10|0"));
  job_.Bring("direct_report.tsv",
             "\"Кампании (2026-10-03 - 2026-10-04)\"\nDate\tCampaignId\tCampaignName\tImpressions\tClicks\tCost\n"
             "2026-10-03\t41000001\tПоиск\t900\t15\t1234500000\n2026-10-04\t41000001\tПоиск\t5\t0\t0\nTotal rows: 2\n");
  job_.Bring("direct_report_2.tsv",
             "Date\tCampaignId\tCampaignName\tImpressions\tClicks\tCost\n2026-10-05\t41000001\tПоиск\t9\t1\t12.50\n");
  EXPECT_THAT(job_.Sql("SELECT day, cost FROM scoped.spend WHERE day > DATE '2026-10-02' ORDER BY day"),
              ElementsAre("2026-10-03|1234.5", "2026-10-04|0", "2026-10-05|12.5"));
}

TEST_F(RussianForms, TelephonySaysWhoCalledWhom) {
  const std::string query =
      "SELECT \"at\", direction, from_number, to_number, member, wait_s, talk_s, outcome FROM scoped.\"call\" ORDER BY "
      "\"at\"";
  job_.Bring("sipuni.csv",
             "Тип;Статус;Время;Схема;Откуда;Куда;Кто ответил;Длительность звонка;Длительность разговора;Время "
             "ответа;Оценка;ID записи;Метка;Теги;ID заказа звонка\n"
             "исходящий;отвечен;01.10.2026 16:31:03;Москва;220;89521152137;;180;171;9;;1444311063.117599;;;\n"
             "исходящий;не отвечен;02.10.2026 11:20:37;Москва;220;79084959445;;41;;;;1444292437.110169;;;\n"
             "Входящий;Отвечен;03.10.2026 14:51:49;Отдел "
             "продаж;+74832783118;+78612117108;220;178;162;16;;1516276309.775398;;;\n"
             "Внутренний;Отвечен;03.10.2026 15:00:00;;201;220;220;10;8;2;;1516276310.775398;;;\n");
  EXPECT_THAT(job_.Sql(query), ElementsAre("2026-10-01T13:31:03Z|out|220|+79521152137||9|171|answered",
                                           "2026-10-02T08:20:37Z|out|220|+79084959445||41|0|missed",
                                           "2026-10-03T11:51:49Z|in|+74832783118|+78612117108||16|162|answered"));
  job_.Bring(
      "uis_calls_report.json",
      R"({"jsonrpc":"2.0","id":1,"result":{"data":[{"id":501,"start_time":"2026-10-04 14:22:05","talk_duration":61,)"
      R"("wait_duration":7,"direction":"in","communication_id":77,"call_records":["ab"],"is_lost":false,)"
      R"("last_answered_employee_id":12,"last_answered_employee_full_name":"Пётр Иванов","virtual_phone_number":)"
      R"("74951045771","contact_phone_number":"79031234567"},{"id":502,"start_time":"2026-10-04 14:30:00",)"
      R"("talk_duration":0,"wait_duration":20,"direction":"in","communication_id":78,"call_records":[],)"
      R"("is_lost":true,"last_answered_employee_id":null,"last_answered_employee_full_name":null,)"
      R"("virtual_phone_number":"74951045771","contact_phone_number":"79031234568"}],"metadata":{"total_items":2}}})");
  EXPECT_THAT(job_.Sql("SELECT * FROM (" + query + ") WHERE \"at\" > TIMESTAMP '2026-10-04 00:00:00'"),
              ElementsAre("2026-10-04T11:22:05Z|in|+79031234567|+74951045771|Пётр Иванов|7|61|answered",
                          "2026-10-04T11:30:00Z|in|+79031234568|+74951045771||20|0|missed"));
  job_.Bring("zadarma.json",
             R"({"status":"success","start":"2026-10-05 00:00:00","end":"2026-10-05 23:59:59","version":2,"stats":[)"
             R"({"call_id":"1776517648.11580","sip":"100","callstart":"2026-10-05 15:07:28","clid":"Продажи 100",)"
             R"("destination":79271234567,"disposition":"answered","seconds":7,"is_recorded":"false",)"
             R"("pbx_call_id":"out_2d7f"}]})");
  EXPECT_THAT(job_.Sql("SELECT * FROM (" + query + ") WHERE \"at\" > TIMESTAMP '2026-10-05 00:00:00'"),
              ElementsAre("2026-10-05T12:07:28Z|out|Продажи 100|+79271234567|||7|answered"));
  EXPECT_THAT(job_.Sql("SELECT 1 FROM scoped.\"call\" WHERE account_id IS NOT NULL"), IsEmpty());
}

// The same story in the forms of the world and in those of Russia.
class RussianBills : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const char* crm : {"salesforce", "amocrm", "bitrix24"}) {
      simulate::SimulateParams params;
      params.seed = 5;
      params.accounts = 150;
      params.months = 14;
      params.locale = "ru";
      params.crm = crm;
      params.exports = 1;
      const Simulated simulated(std::string("russian-bills-") + crm, params);
      auto& job = jobs_[crm] = std::make_unique<Job>(std::string("russian-bills-") + crm);
      job->Set("time_zone", "Europe/Moscow");
      job->Set("currency", "RUB");
      job->Set("default_region", "RU");
      job->Import(simulated.Files({"stripe", "google", "cdr", "amocrm_export", "bitrix24_COMPANY", "bitrix24_CONTACT",
                                   "bitrix24_DEAL", "Catalog", "Document", "Information", "kl_to_1c", "yandex", "uis",
                                   "weir-subscription"}));
    }
  }
  static void TearDownTestSuite() { jobs_.clear(); }

  static Job& Of(const std::string& crm) { return *jobs_.at(crm); }
  static std::int64_t Number(const std::string& crm, const std::string& query) {
    return std::stoll(Of(crm).Sql(query).at(0));
  }

  static std::map<std::string, std::unique_ptr<Job>> jobs_;
};

std::map<std::string, std::unique_ptr<Job>> RussianBills::jobs_;

TEST_F(RussianBills, InvoicesAddUp) {
  for (const char* query :
       {"SELECT count(*), sum(total), min(currency), max(currency), min(issued_at), max(issued_at) FROM scoped.invoice "
        "WHERE issued_at < "
        "TIMESTAMP '2026-10-30 21:00:00'",
        "SELECT count(*), sum(l.amount), sum(quantity) FROM scoped.invoice_line AS l JOIN scoped.invoice AS i ON "
        "i.invoice_id = l.invoice_id WHERE issued_at < TIMESTAMP '2026-10-30 21:00:00'",
        "SELECT count(*), sum(quantity), count(ended_at) FROM scoped.subscription"}) {
    for (const char* crm : {"amocrm", "bitrix24"}) EXPECT_EQ(Of(crm).Sql(query), Of("salesforce").Sql(query)) << query;
  }
}

TEST_F(RussianBills, PaymentsAddUpAndFindTheirInvoices) {
  const auto charges =
      Of("salesforce").Sql("SELECT count(*), sum(amount) FROM scoped.payment WHERE status = 'succeeded'");
  auto paid =
      Of("salesforce").Sql("SELECT issued_at, total, local_date(paid_at) FROM scoped.invoice WHERE status = 'paid'");
  std::ranges::sort(paid);
  ASSERT_GT(paid.size(), 100U);
  for (const char* crm : {"amocrm", "bitrix24"}) {
    EXPECT_EQ(Of(crm).Sql("SELECT count(*), sum(amount) FROM scoped.payment WHERE account_id IS NOT NULL"), charges)
        << crm;
    EXPECT_EQ(Number(crm, "SELECT count(*) FROM scoped.payment WHERE account_id IS NULL"), 14)
        << "interest of the bank";
    auto found = Of(crm).Sql("SELECT issued_at, total, local_date(paid_at) FROM scoped.invoice WHERE status = 'paid'");
    std::ranges::sort(found);
    EXPECT_TRUE(std::ranges::includes(paid, found)) << "nothing is paid that was not";
    EXPECT_GE(found.size() * 100, paid.size() * 93) << crm;
    EXPECT_EQ(Of(crm).Sql("SELECT count(*) FROM scoped.payment WHERE account_id IS NOT NULL AND invoice_id IS NULL"),
              Of(crm).Sql("SELECT count(*) FROM scoped.payment WHERE account_id IS NOT NULL AND coalesce(matched_by, "
                          "'several') = 'several'"))
        << "what is open says so";
  }
}

TEST_F(RussianBills, SpendAndCallsAddUp) {
  for (const char* query :
       {"SELECT campaign, count(*), sum(cost), sum(clicks), sum(impressions), sum(coalesce(conversions, 0)) FROM "
        "scoped.spend GROUP BY campaign ORDER BY campaign",
        "SELECT direction, count(*), count(*) FILTER (WHERE outcome = 'answered'), sum(talk_s), sum(wait_s), "
        "min(\"at\"), count(DISTINCT outside_number) FROM scoped.\"call\" GROUP BY direction ORDER BY direction"}) {
    for (const char* crm : {"amocrm", "bitrix24"}) EXPECT_EQ(Of(crm).Sql(query), Of("salesforce").Sql(query)) << query;
  }
}

TEST_F(RussianBills, CustomersOfTheCrmHaveTheirInvoices) {
  for (const char* crm : {"amocrm", "bitrix24"}) {
    const std::string of_crm = fmt::format(
        "SELECT count(DISTINCT l.entity_id) FROM model.identity_link AS l JOIN scoped.invoice AS i ON i.account_id = "
        "l.entity_id WHERE l.entity = 'account' AND l.source = '{}'",
        crm);
    const std::int64_t billed = Number(crm, "SELECT count(DISTINCT account_id) FROM scoped.invoice");
    ASSERT_GT(billed, 20);
    EXPECT_GE(Number(crm, of_crm) * 100, billed * 88) << "a tax id that nobody wrote down joins nothing";
    EXPECT_GE(Number(crm, "SELECT count(account_id) FROM scoped.\"call\"") * 100,
              Number(crm, "SELECT count(*) FROM scoped.\"call\"") * 60);
  }
}

}  // namespace
}  // namespace weir::main_job
