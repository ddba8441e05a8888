// Who answers for what nobody owns: its managers, then theirs. The kernel: it knows no store and no clock.
//
// A way up begins with the manager of whoever left, else with the head of the team, and goes on through managers and
// the heads of the teams above to the head of the department and of the company. Nobody is asked twice: where people
// are each other's managers, or teams lie within each other, the way ends there and says so.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/context.h"
#include "analysis/text.h"
#include "base/time.h"

namespace weir::leaks {

struct Person {
  std::string id = {};
  std::string name = {};
  std::string manager_id = {};
  std::string team_id = {};
  std::string department = {};
  bool is_active = true;
  std::optional<Date> left_on = {};
};

struct Team {
  std::string id = {};
  std::string name = {};
  std::string parent_id = {};
};

struct Way {
  std::vector<const Person*> people = {};  // who still works here, the nearest first
  analysis::Text end = {};                 // why it goes no further, where that is no natural end
};

class Hierarchy {
 public:
  Hierarchy(std::vector<Person> people, std::vector<Team> teams);
  // What it knows points into its own people.
  Hierarchy(const Hierarchy&) = delete;
  Hierarchy& operator=(const Hierarchy&) = delete;
  Hierarchy(Hierarchy&&) = default;
  Hierarchy& operator=(Hierarchy&&) = default;
  ~Hierarchy() = default;

  // As the caller sees them.
  static Result<Hierarchy> Read(analysis::Context& context);

  // Whether anybody who works here is known to be of some department.
  bool knows_departments() const;
  const Person* Find(const std::string& id) const;
  // The only one of that name; nullptr for none and for several.
  const Person* Named(const std::string& name) const;
  bool HasAnybody(const std::string& department) const;
  // Of those who left a department when nobody was left in it: the last day; nothing where no day is known.
  std::optional<Date> EmptySince(const std::string& department) const;

  // Made once for each; they live as long as this object.
  const Way& AbovePerson(const Person& person) const;
  const Way& AboveTeam(const std::string& team_id, const std::string& department) const;

 private:
  Way WayOfPerson(const Person& person) const;
  Way WayOfTeam(const std::string& team_id, const std::string& department) const;
  void Climb(const Person* from, Way& way) const;
  const Person* HeadOfTeam(const std::string& team_id) const;
  const Person* HeadOfDepartment(const std::string& department) const;
  const Person* Top() const;
  void Finish(const std::string& department, Way& way) const;

  std::vector<Person> people_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  // kSeveral where several have it
  std::map<std::string, Team, std::less<>> teams_;
  std::map<std::string, std::vector<const Person*>, std::less<>> members_;  // of teams, who work here
  std::set<std::string, std::less<>> departments_;  // of who work here, as the register has them
  std::set<std::string, std::less<>> leaders_;      // ids of who leads somebody who works here
  // A ledger asks for the same few ways many times, of thousands of people.
  mutable std::map<std::string, const Person*, std::less<>> heads_of_departments_;
  mutable std::optional<const Person*> top_;
  mutable std::map<std::string, Way, std::less<>> by_person_;
  mutable std::map<std::pair<std::string, std::string>, Way> by_team_;
};

// Since when something has nobody, and to whom that has brought it.
struct Escalation {
  std::optional<Date> since = {};
  std::optional<std::int64_t> days = {};
  const Person* to = nullptr;  // nobody: it has not gone up yet, or nobody is known
  std::optional<Date> to_since = {};
  std::int64_t level = 0;    // how many steps up
  analysis::Text note = {};  // why it is with nobody, or goes no further
  bool is_waiting = false;   // the first days are not over
};

// The setting escalation_days.
Result<int> EscalationDays(analysis::Context& context);

// One step up for each `every` days without an owner. Without a day it has gone the first step.
Escalation Escalate(const Way& way, std::optional<Date> since, Date today, int every);

}  // namespace weir::leaks
