// amoCRM: deals, contacts and companies as its lists are exported: Russian
// headers, Windows-1251, semicolons, names in place of ids of other records,
// the utm columns twice with the first set empty. Requests that nobody
// qualified yet are deals of a pipeline of their own.
#include <array>

#include <fmt/format.h>

#include "simulate/amocrm_stages.h"
#include "simulate/billing_ids.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

constexpr CsvForm kForm{.quoting = Quoting::kAlways, .separator = ';', .encoding = Encoding::kWindows1251};

struct Utm {
  std::string_view source;
  std::string_view medium;
};
constexpr std::array<Utm, kChannels> kUtm = {{{"yandex", "cpc"},
                                              {"vk", "cpc"},
                                              {"", ""},
                                              {"webinar", "event"},
                                              {"", ""},
                                              {"partner", "referral"},
                                              {"", ""},
                                              {"newsletter", "email"}}};

// A line of the list of deals, whether it began as a request or as a deal.
struct DealRow {
  const View& view;
  const Account& account;
  CrmObject kind;
  int number;
  std::string name{};
  std::string amount{};
  std::string owner{};
  Instant created_at{};
  std::string created_by{};
  Instant changed_at{};
  Instant closed_at = kNever;  // kNever: open
  std::string_view stage{};
  std::string_view pipeline{};
  const EnteredPerson* person = nullptr;
  std::string company{};
  std::string note{};
  std::string_view source{};
  int channel = -1;
};

// 31.10.2026 14:05:00, local.
void PutLocal(std::string& cell, const View& view, Instant at) {
  std::string text;
  PutUtcTime(text, Instant{view.world.calendar.LocalMicros(at)});
  cell.append(text, 8, 2).append(1, '.').append(text, 5, 2).append(1, '.').append(text, 0, 4).append(text, 10, 9);
}

std::string FullName(const EnteredPerson& person) { return person.first + " " + person.last; }

void PutNothing(std::string&, const DealRow&) {}
void PutSource(std::string& cell, const DealRow& row) {
  if (row.channel >= 0) cell.append(kUtm[static_cast<std::size_t>(row.channel)].source);
}
void PutMedium(std::string& cell, const DealRow& row) {
  if (row.channel >= 0) cell.append(kUtm[static_cast<std::size_t>(row.channel)].medium);
}

constexpr Column<DealRow> kDealColumns[] = {
    {"ID", [](std::string& c, const DealRow& r) { PutInteger(c, CountedId(r.kind, r.account, r.number)); }},
    {"Название сделки", [](std::string& c, const DealRow& r) { c.append(r.name); }},
    {"Бюджет ", [](std::string& c, const DealRow& r) { c.append(r.amount); }},
    {"Ответственный", [](std::string& c, const DealRow& r) { c.append(r.owner); }},
    {"Дата создания сделки", [](std::string& c, const DealRow& r) { PutLocal(c, r.view, r.created_at); }},
    {"Кем создана сделка", [](std::string& c, const DealRow& r) { c.append(r.created_by); }},
    {"Дата редактирования", [](std::string& c, const DealRow& r) { PutLocal(c, r.view, r.changed_at); }},
    {"Кем редактирована", [](std::string& c, const DealRow& r) { c.append(r.owner); }},
    {"Дата закрытия",
     [](std::string& c, const DealRow& r) {
       if (r.closed_at > r.view.at) {
         c.append("не закрыта");
       } else {
         PutLocal(c, r.view, r.closed_at);
       }
     }},
    {"Теги сделки", PutNothing},
    {"Примечание", [](std::string& c, const DealRow& r) { c.append(r.note); }},
    {"Примечание 2", PutNothing},
    {"Примечание 3", PutNothing},
    {"Примечание 4", PutNothing},
    {"Примечание 5", PutNothing},
    {"Этап сделки", [](std::string& c, const DealRow& r) { c.append(r.stage); }},
    {"Воронка", [](std::string& c, const DealRow& r) { c.append(r.pipeline); }},
    {"Полное имя контакта",
     [](std::string& c, const DealRow& r) {
       if (r.person != nullptr) c.append(FullName(*r.person));
     }},
    {"Компания контакта", [](std::string& c, const DealRow& r) { c.append(r.company); }},
    {"Ответственный за контакт", [](std::string& c, const DealRow& r) { c.append(r.owner); }},
    {"Компания", [](std::string& c, const DealRow& r) { c.append(r.company); }},
    {"Рабочий телефон",
     [](std::string& c, const DealRow& r) {
       if (r.person != nullptr) c.append(r.person->phone);
     }},
    {"Рабочий прямой телефон", PutNothing},
    {"Мобильный телефон",
     [](std::string& c, const DealRow& r) {
       if (r.person != nullptr) c.append(r.person->mobile);
     }},
    {"Факс", PutNothing},
    {"Домашний телефон", PutNothing},
    {"Другой телефон", PutNothing},
    {"Рабочий email",
     [](std::string& c, const DealRow& r) {
       if (r.person != nullptr) c.append(r.person->email);
     }},
    {"Личный email", PutNothing},
    {"Другой email", PutNothing},
    {"Источник", [](std::string& c, const DealRow& r) { c.append(r.source); }},
    {"Должность",
     [](std::string& c, const DealRow& r) {
       if (r.person != nullptr) c.append(r.person->title);
     }},
    {"utm_source", PutNothing},
    {"utm_medium", PutNothing},
    {"utm_campaign", PutNothing},
    {"utm_source", PutSource},
    {"utm_medium", PutMedium},
    {"utm_campaign", PutNothing},
};

struct ContactRow {
  const View& view;
  const Account& account;
  const CrmContact& item;
  std::string company;
};

std::string OwnerOf(const View& view, int seat) { return view.member(view.HolderOf(seat)).FullText(); }
Instant ChangedAt(const ContactRow& row) {
  return LatestOf(row.view.at, {row.item.created_at, row.item.edited_at, row.view.LastHandover(row.item.seat)});
}

constexpr Column<ContactRow> kContactColumns[] = {
    {"ID", [](std::string& c,
              const ContactRow& r) { PutInteger(c, CountedId(CrmObject::kContact, r.account, r.item.number)); }},
    {"Полное имя контакта", [](std::string& c, const ContactRow& r) { c.append(FullName(r.item.entered)); }},
    {"Имя", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.first); }},
    {"Фамилия", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.last); }},
    {"Компания", [](std::string& c, const ContactRow& r) { c.append(r.company); }},
    {"Ответственный", [](std::string& c, const ContactRow& r) { c.append(OwnerOf(r.view, r.item.seat)); }},
    {"Дата создания контакта", [](std::string& c, const ContactRow& r) { PutLocal(c, r.view, r.item.created_at); }},
    {"Кем создан контакт", [](std::string& c, const ContactRow& r) { c.append(OwnerOf(r.view, r.item.seat)); }},
    {"Дата редактирования", [](std::string& c, const ContactRow& r) { PutLocal(c, r.view, ChangedAt(r)); }},
    {"Кем редактирован", [](std::string& c, const ContactRow& r) { c.append(OwnerOf(r.view, r.item.seat)); }},
    {"Теги", [](std::string&, const ContactRow&) {}},
    {"Примечание 1", [](std::string&, const ContactRow&) {}},
    {"Рабочий телефон", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.phone); }},
    {"Мобильный телефон", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.mobile); }},
    {"Рабочий email", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.email); }},
    {"Должность", [](std::string& c, const ContactRow& r) { c.append(r.item.entered.title); }},
};

struct CompanyRow {
  const View& view;
  const Account& account;
  const CrmAccount& item;
};

constexpr Column<CompanyRow> kCompanyColumns[] = {
    {"ID", [](std::string& c,
              const CompanyRow& r) { PutInteger(c, CountedId(CrmObject::kAccount, r.account, r.item.number)); }},
    {"Название компании", [](std::string& c, const CompanyRow& r) { c.append(r.item.name); }},
    {"Ответственный", [](std::string& c, const CompanyRow& r) { c.append(OwnerOf(r.view, r.item.seat)); }},
    {"Дата создания компании", [](std::string& c, const CompanyRow& r) { PutLocal(c, r.view, r.item.created_at); }},
    {"Дата редактирования",
     [](std::string& c, const CompanyRow& r) {
       const Instant handover = r.view.LastHandover(r.item.seat);
       PutLocal(c, r.view, LatestOf(r.view.at, {r.item.created_at, r.item.edited_at, handover}));
     }},
    {"Рабочий телефон", [](std::string& c, const CompanyRow& r) { c.append(r.item.phone); }},
    {"Web", [](std::string& c, const CompanyRow& r) { c.append(r.item.website); }},
    {"Адрес", [](std::string& c, const CompanyRow& r) { c.append(r.item.city); }},
    {"Сфера деятельности", [](std::string& c, const CompanyRow& r) { c.append(r.item.industry); }},
    {"ИНН", [](std::string& c, const CompanyRow& r) { PutTaxId(c, r.view, r.account, r.item); }},
};

class AmoCrm final : public Exporter {
 public:
  AmoCrm(View view, CsvTable<DealRow> deals, CsvTable<ContactRow> contacts, CsvTable<CompanyRow> companies)
      : view_(view), deals_(std::move(deals)), contacts_(std::move(contacts)), companies_(std::move(companies)) {}

  void Write(const Account& account) override {
    for (const CrmAccount& item : account.crm_accounts) {
      const bool merged = item.duplicate_of >= 0 && item.merged_at <= view_.at;
      if (item.created_at <= view_.at && !merged) {
        companies_.Write({view_, account, account.StateOf(item, view_.at)});
      }
    }
    for (const CrmContact& item : account.contacts) {
      const bool merged = item.duplicate_of >= 0 && item.merged_at <= view_.at;
      if (item.created_at > view_.at || merged) continue;
      contacts_.Write({view_, account, account.StateOf(item, view_.at), CompanyOf(account, item.account)});
    }
    for (const Lead& lead : account.leads) {
      if (lead.created_at <= view_.at) WriteLead(account, lead);
    }
    for (const Deal& deal : account.deals) {
      const DealVersion* now = deal.At(view_.at);
      if (now != nullptr) WriteDeal(account, deal, *now);
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    WEIR_TRY(CloseTable(deals_, files));
    WEIR_TRY(CloseTable(contacts_, files));
    return CloseTable(companies_, files);
  }

 private:
  std::string CompanyOf(const Account& account, int crm_account) const {
    return account.crm_accounts[static_cast<std::size_t>(account.MasterAccount(crm_account, view_.at))].name;
  }

  void WriteLead(const Account& account, const Lead& lead) {
    const bool closed = lead.closed_at <= view_.at;
    const bool converted = closed && lead.outcome == LeadOutcome::kConverted;
    const Date day = closed ? view_.world.calendar.DayOf(lead.closed_at) : view_.day;
    DealRow row{view_, account, CrmObject::kLead, lead.number};
    row.name = "Заявка: " + lead.entered.company;
    row.owner = view_.member(view_.world.company.HolderAt(lead.seat, day)).FullText();
    row.created_at = lead.created_at;
    row.created_by = row.owner;
    row.closed_at = lead.closed_at;
    row.changed_at = LatestOf(view_.at, {lead.created_at, lead.first_response_at, lead.closed_at});
    row.stage = AmoRequestStatus(converted                            ? AmoRequest::kConverted
                                 : closed                             ? AmoRequest::kRefused
                                 : lead.first_response_at <= view_.at ? AmoRequest::kWorked
                                                                      : AmoRequest::kUnsorted)
                    .title;
    row.pipeline = AmoPipelineName(AmoPipeline::kRequests);
    row.person = &lead.entered;
    row.company = lead.entered.company;
    row.source = lead.source;
    row.channel = static_cast<int>(lead.channel);
    deals_.Write(row);
  }

  void WriteDeal(const Account& account, const Deal& deal, const DealVersion& now) {
    DealRow row{view_, account, CrmObject::kDeal, deal.number};
    row.name = deal.name;
    if (now.amount_minor) PutInteger(row.amount, (*now.amount_minor + 50) / 100);
    row.owner = view_.member(now.owner).FullText();
    row.created_at = deal.created_at;
    row.created_by = view_.member(deal.versions.front().owner).FullText();
    row.closed_at = now.stage >= Stage::kWon ? now.at : kNever;
    row.changed_at = now.at;
    row.stage = AmoStatus(PipelineOf(deal), now.stage).title;
    row.pipeline = AmoPipelineName(PipelineOf(deal));
    if (!deal.roles.empty()) {
      row.person = &account.contacts[static_cast<std::size_t>(deal.roles.front().contact)].entered;
    }
    row.company = CompanyOf(account, deal.account);
    if (now.stage == Stage::kLost && deal.reason_entered) {
      row.note = view_.lexicon().loss_reasons[static_cast<std::size_t>(deal.true_reason)];
    }
    row.source = deal.source;
    if (deal.lead >= 0) row.channel = static_cast<int>(account.leads[static_cast<std::size_t>(deal.lead)].channel);
    deals_.Write(row);
  }

  View view_;
  CsvTable<DealRow> deals_;
  CsvTable<ContactRow> contacts_;
  CsvTable<CompanyRow> companies_;
};

}  // namespace

ExporterResult OpenAmoCrm(const std::filesystem::path& folder, const View& view) {
  const auto path = [&](std::string_view what) {
    return folder / fmt::format("amocrm_export_{}_{}.csv", what, FormatDate(view.day));
  };
  WEIR_TRY(auto deals, CsvTable<DealRow>::Create(path("leads"), kDealColumns, kForm));
  WEIR_TRY(auto contacts, CsvTable<ContactRow>::Create(path("contacts"), kContactColumns, kForm));
  WEIR_TRY(auto companies, CsvTable<CompanyRow>::Create(path("companies"), kCompanyColumns, kForm));
  return std::make_unique<AmoCrm>(view, std::move(deals), std::move(contacts), std::move(companies));
}

}  // namespace weir::simulate
