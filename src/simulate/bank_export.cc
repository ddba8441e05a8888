// The bank: a statement of the one account in the form that is exported for 1C, in Windows-1251. Customers pay what
// they were billed and write in the purpose what they please; the rent goes out each month, and a deposit bears
// interest. Documents stand by account, not by time.
#include <array>

#include <fmt/format.h>

#include "simulate/billing_ids.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr std::string_view kOurAccount = "40702810938000012345";
constexpr std::string_view kOurTaxId = "7704123459";
constexpr std::string_view kBankTaxId = "7707083893";
constexpr double kSaysNothing = 0.07;  // the share of purposes that name no invoice

std::string Amount(std::int64_t minor) {
  std::string text;
  PutAmount(text, minor);
  return text;
}

struct Party {
  std::string name;
  std::string_view tax_id;
  std::string account;
};

struct Order {
  std::int64_t number = 0;
  Date day;
  std::int64_t minor = 0;
  bool is_incoming = true;
  std::string purpose;
};

std::string PurposeOf(const View& view, const Account& account, const Invoice& invoice, const Charge& charge) {
  Sampler sampler = view.world.Draw("bank.purpose", RecordNumber(account.profile.index, charge.number));
  const std::string number = std::to_string(OneCInvoiceNumber(account, invoice.number));
  const std::string day = DottedDay(view.world.calendar.DayOf(invoice.created_at));
  const std::string tax = invoice.tax_minor == 0 ? std::string("НДС не облагается")
                                                 : fmt::format("В т.ч. НДС {}% - {}", view.lexicon().tax_percent,
                                                               Amount(invoice.tax_minor));
  if (sampler.Chance(kSaysNothing)) return "Оплата за лицензии по договору. " + tax;
  switch (sampler.Integer(0, 4)) {
    case 0:
      return fmt::format("Оплата по счету № {} от {} за лицензии. {}", number, day, tax);
    case 1:
      return fmt::format("Оплата по счёту {} от {}г. {}", number, day, tax);
    case 2:
      return fmt::format("Оплата по сч.№{}, {}", number, tax);
    case 3:
      return fmt::format("За право использования программы, счет на оплату N {} от {}. {}", number, day, tax);
    default:
      return fmt::format("ОПЛАТА ПО СЧЕТУ 0000-{:06}. {}", OneCInvoiceNumber(account, invoice.number), tax);
  }
}

class Bank final : public Exporter {
 public:
  Bank(View view, CsvFile file) : view_(view), file_(std::move(file)) {
    Line("1CClientBankExchange");
    Line("ВерсияФормата=1.03");
    Line("Кодировка=Windows");
    Line("Отправитель=Банк-клиент");
    Line("Получатель=1С:Бухгалтерия предприятия");
    Line("ДатаСоздания=" + DottedDay(view_.day));
    Line("ВремяСоздания=20:00:00");
    Line("ДатаНачала=" + DottedDay(view_.world.start));
    Line("ДатаКонца=" + DottedDay(view_.day));
    Line(fmt::format("РасчСчет={}", kOurAccount));
    Line("СекцияРасчСчет");
    Line("ДатаНачала=" + DottedDay(view_.world.start));
    Line("ДатаКонца=" + DottedDay(view_.day));
    Line(fmt::format("РасчСчет={}", kOurAccount));
    Line("НачальныйОстаток=1000000.00");
    Line("КонецРасчСчет");
  }

  void Write(const Account& account) override {
    for (const Invoice& invoice : account.invoices) {
      for (const Charge& charge : invoice.charges) {
        if (!charge.succeeded || charge.created_at > view_.at) continue;
        const std::string tax_id = TaxId(account);
        WriteOrder(
            {account.profile.legal_name, tax_id, fmt::format("4070281040000{:07}", account.profile.index % 10'000'000)},
            {1 + charge.number % 900, view_.world.calendar.DayOf(charge.created_at), charge.amount_minor, true,
             PurposeOf(view_, account, invoice, charge)});
      }
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    std::int64_t number = 1;
    for (Date month = view_.world.start; AddMonths(month, 1) <= view_.day + 1; month = AddMonths(month, 1)) {
      WriteOrder({"ООО Деловой центр", "7725456784", "40702810100000054321"},
                 {number, month + 4, 48'000'000, false, "Аренда офиса за месяц. В т.ч. НДС"});
      WriteOrder({"ПАО Сбербанк", kBankTaxId, "47427810938000000001"},
                 {number, month + 1, 1'234'500, true, "Проценты на остаток по договору. НДС не облагается"});
      ++number;
    }
    Line("КонецФайла");
    files.push_back({file_.path(), documents_});
    return file_.Close();
  }

 private:
  void Line(std::string_view text) { file_.Line(text); }

  void WriteSide(std::string_view side, const Party& party) {
    Line(fmt::format("{}Счет={}", side, party.account));
    Line(fmt::format("{}=ИНН {} {}", side, party.tax_id, party.name));
    Line(fmt::format("{}ИНН={}", side, party.tax_id));
    Line(fmt::format("{}1={}", side, party.name));
    Line(fmt::format("{}РасчСчет={}", side, party.account));
  }

  void WriteOrder(const Party& other, const Order& order) {
    const Party us{std::string(view_.lexicon().seller_name), kOurTaxId, std::string(kOurAccount)};
    Line("СекцияДокумент=Платежное поручение");
    Line(fmt::format("Номер={}", order.number));
    Line("Дата=" + DottedDay(order.day));
    Line("Сумма=" + Amount(order.minor));
    WriteSide("Плательщик", order.is_incoming ? other : us);
    Line("ДатаСписано=" + (order.is_incoming ? std::string() : DottedDay(order.day)));
    WriteSide("Получатель", order.is_incoming ? us : other);
    Line("ДатаПоступило=" + (order.is_incoming ? DottedDay(order.day) : std::string()));
    Line("ВидОплаты=01");
    Line("Очередность=5");
    Line("НазначениеПлатежа=" + order.purpose);
    Line("КонецДокумента");
    ++documents_;
  }

  View view_;
  CsvFile file_;
  std::uint64_t documents_ = 0;
};

}  // namespace

ExporterResult OpenBank(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(CsvFile file, CsvFile::Create(folder / fmt::format("kl_to_1c_{}.txt", FormatDate(view.day)),
                                         {.encoding = Encoding::kWindows1251}));
  return std::make_unique<Bank>(view, std::move(file));
}

}  // namespace weir::simulate
