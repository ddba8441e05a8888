// The planning sheets of the departments in Weir's generic form: goals, agreements, processes, initiatives, content,
// what marketing spent outside of advertising accounts, and what sellers said their period would bring.
#include <array>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "simulate/dated_file.h"
#include "simulate/desk.h"
#include "simulate/exporter.h"

namespace weir::simulate {
namespace {

std::string_view DepartmentName(const View& view, Department department) {
  return view.lexicon().departments[static_cast<std::size_t>(department)];
}

// The head of a department, or who stands in.
int HeadOf(const View& view, Department department, Date day) {
  for (const Team& team : view.world.company.teams()) {
    if (team.department == department) return view.world.company.HolderAt(team.head_seat, day);
  }
  return view.world.company.operations_member(day);
}

struct GoalRow {
  const View& view;
  const Goal& item;
};

constexpr Column<GoalRow> kGoalColumns[] = {
    {"key", [](std::string& c, const GoalRow& r) { c.append(r.item.key); }},
    {"name", [](std::string& c, const GoalRow& r) { c.append(r.item.name.In(r.view.lexicon())); }},
    {"metric", [](std::string& c, const GoalRow& r) { c.append(r.item.metric); }},
    {"department", [](std::string& c, const GoalRow& r) { c.append(DepartmentName(r.view, r.item.department)); }},
    {"owner_key",
     [](std::string& c, const GoalRow& r) { c.append(StaffKey(HeadOf(r.view, r.item.department, r.item.from))); }},
    {"period_start", [](std::string& c, const GoalRow& r) { PutDate(c, r.item.from); }},
    {"period_end", [](std::string& c, const GoalRow& r) { PutDate(c, r.item.to); }},
    {"target", [](std::string& c, const GoalRow& r) { c.append(fmt::format("{:.2f}", r.item.target)); }},
    {"unit", [](std::string& c, const GoalRow& r) { c.append(r.item.unit); }},
    {"currency",
     [](std::string& c, const GoalRow& r) {
       if (r.item.unit == "currency") c.append(r.view.lexicon().currency);
     }},
    {"sense", [](std::string& c, const GoalRow& r) { c.append(r.item.more_is_better ? "up" : "down"); }},
    {"status", [](std::string& c, const GoalRow& r) { c.append(r.item.to < r.view.day ? "closed" : "active"); }},
    {"created_at",
     [](std::string& c, const GoalRow& r) { PutSalesforceTime(c, r.view.world.calendar.At(r.item.from, 9 * 3600)); }},
};

struct AgreementRow {
  const View& view;
  const Agreement& item;
};

constexpr Column<AgreementRow> kAgreementColumns[] = {
    {"key", [](std::string& c, const AgreementRow& r) { c.append(r.item.key); }},
    {"name", [](std::string& c, const AgreementRow& r) { c.append(r.item.name.In(r.view.lexicon())); }},
    {"from_department", [](std::string& c, const AgreementRow& r) { c.append(DepartmentName(r.view, r.item.from)); }},
    {"to_department", [](std::string& c, const AgreementRow& r) { c.append(DepartmentName(r.view, r.item.to)); }},
    {"metric", [](std::string& c, const AgreementRow& r) { c.append(r.item.metric); }},
    {"promised", [](std::string& c, const AgreementRow& r) { c.append(fmt::format("{:.1f}", r.item.promised)); }},
    {"unit", [](std::string& c, const AgreementRow& r) { c.append(r.item.unit); }},
    {"share", [](std::string& c, const AgreementRow& r) { c.append(fmt::format("{:.2f}", r.item.share)); }},
    {"owner_key", [](std::string& c,
                     const AgreementRow& r) { c.append(StaffKey(HeadOf(r.view, r.item.from, r.view.world.start))); }},
    {"start_date", [](std::string& c, const AgreementRow& r) { PutDate(c, r.view.world.start); }},
    {"status", [](std::string& c, const AgreementRow&) { c.append("active"); }},
};

// Processes, initiatives and content differ in little: a name, a department and some days.
struct Plan {
  std::string_view key;
  Words2 name;
  Department department;
  int day = 0;    // from the start of the period, in hundredths of its length
  int days = 0;   // how long it was to take
  int late = 0;   // how much longer it took
  int hours = 0;  // of work
  Words2 note{};
};

constexpr std::array<Plan, 7> kProcesses = {{
    {"p-lead", {"Lead handling", "Обработка лидов"}, Department::kSalesDevelopment, 5},
    {"p-sale", {"New business sale", "Продажа новому клиенту"}, Department::kSales, 10},
    {"p-offer", {"Offer and discount approval", "Предложение и согласование скидки"}, Department::kSales, -400},
    {"p-onboard", {"Onboarding", "Внедрение"}, Department::kCustomerSuccess, 30},
    {"p-renew", {"Renewal", "Продление"}, Department::kCustomerSuccess, 20},
    {"p-bill", {"Billing and dunning", "Выставление счетов и взыскание"}, Department::kFinance, -250},
    {"p-ticket", {"Ticket handling", "Обработка обращений"}, Department::kSupport, 60},
}};

constexpr std::array<Plan, 6> kInitiatives = {{
    {"i-router",
     {"Route leads by territory", "Маршрутизация лидов по регионам"},
     Department::kOperations,
     10,
     60,
     25,
     90},
    {"i-fields", {"Required fields in the CRM", "Обязательные поля в CRM"}, Department::kOperations, 25, 40, 0, 45},
    {"i-dunning",
     {"Automatic reminders of invoices", "Автоматические напоминания о счетах"},
     Department::kFinance,
     35,
     50,
     70,
     60},
    {"i-playbook", {"Playbook for negotiation", "Сценарий переговоров"}, Department::kSales, 45, 60, 10, 80},
    {"i-health",
     {"Health score of customers", "Оценка здоровья клиентов"},
     Department::kCustomerSuccess,
     60,
     90,
     40,
     120},
    {"i-deals",
     {"Weekly review of stuck deals", "Еженедельный разбор застрявших сделок"},
     Department::kSales,
     80,
     30,
     200,
     20},
}};

constexpr std::array<Plan, 8> kContents = {{
    {"c-deck",
     {"Company presentation", "Презентация компании"},
     Department::kMarketing,
     0,
     410,
     0,
     0,
     {"deck", "deck"}},
    {"c-roi",
     {"Return calculator", "Калькулятор окупаемости"},
     Department::kMarketing,
     15,
     130,
     0,
     0,
     {"template", "template"}},
    {"c-case-1",
     {"Case: logistics", "Кейс: логистика"},
     Department::kMarketing,
     20,
     95,
     0,
     0,
     {"case_study", "case_study"}},
    {"c-case-2", {"Case: retail", "Кейс: розница"}, Department::kMarketing, 40, 4, 0, 0, {"case_study", "case_study"}},
    {"c-script",
     {"Script of the first call", "Скрипт первого звонка"},
     Department::kSalesDevelopment,
     5,
     260,
     0,
     0,
     {"script", "script"}},
    {"c-offer",
     {"Template of the offer", "Шаблон предложения"},
     Department::kSales,
     0,
     340,
     0,
     0,
     {"template", "template"}},
    {"c-compare",
     {"Comparison with competitors", "Сравнение с конкурентами"},
     Department::kMarketing,
     55,
     61,
     0,
     0,
     {"article", "article"}},
    {"c-onboard",
     {"Guide of the first week", "Руководство первой недели"},
     Department::kCustomerSuccess,
     30,
     150,
     0,
     0,
     {"article", "article"}},
}};

Date DayOfPlan(const View& view, const Plan& plan) {
  const int length = view.world.until.days - view.world.start.days;
  return view.world.start + (plan.day < 0 ? plan.day : length * plan.day / 100);
}

struct PlanRow {
  const View& view;
  const Plan& item;
};

void PutKey(std::string& cell, const PlanRow& row) { cell.append(row.item.key); }
void PutName(std::string& cell, const PlanRow& row) { cell.append(row.item.name.In(row.view.lexicon())); }
void PutDepartment(std::string& cell, const PlanRow& row) {
  cell.append(DepartmentName(row.view, row.item.department));
}
void PutOwner(std::string& cell, const PlanRow& row) {
  cell.append(StaffKey(HeadOf(row.view, row.item.department, row.view.world.start)));
}
Date DoneOn(const PlanRow& row) { return DayOfPlan(row.view, row.item) + row.item.days + row.item.late; }

constexpr Column<PlanRow> kProcessColumns[] = {
    {"key", PutKey},
    {"name", PutName},
    {"department", PutDepartment},
    {"owner_key", PutOwner},
    {"reviewed_on", [](std::string& c, const PlanRow& r) { PutDate(c, DayOfPlan(r.view, r.item)); }},
    {"status", [](std::string& c, const PlanRow&) { c.append("active"); }},
};

constexpr Column<PlanRow> kInitiativeColumns[] = {
    {"key", PutKey},
    {"name", PutName},
    {"department", PutDepartment},
    {"owner_key", PutOwner},
    {"start_date", [](std::string& c, const PlanRow& r) { PutDate(c, DayOfPlan(r.view, r.item)); }},
    {"due_date", [](std::string& c, const PlanRow& r) { PutDate(c, DayOfPlan(r.view, r.item) + r.item.days); }},
    {"done_on",
     [](std::string& c, const PlanRow& r) {
       if (DoneOn(r) <= r.view.day) PutDate(c, DoneOn(r));
     }},
    {"effort_hours", [](std::string& c, const PlanRow& r) { PutInteger(c, r.item.hours); }},
    {"status", [](std::string& c, const PlanRow& r) { c.append(DoneOn(r) <= r.view.day ? "done" : "active"); }},
};

constexpr Column<PlanRow> kContentColumns[] = {
    {"key", PutKey},
    {"name", PutName},
    {"kind", [](std::string& c, const PlanRow& r) { c.append(r.item.note.en); }},
    {"owner_key", PutOwner},
    {"uses",
     [](std::string& c, const PlanRow& r) {
       const int length = r.view.world.until.days - r.view.world.start.days + 1;
       PutInteger(c, r.item.days * (r.view.day.days - DayOfPlan(r.view, r.item).days) / length);
     }},
    {"created_at",
     [](std::string& c, const PlanRow& r) {
       PutSalesforceTime(c, r.view.world.calendar.At(DayOfPlan(r.view, r.item), 10 * 3600));
     }},
};

struct SpendRow {
  const View& view;
  const Campaign& campaign;
  Date month;
  std::int64_t minor;
};

constexpr Column<SpendRow> kSpendColumns[] = {
    {"day", [](std::string& c, const SpendRow& r) { PutDate(c, r.month); }},
    {"campaign_name", [](std::string& c, const SpendRow& r) { c.append(r.campaign.name); }},
    {"channel", [](std::string& c, const SpendRow& r) { c.append(ChannelName(r.campaign.channel)); }},
    {"cost", [](std::string& c, const SpendRow& r) { PutAmount(c, r.minor); }},
    {"currency", [](std::string& c, const SpendRow& r) { c.append(r.view.lexicon().currency); }},
};

struct Tables {
  CsvTable<GoalRow> goals;
  CsvTable<AgreementRow> agreements;
  CsvTable<PlanRow> processes;
  CsvTable<PlanRow> initiatives;
  CsvTable<PlanRow> contents;
  CsvTable<SpendRow> spend;
};

class DeskPlans final : public Exporter {
 public:
  DeskPlans(View view, Tables tables) : view_(view), tables_(std::move(tables)) {}

  void Write(const Account&) override {}

  Status Close(std::vector<WrittenFile>& files) override {
    for (const Goal& goal : GoalsUntil(view_.world, view_.day)) tables_.goals.Write({view_, goal});
    for (std::size_t i = 0; i < kPromises; ++i) {
      tables_.agreements.Write({view_, AgreementOf(static_cast<Promise>(i))});
    }
    const auto begun = [&](const Plan& plan) { return DayOfPlan(view_, plan) <= view_.day; };
    for (const Plan& plan : kProcesses) tables_.processes.Write({view_, plan});
    for (const Plan& plan : kInitiatives) {
      if (begun(plan)) tables_.initiatives.Write({view_, plan});
    }
    for (const Plan& plan : kContents) {
      if (begun(plan)) tables_.contents.Write({view_, plan});
    }
    WriteSpend();
    WEIR_TRY(CloseTable(tables_.goals, files));
    WEIR_TRY(CloseTable(tables_.agreements, files));
    WEIR_TRY(CloseTable(tables_.processes, files));
    WEIR_TRY(CloseTable(tables_.initiatives, files));
    WEIR_TRY(CloseTable(tables_.contents, files));
    return CloseTable(tables_.spend, files);
  }

 private:
  // A month is booked when it is over.
  void WriteSpend() {
    const auto pods = static_cast<std::int64_t>(view_.world.company.pods().size());
    for (Date month = view_.world.start; AddMonths(month, 1) <= view_.day + 1; month = AddMonths(month, 1)) {
      for (const Campaign& campaign : view_.world.company.campaigns()) {
        if (!campaign.vendor_name.empty()) continue;
        const std::int64_t minor = (campaign.CostUntil(AddMonths(month, 1)) - campaign.CostUntil(month)) * pods;
        if (minor > 0) tables_.spend.Write({view_, campaign, month, minor});
      }
    }
  }

  View view_;
  Tables tables_;
};

// Twice a month each owner of open deals says what the quarter will bring: what he is sure of, and what could be.
struct Said {
  int member = 0;
  Date day;
  bool is_commit = false;
  auto operator<=>(const Said&) const = default;
};

struct SaidRow {
  const View& view;
  const Said& said;
  std::int64_t minor;
};

Date Quarter(const SaidRow& row) {
  const CivilDate civil = ToCivil(row.said.day);
  return FromCivil({civil.year, (civil.month - 1) / 3 * 3 + 1, 1});
}

constexpr Column<SaidRow> kSaidColumns[] = {
    {"key",
     [](std::string& c, const SaidRow& r) {
       c.append(fmt::format("f-{}-{}-{}", r.said.member + 1, FormatDate(r.said.day), r.said.is_commit ? "c" : "b"));
     }},
    {"member_key", [](std::string& c, const SaidRow& r) { c.append(StaffKey(r.said.member)); }},
    {"period_start", [](std::string& c, const SaidRow& r) { PutDate(c, Quarter(r)); }},
    {"period_end", [](std::string& c, const SaidRow& r) { PutDate(c, AddMonths(Quarter(r), 3) - 1); }},
    {"category", [](std::string& c, const SaidRow& r) { c.append(r.said.is_commit ? "commit" : "best_case"); }},
    {"amount", [](std::string& c, const SaidRow& r) { PutAmount(c, r.minor); }},
    {"currency", [](std::string& c, const SaidRow& r) { c.append(r.view.lexicon().currency); }},
    {"at",
     [](std::string& c, const SaidRow& r) { PutSalesforceTime(c, r.view.world.calendar.At(r.said.day, 17 * 3600)); }},
};

class Forecasts final : public Exporter {
 public:
  Forecasts(View view, CsvTable<SaidRow> table) : view_(view), table_(std::move(table)) {
    for (Date month = view_.world.start; month <= view_.day; month = AddMonths(month, 1)) {
      for (const Date day : {month, month + 14}) {
        const Date on = view_.world.calendar.NextWorkday(day);
        if (on <= view_.day) days_.push_back(on);
      }
    }
  }

  void Write(const Account& account) override {
    for (const Deal& deal : account.deals) {
      if (!deal.is_migrated) Hear(account, deal);
    }
  }

  Status Close(std::vector<WrittenFile>& files) override {
    for (const auto& [said, minor] : amounts_) table_.Write({view_, said, Spoken(said, minor)});
    return CloseTable(table_, files);
  }

 private:
  void Hear(const Account& account, const Deal& deal) {
    for (const Date day : days_) {
      const Instant at = view_.world.calendar.At(day, 17 * 3600);
      if (at >= deal.closed_at) return;
      const DealVersion* version = deal.At(at);
      if (version == nullptr || !version->amount_minor || version->stage >= Stage::kWon) continue;
      const CivilDate civil = ToCivil(day);
      const Date quarter_ends = AddMonths(FromCivil({civil.year, (civil.month - 1) / 3 * 3 + 1, 1}), 3);
      if (version->close_date >= quarter_ends || version->stage < Stage::kProposal) continue;
      const std::int64_t minor = view_.world.company.ToCorporate(*version->amount_minor, account.profile.currency, day);
      amounts_[{version->owner, day, false}] += minor;
      if (version->stage == Stage::kNegotiation) amounts_[{version->owner, day, true}] += minor;
    }
  }

  // People round, and hope as they are made.
  std::int64_t Spoken(const Said& said, std::int64_t minor) const {
    Sampler sampler = view_.world.Draw("forecast", EntityKey(said.member, static_cast<std::uint64_t>(said.day.days)));
    const double hope = ForecastBias(view_.world, said.member) * sampler.Uniform(0.9, 1.1);
    const auto spoken = static_cast<std::int64_t>(static_cast<double>(minor) * hope);
    return spoken / 100'000 * 100'000 + (spoken < 100'000 ? spoken % 100'000 / 100 * 100 : 0);
  }

  View view_;
  CsvTable<SaidRow> table_;
  std::vector<Date> days_;
  std::map<Said, std::int64_t> amounts_;
};

}  // namespace

ExporterResult OpenDeskPlans(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto goals, CsvTable<GoalRow>::Create(DatedFile(folder, view, "weir-goal"), kGoalColumns));
  WEIR_TRY(auto agreements,
           CsvTable<AgreementRow>::Create(DatedFile(folder, view, "weir-agreement"), kAgreementColumns));
  WEIR_TRY(auto processes, CsvTable<PlanRow>::Create(DatedFile(folder, view, "weir-process"), kProcessColumns));
  WEIR_TRY(auto initiatives, CsvTable<PlanRow>::Create(DatedFile(folder, view, "weir-initiative"), kInitiativeColumns));
  WEIR_TRY(auto contents, CsvTable<PlanRow>::Create(DatedFile(folder, view, "weir-content"), kContentColumns));
  WEIR_TRY(auto spend, CsvTable<SpendRow>::Create(DatedFile(folder, view, "weir-spend"), kSpendColumns));
  return std::make_unique<DeskPlans>(view, Tables{std::move(goals), std::move(agreements), std::move(processes),
                                                  std::move(initiatives), std::move(contents), std::move(spend)});
}

ExporterResult OpenForecasts(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto table, CsvTable<SaidRow>::Create(DatedFile(folder, view, "weir-forecast-submission"), kSaidColumns));
  return std::make_unique<Forecasts>(view, std::move(table));
}

}  // namespace weir::simulate
