// Bitrix24: what its lists do not hold: users and departments, activities, the statuses of leads, products and what
// deals sell of them as its interface for programs gives them; the people of deals and the edits of fields as an
// installation of one's own keeps them.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "simulate/bitrix24_stages.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

std::int64_t UserNumber(int member) { return 101 + member; }
std::int64_t DepartmentNumber(int team) { return 1 + team; }
std::int64_t ProductNumber(int product) { return 2'401 + 2 * product; }

// As the interface writes moments: 2026-10-31T14:05:00+03:00.
void PutZonedTime(std::string& cell, const View& view, Instant at) {
  const std::int64_t local = view.world.calendar.LocalMicros(at);
  std::string text;
  PutUtcTime(text, Instant{local});
  text[10] = 'T';
  const std::int64_t minutes = (local - at.micros) / 60'000'000;
  cell += fmt::format("{}{}{:02}:{:02}", text, minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
}

std::string LocalDay(Date day) {
  std::string text;
  PutDate(text, day);
  return fmt::format("{}.{}.{}", text.substr(8, 2), text.substr(5, 2), text.substr(0, 4));
}

struct UserRow {
  const View& view;
  int index;
  const Member& member;
};

constexpr Column<UserRow> kUserColumns[] = {
    {"ID", [](std::string& c, const UserRow& r) { PutInteger(c, UserNumber(r.index)); }},
    {"ACTIVE", [](std::string& c, const UserRow& r) { PutBool(c, r.view.day < r.member.ends); }},
    {"NAME", [](std::string& c, const UserRow& r) { c.append(r.member.first); }},
    {"LAST_NAME", [](std::string& c, const UserRow& r) { c.append(r.member.last); }},
    {"EMAIL", [](std::string& c, const UserRow& r) { c.append(r.member.email); }},
    {"WORK_POSITION",
     [](std::string& c, const UserRow& r) {
       const int seat = r.view.world.company.SeatOf(r.index, std::min(r.view.day, r.member.ends - 1));
       if (seat >= 0) c.append(r.view.world.company.seats()[static_cast<std::size_t>(seat)].title);
     }},
    {"UF_DEPARTMENT",
     [](std::string& c, const UserRow& r) {
       const int team = TeamOf(r.view, r.index);
       if (team >= 0) c += fmt::format("[{}]", DepartmentNumber(team));
     }},
};

struct DepartmentRow {
  const View& view;
  int index;
  const Team& team;
};

constexpr Column<DepartmentRow> kDepartmentColumns[] = {
    {"ID", [](std::string& c, const DepartmentRow& r) { PutInteger(c, DepartmentNumber(r.index)); }},
    {"NAME", [](std::string& c, const DepartmentRow& r) { c.append(r.team.name); }},
    {"SORT", [](std::string& c, const DepartmentRow&) { c.append("500"); }},
    {"PARENT",
     [](std::string& c, const DepartmentRow& r) {
       if (r.team.parent >= 0) PutInteger(c, DepartmentNumber(r.team.parent));
     }},
    {"UF_HEAD",
     [](std::string& c, const DepartmentRow& r) {
       const Company& company = r.view.world.company;
       if (!company.IsVacant(r.team.head_seat, r.view.day)) {
         PutInteger(c, UserNumber(r.view.HolderOf(r.team.head_seat)));
       }
     }},
};

struct ProductRow {
  const View& view;
  int index;
  const Product& product;
};

constexpr Column<ProductRow> kProductColumns[] = {
    {"ID", [](std::string& c, const ProductRow& r) { PutInteger(c, ProductNumber(r.index)); }},
    {"NAME", [](std::string& c, const ProductRow& r) { c.append(r.product.name); }},
    {"CODE", [](std::string& c, const ProductRow& r) { c.append(r.product.code); }},
    {"ACTIVE", [](std::string& c, const ProductRow&) { c.push_back('Y'); }},
    {"PRICE",
     [](std::string& c, const ProductRow& r) {
       PutAmount(c, 12 * ListPrice(r.view.world, r.index, r.view.lexicon().currency));
     }},
    {"CURRENCY_ID", [](std::string& c, const ProductRow& r) { c.append(r.view.lexicon().currency); }},
    {"SECTION_ID", [](std::string&, const ProductRow&) {}},
    {"SORT", [](std::string& c, const ProductRow& r) { PutInteger(c, 100 * (r.index + 1)); }},
    {"VAT_INCLUDED", [](std::string& c, const ProductRow&) { c.push_back('N'); }},
    {"MEASURE", [](std::string& c, const ProductRow&) { c.push_back('5'); }},
};

struct LineRow {
  const View& view;
  const Account& account;
  const Deal& deal;
  const DealLine& line;
};

constexpr Column<LineRow> kLineColumns[] = {
    {"ID",
     [](std::string& c, const LineRow& r) {
       PutInteger(c, CountedId(CrmObject::kDeal, r.account, r.deal.number) * 8 + r.line.product);
     }},
    {"OWNER_ID",
     [](std::string& c, const LineRow& r) { PutInteger(c, CountedId(CrmObject::kDeal, r.account, r.deal.number)); }},
    {"OWNER_TYPE", [](std::string& c, const LineRow&) { c.push_back('D'); }},
    {"PRODUCT_ID", [](std::string& c, const LineRow& r) { PutInteger(c, ProductNumber(r.line.product)); }},
    {"PRODUCT_NAME",
     [](std::string& c, const LineRow& r) {
       c.append(r.view.lexicon().products[static_cast<std::size_t>(r.line.product)].name);
     }},
    {"PRICE", [](std::string& c, const LineRow& r) { PutAmount(c, r.line.unit_minor); }},
    {"PRICE_BRUTTO", [](std::string& c, const LineRow& r) { PutAmount(c, r.line.list_minor); }},
    {"QUANTITY", [](std::string& c, const LineRow& r) { PutInteger(c, r.line.quantity); }},
    {"DISCOUNT_TYPE_ID", [](std::string& c, const LineRow&) { c.push_back('1'); }},
    {"DISCOUNT_SUM", [](std::string& c, const LineRow& r) { PutAmount(c, r.line.list_minor - r.line.unit_minor); }},
    {"TAX_RATE", [](std::string& c, const LineRow&) { c.push_back('0'); }},
    {"TAX_INCLUDED", [](std::string& c, const LineRow&) { c.push_back('N'); }},
    {"MEASURE_CODE", [](std::string& c, const LineRow&) { c.append("796"); }},
    {"MEASURE_NAME", [](std::string& c, const LineRow&) { c.append("шт"); }},
    {"SORT", [](std::string& c, const LineRow& r) { PutInteger(c, 10 * (r.line.product + 1)); }},
};

struct PersonRow {
  const Account& account;
  const Deal& deal;
  const ContactRole& role;
  int position;
};

constexpr Column<PersonRow> kPersonColumns[] = {
    {"DEAL_ID",
     [](std::string& c, const PersonRow& r) { PutInteger(c, CountedId(CrmObject::kDeal, r.account, r.deal.number)); }},
    {"CONTACT_ID",
     [](std::string& c, const PersonRow& r) {
       PutInteger(c, CountedId(CrmObject::kContact, r.account, r.role.contact));
     }},
    {"SORT", [](std::string& c, const PersonRow& r) { PutInteger(c, 10 * (r.position + 1)); }},
    {"ROLE_ID", [](std::string& c, const PersonRow&) { c.push_back('0'); }},
    {"IS_PRIMARY", [](std::string& c, const PersonRow& r) { c.push_back(r.role.is_primary ? 'Y' : 'N'); }},
};

using ActivityRow = RowOf<Activity>;

bool IsDone(const ActivityRow& row) { return row.item.done_at <= row.view.at; }

// Types of owners: 1 lead, 2 deal, 3 contact, 4 company.
int OwnerType(const ActivityRow& row) {
  return row.item.lead >= 0 ? 1 : row.item.deal >= 0 ? 2 : row.item.contact >= 0 ? 3 : 4;
}

std::int64_t OwnerId(const ActivityRow& row) {
  const Account& account = row.account;
  switch (OwnerType(row)) {
    case 1:
      return CountedId(CrmObject::kLead, account, row.item.lead);
    case 2:
      return CountedId(CrmObject::kDeal, account, row.item.deal);
    case 3:
      return CountedId(CrmObject::kContact, account, account.MasterContact(row.item.contact, row.view.at));
    default:
      return CountedId(CrmObject::kAccount, account, account.MasterAccount(row.item.account, row.view.at));
  }
}

// Types of activities: 1 meeting, 2 call, 4 mail, 6 of a provider: what is to be done.
int TypeOf(ActivityKind kind) {
  constexpr std::array<int, 4> kTypes = {2, 4, 1, 6};  // call, mail, meeting, task
  return kTypes[static_cast<std::size_t>(kind)];
}

std::string_view ProviderOf(ActivityKind kind) {
  constexpr std::array<std::string_view, 4> kProviders = {"VOXIMPLANT_CALL", "CRM_EMAIL", "CRM_MEETING", "CRM_TODO"};
  return kProviders[static_cast<std::size_t>(kind)];
}

Instant Deadline(const ActivityRow& row) {
  if (row.item.kind != ActivityKind::kTask) return row.item.starts_at;
  return Plus(row.view.world.calendar.At(row.item.due + 1, 0), -60.0);
}

constexpr Column<ActivityRow> kActivityColumns[] = {
    {"ID",
     [](std::string& c, const ActivityRow& r) {
       PutInteger(c, static_cast<std::int64_t>(RecordNumber(r.account.profile.index, r.item.number)));
     }},
    {"OWNER_ID", [](std::string& c, const ActivityRow& r) { PutInteger(c, OwnerId(r)); }},
    {"OWNER_TYPE_ID", [](std::string& c, const ActivityRow& r) { PutInteger(c, OwnerType(r)); }},
    {"TYPE_ID", [](std::string& c, const ActivityRow& r) { PutInteger(c, TypeOf(r.item.kind)); }},
    {"PROVIDER_ID", [](std::string& c, const ActivityRow& r) { c.append(ProviderOf(r.item.kind)); }},
    {"SUBJECT", [](std::string& c, const ActivityRow& r) { c.append(r.item.subject); }},
    {"CREATED", [](std::string& c, const ActivityRow& r) { PutZonedTime(c, r.view, r.item.created_at); }},
    {"LAST_UPDATED",
     [](std::string& c, const ActivityRow& r) {
       PutZonedTime(c, r.view, LatestOf(r.view.at, {r.item.created_at, r.item.done_at}));
     }},
    {"START_TIME", [](std::string& c, const ActivityRow& r) { PutZonedTime(c, r.view, r.item.starts_at); }},
    {"END_TIME",
     [](std::string& c, const ActivityRow& r) {
       const bool is_task = r.item.kind == ActivityKind::kTask;
       PutZonedTime(c, r.view, is_task ? Deadline(r) : Plus(r.item.starts_at, r.item.duration_seconds));
     }},
    {"DEADLINE", [](std::string& c, const ActivityRow& r) { PutZonedTime(c, r.view, Deadline(r)); }},
    {"COMPLETED", [](std::string& c, const ActivityRow& r) { c.append(IsDone(r) ? "Y" : "N"); }},
    {"STATUS", [](std::string& c, const ActivityRow& r) { c.append(IsDone(r) ? "2" : "1"); }},
    {"RESPONSIBLE_ID", [](std::string& c, const ActivityRow& r) { PutInteger(c, UserNumber(r.item.member)); }},
    {"PRIORITY", [](std::string& c, const ActivityRow&) { c.append("2"); }},
    {"DESCRIPTION", [](std::string& c, const ActivityRow& r) { c.append(r.item.note); }},
    {"DIRECTION",
     [](std::string& c, const ActivityRow& r) {
       const bool has_direction = r.item.kind == ActivityKind::kCall || r.item.kind == ActivityKind::kMail;
       c.append(!has_direction ? "0" : r.item.incoming ? "1" : "2");
     }},
    {"AUTHOR_ID", [](std::string& c, const ActivityRow& r) { PutInteger(c, UserNumber(r.item.member)); }},
    {"RESULT_STATUS",
     [](std::string& c, const ActivityRow& r) {
       c.append(r.item.kind == ActivityKind::kCall && !r.item.reached ? "3" : "0");
     }},
};

struct StatusRow {
  const Account& account;
  const Lead& lead;
  int step;
  Instant at;
  BitrixLead status;
};

constexpr Column<StatusRow> kStatusColumns[] = {
    {"ID",
     [](std::string& c, const StatusRow& r) {
       PutInteger(c, CountedId(CrmObject::kLead, r.account, r.lead.number) * 4 + r.step);
     }},
    {"TYPE_ID", [](std::string& c, const StatusRow& r) { PutInteger(c, r.step + 1); }},
    {"OWNER_ID",
     [](std::string& c, const StatusRow& r) { PutInteger(c, CountedId(CrmObject::kLead, r.account, r.lead.number)); }},
    {"CREATED_TIME", [](std::string& c, const StatusRow& r) { PutSalesforceTime(c, r.at); }},
    {"STATUS_SEMANTIC_ID",
     [](std::string& c, const StatusRow& r) {
       c.append(r.status == BitrixLead::kConverted ? "S" : r.status == BitrixLead::kJunk ? "F" : "P");
     }},
    {"STATUS_ID", [](std::string& c, const StatusRow& r) { c.append(BitrixStatusOf(r.status).code); }},
};

struct EditRow {
  const View& view;
  std::int64_t id;
  Instant at;
  int by;
  std::string_view entity;
  std::int64_t entity_id;
  std::string_view field;
  std::string_view title;
  std::string before;
  std::string after;
};

std::string_view OrEmpty(const std::string& text) { return text.empty() ? std::string_view("-пусто-") : text; }

constexpr Column<EditRow> kEditColumns[] = {
    {"ID", [](std::string& c, const EditRow& r) { PutInteger(c, r.id); }},
    {"DATE_CREATE",
     [](std::string& c, const EditRow& r) { PutUtcTime(c, Instant{r.view.world.calendar.LocalMicros(r.at)}); }},
    {"CREATED_BY_ID", [](std::string& c, const EditRow& r) { PutInteger(c, UserNumber(r.by)); }},
    {"ENTITY_TYPE", [](std::string& c, const EditRow& r) { c.append(r.entity); }},
    {"ENTITY_ID", [](std::string& c, const EditRow& r) { PutInteger(c, r.entity_id); }},
    {"ENTITY_FIELD", [](std::string& c, const EditRow& r) { c.append(r.field); }},
    {"EVENT_NAME", [](std::string& c, const EditRow& r) { c.append("Изменено поле \"").append(r.title).append("\""); }},
    {"EVENT_TEXT_1", [](std::string& c, const EditRow& r) { c.append(OrEmpty(r.before)); }},
    {"EVENT_TEXT_2", [](std::string& c, const EditRow& r) { c.append(OrEmpty(r.after)); }},
};

struct FieldName {
  std::string_view code;
  std::string_view title;
};

FieldName NameOf(Field field) {
  constexpr std::array<FieldName, 6> kNames = {{{"WEB", "Сайт"},
                                                {"PHONE", "Телефон"},
                                                {"INDUSTRY", "Сфера деятельности"},
                                                {"EMPLOYEES", "Кол-во сотрудников"},
                                                {"POST", "Должность"},
                                                {"EMAIL", "E-mail"}}};
  return kNames[static_cast<std::size_t>(field)];
}

// A float without its idle zeros, and the title of the currency: 125000.5 (Российский рубль).
std::string AmountText(const DealVersion& version, std::string_view currency) {
  const std::int64_t minor = version.amount_minor.value_or(0);
  std::string text = std::to_string(minor / 100);
  if (minor % 100 != 0) text += fmt::format(".{:02}", minor % 100);
  if (text.find('.') != std::string::npos && text.ends_with('0')) text.pop_back();
  return fmt::format("{} ({})", text, currency == "RUB" ? "Российский рубль" : currency);
}

struct Tables {
  CsvTable<UserRow> users;
  CsvTable<DepartmentRow> departments;
  CsvTable<ProductRow> products;
  CsvTable<LineRow> lines;
  CsvTable<PersonRow> people;
  CsvTable<ActivityRow> activities;
  CsvTable<StatusRow> statuses;
  CsvTable<EditRow> edits;
};

class BitrixHistory final : public Exporter {
 public:
  BitrixHistory(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account& account) override {
    for (const Activity& activity : account.activities) {
      if (activity.created_at <= view_.at) tables_.activities.Write({view_, account, activity});
    }
    for (const Lead& lead : account.leads) WriteLead(account, lead);
    for (const Deal& deal : account.deals) {
      if (!deal.is_migrated) WriteDeal(account, deal);
      WriteContents(account, deal);
    }
    for (const FieldEdit& edit : account.edits) {
      if (edit.at > view_.at) break;
      const CrmObject object = edit.of_contact ? CrmObject::kContact : CrmObject::kAccount;
      const FieldName name = NameOf(edit.field);
      tables_.edits.Write({view_, EditNumber(account, edit.number), edit.at, edit.member,
                           edit.of_contact ? "CONTACT" : "COMPANY", CountedId(object, account, edit.record), name.code,
                           name.title, edit.before, edit.after});
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    const std::vector<Member>& members = view_.world.company.members();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i].starts <= view_.day) tables_.users.Write({view_, static_cast<int>(i), members[i]});
    }
    const std::vector<Team>& teams = view_.world.company.teams();
    for (std::size_t i = 0; i < teams.size(); ++i) {
      tables_.departments.Write({view_, static_cast<int>(i), teams[i]});
    }
    for (std::size_t i = 0; i < view_.lexicon().products.size(); ++i) {
      tables_.products.Write({view_, static_cast<int>(i), view_.lexicon().products[i]});
    }
    WEIR_TRY(CloseTable(tables_.users, files));
    WEIR_TRY(CloseTable(tables_.departments, files));
    WEIR_TRY(CloseTable(tables_.products, files));
    WEIR_TRY(CloseTable(tables_.lines, files));
    WEIR_TRY(CloseTable(tables_.people, files));
    WEIR_TRY(CloseEvents(tables_.activities, files));
    WEIR_TRY(CloseEvents(tables_.statuses, files));
    return CloseEvents(tables_.edits, files);
  }

 private:
  void WriteLead(const Account& account, const Lead& lead) {
    const auto write = [&](int step, Instant at, BitrixLead status) {
      if (at <= view_.at) tables_.statuses.Write({account, lead, step, at, status});
    };
    write(0, lead.created_at, BitrixLead::kNew);
    write(1, lead.first_response_at, BitrixLead::kWorked);
    write(2, lead.closed_at, lead.outcome == LeadOutcome::kConverted ? BitrixLead::kConverted : BitrixLead::kJunk);
  }

  void WriteContents(const Account& account, const Deal& deal) {
    const DealVersion* now = deal.At(view_.at);
    if (now == nullptr) return;
    for (const DealLine& line : LinesOf(view_, account, deal, *now)) {
      tables_.lines.Write({view_, account, deal, line});
    }
    int position = 0;
    for (const ContactRole& role : PeopleOf(view_, account, deal)) {
      tables_.people.Write({account, deal, role, position++});
    }
  }

  // Some changes are lost.
  void WriteDeal(const Account& account, const Deal& deal) {
    const DealVersion* before = nullptr;
    for (std::size_t i = 0; i < deal.versions.size() && deal.versions[i].at <= view_.at; ++i) {
      const DealVersion& version = deal.versions[i];
      if (std::ranges::find(deal.history_holes, static_cast<int>(i)) != deal.history_holes.end()) continue;
      if (before != nullptr) WriteChanges(account, deal, static_cast<int>(i), *before, version);
      before = &version;
    }
  }

  void WriteChanges(const Account& account, const Deal& deal, int position, const DealVersion& was,
                    const DealVersion& is) {
    const auto write = [&](int part, FieldName name, std::string before, std::string after) {
      const int local = (1 << 18) + deal.number * 1024 + position * 4 + part;
      tables_.edits.Write({view_, EditNumber(account, local), is.at, is.owner, "DEAL",
                           CountedId(CrmObject::kDeal, account, deal.number), name.code, name.title, std::move(before),
                           std::move(after)});
    };
    if (was.stage != is.stage) {
      write(0, {"STAGE_ID", "Стадия сделки"}, std::string(BitrixStageOf(was.stage).title),
            std::string(BitrixStageOf(is.stage).title));
    }
    if (was.amount_minor != is.amount_minor) {
      const std::string_view currency = account.profile.currency;
      write(1, {"OPPORTUNITY", "Сумма"}, AmountText(was, currency), AmountText(is, currency));
    }
    if (was.close_date != is.close_date) {
      write(2, {"CLOSEDATE", "Дата завершения"}, LocalDay(was.close_date), LocalDay(is.close_date));
    }
    if (was.owner != is.owner) {
      write(3, {"ASSIGNED_BY_ID", "Ответственный"}, view_.member(was.owner).FullText(),
            view_.member(is.owner).FullText());
    }
  }

  static std::int64_t EditNumber(const Account& account, int local) {
    return static_cast<std::int64_t>(RecordNumber(account.profile.index, local));
  }

  View view_;
  Tables tables_;
};

}  // namespace

ExporterResult OpenBitrixHistory(const std::filesystem::path& folder, const View& view) {
  const auto path = [&](std::string_view what) {
    return folder / fmt::format("bitrix24_{}_{}.csv", what, FormatDate(view.day));
  };
  WEIR_TRY(auto users, CsvTable<UserRow>::Create(path("user"), kUserColumns));
  WEIR_TRY(auto departments, CsvTable<DepartmentRow>::Create(path("department"), kDepartmentColumns));
  WEIR_TRY(auto products, CsvTable<ProductRow>::Create(path("product"), kProductColumns));
  WEIR_TRY(auto lines, CsvTable<LineRow>::Create(path("productrow"), kLineColumns));
  WEIR_TRY(auto people, CsvTable<PersonRow>::Create(path("deal_contact"), kPersonColumns));
  WEIR_TRY(auto activities, CsvTable<ActivityRow>::Create(path("activity"), kActivityColumns));
  WEIR_TRY(auto statuses, CsvTable<StatusRow>::Create(path("lead_stagehistory"), kStatusColumns));
  WEIR_TRY(auto edits, CsvTable<EditRow>::Create(path("field_history"), kEditColumns));
  return std::make_unique<BitrixHistory>(
      view, Tables{std::move(users), std::move(departments), std::move(products), std::move(lines), std::move(people),
                   std::move(activities), std::move(statuses), std::move(edits)});
}

}  // namespace weir::simulate
