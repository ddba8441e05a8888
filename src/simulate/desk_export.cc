// The desk's own files: the staff list, tools and their licences, the log of single sign-on, hours, courses, the
// planning sheets of the departments, and the statement of the company's card.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "simulate/dated_file.h"
#include "simulate/desk.h"
#include "simulate/exporter.h"
#include "simulate/naming.h"

namespace weir::simulate {
namespace {

std::string_view DepartmentName(const View& view, Department department) {
  return view.lexicon().departments[static_cast<std::size_t>(department)];
}

struct StaffRow {
  const View& view;
  int index;
  const Member& member;
  const Seat* seat;
};

constexpr Column<StaffRow> kStaffColumns[] = {
    {"key", [](std::string& c, const StaffRow& r) { c.append(StaffKey(r.index)); }},
    {"name", [](std::string& c, const StaffRow& r) { c.append(r.member.FullText()); }},
    {"email", [](std::string& c, const StaffRow& r) { c.append(r.member.email); }},
    {"title", [](std::string& c, const StaffRow& r) { c.append(r.seat->title); }},
    {"department", [](std::string& c, const StaffRow& r) { c.append(DepartmentName(r.view, r.seat->department)); }},
    {"manager_name",
     [](std::string& c, const StaffRow& r) {
       const Date day = std::min(r.view.day, r.member.ends - 1);
       const int manager = r.view.world.company.ManagerOf(r.index, day);
       if (manager >= 0) c.append(r.view.member(manager).FullText());
     }},
    {"is_active", [](std::string& c, const StaffRow& r) { PutBool(c, r.view.day < r.member.ends); }},
    {"started_at", [](std::string& c, const StaffRow& r) { PutDate(c, r.member.starts); }},
    {"ended_at",
     [](std::string& c, const StaffRow& r) {
       if (r.member.ends <= r.view.day) PutDate(c, r.member.ends);
     }},
};

struct CourseRow {
  const View& view;
  const Training& item;
};

constexpr Column<CourseRow> kTrainingColumns[] = {
    {"key", [](std::string& c, const CourseRow& r) { c.append(fmt::format("tr-{}", r.item.number + 1)); }},
    {"member_key", [](std::string& c, const CourseRow& r) { c.append(StaffKey(r.item.member)); }},
    {"course", [](std::string& c, const CourseRow& r) { c.append(CourseOf(r.item.course).name.In(r.view.lexicon())); }},
    {"assigned_on", [](std::string& c, const CourseRow& r) { PutDate(c, r.item.assigned); }},
    {"due_date", [](std::string& c, const CourseRow& r) { PutDate(c, r.item.due); }},
    {"completed_on",
     [](std::string& c, const CourseRow& r) {
       if (r.item.completed != kFarDate) PutDate(c, r.item.completed);
     }},
    {"score",
     [](std::string& c, const CourseRow& r) {
       if (r.item.completed != kFarDate) PutInteger(c, r.item.score);
     }},
    {"status",
     [](std::string& c, const CourseRow& r) {
       const bool done = r.item.completed != kFarDate;
       c.append(done ? "completed" : r.item.due < r.view.day ? "overdue" : "assigned");
     }},
};

// Toggl's detailed report.
struct TimeRow {
  const View& view;
  int member;
  Date day;
  std::string_view category;
  int start_second;
  int seconds;
};

void PutClock(std::string& cell, int second) {
  cell.append(fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60));
}

constexpr Column<TimeRow> kTimeColumns[] = {
    {"User", [](std::string& c, const TimeRow& r) { c.append(r.view.member(r.member).FullText()); }},
    {"Email", [](std::string& c, const TimeRow& r) { c.append(r.view.member(r.member).email); }},
    {"Client", [](std::string&, const TimeRow&) {}},
    {"Project", [](std::string& c, const TimeRow& r) { c.append(r.category); }},
    {"Task", [](std::string&, const TimeRow&) {}},
    {"Description", [](std::string&, const TimeRow&) {}},
    {"Billable", [](std::string& c, const TimeRow&) { c.append("No"); }},
    {"Start date", [](std::string& c, const TimeRow& r) { PutDate(c, r.day); }},
    {"Start time", [](std::string& c, const TimeRow& r) { PutClock(c, r.start_second); }},
    {"End date", [](std::string& c, const TimeRow& r) { PutDate(c, r.day + (r.start_second + r.seconds) / 86400); }},
    {"End time", [](std::string& c, const TimeRow& r) { PutClock(c, (r.start_second + r.seconds) % 86400); }},
    {"Duration", [](std::string& c, const TimeRow& r) { PutClock(c, r.seconds); }},
    {"Tags", [](std::string&, const TimeRow&) {}},
};

class DeskPeople final : public Exporter {
 public:
  DeskPeople(View view, CsvTable<StaffRow> staff, CsvTable<CourseRow> trainings, CsvTable<TimeRow> hours)
      : view_(view), staff_(std::move(staff)), trainings_(std::move(trainings)), hours_(std::move(hours)) {}

  void Write(const Account&) override {}

  Status Close(std::vector<WrittenFile>& files) override {
    const Company& company = view_.world.company;
    for (std::size_t i = 0; i < company.members().size(); ++i) {
      const Member& member = company.members()[i];
      const auto index = static_cast<int>(i);
      const int seat = company.SeatOf(index, std::min(view_.day, member.ends - 1));
      if (member.starts > view_.day || seat < 0) continue;
      staff_.Write({view_, index, member, &company.seats()[static_cast<std::size_t>(seat)]});
    }
    for (const Training& training : TrainingsUntil(view_.world, view_.day)) trainings_.Write({view_, training});
    ForEachWorkedMonth(view_.world, view_.day, [&](const WorkedMonth& worked) { WriteHours(worked); });
    WEIR_TRY(CloseTable(staff_, files));
    WEIR_TRY(CloseTable(trainings_, files));
    return CloseEvents(hours_, files);
  }

 private:
  // Sellers write down each week, on its last working day of the month, what they did with it; now and then not.
  void WriteHours(const WorkedMonth& worked) {
    if (worked.department != Department::kSales && worked.department != Department::kSalesDevelopment) return;
    Sampler sampler =
        view_.world.Draw("time.entries", EntityKey(worked.member, static_cast<std::uint64_t>(worked.month.days)));
    std::size_t days = 0;
    for (std::size_t i = 0; i < worked.days.size(); ++i) {
      ++days;
      const Date day = worked.days[i];
      const Date next = view_.world.calendar.NextWorkday(day + 1);
      const bool week_ends = WeekdayOf(next) <= WeekdayOf(day) || next.days - day.days >= 7;
      if (!week_ends && next < AddMonths(worked.month, 1)) continue;
      const bool forgets = sampler.Chance(0.06);
      for (std::size_t k = 0; k < kTimeCategories.size() && !forgets; ++k) {
        const auto seconds = static_cast<int>(std::lround(worked.hours_a_day[k] * 3600.0 * static_cast<double>(days)));
        if (seconds < 60) continue;
        hours_.Write({view_, worked.member, day, kTimeCategories[k], 9 * 3600, seconds});
      }
      days = 0;
    }
  }

  View view_;
  CsvTable<StaffRow> staff_;
  CsvTable<CourseRow> trainings_;
  CsvTable<TimeRow> hours_;
};

struct ToolRow {
  const View& view;
  const Tool& tool;
  std::int64_t annual_minor;
};

constexpr Column<ToolRow> kToolColumns[] = {
    {"key", [](std::string& c, const ToolRow& r) { c.append(Slug(r.tool.name, "-")); }},
    {"name", [](std::string& c, const ToolRow& r) { c.append(r.tool.name); }},
    {"category", [](std::string& c, const ToolRow& r) { c.append(r.tool.category); }},
    {"vendor", [](std::string& c, const ToolRow& r) { c.append(r.tool.name.substr(0, r.tool.name.find(' '))); }},
    {"department",
     [](std::string& c, const ToolRow& r) {
       for (std::size_t i = 0; i < 8; ++i) {
         if ((r.tool.departments >> i & 1U) == 0) continue;
         c.append(r.view.lexicon().departments[i]);
         return;
       }
     }},
    {"annual_cost", [](std::string& c, const ToolRow& r) { PutAmount(c, r.annual_minor); }},
    {"currency", [](std::string& c, const ToolRow& r) { c.append(r.view.lexicon().currency); }},
    {"renews_on",
     [](std::string& c, const ToolRow& r) {
       const CivilDate today = ToCivil(r.view.day);
       PutDate(c, FromCivil({today.year + 1, static_cast<int>(r.tool.name.size() % 12 + 1), 1}));
     }},
    {"status", [](std::string& c, const ToolRow&) { c.append("active"); }},
};

struct LicenceRow {
  const View& view;
  const Licence& item;
};

constexpr Column<LicenceRow> kLicenceColumns[] = {
    {"key",
     [](std::string& c, const LicenceRow& r) { c.append(fmt::format("L{}-{}", r.item.tool + 1, r.item.member + 1)); }},
    {"tool_key",
     [](std::string& c, const LicenceRow& r) { c.append(Slug(Tools(r.view.world)[r.item.tool].name, "-")); }},
    {"member_key", [](std::string& c, const LicenceRow& r) { c.append(StaffKey(r.item.member)); }},
    {"assigned_on", [](std::string& c, const LicenceRow& r) { PutDate(c, r.item.assigned); }},
    {"revoked_on",
     [](std::string& c, const LicenceRow& r) {
       if (r.item.revoked <= r.view.day) PutDate(c, r.item.revoked);
     }},
    {"annual_cost",
     [](std::string& c, const LicenceRow& r) {
       PutAmount(c, SeatPrice(r.view.world, Tools(r.view.world)[r.item.tool]));
     }},
    {"currency", [](std::string& c, const LicenceRow& r) { c.append(r.view.lexicon().currency); }},
};

// The system log of an identity provider, in Okta's names.
struct SignOnRow {
  const View& view;
  const Licence& item;
  Instant at;
};

constexpr Column<SignOnRow> kSignOnColumns[] = {
    {"published", [](std::string& c, const SignOnRow& r) { PutSalesforceTime(c, r.at); }},
    {"eventType", [](std::string& c, const SignOnRow&) { c.append("user.authentication.sso"); }},
    {"displayMessage", [](std::string& c, const SignOnRow&) { c.append("User single sign on to app"); }},
    {"outcome.result", [](std::string& c, const SignOnRow&) { c.append("SUCCESS"); }},
    {"actor.alternateId", [](std::string& c, const SignOnRow& r) { c.append(r.view.member(r.item.member).email); }},
    {"actor.displayName",
     [](std::string& c, const SignOnRow& r) { c.append(r.view.member(r.item.member).FullText()); }},
    {"target.displayName", [](std::string& c, const SignOnRow& r) { c.append(Tools(r.view.world)[r.item.tool].name); }},
    {"client.ipAddress",
     [](std::string& c, const SignOnRow& r) {
       c.append(fmt::format("10.0.{}.{}", r.item.member / 200, r.item.member % 200 + 10));
     }},
};

struct CardRow {
  const View& view;
  Date day;
  std::string_view merchant;
  std::int64_t minor;
};

constexpr Column<CardRow> kCardColumns[] = {
    {"Date", [](std::string& c, const CardRow& r) { PutDate(c, r.day); }},
    {"Description", [](std::string& c, const CardRow& r) { c.append(UpperCase(r.merchant)); }},
    {"Card Member",
     [](std::string& c, const CardRow& r) {
       c.append(r.view.member(r.view.world.company.operations_member(r.day)).FullText());
     }},
    {"Amount", [](std::string& c, const CardRow& r) { PutAmount(c, r.minor); }},
    {"Currency", [](std::string& c, const CardRow& r) { c.append(r.view.lexicon().currency); }},
};

class DeskTools final : public Exporter {
 public:
  DeskTools(View view, CsvTable<ToolRow> tools, CsvTable<LicenceRow> licences, CsvTable<SignOnRow> sign_ons,
            CsvTable<CardRow> card)
      : view_(view),
        tools_(std::move(tools)),
        licences_(std::move(licences)),
        sign_ons_(std::move(sign_ons)),
        card_(std::move(card)) {}

  void Write(const Account&) override {}

  Status Close(std::vector<WrittenFile>& files) override {
    std::array<std::int64_t, kTools> seats{};
    for (const Licence& licence : LicencesOn(view_.world, view_.day)) {
      licences_.Write({view_, licence});
      if (licence.revoked > view_.day) ++seats[licence.tool];
      for (const Instant at : SignOns(view_.world, licence, view_.day)) sign_ons_.Write({view_, licence, at});
    }
    for (std::size_t t = 0; t < kTools; ++t) {
      tools_.Write({view_, Tools(view_.world)[t], SeatPrice(view_.world, Tools(view_.world)[t]) * seats[t]});
    }
    WriteCard();
    WEIR_TRY(CloseTable(tools_, files));
    WEIR_TRY(CloseTable(licences_, files));
    WEIR_TRY(CloseEvents(sign_ons_, files));
    return CloseTable(card_, files);
  }

 private:
  // Each tool is paid by card on the first of the month, for the seats of that day.
  void WriteCard() {
    for (Date month = view_.world.start; month <= view_.day; month = AddMonths(month, 1)) {
      std::array<std::int64_t, kTools> seats{};
      for (const Licence& licence : LicencesOn(view_.world, month)) {
        if (licence.revoked > month) ++seats[licence.tool];
      }
      for (std::size_t t = 0; t < kTools; ++t) {
        const std::int64_t minor = SeatPrice(view_.world, Tools(view_.world)[t]) * seats[t] / 12;
        if (minor > 0) card_.Write({view_, month, Tools(view_.world)[t].name, minor});
      }
    }
  }

  View view_;
  CsvTable<ToolRow> tools_;
  CsvTable<LicenceRow> licences_;
  CsvTable<SignOnRow> sign_ons_;
  CsvTable<CardRow> card_;
};

}  // namespace

ExporterResult OpenDeskPeople(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto staff, CsvTable<StaffRow>::Create(DatedFile(folder, view, "weir-member"), kStaffColumns));
  WEIR_TRY(auto trainings, CsvTable<CourseRow>::Create(DatedFile(folder, view, "weir-training"), kTrainingColumns));
  WEIR_TRY(auto hours, CsvTable<TimeRow>::Create(DatedFile(folder, view, "toggl-time-entries"), kTimeColumns));
  return std::make_unique<DeskPeople>(view, std::move(staff), std::move(trainings), std::move(hours));
}

ExporterResult OpenDeskTools(const std::filesystem::path& folder, const View& view) {
  WEIR_TRY(auto tools, CsvTable<ToolRow>::Create(DatedFile(folder, view, "weir-tool"), kToolColumns));
  WEIR_TRY(auto licences, CsvTable<LicenceRow>::Create(DatedFile(folder, view, "weir-licence"), kLicenceColumns));
  WEIR_TRY(auto sign_ons, CsvTable<SignOnRow>::Create(DatedFile(folder, view, "okta-system-log"), kSignOnColumns));
  WEIR_TRY(auto card, CsvTable<CardRow>::Create(folder / "other" / "card-statement.csv", kCardColumns));
  return std::make_unique<DeskTools>(view, std::move(tools), std::move(licences), std::move(sign_ons), std::move(card));
}

}  // namespace weir::simulate
