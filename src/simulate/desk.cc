#include "simulate/desk.h"

#include <algorithm>

#include <fmt/format.h>

namespace weir::simulate {
namespace {

constexpr unsigned Bit(Department department) { return 1U << static_cast<unsigned>(department); }
constexpr unsigned kEverybody = 0xFF;
constexpr unsigned kSellers = Bit(Department::kSales) | Bit(Department::kSalesDevelopment);

constexpr std::array<Tool, kTools> kToolList = {{
    {"Salesforce", "crm", kEverybody & ~Bit(Department::kSupport), 180000, 0.93, ""},
    {"HubSpot", "marketing", Bit(Department::kMarketing) | kSellers, 60000, 0.90, ""},
    {"Zendesk", "support", Bit(Department::kSupport) | Bit(Department::kCustomerSuccess), 90000, 0.95, ""},
    {"Stripe", "billing", Bit(Department::kFinance), 0, 1.0, ""},
    {"Google Workspace", "office", kEverybody, 14400, 0.99, ""},
    {"Slack", "chat", kEverybody, 10500, 0.97, "Microsoft Teams"},
    {"Microsoft Teams", "chat", kEverybody, 9600, 0.11, "Slack"},
    {"Zoom", "meetings", kEverybody, 17000, 0.85, ""},
    {"LinkedIn Sales Navigator", "prospecting", kSellers, 96000, 0.72, ""},
    {"Outreach", "sequences", kSellers, 120000, 0.83, ""},
    {"Gong", "conversation", kSellers | Bit(Department::kManagement), 140000, 0.64, ""},
    {"Clari", "forecast", kSellers | Bit(Department::kManagement), 110000, 0.04, ""},
    {"Tableau", "reports", Bit(Department::kOperations) | Bit(Department::kManagement), 84000, 0.70, ""},
}};

// The same seats at the same prices, used as much, under the names of a Russian company.
constexpr std::array<Tool, kTools> RussianTools(std::string_view crm) {
  constexpr std::array<std::string_view, kTools> kNames = {"",
                                                           "Roistat",
                                                           "Zendesk",
                                                           "1C",
                                                           "Yandex 360",
                                                           "Telegram",
                                                           "VK Teams",
                                                           "Kontur.Talk",
                                                           "Kontur.Compass",
                                                           "Coldy",
                                                           "Imot.io",
                                                           "Novo Forecast",
                                                           "Yandex DataLens"};
  std::array<Tool, kTools> tools = kToolList;
  for (std::size_t t = 0; t < kTools; ++t) {
    tools[t].name = t == 0 ? crm : kNames[t];
    for (std::size_t other = 0; other < kTools; ++other) {
      if (kToolList[t].overlaps == kToolList[other].name) tools[t].overlaps = kNames[other];
    }
  }
  return tools;
}
constexpr std::array<Tool, kTools> kAmoTools = RussianTools("amoCRM");
constexpr std::array<Tool, kTools> kBitrixTools = RussianTools("Bitrix24");

constexpr std::array<Course, 6> kCourses = {{
    {{"Product basics", "Основы продукта"}, kEverybody},
    {{"Discovery and qualification", "Выявление потребностей и квалификация"}, kSellers},
    {{"Negotiation", "Переговоры"}, Bit(Department::kSales)},
    {{"Clean data in the CRM", "Чистые данные в CRM"}, kSellers | Bit(Department::kCustomerSuccess)},
    {{"Service on the phone", "Обслуживание по телефону"},
     Bit(Department::kSupport) | Bit(Department::kCustomerSuccess)},
    {{"Data protection", "Защита персональных данных"}, kEverybody},
}};

constexpr std::array<Agreement, kPromises> kAgreements = {{
    {"sla-leads",
     {"Every lead is answered within a working day", "Каждому лиду отвечают в течение рабочего дня"},
     Department::kSalesDevelopment,
     Department::kMarketing,
     "lead_response_hours",
     9.0,
     "working_hours",
     0.90},
    {"sla-handover",
     {"A new deal is worked within five working days", "Новую сделку берут в работу за пять рабочих дней"},
     Department::kSales,
     Department::kSalesDevelopment,
     "deal_first_activity_hours",
     45.0,
     "working_hours",
     0.85},
    {"sla-billing",
     {"The first invoice leaves within twenty days of the win", "Первый счёт выставляют за двадцать дней после победы"},
     Department::kFinance,
     Department::kSales,
     "won_to_invoice_days",
     20.0,
     "days",
     0.95},
    {"sla-tickets",
     {"A ticket gets its first reply within eight working hours", "На обращение отвечают за восемь рабочих часов"},
     Department::kSupport,
     Department::kCustomerSuccess,
     "ticket_first_reply_hours",
     8.0,
     "working_hours",
     0.85},
}};

// How a member spends a month: the seller's own share of selling, the rest by what the department does.
std::array<double, 6> TimeShares(const Member& member, Department department, Sampler& sampler) {
  const bool sells = department == Department::kSales || department == Department::kSalesDevelopment;
  const double selling = sells ? member.selling_share : department == Department::kCustomerSuccess ? 0.15 : 0.0;
  std::array<double, 6> shares = {selling, 0.16, 0.14, 0.15, 0.15, 0.10};
  double rest = 0.0;
  for (std::size_t i = 1; i < shares.size(); ++i) {
    shares[i] *= sampler.LogNormal(1.0, 0.25);
    rest += shares[i];
  }
  for (std::size_t i = 1; i < shares.size(); ++i) shares[i] *= (1.0 - selling) / rest;
  return shares;
}

const Member& MemberAt(const World& world, int member) {
  return world.company.members()[static_cast<std::size_t>(member)];
}

int LastSeat(const World& world, int member, Date day) {
  const Member& asked = MemberAt(world, member);
  return world.company.SeatOf(member, asked.ends <= day ? asked.ends - 1 : day);
}

}  // namespace

Department DepartmentOf(const World& world, int member, Date day) {
  const int seat = LastSeat(world, member, day);
  return seat < 0 ? Department::kManagement : world.company.seats()[static_cast<std::size_t>(seat)].department;
}

std::string_view FunctionOf(const World& world, int member, Date day) {
  static constexpr std::array<std::string_view, 8> kFunctions = {
      "management", "marketing", "seller", "seller", "success", "support", "finance", "revenue_operations"};
  const int seat = LastSeat(world, member, day);
  const Department department = DepartmentOf(world, member, day);
  const bool heads = seat >= 0 && world.company.seats()[static_cast<std::size_t>(seat)].is_head;
  if (department == Department::kOperations && !heads) return "sales_operations";
  return kFunctions[static_cast<std::size_t>(department)];
}

double ForecastBias(const World& world, int member) {
  Sampler sampler = world.Draw("forecast.bias", EntityKey(member, 0));
  return sampler.Uniform(0.75, 1.35);
}

void ForEachWorkedMonth(const World& world, Date until, const std::function<void(const WorkedMonth&)>& use) {
  for (std::size_t i = 0; i < world.company.members().size(); ++i) {
    const auto index = static_cast<int>(i);
    const Member& member = world.company.members()[i];
    for (Date month = world.start; month <= until; month = AddMonths(month, 1)) {
      WorkedMonth worked;
      worked.member = index;
      worked.month = month;
      const Date last = std::min(AddMonths(month, 1) - 1, until);
      for (Date day = std::max(month, member.starts); day <= last && day < member.ends; day = day + 1) {
        if (world.calendar.IsWorkday(day)) worked.days.push_back(day);
      }
      const int seat = worked.days.empty() ? -1 : world.company.SeatOf(index, worked.days.front());
      if (seat < 0) continue;
      worked.department = world.company.seats()[static_cast<std::size_t>(seat)].department;
      Sampler sampler = world.Draw("time", EntityKey(index, static_cast<std::uint64_t>(month.days)));
      worked.hours_a_day = TimeShares(member, worked.department, sampler);
      for (double& share : worked.hours_a_day) share *= 8.0;
      use(worked);
    }
  }
}

const std::array<Tool, kTools>& Tools(const World& world) {
  if (world.crm == Crm::kAmo) return kAmoTools;
  return world.crm == Crm::kBitrix ? kBitrixTools : kToolList;
}

std::int64_t SeatPrice(const World& world, const Tool& tool) {
  return tool.seat_minor * (world.lexicon->currency == "RUB" ? 60 : 1);
}

std::vector<Licence> LicencesOn(const World& world, Date day) {
  std::vector<Licence> licences;
  const std::vector<Member>& members = world.company.members();
  for (std::size_t t = 0; t < kTools; ++t) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto index = static_cast<int>(i);
      if (members[i].starts > day || LastSeat(world, index, day) < 0) continue;
      if ((kToolList[t].departments & Bit(DepartmentOf(world, index, day))) == 0) continue;
      const bool gone = members[i].ends <= day;
      Sampler sampler = world.Draw("tool", EntityKey(index, t));
      const bool forgotten = sampler.Chance(0.35);
      const bool uses = sampler.Chance(kToolList[t].used_share);
      Licence licence{t, index, members[i].starts};
      if (gone && !forgotten) licence.revoked = members[i].ends;
      licence.is_used = uses;
      licence.is_orphan = gone && forgotten;
      licences.push_back(licence);
    }
  }
  return licences;
}

std::vector<Instant> SignOns(const World& world, const Licence& licence, Date until) {
  constexpr double kMeanDays = 12.0;
  Sampler sampler = world.Draw("sign_on", EntityKey(licence.member, licence.tool));
  const Member& member = MemberAt(world, licence.member);
  std::vector<Instant> moments;
  const Date last = std::min(until, member.ends - 1);
  Date day = std::max(world.start, member.starts);
  // Who does not use a tool tried it once.
  const std::size_t most = licence.is_used ? SIZE_MAX : 1;
  while (moments.size() < most) {
    day = world.calendar.NextWorkday(day + static_cast<int>(sampler.Exponential(kMeanDays)));
    const int second = sampler.Integer(8 * 3600, 17 * 3600);
    if (day > last) break;
    moments.push_back(world.calendar.At(day, second));
    day = day + 1;
  }
  return moments;
}

const Course& CourseOf(std::size_t course) { return kCourses[course]; }

std::vector<Training> TrainingsUntil(const World& world, Date day) {
  std::vector<Training> trainings;
  const std::vector<Member>& members = world.company.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto index = static_cast<int>(i);
    for (std::size_t course = 0; course < kCourses.size(); ++course) {
      Sampler sampler = world.Draw("training", EntityKey(index, course));
      Training training;
      training.number = static_cast<int>(i * kCourses.size() + course);
      training.member = index;
      training.course = course;
      training.assigned = std::max(members[i].starts, world.start - 30) + sampler.Integer(5, 90);
      training.due = training.assigned + 45;
      const bool takes = sampler.Chance(0.82);
      const Date completed = world.calendar.NextWorkday(training.assigned + sampler.Integer(3, 80));
      training.score = 55 + sampler.Integer(0, 45);
      if (training.assigned > day || training.assigned >= members[i].ends) continue;
      if ((kCourses[course].departments & Bit(DepartmentOf(world, index, training.assigned))) == 0) continue;
      if (takes && completed <= day && completed < members[i].ends) training.completed = completed;
      trainings.push_back(training);
    }
  }
  return trainings;
}

std::vector<Goal> GoalsUntil(const World& world, Date day) {
  struct Kind {
    std::string_view key;
    Words2 name;
    std::string_view metric;
    Department department;
    double for_an_account;  // of the target, a quarter; 0: the target does not grow with the market
    double target;
    std::string_view unit;
    bool more_is_better;
    std::string_view conflict;
  };
  // More leads than last quarter against a better share of them; more won at any discount against a lower discount;
  // shorter tickets against happier customers.
  static constexpr Kind kKinds[] = {
      {"leads", {"More leads", "Больше лидов"}, "leads", Department::kMarketing, 0.45, 0, "count", true, "volume"},
      {"lead-quality",
       {"Every second lead becomes a deal", "Каждый второй лид становится сделкой"},
       "lead_to_deal_rate",
       Department::kSalesDevelopment,
       0.0,
       0.5,
       "share",
       true,
       "volume"},
      {"won",
       {"Amount won", "Сумма выигранных сделок"},
       "won_amount",
       Department::kSales,
       900.0,
       0,
       "currency",
       true,
       "discount"},
      {"discount",
       {"Average discount below five percent", "Средняя скидка не выше пяти процентов"},
       "average_discount",
       Department::kFinance,
       0.0,
       0.05,
       "share",
       false,
       "discount"},
      {"ticket-time",
       {"Tickets are closed within four hours", "Обращения закрывают за четыре часа"},
       "ticket_handle_hours",
       Department::kSupport,
       0.0,
       4.0,
       "hours",
       false,
       "service"},
      {"nps",
       {"Customers recommend us", "Клиенты рекомендуют нас"},
       "nps",
       Department::kCustomerSuccess,
       0.0,
       45.0,
       "points",
       true,
       "service"},
      {"churn",
       {"Few customers leave", "Клиенты не уходят"},
       "logo_churn_rate",
       Department::kCustomerSuccess,
       0.0,
       0.03,
       "share",
       false,
       ""},
      {"clean",
       {"Complete records in the CRM", "Полные карточки в CRM"},
       "record_completeness",
       Department::kOperations,
       0.0,
       0.95,
       "share",
       true,
       ""},
  };
  const double price = world.lexicon->currency == "RUB" ? 60.0 : 1.0;
  std::vector<Goal> goals;
  const CivilDate first = ToCivil(world.start);
  for (Date from = FromCivil({first.year, (first.month - 1) / 3 * 3 + 1, 1}); from <= day; from = AddMonths(from, 3)) {
    const CivilDate civil = ToCivil(from);
    for (const Kind& kind : kKinds) {
      Goal goal{fmt::format("{}-{}-q{}", kind.key, civil.year, (civil.month - 1) / 3 + 1),
                kind.name,
                kind.metric,
                kind.department,
                from,
                AddMonths(from, 3) - 1,
                kind.target,
                kind.unit,
                kind.more_is_better,
                kind.conflict};
      if (kind.for_an_account > 0.0) {
        const double scale = kind.unit == "currency" ? price : 1.0;
        goal.target = static_cast<double>(static_cast<std::int64_t>(kind.for_an_account * scale * world.accounts + 1));
      }
      goals.push_back(std::move(goal));
    }
  }
  return goals;
}

const Agreement& AgreementOf(Promise promise) { return kAgreements[static_cast<std::size_t>(promise)]; }

}  // namespace weir::simulate
