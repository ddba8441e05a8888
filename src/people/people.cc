#include "people/people.h"

#include <algorithm>
#include <array>

#include "analysis/columns.h"
#include "people/directory.h"
#include "people/preview.h"
#include "people/reasons.h"
#include "people/vocabulary.h"
#include "store/database.h"

namespace weir::people {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Info;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::ReadTable;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

const TableSpec& PeopleTable() {
  static const TableSpec table{
      .name = "people",
      .title = {"People", "Сотрудники"},
      .key = {"member_id"},
      .columns = {TextOf("member_id", "Member's id", "Id сотрудника"),
                  TextOf("name", "Name", "Имя"),
                  TextOf("email", "E-mail", "Почта"),
                  TextOf("title", "Title", "Должность"),
                  TextOf("department", "Department", "Отдел"),
                  TextOf("department_origin", "Department is known from", "Откуда известен отдел"),
                  TextOf("department_certainty", "Certainty of the department", "Уверенность в отделе"),
                  TextOf("department_why_en", "Why this department", "Почему этот отдел (по-английски)"),
                  TextOf("department_why_ru", "Why this department (Russian)", "Почему этот отдел"),
                  TextOf("function", "Function", "Функция"),
                  TextOf("function_origin", "Function is known from", "Откуда известна функция"),
                  TextOf("function_certainty", "Certainty of the function", "Уверенность в функции"),
                  TextOf("function_why_en", "Why this function", "Почему эта функция (по-английски)"),
                  TextOf("function_why_ru", "Why this function (Russian)", "Почему эта функция"),
                  TextOf("team_id", "Team's id", "Id команды"),
                  TextOf("team", "Team", "Команда"),
                  TextOf("team_origin", "Team is known from", "Откуда известна команда"),
                  TextOf("manager_id", "Manager's id", "Id руководителя"),
                  TextOf("manager", "Manager", "Руководитель"),
                  TextOf("manager_origin", "Manager is known from", "Откуда известен руководитель"),
                  Of("started_on", ColumnType::kDate, "Start", "Начало"),
                  TextOf("started_origin", "Start is known from", "Откуда известно начало"),
                  Of("ended_on", ColumnType::kDate, "End", "Конец"),
                  TextOf("ended_origin", "End is known from", "Откуда известен конец"),
                  Of("is_active", ColumnType::kBoolean, "Works here", "Работает"),
                  Of("is_seller", ColumnType::kBoolean, "Counts per seller", "Входит в показатели продавцов"),
                  Of("holds_from", ColumnType::kDate, "Holds from", "Действует с")}};
  return table;
}

TableSpec WordsTable(std::string name, analysis::Text title, std::string one_en, std::string one_ru) {
  return {
      .name = std::move(name),
      .title = std::move(title),
      .key = {"code"},
      .columns = {TextOf("code", std::move(one_en), std::move(one_ru)), TextOf("title_en", "Title", "Название (англ.)"),
                  TextOf("title_ru", "Title (Russian)", "Название"),
                  Of("members", ColumnType::kInteger, "Members", "Сотрудников", "count"),
                  Of("guessed", ColumnType::kInteger, "Of them guessed", "Из них по догадке", "count")}};
}

const TableSpec& DepartmentsTable() {
  static const TableSpec table = WordsTable("departments", {"Departments", "Отделы"}, "Department", "Отдел");
  return table;
}

const TableSpec& FunctionsTable() {
  static const TableSpec table = WordsTable("functions", {"Functions", "Функции"}, "Function", "Функция");
  return table;
}

const TableSpec& TeamsTable() {
  static const TableSpec table{
      .name = "teams",
      .title = {"Teams", "Команды"},
      .key = {"team_id"},
      .columns = {TextOf("team_id", "Team's id", "Id команды"), TextOf("team", "Team", "Команда"),
                  Of("members", ColumnType::kInteger, "Members", "Сотрудников", "count")}};
  return table;
}

const TableSpec& PlannedTable() {
  static const TableSpec table{
      .name = "planned",
      .title = {"Decided from a later day on", "Решено с более позднего дня"},
      .key = {"member_id", "since"},
      .columns = {TextOf("member_id", "Member's id", "Id сотрудника"), TextOf("name", "Name", "Имя"),
                  Of("since", ColumnType::kDate, "From", "С"), TextOf("department", "Department", "Отдел"),
                  TextOf("function", "Function", "Функция"), TextOf("team_id", "Team's id", "Id команды"),
                  TextOf("manager_id", "Manager's id", "Id руководителя")}};
  return table;
}

struct PeopleParams {
  std::string text, department, function, team, state = "all";
  bool only_guessed = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add(
        {.name = "text",
         .help = {"Only whose name, address or title holds this", "Только с этим в имени, почте или должности"}},
        text);
    visitor.Add({.name = "department", .help = {"Only this department", "Только этот отдел"}}, department);
    visitor.Add({.name = "function", .help = {"Only this function", "Только эта функция"}}, function);
    visitor.Add({.name = "team", .help = {"Only this team, by id", "Только эта команда, по id"}}, team);
    visitor.Add({.name = "state",
                 .help = {"All, those who work here, or those who left", "Все, работающие или ушедшие"},
                 .allowed = {"all", "active", "left"}},
                state);
    visitor.Add({.name = "only_guessed",
                 .help = {"Only where department or function is guessed", "Только где отдел или функция — догадка"}},
                only_guessed);
  }
};

// Reasons stand in the places of the English words and are put into words afterwards.
constexpr std::string_view kPeopleSql = R"(
  SELECT member_id, name, email, title, department, department_origin, department_certainty,
    department_reasons AS department_why_en, department_reasons AS department_why_ru,
    function, function_origin, function_certainty, function_reasons AS function_why_en, function_reasons AS function_why_ru,
    team_id, team, team_origin, manager_id, manager, manager_origin, local_date(started_at) AS started_on, started_origin,
    local_date(ended_at) AS ended_on, ended_origin, is_active, is_seller,
    CASE WHEN valid_from > TIMESTAMP '1900-01-01 00:00:00' THEN local_date(valid_from) END AS holds_from
  FROM scoped.member_standing
  WHERE (? = '' OR strpos(folded(concat_ws(' ', name, email, title)), folded(?)) > 0)
    AND (? = '' OR department = ?) AND (? = '' OR function = ?) AND (? = '' OR team_id = ?)
    AND (? = 'all' OR is_active = (? = 'active'))
    AND (NOT ? OR coalesce(department_origin, 'guess') = 'guess' OR coalesce(function_origin, 'guess') = 'guess')
  ORDER BY is_active DESC NULLS LAST, department NULLS LAST, team NULLS LAST, name NULLS LAST, member_id NULLS LAST)";

// Titles beside codes, in the order of the vocabulary; texts of the company's own stand for themselves, at the end.
Table WithTitles(const TableSpec& spec, std::span<const Word> words, const store::Rows& counts) {
  Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const Word& word : words) {
    table.rows.push_back(
        {std::string(word.code), std::string(word.en), std::string(word.ru), std::int64_t{0}, std::int64_t{0}});
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string code = counts.TextAt(i, 0);
    const auto found = std::ranges::find_if(table.rows, [&](const auto& row) { return store::ToText(row[0]) == code; });
    auto& row = found != table.rows.end()
                    ? *found
                    : table.rows.emplace_back(std::vector<Value>{code, code, code, Value(), Value()});
    row[3] = counts.IntegerAt(i, 1);
    row[4] = counts.IntegerAt(i, 2);
  }
  return table;
}

Result<Table> Counted(const TableSpec& spec, std::span<const Word> words, std::string_view column, Context& context) {
  WEIR_TRY(const store::Rows counts, context.session().Query(fmt::format(
                                         "SELECT {0}, count(*), count(*) FILTER (WHERE {0}_origin = 'guess') FROM "
                                         "scoped.member_standing WHERE {0} IS NOT NULL AND is_active GROUP BY {0} "
                                         "ORDER BY {0} NULLS LAST",
                                         column)));
  return WithTitles(spec, words, counts);
}

void PutReasonsIntoWords(Table& table) {
  for (const char* field : {"department", "function"}) {
    const std::size_t en = table.IndexOf(std::string(field) + "_why_en");
    const std::size_t ru = table.IndexOf(std::string(field) + "_why_ru");
    for (auto& row : table.rows) {
      const analysis::Text words = store::IsNull(row[en]) ? analysis::Text{} : WordsOf(store::ToText(row[en]));
      row[en] = words.en.empty() ? Value() : Value(words.en);
      row[ru] = words.ru.empty() ? Value() : Value(words.ru);
    }
  }
}

Result<Output> RunPeople(const PeopleParams& params, Context& context) {
  const std::array<Value, 11> values{params.text,     params.text,     params.department,  params.department,
                                     params.function, params.function, params.team,        params.team,
                                     params.state,    params.state,    params.only_guessed};
  Output output;
  WEIR_TRY(Table people, ReadTable(PeopleTable(), context.session(), kPeopleSql, values));
  PutReasonsIntoWords(people);
  output.tables.push_back(std::move(people));
  WEIR_TRY(Table departments, Counted(DepartmentsTable(), Departments(), "department", context));
  output.tables.push_back(std::move(departments));
  WEIR_TRY(Table functions, Counted(FunctionsTable(), Functions(), "function", context));
  output.tables.push_back(std::move(functions));
  WEIR_TRY(Table teams, ReadTable(TeamsTable(), context.session(), R"(
    SELECT t.team_id, t.name AS team, count(m.member_id) AS members
    FROM scoped.team AS t
    LEFT JOIN scoped.member AS m ON m.team_id = t.team_id AND m.is_active
    GROUP BY t.team_id, t.name
    ORDER BY t.name NULLS LAST, t.team_id NULLS LAST)"));
  output.tables.push_back(std::move(teams));
  WEIR_TRY(Table planned, ReadTable(PlannedTable(), context.session(), R"(
    SELECT d.member_id, m.name, d.since, d.department, d.function, d.team_id, d.manager_id
    FROM scoped.member_decision AS d
    JOIN scoped.member AS m ON m.member_id = d.member_id
    WHERE d.is_planned
    ORDER BY d.since NULLS LAST, m.name NULLS LAST, d.member_id NULLS LAST)"));
  output.tables.push_back(std::move(planned));
  return output;
}

struct MemberParams {
  std::string member;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "member",
                 .help = {"Id, address or name of the member", "Id, почта или имя сотрудника"},
                 .required = true,
                 .positional = true},
                member);
  }
};

const TableSpec& HistoryTable() {
  static const TableSpec table{
      .name = "history",
      .title = {"What held when", "Что когда действовало"},
      .key = {"version"},
      .columns = {Of("version", ColumnType::kInteger, "Version", "Версия"), Of("from", ColumnType::kDate, "From", "С"),
                  TextOf("title", "Title", "Должность"), TextOf("department", "Department", "Отдел"),
                  TextOf("department_origin", "Department is known from", "Откуда известен отдел"),
                  TextOf("function", "Function", "Функция"),
                  TextOf("function_origin", "Function is known from", "Откуда известна функция"),
                  TextOf("team", "Team", "Команда"),
                  TextOf("team_origin", "Team is known from", "Откуда известна команда"),
                  TextOf("manager", "Manager", "Руководитель")}};
  return table;
}

// Versions that differ in nothing that stands here, such as what another source says the same of, are one.
Result<Table> ReadHistory(const std::string& member_id, Context& context) {
  const std::array<Value, 1> values{member_id};
  return ReadTable(HistoryTable(), context.session(), R"(
    SELECT version, CASE WHEN valid_from > TIMESTAMP '1900-01-01 00:00:00' THEN local_date(valid_from) END AS "from", title,
      department, department_origin, function, function_origin, team, team_origin, manager
    FROM (
      SELECT *, version > min(version) OVER () AND lag(said) OVER (ORDER BY version NULLS LAST) = said AS is_same
      FROM (
        SELECT *, {'a': title, 'b': department, 'c': department_origin, 'd': function, 'e': function_origin, 'f': team,
          'g': team_origin, 'h': manager} AS said
        FROM scoped.member_history
        WHERE member_id = ?
      ) AS versions
    ) AS compared
    WHERE NOT is_same
    ORDER BY version DESC NULLS LAST)",
                   values);
}

Result<Output> RunMember(const MemberParams& params, Context& context) {
  WEIR_TRY(Table history, ReadHistory(params.member, context));
  if (history.rows.empty()) {
    WEIR_TRY(const Directory directory, Directory::ReadVisible(context.session()));
    auto meant = directory.Find(params.member);
    if (!meant) return Fail(std::move(meant).error().Field("member"));
    WEIR_TRY(history, ReadHistory((*meant)->id, context));
  }
  Output output;
  output.tables.push_back(std::move(history));
  return output;
}

Result<analysis::Evidence> ExplainPeople(const PeopleParams& /*params*/, const std::string& table,
                                         const std::vector<std::string>& key, Context& context) {
  analysis::Evidence evidence{.table = "member"};
  if (table == "people" || table == "planned") {
    evidence.ids = {key.front()};
    return evidence;
  }
  const std::string column = table == "teams" ? "team_id" : table == "functions" ? "function" : "department";
  const std::array<Value, 1> values{key.front()};
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query(fmt::format("SELECT member_id FROM scoped.member WHERE {} = ? AND is_active ORDER BY "
                                          "member_id NULLS LAST",
                                          column),
                              values));
  for (std::size_t i = 0; i < rows.size(); ++i) evidence.ids.push_back(rows.TextAt(i, 0));
  return evidence;
}

}  // namespace

std::vector<analysis::Analysis> Analyses() {
  Info people;
  people.id = "people";
  people.title = {"People", "Сотрудники"};
  people.help = {
      "Who works here: department, team, function, manager, start and end of each member, and whether that was "
      "decided, "
      "said by a source, or guessed and why. Only members whose function is seller count in figures per seller.",
      "Кто здесь работает: отдел, команда, функция, руководитель, начало и конец у каждого; и что из этого решено, что "
      "сказал источник, а что — догадка и почему. В показатели продавцов входят только те, чья функция — продавец."};
  people.needs = {"member_standing", "member_decision", "team_version"};
  people.tables = {PeopleTable(), DepartmentsTable(), FunctionsTable(), TeamsTable(), PlannedTable()};
  Info member;
  member.id = "people.member";
  member.title = {"History of a member", "История сотрудника"};
  member.help = {"Where the member belonged and what the member did, from when on",
                 "К какому отделу относился сотрудник, чем занимался и с какого дня"};
  member.needs = {"member_standing", "team_version"};
  member.tables = {HistoryTable()};
  return {analysis::Declare<PeopleParams>(std::move(people), &RunPeople, &ExplainPeople),
          analysis::Declare<MemberParams>(std::move(member), &RunMember), PreviewAnalysis()};
}

}  // namespace weir::people
