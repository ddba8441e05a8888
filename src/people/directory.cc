#include "people/directory.h"

#include <algorithm>

#include "analysis/params.h"
#include "base/text.h"
#include "people/vocabulary.h"

namespace weir::people {
namespace {

constexpr std::size_t kLongestText = 100;

Status CheckText(std::string_view field, std::string_view text) {
  const bool has_control = std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (text.size() <= kLongestText && !has_control && IsValidUtf8(text)) return {};
  return Fail(BadUsage("'{}' is not a name of at most {} bytes", field, kLongestText).Field(std::string(field)));
}

Result<std::string> FunctionFor(std::string_view written) {
  if (auto code = CodeOf(Functions(), written)) return std::move(*code);
  std::vector<std::string> codes;
  for (const Word& word : Functions()) codes.emplace_back(word.code);
  const auto near = analysis::NearestName(written, codes);
  return Fail(BadUsage("there is no function '{}'", written)
                  .Field("function")
                  .Mend(near ? fmt::format("Did you mean '{}'?", *near)
                             : fmt::format("Use one of {}", fmt::join(codes, ", "))));
}

Result<std::string> DepartmentFor(std::string_view written) {
  if (auto code = CodeOf(Departments(), written)) return std::move(*code);
  WEIR_TRY(CheckText("department", written));
  return std::string(written);
}

Result<std::string> DayFor(std::string_view field, std::string_view written) {
  const auto day = ReadDay(written);
  if (day && *day > kAlways) return FormatDate(*day);
  return Fail(BadUsage("'{}' is no day", written).Field(std::string(field)).Mend("Write 2026-11-23"));
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

Result<const Member*> Directory::Find(std::string_view who) const {
  if (const auto found = by_id_.find(who); found != by_id_.end()) return &members_[found->second];
  auto found = by_word_.find(FoldCase(who));
  if (found == by_word_.end()) found = by_word_.find(NameKey(who));
  if (found == by_word_.end()) {
    std::vector<std::string> names;
    names.reserve(members_.size());
    for (const Member& member : members_) names.push_back(member.name);
    const auto near = analysis::NearestName(who, names);
    return Fail(NotFound("there is no member '{}'", who)
                    .Field("members")
                    .Mend(near ? fmt::format("Did you mean '{}'?", *near) : "'weir people' lists them"));
  }
  if (found->second.size() > 1) {
    return Fail(BadUsage("'{}' may be any of {} members", who, found->second.size())
                    .Field("members")
                    .Mend("Name the address instead"));
  }
  return &members_[found->second.front()];
}

Result<std::string> Directory::TeamOf(std::string_view written) const {
  if (teams_.contains(written)) return std::string(written);
  const std::string key = NameKey(written);
  std::vector<std::string> meant;
  for (const auto& [id, name] : teams_) {
    if (NameKey(name) == key) meant.push_back(id);
  }
  if (meant.size() == 1) return std::move(meant.front());
  if (meant.size() > 1) {
    return Fail(BadUsage("'{}' may be any of {} teams", written, meant.size())
                    .Field("team")
                    .Mend(fmt::format("Name the id: {}", fmt::join(meant, ", "))));
  }
  WEIR_TRY(CheckText("team", written));
  return written.starts_with(kNewTeam) ? std::string(written) : std::string(kNewTeam) + std::string(written);
}

Result<std::string> Directory::ValueOf(std::string_view field, std::string_view written) const {
  if (field == "department") return DepartmentFor(written);
  if (field == "function") return FunctionFor(written);
  if (field == "team") return TeamOf(written);
  if (field != "manager") return DayFor(field, written);
  auto manager = Find(written);
  if (!manager) return Fail(std::move(manager).error().Field("manager"));
  return (*manager)->id;
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

Result<std::vector<Change>> Directory::ChangesOf(const RosterRow& row, Date since) const {
  const auto placed = [&](const Error& error, const RosterCell& cell) {
    return Fail(MakeError(error.code(), "{}", error.message())
                    .At("the pasted table", row.line, cell.column)
                    .Field(error.field())
                    .Mend(error.hint()));
  };
  const auto member = Find(row.who.text);
  if (!member) return placed(member.error(), row.who);
  if (!row.since.text.empty()) {
    const auto day = ReadDay(row.since.text);
    if (!day)
      return placed(BadUsage("'{}' is no day", row.since.text).Field("from").Mend("Write 2026-11-23"), row.since);
    since = *day;
  }
  std::vector<Change> changes;
  for (const auto& [field, cell] : row.cells) {
    auto value = ValueOf(field, cell.text);
    if (!value) return placed(value.error(), cell);
    const Known& known = (*member)->known.find(field)->second;
    const bool holds = known.value == *value && !known.origin.empty() && known.origin != "guess";
    if (holds) continue;
    changes.push_back({*member, field, std::move(*value), IsDay(field) ? kAlways : since, row.line});
  }
  if (auto together = CheckTogether(changes); !together) return placed(together.error(), row.who);
  return changes;
}

Status CheckTogether(const std::vector<Change>& changes) {
  std::map<std::string, std::pair<std::string, std::string>> days;
  for (const Change& change : changes) {
    if (change.field == "manager" && change.value == change.member->id) {
      return Fail(BadUsage("{} cannot be the manager of themselves", change.member->name).Field("manager"));
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
      return Fail(BadUsage("{} would leave on {} before starting on {}", change.member->name, end, start)
                      .Field(change.field)
                      .Mend("Set start and end together"));
    }
  }
  return {};
}

}  // namespace weir::people
