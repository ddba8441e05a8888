#include "workspace/people_actions.h"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "model/build.h"
#include "people/directory.h"
#include "people/take_over.h"
#include "people/vocabulary.h"
#include "workspace/actions.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::ParamVisitor;
using analysis::RawParams;
using analysis::TableSpec;
using nlohmann::json;
using people::Change;
using people::Directory;

constexpr std::string_view kSet = "people.set";
constexpr std::string_view kLoad = "people.load";
constexpr std::string_view kPeople = "people";  // the kind of their data versions

void DescribeFrom(ParamVisitor& visitor, std::optional<Date>& from) {
  visitor.Add({.name = "from",
               .help = {"The day from which it holds; without one it was always so",
                        "День, с которого это действует; без него — так было всегда"}},
              from);
}

struct SetParams {
  std::vector<std::string> members, back;
  std::string department, function, team, manager, started_on, ended_on;
  std::optional<Date> from;
  void Describe(ParamVisitor& visitor) {
    std::vector<std::string> functions;
    for (const people::Word& word : people::Functions()) functions.emplace_back(word.code);
    visitor.Add({.name = "members",
                 .help = {"Members, by id, e-mail or name", "Сотрудники: id, почта или имя"},
                 .required = true,
                 .positional = true,
                 .is_whole = true},
                members);
    visitor.Add({.name = "department", .help = {"Department", "Отдел"}}, department);
    visitor.Add({.name = "function", .help = {"What they do", "Чем занимаются"}, .allowed = functions}, function);
    visitor.Add({.name = "team",
                 .help = {"Team, by id or name; a new name makes a new team",
                          "Команда: id или название; новое название создаёт команду"}},
                team);
    visitor.Add({.name = "manager", .help = {"Manager, by id, e-mail or name", "Руководитель: id, почта или имя"}},
                manager);
    visitor.Add({.name = "started_on", .help = {"First day", "Первый день"}}, started_on);
    visitor.Add({.name = "ended_on", .help = {"Last day", "Последний день"}}, ended_on);
    std::vector<std::string> fields(std::begin(people::kFields), std::end(people::kFields));
    visitor.Add({.name = "back",
                 .help = {"Fields for which the sources speak again", "Поля, о которых снова говорят источники"},
                 .allowed = fields},
                back);
    DescribeFrom(visitor, from);
  }
};

struct LoadParams {
  std::string text;
  bool leave_out = false;
  std::optional<Date> from;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"A table with a header: email or name, then department, function, team, manager, started_on, "
                          "ended_on, from; commas, semicolons or tabs",
                          "Таблица с заголовком: почта или имя, затем отдел, функция, команда, руководитель, начало, "
                          "конец, с; через запятую, точку с запятой или табуляцию"},
                 .required = true},
                text);
    visitor.Add({.name = "leave_out",
                 .help = {"Leave out the lines that cannot be taken over; else none is taken over then",
                          "Пропустить строки, которые принять нельзя; иначе не принимается ни одна"}},
                leave_out);
    DescribeFrom(visitor, from);
  }
};

TableSpec ChangesTable() {
  return {.name = "changes",
          .title = {"What changed", "Что изменено"},
          .key = {"member_id", "field"},
          .columns = {{"member_id", ColumnType::kText, "", {"Member's id", "Id сотрудника"}},
                      {"name", ColumnType::kText, "", {"Name", "Имя"}},
                      {"field", ColumnType::kText, "", {"Field", "Поле"}},
                      {"before", ColumnType::kText, "", {"Before", "Было"}},
                      {"after", ColumnType::kText, "", {"After", "Стало"}},
                      {"since", ColumnType::kDate, "", {"From", "С"}}}};
}

template <typename P>
analysis::Action Declared(std::string_view id, analysis::Text title, analysis::Text help) {
  analysis::Info info;
  info.id = std::string(id);
  info.title = std::move(title);
  info.help = std::move(help);
  info.right = "people";
  info.tables = {DecisionTable(), ChangesTable()};
  return {.info = std::move(info), .params = analysis::SpecsOf<P>(), .inverse = {}};
}

Result<std::vector<Change>> ChangesOf(const SetParams& params, const Directory& directory) {
  const std::array<std::pair<std::string_view, const std::string*>, 6> asked{{{"department", &params.department},
                                                                              {"function", &params.function},
                                                                              {"team", &params.team},
                                                                              {"manager", &params.manager},
                                                                              {"started_on", &params.started_on},
                                                                              {"ended_on", &params.ended_on}}};
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& [field, written] : asked) {
    if (written->empty()) continue;
    WEIR_TRY(std::string value, directory.ValueOf(field, *written));
    values.emplace_back(field, std::move(value));
  }
  for (const std::string& field : params.back) values.emplace_back(field, "");
  if (values.empty()) {
    return Fail(BadUsage("nothing is to change").Mend("Give one of {}", fmt::join(people::kFields, ", ")));
  }
  std::vector<Change> changes;
  std::set<std::string_view> seen;
  for (const std::string& who : params.members) {
    WEIR_TRY(const people::Member* member, directory.Find(who));
    if (!seen.insert(member->id).second) continue;
    for (const auto& [field, value] : values) {
      const Date since = people::IsDay(field) ? people::kAlways : params.from.value_or(people::kAlways);
      changes.push_back({member, field, value, since, 0});
    }
  }
  if (const auto refused = people::CheckTogether(changes)) return Fail(people::ErrorOf(*refused));
  return changes;
}

Result<std::vector<Change>> ChangesOf(const LoadParams& params, const Directory& directory) {
  WEIR_TRY(people::TakeOver plan, people::PlanTakeOver(params.text, params.from.value_or(people::kAlways), directory));
  if (!plan.refused.empty() && !params.leave_out) return Fail(people::ErrorOf(plan.refused.front()));
  if (plan.changes.empty()) {
    return Fail(BadUsage("the table says nothing that does not hold already").Field("text"));
  }
  return std::move(plan.changes);
}

Status Write(store::Connection& connection, const std::vector<Change>& changes, std::int64_t version) {
  WEIR_TRY(store::Appender appender, connection.Append("meta", "member_change"));
  for (const Change& change : changes) {
    appender.Text(change.member->id);
    appender.Text(change.field);
    appender.Text(change.value);
    appender.Add(change.since);
    appender.Integer(version);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

analysis::Table NoChanges() {
  TableSpec spec = ChangesTable();
  return {.name = std::move(spec.name), .key = std::move(spec.key), .columns = std::move(spec.columns)};
}

Effect Told(const std::vector<Change>& changes, const Directory& directory) {
  analysis::Table table = NoChanges();
  json before = json::object();
  json after = json::object();
  const auto cell = [](const std::string& text) { return text.empty() ? store::Value() : store::Value(text); };
  const auto shown = [](const std::string& text) { return text.empty() ? json(nullptr) : json(text); };
  for (const Change& change : changes) {
    const std::string old = directory.NameOf(change.field, change.member->known.find(change.field)->second.value);
    const std::string now = directory.NameOf(change.field, change.value);
    before[change.member->id][change.field] = shown(old);
    after[change.member->id][change.field] = shown(now);
    const bool is_dated = change.since > people::kAlways;
    if (is_dated) after[change.member->id]["from"] = FormatDate(change.since);
    table.rows.push_back({change.member->id, change.member->name, change.field, cell(old), cell(now),
                          is_dated ? store::Value(change.since) : store::Value()});
  }
  Effect effect{
      .kind = std::string(kPeople),
      .subject = after.size() == 1 ? "member:" + after.begin().key() : fmt::format("members:{}", after.size()),
      .before = std::move(before),
      .after = std::move(after)};
  effect.output.tables.push_back(std::move(table));
  return effect;
}

}  // namespace

// Whether a model was built that knows who works here.
Result<bool> HasMembers(store::Connection& connection) {
  WEIR_TRY(const std::int64_t tables,
           connection.QueryInteger("SELECT count(*) FROM information_schema.tables WHERE "
                                   "table_schema = 'model' AND table_name = 'member_standing'"));
  return tables != 0;
}

Result<Directory> ReadDirectory(store::Connection& connection) {
  return Directory::Read(connection, R"(model.member_standing AS m
    JOIN meta.built AS b ON m.valid_from <= b.newest AND (m.valid_to IS NULL OR m.valid_to > b.newest)
    WHERE NOT is_deleted)",
                         R"(
      SELECT team_id, name FROM model.team_version WHERE valid_to IS NULL AND NOT is_deleted
      UNION ALL
      SELECT team_id, coalesce(team_name, CASE WHEN team_id LIKE 'weir:%' THEN substr(team_id, 6) END)
      FROM model.member_standing)");
}

std::vector<analysis::Action> PeopleActions() {
  std::vector<analysis::Action> all;
  all.push_back(Declared<SetParams>(
      kSet, {"Say who belongs where", "Указать, кто где работает"},
      {"Sets department, function, team, manager, start or end of members, from a day on; what is not named stays",
       "Задаёт сотрудникам отдел, функцию, команду, руководителя, начало или конец с указанного дня; остальное "
       "остаётся"}));
  all.push_back(Declared<LoadParams>(kLoad, {"Take over a list of people", "Принять список сотрудников"},
                                     {"A pasted table of people; all of it is taken over or nothing",
                                      "Вставленная таблица; принимается целиком или никак"}));
  return all;
}

bool IsPeopleAction(std::string_view action) { return action == kSet || action == kLoad; }

Result<Effect> ChangePeople(store::Connection& connection, std::string_view action, const RawParams& params,
                            std::int64_t version) {
  WEIR_TRY(const analysis::Settings settings, ReadSettings(connection, version));
  WEIR_TRY(model::SetVariables(connection, settings));
  WEIR_TRY(const Directory directory, ReadDirectory(connection));
  std::vector<Change> changes;
  if (action == kSet) {
    WEIR_TRY(const SetParams set, analysis::Bind<SetParams>(params));
    WEIR_TRY(changes, ChangesOf(set, directory));
  } else {
    WEIR_TRY(const LoadParams load, analysis::Bind<LoadParams>(params));
    WEIR_TRY(changes, ChangesOf(load, directory));
  }
  WEIR_TRY(Write(connection, changes, version));
  return Told(changes, directory);
}

Result<Effect> UndoPeopleChange(store::Connection& connection, const DecisionRow& decision, std::int64_t version) {
  const std::array<store::Value, 2> row{decision.data_version, version};
  WEIR_TRY(connection.Execute("INSERT INTO meta.member_undo VALUES (?, ?)", row));
  Effect effect{.kind = std::string(kPeople),
                .subject = decision.subject,
                .before = json::parse(decision.after),
                .after = json::parse(decision.before),
                .undoes = decision.id};
  effect.output.tables.push_back(NoChanges());
  return effect;
}

}  // namespace weir::workspace
