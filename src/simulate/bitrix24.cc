// Bitrix24: leads, deals, contacts and companies as its lists are exported,
// with the Russian titles of its fields, Windows-1251 and semicolons; and the
// history of stages as its API gives it.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulate/billing_ids.h"
#include "simulate/bitrix24_stages.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr CsvForm kForm{.quoting = Quoting::kAlways, .separator = ';', .encoding = Encoding::kWindows1251};
constexpr std::array<int, 7> kProbability = {10, 20, 50, 75, 90, 100, 0};

// 31.10.2026 14:05:00, local.
void PutLocal(std::string& cell, const View& view, Instant at) {
  std::string text;
  PutUtcTime(text, Instant{view.world.calendar.LocalMicros(at)});
  cell.append(text, 8, 2).append(1, '.').append(text, 5, 2).append(1, '.').append(text, 0, 4).append(text, 10, 9);
}

std::string Owner(const View& view, int seat) { return view.member(view.HolderOf(seat)).FullText(); }

std::string CompanyName(const View& view, const Account& account, int crm_account) {
  return account.crm_accounts[static_cast<std::size_t>(account.MasterAccount(crm_account, view.at))].name;
}

struct DealRow {
  const View& view;
  const Account& account;
  const Deal& deal;
  const DealVersion& now;
};

constexpr Column<DealRow> kDealColumns[] = {
    {"ID",
     [](std::string& c, const DealRow& r) { PutInteger(c, CountedId(CrmObject::kDeal, r.account, r.deal.number)); }},
    {"Стадия сделки", [](std::string& c, const DealRow& r) { c.append(BitrixStageOf(r.now.stage).title); }},
    {"Воронка",
     [](std::string& c, const DealRow& r) { c.append(r.deal.kind == DealKind::kRenewal ? "Продления" : "Общая"); }},
    {"Название", [](std::string& c, const DealRow& r) { c.append(r.deal.name); }},
    {"Тип", [](std::string& c, const DealRow&) { c.append("Продажа"); }},
    {"Вероятность",
     [](std::string& c, const DealRow& r) { PutInteger(c, kProbability[static_cast<std::size_t>(r.now.stage)]); }},
    {"Сумма",
     [](std::string& c, const DealRow& r) {
       if (r.now.amount_minor) PutAmount(c, *r.now.amount_minor);
     }},
    {"Валюта", [](std::string& c, const DealRow& r) { c.append(r.account.profile.currency); }},
    {"Компания", [](std::string& c, const DealRow& r) { c.append(CompanyName(r.view, r.account, r.deal.account)); }},
    {"Контакт",
     [](std::string& c, const DealRow& r) {
       if (r.deal.roles.empty()) return;
       const auto contact = static_cast<std::size_t>(r.deal.roles.front().contact);
       const EnteredPerson& entered = r.account.contacts[contact].entered;
       c.append(entered.first + " " + entered.last);
     }},
    {"Ответственный", [](std::string& c, const DealRow& r) { c.append(r.view.member(r.now.owner).FullText()); }},
    {"Лид",
     [](std::string& c, const DealRow& r) {
       if (r.deal.lead >= 0) PutInteger(c, CountedId(CrmObject::kLead, r.account, r.deal.lead));
     }},
    {"Источник", [](std::string& c, const DealRow& r) { c.append(r.deal.source); }},
    {"Дата начала",
     [](std::string& c, const DealRow& r) { c += DottedDay(r.view.world.calendar.DayOf(r.deal.created_at)); }},
    {"Дата завершения", [](std::string& c, const DealRow& r) { c += DottedDay(r.now.close_date); }},
    {"Закрыта", [](std::string& c, const DealRow& r) { c.append(r.now.stage >= Stage::kWon ? "да" : "нет"); }},
    {"Дата создания", [](std::string& c, const DealRow& r) { PutLocal(c, r.view, r.deal.created_at); }},
    {"Дата изменения", [](std::string& c, const DealRow& r) { PutLocal(c, r.view, r.now.at); }},
    {"Кем создана",
     [](std::string& c, const DealRow& r) { c.append(r.view.member(r.deal.versions.front().owner).FullText()); }},
    {"Комментарий",
     [](std::string& c, const DealRow& r) {
       if (r.now.stage != Stage::kLost || !r.deal.reason_entered) return;
       c.append(r.view.lexicon().loss_reasons[static_cast<std::size_t>(r.deal.true_reason)]);
     }},
};

using LeadRow = RowOf<Lead>;

bool IsConverted(const LeadRow& row) {
  return row.item.outcome == LeadOutcome::kConverted && row.item.closed_at <= row.view.at;
}

constexpr Column<LeadRow> kLeadColumns[] = {
    {"ID",
     [](std::string& c, const LeadRow& r) { PutInteger(c, CountedId(CrmObject::kLead, r.account, r.item.number)); }},
    {"Стадия",
     [](std::string& c, const LeadRow& r) {
       const bool closed = r.item.closed_at <= r.view.at;
       c.append(BitrixStatusOf(IsConverted(r)                          ? BitrixLead::kConverted
                               : closed                                ? BitrixLead::kJunk
                               : r.item.first_response_at <= r.view.at ? BitrixLead::kWorked
                                                                       : BitrixLead::kNew)
                    .title);
     }},
    {"Название лида", [](std::string& c, const LeadRow& r) { c.append("Заявка: " + r.item.entered.company); }},
    {"Имя", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.first); }},
    {"Фамилия", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.last); }},
    {"Должность", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.title); }},
    {"Название компании", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.company); }},
    {"Рабочий телефон", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.phone); }},
    {"Мобильный телефон", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.mobile); }},
    {"Рабочий e-mail", [](std::string& c, const LeadRow& r) { c.append(r.item.entered.email); }},
    {"Источник", [](std::string& c, const LeadRow& r) { c.append(r.item.source); }},
    {"Ответственный",
     [](std::string& c, const LeadRow& r) {
       const bool closed = r.item.closed_at <= r.view.at;
       const Date day = closed ? r.view.world.calendar.DayOf(r.item.closed_at) : r.view.day;
       c.append(r.view.member(r.view.world.company.HolderAt(r.item.seat, day)).FullText());
     }},
    {"Дата создания", [](std::string& c, const LeadRow& r) { PutLocal(c, r.view, r.item.created_at); }},
    {"Дата изменения",
     [](std::string& c, const LeadRow& r) {
       const Lead& lead = r.item;
       PutLocal(c, r.view, LatestOf(r.view.at, {lead.created_at, lead.first_response_at, lead.closed_at}));
     }},
    {"Дата завершения",
     [](std::string& c, const LeadRow& r) {
       if (r.item.closed_at <= r.view.at) PutLocal(c, r.view, r.item.closed_at);
     }},
};

using ContactRow = RowOf<CrmContact>;

constexpr Column<ContactRow> kContactColumns[] = {
    {"ID", [](std::string& c,
              const ContactRow& r) { PutInteger(c, CountedId(CrmObject::kContact, r.account, r.item.number)); }},
    {"Имя", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.first); }},
    {"Фамилия", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.last); }},
    {"Должность", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.title); }},
    {"Рабочий телефон", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.phone); }},
    {"Мобильный телефон", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.mobile); }},
    {"Рабочий e-mail", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.email); }},
    {"Компания", [](std::string& c, const ContactRow& r) { c.append(CompanyName(r.view, r.account, r.item.account)); }},
    {"Ответственный", [](std::string& c, const ContactRow& r) { c.append(Owner(r.view, r.item.seat)); }},
    {"Дата создания", [](std::string& c, const ContactRow& r) { PutLocal(c, r.view, r.item.created_at); }},
    {"Дата изменения",
     [](std::string& c, const ContactRow& r) {
       const Instant handover = r.view.LastHandover(r.item.seat);
       PutLocal(c, r.view, LatestOf(r.view.at, {r.item.created_at, r.item.edited_at, handover}));
     }},
};

using CompanyRow = RowOf<CrmAccount>;

constexpr Column<CompanyRow> kCompanyColumns[] = {
    {"ID", [](std::string& c,
              const CompanyRow& r) { PutInteger(c, CountedId(CrmObject::kAccount, r.account, r.item.number)); }},
    {"Название компании", [](std::string& c, const CompanyRow& r) { c.append(r.item.name); }},
    {"Тип компании",
     [](std::string& c, const CompanyRow& r) {
       c.append(r.account.IsCustomerAt(r.view.at) ? "Клиент" : "Потенциальный клиент");
     }},
    {"Сфера деятельности", [](std::string& c, const CompanyRow& r) { c.append(r.item.industry); }},
    {"Кол-во сотрудников",
     [](std::string& c, const CompanyRow& r) {
       if (r.item.employees > 0) PutInteger(c, r.item.employees);
     }},
    {"Рабочий телефон", [](std::string& c, const CompanyRow& r) { c.append(r.item.phone); }},
    {"Корпоративный сайт", [](std::string& c, const CompanyRow& r) { c.append(r.item.website); }},
    {"Реквизит: ИНН", [](std::string& c, const CompanyRow& r) { PutTaxId(c, r.view, r.account, r.item); }},
    {"Ответственный", [](std::string& c, const CompanyRow& r) { c.append(Owner(r.view, r.item.seat)); }},
    {"Дата создания", [](std::string& c, const CompanyRow& r) { PutLocal(c, r.view, r.item.created_at); }},
    {"Дата изменения",
     [](std::string& c, const CompanyRow& r) {
       Instant latest = LatestOf(r.view.at, {r.item.created_at, r.item.edited_at, r.view.LastHandover(r.item.seat)});
       for (const CustomerSpan& span : r.account.spans) latest = LatestOf(r.view.at, {latest, span.from, span.to});
       PutLocal(c, r.view, latest);
     }},
};

struct MoveRow {
  const View& view;
  const Account& account;
  const Deal& deal;
  int position;
  const DealVersion& version;
};

constexpr Column<MoveRow> kMoveColumns[] = {
    {"ID",
     [](std::string& c, const MoveRow& r) {
       PutInteger(c, CountedId(CrmObject::kDeal, r.account, r.deal.number) * 256 + r.position);
     }},
    {"TYPE_ID",
     [](std::string& c, const MoveRow& r) {
       PutInteger(c, r.version.stage >= Stage::kWon ? 3 : r.position == 0 ? 1 : 2);
     }},
    {"OWNER_ID",
     [](std::string& c, const MoveRow& r) { PutInteger(c, CountedId(CrmObject::kDeal, r.account, r.deal.number)); }},
    {"CREATED_TIME", [](std::string& c, const MoveRow& r) { PutSalesforceTime(c, r.version.at); }},
    {"CATEGORY_ID", [](std::string& c, const MoveRow&) { c.append("0"); }},
    {"STAGE_SEMANTIC_ID",
     [](std::string& c, const MoveRow& r) {
       c.append(r.version.stage == Stage::kWon ? "S" : r.version.stage == Stage::kLost ? "F" : "P");
     }},
    {"STAGE_ID", [](std::string& c, const MoveRow& r) { c.append(BitrixStageOf(r.version.stage).code); }},
};

struct Tables {
  CsvTable<LeadRow> leads;
  CsvTable<DealRow> deals;
  CsvTable<ContactRow> contacts;
  CsvTable<CompanyRow> companies;
  CsvTable<MoveRow> moves;
};

class Bitrix24 final : public Exporter {
 public:
  Bitrix24(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    for (const CrmAccount& item : account.crm_accounts) {
      const bool merged = item.duplicate_of >= 0 && item.merged_at <= view_.at;
      if (item.created_at > view_.at || merged) continue;
      tables_.companies.Write({view_, account, account.StateOf(item, view_.at)});
    }
    for (const CrmContact& item : account.contacts) {
      const bool merged = item.duplicate_of >= 0 && item.merged_at <= view_.at;
      if (item.created_at > view_.at || merged) continue;
      tables_.contacts.Write({view_, account, account.StateOf(item, view_.at)});
    }
    for (const Lead& lead : account.leads) {
      if (lead.created_at <= view_.at) tables_.leads.Write({view_, account, lead});
    }
    for (const Deal& deal : account.deals) {
      const DealVersion* now = deal.At(view_.at);
      if (now == nullptr) continue;
      tables_.deals.Write({view_, account, deal, *now});
      if (!deal.is_migrated) WriteMoves(account, deal);
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(tables_.leads, files));
    WEIR_TRY(CloseTable(tables_.deals, files));
    WEIR_TRY(CloseTable(tables_.contacts, files));
    WEIR_TRY(CloseTable(tables_.companies, files));
    return CloseEvents(tables_.moves, files);
  }

 private:
  void WriteMoves(const Account& account, const Deal& deal) {
    const DealVersion* before = nullptr;
    for (std::size_t i = 0; i < deal.versions.size(); ++i) {
      const DealVersion& version = deal.versions[i];
      if (version.at > view_.at) break;
      if (std::ranges::find(deal.history_holes, static_cast<int>(i)) != deal.history_holes.end()) continue;
      if (before == nullptr || before->stage != version.stage) {
        tables_.moves.Write({view_, account, deal, static_cast<int>(i), version});
      }
      before = &version;
    }
  }

  View view_;
  Tables tables_;
};

}  // namespace

ExporterResult OpenBitrix24(const std::filesystem::path& folder, const View& view) {
  const auto path = [&](std::string_view what) {
    return folder / fmt::format("bitrix24_{}_{}.csv", what, FormatDate(view.day));
  };
  WEIR_TRY(auto leads, CsvTable<LeadRow>::Create(path("LEAD"), kLeadColumns, kForm));
  WEIR_TRY(auto deals, CsvTable<DealRow>::Create(path("DEAL"), kDealColumns, kForm));
  WEIR_TRY(auto contacts, CsvTable<ContactRow>::Create(path("CONTACT"), kContactColumns, kForm));
  WEIR_TRY(auto companies, CsvTable<CompanyRow>::Create(path("COMPANY"), kCompanyColumns, kForm));
  WEIR_TRY(auto moves, CsvTable<MoveRow>::Create(path("stagehistory"), kMoveColumns));
  return std::make_unique<Bitrix24>(
      view, Tables{std::move(leads), std::move(deals), std::move(contacts), std::move(companies), std::move(moves)});
}

}  // namespace weir::simulate
