// The company's own desk: who works here, the tools and hours of its people, and what its departments agreed. All of
// it follows from the world alone, so that exports and truth tell the same.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/world.h"

namespace weir::simulate {

// A text in the two languages of the simulator.
struct Words2 {
  std::string_view en;
  std::string_view ru;
  std::string_view In(const Lexicon& lexicon) const { return lexicon.cyrillic ? ru : en; }
};

// The department in which a member works on that day, or worked last before it.
Department DepartmentOf(const World& world, int member, Date day);
// What setup asks for: seller, sales_operations, revenue_operations, marketing, success, support, finance, management.
std::string_view FunctionOf(const World& world, int member, Date day);

// What a member says a period will bring, for each unit that his open deals hold; 1 is honest.
double ForecastBias(const World& world, int member);

inline constexpr std::array<std::string_view, 6> kTimeCategories = {
    "selling", "data_entry", "administration", "internal_meetings", "preparation", "other"};

// A member's month, as far as he was here.
struct WorkedMonth {
  int member = 0;
  Date month;
  Department department = Department::kSales;
  std::vector<Date> days;               // working days present
  std::array<double, 6> hours_a_day{};  // by category
};
void ForEachWorkedMonth(const World& world, Date until, const std::function<void(const WorkedMonth&)>& use);

struct Tool {
  std::string_view name;
  std::string_view category;
  unsigned departments;     // bit by Department
  std::int64_t seat_minor;  // a year, in euro cents
  double used_share;
  std::string_view overlaps;  // another tool for the same job
  bool is_useless() const { return used_share < 0.15; }
};
inline constexpr std::size_t kTools = 13;
// Those that a company with this CRM works in: with a Russian one it bills in 1C and writes in Russian messengers.
const std::array<Tool, kTools>& Tools(const World& world);
// The price of a seat and year in the corporate currency.
std::int64_t SeatPrice(const World& world, const Tool& tool);

struct Licence {
  std::size_t tool = 0;
  int member = 0;
  Date assigned;
  Date revoked = kFarDate;
  bool is_used = false;
  bool is_orphan = false;  // its holder has gone, and nobody took it back
};
std::vector<Licence> LicencesOn(const World& world, Date day);
// When the holder signed on, up to the end of the day.
std::vector<Instant> SignOns(const World& world, const Licence& licence, Date until);

struct Course {
  Words2 name;
  unsigned departments;
};
struct Training {
  int number = 0;
  int member = 0;
  std::size_t course = 0;
  Date assigned;
  Date due;
  Date completed = kFarDate;
  int score = 0;
};
const Course& CourseOf(std::size_t course);
std::vector<Training> TrainingsUntil(const World& world, Date day);

// What a quarter is to bring, by department. Two of one conflict cannot both be reached.
struct Goal {
  std::string key;
  Words2 name;
  std::string_view metric;
  Department department = Department::kSales;
  Date from;
  Date to;  // inclusive
  double target = 0.0;
  std::string_view unit;  // currency: in the corporate one
  bool more_is_better = true;
  std::string_view conflict;  // empty: with no other
};
std::vector<Goal> GoalsUntil(const World& world, Date day);

// Promises between departments. Kept or broken is counted from the stories.
struct Agreement {
  std::string_view key;
  Words2 name;
  Department from;
  Department to;
  std::string_view metric;
  double promised;
  std::string_view unit;
  double share;
};
enum class Promise : std::uint8_t { kAnswerLeads, kWorkDeals, kBillInTime, kReplyToTickets };
inline constexpr std::size_t kPromises = 4;
const Agreement& AgreementOf(Promise promise);

}  // namespace weir::simulate
