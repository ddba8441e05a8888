#include "leaks/hierarchy.h"

#include <algorithm>

#include <fmt/ranges.h>

#include "base/russian.h"
#include "store/engine.h"

namespace weir::leaks {
namespace {

using analysis::Text;

constexpr std::size_t kSeveral = static_cast<std::size_t>(-1);

// Metrics and rules name departments as people in charge do; the register of people has finer ones.
std::string_view FinerOf(std::string_view department) {
  if (department == "success") return "support";
  if (department == "marketing") return "sales_development";
  return department;
}

bool IsOfDepartment(const Person& person, std::string_view department) {
  return person.department == department || person.department == FinerOf(department);
}

Text LoopOfPeople(const std::vector<std::string>& names) {
  return {fmt::format("goes no further: their managers lead back to them ({})", fmt::join(names, ", ")),
          fmt::format("дальше не идёт: руководители подчинены друг другу по кругу ({})", fmt::join(names, ", "))};
}

Text LoopOfTeams(const std::string& name) {
  return {fmt::format("goes no further: the teams above lead back to {}", name),
          fmt::format("дальше не идёт: вышестоящие команды ведут обратно к «{}»", name)};
}

}  // namespace

Hierarchy::Hierarchy(std::vector<Person> people, std::vector<Team> teams) : people_(std::move(people)) {
  for (std::size_t i = 0; i < people_.size(); ++i) {
    const Person& person = people_[i];
    by_id_.emplace(person.id, i);
    const auto [named, is_new] = by_name_.emplace(person.name, i);
    if (!is_new) named->second = kSeveral;
    if (!person.is_active) continue;
    members_[person.team_id].push_back(&person);
    departments_.insert(person.department);
    if (person.manager_id != person.id) leaders_.insert(person.manager_id);
  }
  for (Team& team : teams) teams_.emplace(team.id, team);
}

Result<Hierarchy> Hierarchy::Read(analysis::Context& context) {
  WEIR_TRY(
      const store::Rows members,
      context.session().Query("SELECT member_id, name, manager_id, team_id, department, coalesce(is_active, TRUE), "
                              "CAST(ended_at AS DATE) FROM scoped.member ORDER BY member_id NULLS LAST"));
  std::vector<Person> people;
  for (std::size_t i = 0; i < members.size(); ++i) {
    Person& person = people.emplace_back();
    person = {.id = members.TextAt(i, 0),
              .name = members.TextAt(i, 1),
              .manager_id = members.TextAt(i, 2),
              .team_id = members.TextAt(i, 3),
              .department = members.TextAt(i, 4)};
    if (const auto* is_active = std::get_if<bool>(&members.rows[i][5])) person.is_active = *is_active;
    if (const auto* left_on = std::get_if<Date>(&members.rows[i][6])) person.left_on = *left_on;
  }
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT team_id, coalesce(name, team_id), parent_team_id FROM "
                                   "scoped.team ORDER BY team_id NULLS LAST"));
  std::vector<Team> teams;
  teams.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    teams.push_back({.id = rows.TextAt(i, 0), .name = rows.TextAt(i, 1), .parent_id = rows.TextAt(i, 2)});
  }
  return Hierarchy(std::move(people), std::move(teams));
}

const Person* Hierarchy::Find(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &people_[found->second];
}

const Person* Hierarchy::Named(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() || found->second == kSeveral ? nullptr : &people_[found->second];
}

bool Hierarchy::knows_departments() const { return !departments_.empty() && !departments_.rbegin()->empty(); }

bool Hierarchy::HasAnybody(const std::string& department) const {
  return departments_.contains(department) || departments_.contains(FinerOf(department));
}

std::optional<Date> Hierarchy::EmptySince(const std::string& department) const {
  std::optional<Date> last;
  for (const Person& person : people_) {
    if (!IsOfDepartment(person, department) || !person.left_on) continue;
    if (!last || person.left_on->days > last->days) last = person.left_on;
  }
  return last;
}

// From one manager to the next, until there is none, one has been asked before, or they lead in a circle.
void Hierarchy::Climb(const Person* from, Way& way) const {
  std::vector<const Person*> passed;
  for (const Person* at = from; at != nullptr; at = Find(at->manager_id)) {
    const auto again = std::ranges::find(passed, at);
    if (again != passed.end()) {
      std::vector<std::string> names;
      for (auto one = again; one != passed.end(); ++one) names.push_back((*one)->name);
      // Whoever is his own manager has none.
      if (names.size() > 1) way.end = LoopOfPeople(names);
      return;
    }
    passed.push_back(at);
    if (!at->is_active) continue;
    if (std::ranges::find(way.people, at) != way.people.end()) return;
    way.people.push_back(at);
  }
}

// Who leads others of the team and is led by none of them; else its only member; else the one to whom all of it report.
const Person* Hierarchy::HeadOfTeam(const std::string& team_id) const {
  const auto team = members_.find(team_id);
  if (team == members_.end()) return nullptr;
  const std::vector<const Person*>& members = team->second;
  std::set<std::string_view> ids;
  std::set<std::string_view> led_by;
  for (const Person* one : members) {
    ids.insert(one->id);
    if (one->manager_id != one->id) led_by.insert(one->manager_id);
  }
  std::vector<const Person*> heads;
  std::set<const Person*> outside;
  for (const Person* one : members) {
    const bool is_led = one->manager_id != one->id && ids.contains(one->manager_id);
    if (led_by.contains(one->id) && !is_led) heads.push_back(one);
    if (!is_led) outside.insert(Find(one->manager_id));
  }
  if (heads.size() == 1) return heads.front();
  if (members.size() == 1) return members.front();
  if (outside.size() == 1 && *outside.begin() != nullptr && (*outside.begin())->is_active) return *outside.begin();
  return nullptr;
}

const Person* Hierarchy::HeadOfDepartment(const std::string& department) const {
  const auto known = heads_of_departments_.find(department);
  if (known != heads_of_departments_.end()) return known->second;
  const Person*& head = heads_of_departments_[department];
  for (const Person& person : people_) {
    if (!person.is_active || !IsOfDepartment(person, department)) continue;
    const Person* manager = person.manager_id == person.id ? nullptr : Find(person.manager_id);
    if (manager != nullptr && manager->is_active && IsOfDepartment(*manager, department)) continue;
    if (head != nullptr) return head = nullptr;
    head = &person;
  }
  return head;
}

// Who leads somebody and is led by nobody, if that is one alone.
const Person* Hierarchy::Top() const {
  if (top_) return *top_;
  top_ = nullptr;
  for (const Person& person : people_) {
    if (!person.is_active || !leaders_.contains(person.id)) continue;
    const Person* manager = person.manager_id == person.id ? nullptr : Find(person.manager_id);
    if (manager != nullptr && manager->is_active) continue;
    if (*top_ != nullptr) return *(top_ = nullptr);
    top_ = &person;
  }
  return *top_;
}

void Hierarchy::Finish(const std::string& department, Way& way) const {
  Climb(HeadOfDepartment(department), way);
  if (way.end.en.empty()) Climb(Top(), way);
}

Way Hierarchy::WayOfPerson(const Person& person) const {
  Way way;
  if (person.manager_id != person.id) Climb(Find(person.manager_id), way);
  if (!way.end.en.empty()) return way;
  if (!way.people.empty()) {
    Finish(person.department, way);
    return way;
  }
  return AboveTeam(person.team_id, person.department);
}

Way Hierarchy::WayOfTeam(const std::string& team_id, const std::string& department) const {
  Way way;
  std::set<std::string> passed;
  for (std::string id = team_id; !id.empty();) {
    if (!passed.insert(id).second) {
      const auto team = teams_.find(id);
      way.end = LoopOfTeams(team == teams_.end() ? id : team->second.name);
      return way;
    }
    Climb(HeadOfTeam(id), way);
    if (!way.end.en.empty()) return way;
    const auto team = teams_.find(id);
    id = team == teams_.end() ? std::string() : team->second.parent_id;
  }
  Finish(department, way);
  return way;
}

const Way& Hierarchy::AbovePerson(const Person& person) const {
  const auto known = by_person_.find(person.id);
  return known != by_person_.end() ? known->second : by_person_.emplace(person.id, WayOfPerson(person)).first->second;
}

const Way& Hierarchy::AboveTeam(const std::string& team_id, const std::string& department) const {
  std::pair<std::string, std::string> key(team_id, department);
  const auto known = by_team_.find(key);
  if (known != by_team_.end()) return known->second;
  return by_team_.emplace(std::move(key), WayOfTeam(team_id, department)).first->second;
}

Result<int> EscalationDays(analysis::Context& context) {
  constexpr int kUnlessSet = 7;
  WEIR_TRY(const store::Value value,
           context.session().QueryValue("SELECT TRY_CAST(value AS BIGINT) FROM scoped.setting WHERE name = "
                                        "'escalation_days' ORDER BY decision_id DESC NULLS LAST LIMIT 1"));
  const auto* days = std::get_if<std::int64_t>(&value);
  return days == nullptr || *days < 1 ? kUnlessSet : static_cast<int>(*days);
}

Escalation Escalate(const Way& way, std::optional<Date> since, Date today, int every) {
  Escalation up{.since = since};
  std::int64_t steps = 1;
  if (since) {
    up.days = std::max<std::int64_t>(0, today.days - since->days);
    steps = *up.days / every;
  }
  if (steps == 0) {
    up.is_waiting = true;
    return up;
  }
  const auto most = static_cast<std::int64_t>(way.people.size());
  if (most == 0) {
    up.note = way.end.en.empty()
                  ? Text{"nobody above is known: name heads of teams and managers under Settings, People",
                         "кто выше, неизвестно: укажите руководителей в «Настройки», «Сотрудники»"}
                  : way.end;
    return up;
  }
  up.level = std::min(steps, most);
  up.to = way.people[static_cast<std::size_t>(up.level - 1)];
  if (since) up.to_since = Date{since->days + static_cast<int>(up.level) * every};
  if (steps > most) up.note = way.end;
  return up;
}

}  // namespace weir::leaks
