#include "people/directory.h"

#include <algorithm>

#include "analysis/params.h"
#include "base/text.h"
#include "people/vocabulary.h"

namespace weir::people {
namespace {

constexpr std::size_t kLongestText = 100;

std::optional<Refusal> CheckText(std::string_view field, std::string_view text) {
  const bool has_control = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (text.size() <= kLongestText && !has_control && IsValidUtf8(text)) return std::nullopt;
  return Refusal{.reason = {fmt::format("'{}' is not a name of at most {} bytes", field, kLongestText),
                            fmt::format("«{}»: это не название длиной до {} байт", field, kLongestText)},
                 .field = std::string(field)};
}

// The nearest of the names where one is near, else the other advice.
analysis::Text MeantOr(std::string_view written, const std::vector<std::string>& names, analysis::Text otherwise) {
  const auto near = analysis::NearestName(written, names);
  if (!near) return otherwise;
  return {fmt::format("Did you mean '{}'?", *near), fmt::format("Может быть, «{}»?", *near)};
}

Checked<std::string> FunctionFor(std::string_view written) {
  if (auto code = CodeOf(Functions(), written)) return std::move(*code);
  std::vector<std::string> codes;
  std::vector<std::string> titles;
  for (const Word& word : Functions()) {
    codes.emplace_back(word.code);
    titles.emplace_back(word.ru);
  }
  return Refuse(
      {.reason = {fmt::format("there is no function '{}'", written), fmt::format("функции «{}» нет", written)},
       .mend = MeantOr(written, codes,
                       {fmt::format("Use one of {}", fmt::join(codes, ", ")),
                        fmt::format("Возможные функции: {}", fmt::join(titles, ", "))}),
       .field = "function"});
}

Checked<std::string> DepartmentFor(std::string_view written) {
  if (auto code = CodeOf(Departments(), written)) return std::move(*code);
  if (auto refused = CheckText("department", written)) return Refuse(std::move(*refused));
  return std::string(written);
}

Refusal NoDay(std::string_view field, std::string_view written) {
  return {.reason = {fmt::format("'{}' is no day", written), fmt::format("«{}» не день", written)},
          .mend = {"Write 2026-11-23", "Напишите 2026-11-23 или 23.11.2026"},
          .field = std::string(field)};
}

Checked<std::string> DayFor(std::string_view field, std::string_view written) {
  const auto day = ReadDay(written);
  if (day && *day > kAlways) return FormatDate(*day);
  return Refuse(NoDay(field, written));
}

}  // namespace

bool IsDay(std::string_view field) { return field == "started_on" || field == "ended_on"; }

Directory::Directory(const store::Rows& members, const store::Rows& teams) {
  for (std::size_t row = 0; row < members.size(); ++row) {
    Member member{
        .id = members.TextAt(row, 0), .name = members.TextAt(row, 1), .email = members.TextAt(row, 2), .known = {}};
    std::size_t column = 3;
    for (const std::string_view field : kFields) {
      member.known.emplace(field, Known{members.TextAt(row, column), members.TextAt(row, column + 1)});
      column += 2;
    }
    by_id_.emplace(member.id, members_.size());
    if (!member.email.empty()) by_word_[FoldCase(member.email)].push_back(members_.size());
    by_word_[NameKey(member.name)].push_back(members_.size());
    members_.push_back(std::move(member));
  }
  for (std::size_t row = 0; row < teams.size(); ++row) teams_.emplace(teams.TextAt(row, 0), teams.TextAt(row, 1));
}

Checked<const Member*> Directory::Meant(std::string_view who) const {
  if (const auto found = by_id_.find(who); found != by_id_.end()) return &members_[found->second];
  auto found = by_word_.find(FoldCase(who));
  if (found == by_word_.end()) found = by_word_.find(NameKey(who));
  if (found == by_word_.end()) {
    std::vector<std::string> names;
    names.reserve(members_.size());
    for (const Member& member : members_) names.push_back(member.name);
    return Refuse(
        {.code = Code::kNotFound,
         .reason = {fmt::format("there is no member '{}'", who), fmt::format("сотрудника «{}» нет", who)},
         .mend = MeantOr(who, names,
                         {"Look it up in the list of people ('weir people')", "Сверьте со списком сотрудников"}),
         .field = "members"});
  }
  if (found->second.size() > 1) {
    const std::size_t count = found->second.size();
    return Refuse({.reason = {fmt::format("'{}' may be any of {} members", who, count),
                              fmt::format("«{}» подходит к нескольким сотрудникам ({})", who, count)},
                   .mend = {"Name the address instead", "Укажите почту вместо имени"},
                   .field = "members"});
  }
  return &members_[found->second.front()];
}

Result<Directory> Directory::Read(store::Session& session, std::string_view standings, std::string_view teams) {
  WEIR_TRY(const store::Rows members, session.Query(fmt::format(R"(
    SELECT member_id, coalesce(name, email, member_id), email, department, department_origin, function, function_origin,
      team_id, team_origin, manager_id, manager_origin, local_date(started_at), started_origin, local_date(ended_at),
      ended_origin
    FROM {}
    ORDER BY member_id NULLS LAST)",
                                                                standings)));
  WEIR_TRY(const store::Rows named, session.Query(fmt::format(R"(
    SELECT team_id, max(name)
    FROM ({}) AS known
    WHERE team_id IS NOT NULL AND name IS NOT NULL
    GROUP BY team_id
    ORDER BY team_id NULLS LAST)",
                                                              teams)));
  return Directory(members, named);
}

Result<Directory> Directory::ReadVisible(store::Session& session) {
  return Read(session, "scoped.member_standing", R"(
      SELECT team_id, name FROM scoped.team
      UNION ALL
      SELECT team_id, coalesce(team, CASE WHEN team_id LIKE 'weir:%' THEN substr(team_id, 6) END)
      FROM scoped.member_standing)");
}

Result<const Member*> Directory::Find(std::string_view who) const {
  const auto member = Meant(who);
  if (!member) return Fail(ErrorOf(member.error()));
  return *member;
}

Checked<std::string> Directory::TeamOf(std::string_view written) const {
  if (teams_.contains(written)) return std::string(written);
  const std::string key = NameKey(written);
  std::vector<std::string> meant;
  for (const auto& [id, name] : teams_) {
    if (NameKey(name) == key) meant.push_back(id);
  }
  if (meant.size() == 1) return std::move(meant.front());
  if (meant.size() > 1) {
    return Refuse({.reason = {fmt::format("'{}' may be any of {} teams", written, meant.size()),
                              fmt::format("«{}» подходит к нескольким командам ({})", written, meant.size())},
                   .mend = {fmt::format("Name the id: {}", fmt::join(meant, ", ")),
                            fmt::format("Укажите id: {}", fmt::join(meant, ", "))},
                   .field = "team"});
  }
  if (auto refused = CheckText("team", written)) return Refuse(std::move(*refused));
  return written.starts_with(kNewTeam) ? std::string(written) : std::string(kNewTeam) + std::string(written);
}

Checked<std::string> Directory::Kept(std::string_view field, std::string_view written) const {
  if (field == "department") return DepartmentFor(written);
  if (field == "function") return FunctionFor(written);
  if (field == "team") return TeamOf(written);
  if (field != "manager") return DayFor(field, written);
  auto manager = Meant(written);
  if (manager) return (*manager)->id;
  manager.error().field = "manager";
  return Refuse(std::move(manager).error());
}

Result<std::string> Directory::ValueOf(std::string_view field, std::string_view written) const {
  auto value = Kept(field, written);
  if (!value) return Fail(ErrorOf(value.error()));
  return std::move(*value);
}

std::string Directory::NameOf(std::string_view field, const std::string& value) const {
  if (field == "team") {
    if (const auto found = teams_.find(value); found != teams_.end()) return found->second;
    return value.starts_with(kNewTeam) ? value.substr(kNewTeam.size()) : value;
  }
  if (field == "manager") {
    if (const auto found = by_id_.find(value); found != by_id_.end()) return members_[found->second].name;
  }
  return value;
}

Checked<std::vector<Change>> Directory::ChangesOf(const RosterRow& row, Date since) const {
  const auto placed = [&](Refusal refusal, const RosterCell& cell) {
    refusal.line = row.line;
    refusal.column = cell.column;
    return Refuse(std::move(refusal));
  };
  const auto member = Meant(row.who.text);
  if (!member) return placed(member.error(), row.who);
  if (!row.since.text.empty()) {
    const auto day = ReadDay(row.since.text);
    if (!day) return placed(NoDay("from", row.since.text), row.since);
    since = *day;
  }
  std::vector<Change> changes;
  for (const auto& [field, cell] : row.cells) {
    auto value = Kept(field, cell.text);
    if (!value) return placed(value.error(), cell);
    const Known& known = (*member)->known.find(field)->second;
    const bool holds = known.value == *value && !known.origin.empty() && known.origin != "guess";
    if (holds) continue;
    changes.push_back({*member, field, std::move(*value), IsDay(field) ? kAlways : since, row.line});
  }
  if (const auto refused = CheckTogether(changes)) return placed(*refused, row.who);
  return changes;
}

std::optional<Refusal> CheckTogether(const std::vector<Change>& changes) {
  std::map<std::string, std::pair<std::string, std::string>> days;
  for (const Change& change : changes) {
    if (change.field == "manager" && change.value == change.member->id) {
      return Refusal{.reason = {fmt::format("{} cannot be the manager of themselves", change.member->name),
                                fmt::format("{} не может быть руководителем себе", change.member->name)},
                     .field = "manager"};
    }
    auto [entry, is_new] = days.try_emplace(change.member->id);
    if (is_new) {
      entry->second = {change.member->known.find("started_on")->second.value,
                       change.member->known.find("ended_on")->second.value};
    }
    if (change.field == "started_on") entry->second.first = change.value;
    if (change.field == "ended_on") entry->second.second = change.value;
  }
  for (const Change& change : changes) {
    const auto& [start, end] = days.at(change.member->id);
    const bool is_asked = change.field == "started_on" || change.field == "ended_on";
    if (is_asked && !start.empty() && !end.empty() && end < start) {
      return Refusal{
          .reason = {fmt::format("{} would leave on {} before starting on {}", change.member->name, end, start),
                     fmt::format("{}: конец {} раньше начала {}", change.member->name, end, start)},
          .mend = {"Set start and end together", "Задайте начало и конец вместе"},
          .field = change.field};
    }
  }
  return std::nullopt;
}

}  // namespace weir::people
