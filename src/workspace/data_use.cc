#include "workspace/data_use.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "analysis/columns.h"
#include "people/vocabulary.h"
#include "workspace/data_known.h"
#include "workspace/use_things.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

constexpr int kWindowDays = 90;

TableSpec ThingsSpec() {
  return {.name = "things",
          .title = {"Metrics and fields by use", "Показатели и поля по использованию"},
          .key = {"kind", "id"},
          .columns = {TextOf("kind", "Kind: metric, column", "Вид: metric — показатель, column — поле"),
                      TextOf("id", "Id", "Id"), TextOf("object", "Object of a field", "Объект поля"),
                      TextOf("object_en", "Object", "Объект"), TextOf("object_ru", "Object", "Объект"),
                      TextOf("title_en", "Title", "Название"), TextOf("title_ru", "Title", "Название"),
                      TextOf("owner", "Owner", "Владелец"),
                      CountOf("decisions", "Decisions of 90 days that name it", "Решений за 90 дней, где назван"),
                      CountOf("asks", "Asked for in 90 days", "Запросов за 90 дней"),
                      CountOf("through", "Asks for what is made of it", "Запросов того, что из него считается"),
                      CountOf("people", "People who asked", "Кто запрашивал, человек"),
                      TextOf("asked_by", "Departments that asked", "Какие отделы запрашивали"),
                      Of("last_used", ColumnType::kDate, "Last use", "Последнее использование"),
                      TextOf("state", "State: used, unused, unknown",
                             "Состояние: used — используется, unused — нет, unknown — неизвестно")}};
}

TableSpec DepartmentsSpec() {
  return {.name = "departments",
          .title = {"Who asked, by department and object", "Кто запрашивал: отделы и объекты"},
          .key = {"department", "object"},
          .columns = {TextOf("department", "Department; empty: none is known", "Отдел; пусто — неизвестен"),
                      TextOf("object", "Object", "Объект"),
                      CountOf("asks", "Asked for in 90 days", "Запросов за 90 дней")}};
}

TableSpec RecordSpec() {
  return {.name = "record",
          .title = {"The record of use", "Учёт использования"},
          .key = {"began_on"},
          .columns = {Of("began_on", ColumnType::kDate, "Without a gap since", "Без перерыва с"),
                      Of("kept_until", ColumnType::kDate, "Kept until", "Ведётся по"),
                      Of("is_on", ColumnType::kBoolean, "On", "Включён"),
                      CountOf("days", "Days that are looked back", "За сколько дней")}};
}

TableSpec AskedSpec() {
  return {.name = "asked",
          .title = {"Who asked for what", "Кто что запрашивал"},
          .key = {"who", "department", "kind", "id"},
          .columns = {TextOf("who", "Who", "Кто"), TextOf("department", "Department", "Отдел"),
                      TextOf("kind", "Kind: analysis, metric, object, column",
                             "Вид: analysis — анализ, metric — показатель, object — объект, column — поле"),
                      TextOf("id", "Id", "Id"), CountOf("asks", "Asked for in 90 days", "Запросов за 90 дней"),
                      CountOf("days", "On so many days", "В скольких днях"),
                      Of("last_day", ColumnType::kDate, "Last", "Последний раз")}};
}

Table Empty(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

// How long the record goes back without a gap. No clock is read: today is the day until which it was kept.
struct Record {
  std::optional<Date> began_on;
  Date today;
  bool is_on = false;

  // Whether whatever is not in it was not used in the window.
  bool IsWhole() const { return is_on && began_on && began_on->days <= today.days - kWindowDays; }
  bool Holds(Date day) const { return day.days > today.days - kWindowDays; }
};

Result<Record> ReadRecord(store::Session& session) {
  Record record;
  WEIR_TRY(
      const store::Rows spans,
      session.Query("SELECT began_on, kept_until, is_on FROM access.use_span ORDER BY number DESC NULLS LAST LIMIT 1"));
  if (!spans.rows.empty()) {
    record.began_on = std::get<Date>(spans.rows[0][0]);
    record.today = std::get<Date>(spans.rows[0][1]);
    record.is_on = std::get<bool>(spans.rows[0][2]);
  }
  if (record.is_on) return record;
  // Nothing follows the days any more: the last commit is the latest that is known.
  WEIR_TRY(const Value last, session.QueryValue("SELECT CAST(max(committed_at) AS DATE) FROM meta.data_version"));
  if (const auto* day = std::get_if<Date>(&last)) record.today = std::max(record.today, *day);
  return record;
}

struct Used {
  std::int64_t decisions = 0;
  std::int64_t asks = 0;
  std::int64_t through = 0;
  std::int64_t people = 0;
  std::map<std::string, std::int64_t> departments;
  std::optional<Date> last;

  void SeenOn(std::optional<Date> day) {
    if (day && (!last || *last < *day)) last = day;
  }
};
using UsedThings = std::map<Thing, Used>;

std::string DepartmentCode(const std::string& said) {
  return people::CodeOf(people::Departments(), said).value_or(said);
}

Status AddAsks(const Record& record, store::Session& session, UsedThings& used) {
  WEIR_TRY(const store::Rows last, session.Query("SELECT kind, thing, max(day) FROM access.use GROUP BY kind, thing "
                                                 "ORDER BY kind NULLS LAST, thing NULLS LAST"));
  for (std::size_t i = 0; i < last.size(); ++i) {
    used[{last.TextAt(i, 0), last.TextAt(i, 1)}].SeenOn(std::get<Date>(last.rows[i][2]));
  }
  const std::array<Value, 1> since{Date{record.today.days - kWindowDays}};
  WEIR_TRY(const store::Rows people, session.Query("SELECT kind, thing, count(DISTINCT who) FROM access.use WHERE "
                                                   "day > ? GROUP BY kind, thing ORDER BY kind NULLS LAST, thing "
                                                   "NULLS LAST",
                                                   since));
  for (std::size_t i = 0; i < people.size(); ++i) {
    used[{people.TextAt(i, 0), people.TextAt(i, 1)}].people = people.IntegerAt(i, 2);
  }
  WEIR_TRY(
      const store::Rows asks,
      session.Query("SELECT kind, thing, department, CAST(sum(asks) AS BIGINT) FROM access.use WHERE day > ? GROUP "
                    "BY kind, thing, department ORDER BY kind NULLS LAST, thing NULLS LAST, department NULLS LAST",
                    since));
  for (std::size_t i = 0; i < asks.size(); ++i) {
    Used& of = used[{asks.TextAt(i, 0), asks.TextAt(i, 1)}];
    of.asks += asks.IntegerAt(i, 3);
    of.departments[DepartmentCode(asks.TextAt(i, 2))] += asks.IntegerAt(i, 3);
  }
  return {};
}

// Decisions that stand: neither taken back nor taking one back.
Status AddDecisions(const Known& known, const Record& record, store::Session& session, UsedThings& used) {
  WEIR_TRY(const store::Rows rows, session.Query(R"(
    SELECT d.action, d.subject, d.after, CAST(d.decided_at AS DATE) FROM meta.decision AS d
    WHERE d.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM meta.decision AS u WHERE u.undoes = d.decision_id)
    ORDER BY d.decision_id NULLS LAST)"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Date day = std::get<Date>(rows.rows[i][3]);
    for (const Thing& thing : ThingsDecided(known.metrics, rows.TextAt(i, 0), rows.TextAt(i, 1), rows.TextAt(i, 2))) {
      Used& of = used[thing];
      of.SeenOn(day);
      of.decisions += record.Holds(day) ? 1 : 0;
    }
  }
  return {};
}

// What uses a metric uses what it is made of: other metrics, and columns. What leak rules read is asked for with them.
void AddThrough(const Known& known, UsedThings& used) {
  const UsedThings direct = used;
  const auto pass = [&](const Used& from, const Thing& to) {
    Used& of = used[to];
    of.through += from.asks;
    of.decisions += from.decisions;
    of.SeenOn(from.last);
    for (const auto& [department, asks] : from.departments) of.departments[department] += asks;
  };
  for (const metrics::Metric& metric : known.metrics.metrics()) {
    const auto found = direct.find({"metric", metric.id});
    if (found == direct.end()) continue;
    for (const metrics::Metric* base : known.metrics.BasesOf(metric)) {
      if (base->id != metric.id) pass(found->second, {"metric", base->id});
    }
    for (const Thing& column : ColumnsOf(known.metrics, metric)) pass(found->second, column);
  }
  const auto leaks = direct.find({"analysis", "leaks"});
  if (leaks == direct.end()) return;
  std::set<Thing> read;
  for (const leaks::Rule& rule : known.leaks) {
    const auto words = WordsIn(rule.sql);
    for (const explore::View& view : known.views) {
      if (!words.contains(view.name)) continue;
      for (const analysis::Column& column : view.columns) {
        if (words.contains(column.name)) read.insert({"column", view.name + "." + column.name});
      }
    }
  }
  Used asked = leaks->second;
  asked.decisions = 0;
  for (const Thing& column : read) pass(asked, column);
}

struct Described {
  Thing thing;
  const explore::View* view = nullptr;
  analysis::Text title;
  std::string owner;
};

// Metrics that are listed, and the columns that files bring: of what is computed nobody else asks for less data.
std::vector<Described> All(const Known& known, const Feeds& feeds) {
  std::vector<Described> all;
  for (const metrics::Metric& metric : known.metrics.metrics()) {
    if (!metric.is_part) all.push_back({{"metric", metric.id}, nullptr, metric.title, metric.owner});
  }
  for (const explore::View& view : known.views) {
    for (const analysis::Column& column : view.columns) {
      const auto custom = known.custom.find(view.name + "." + column.name);
      if (custom != known.custom.end()) {
        all.push_back({{"column", custom->second->id}, &view, custom->second->Title(), ""});
      } else if (!feeds.Of(view, column.name).empty()) {
        all.push_back({{"column", view.name + "." + column.name}, &view, column.title, ""});
      }
    }
  }
  return all;
}

void AddThings(const std::vector<Described>& all, const Record& record, const UsedThings& used, Table& table) {
  struct Line {
    const Described* described = nullptr;
    Used used;
  };
  std::vector<Line> lines;
  lines.reserve(all.size());
  for (const Described& one : all) {
    const auto found = used.find(one.thing);
    lines.push_back({&one, found == used.end() ? Used() : found->second});
  }
  std::ranges::sort(lines, [](const Line& a, const Line& b) {
    const auto rank = [](const Line& line) {
      return std::tuple(-line.used.decisions, -(line.used.asks + line.used.through), line.described->thing);
    };
    return rank(a) < rank(b);
  });
  for (const auto& [one, of] : lines) {
    std::vector<std::pair<std::string, std::int64_t>> departments(of.departments.begin(), of.departments.end());
    std::ranges::stable_sort(departments, std::greater<>(), &std::pair<std::string, std::int64_t>::second);
    std::string asked_by;
    for (const auto& [department, asks] : departments) {
      if (asks == 0) continue;
      asked_by += fmt::format("{}{} {}", asked_by.empty() ? "" : ", ", department.empty() ? "-" : department, asks);
    }
    const bool is_used = of.last && record.Holds(*of.last);
    table.rows.push_back({one->thing.kind, one->thing.name, one->view == nullptr ? Value() : Value(one->view->name),
                          one->view == nullptr ? Value() : Value(one->view->title.en),
                          one->view == nullptr ? Value() : Value(one->view->title.ru), one->title.en, one->title.ru,
                          one->owner.empty() ? Value() : Value(one->owner), of.decisions, of.asks, of.through,
                          of.people, asked_by.empty() ? Value() : Value(asked_by), of.last ? Value(*of.last) : Value(),
                          std::string(is_used            ? "used"
                                      : record.IsWhole() ? "unused"
                                                         : "unknown")});
  }
}

void AddDepartments(const Known& known, const UsedThings& used, Table& table) {
  std::map<std::pair<std::string, std::string>, std::int64_t> asks;
  for (const auto& [thing, of] : used) {
    if (thing.kind != "object") continue;
    if (std::ranges::find(known.views, thing.name, &explore::View::name) == known.views.end()) continue;
    for (const auto& [department, count] : of.departments) asks[{department, thing.name}] += count;
  }
  for (const auto& [key, count] : asks) table.rows.push_back({key.first, key.second, count});
}

Result<Output> RunUse(const NoParams& /*params*/, Context& context) {
  store::Session& session = context.session();
  WEIR_TRY(const Known known, ReadKnown(context));
  WEIR_TRY(const Feeds feeds, Feeds::Read(known, session));
  WEIR_TRY(const Record record, ReadRecord(session));
  UsedThings used;
  WEIR_TRY(AddAsks(record, session, used));
  Table departments = Empty(DepartmentsSpec());
  AddDepartments(known, used, departments);
  WEIR_TRY(AddDecisions(known, record, session, used));
  AddThrough(known, used);
  Table things = Empty(ThingsSpec());
  AddThings(All(known, feeds), record, used, things);
  Table of_record = Empty(RecordSpec());
  if (record.began_on) {
    of_record.rows.push_back({*record.began_on, record.today, record.is_on, std::int64_t{kWindowDays}});
  }
  Output output;
  output.tables = {std::move(things), std::move(departments), std::move(of_record)};
  if (!record.is_on) {
    output.warnings.push_back({.code = "use_not_recorded",
                               .message = MakePhrase("it is not recorded who asks for what (setting record_use)"),
                               .params = {}});
  } else if (!record.IsWhole()) {
    output.warnings.push_back(
        {.code = "use_record_young",
         .message = MakePhrase("the record of use begins on {}: what was not used before is not known",
                               FormatDate(*record.began_on)),
         .params = {{"began_on", FormatDate(*record.began_on)}}});
  }
  return output;
}

Result<Output> RunAsked(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(const Record record, ReadRecord(context.session()));
  const std::array<Value, 1> since{Date{record.today.days - kWindowDays}};
  WEIR_TRY(Table table, analysis::ReadTable(AskedSpec(), context.session(), R"(
    SELECT who, department, kind, thing AS id, CAST(sum(asks) AS BIGINT) AS asks, count(DISTINCT day) AS days,
      max(day) AS last_day
    FROM access.use WHERE day > ? AND who <> ''
    GROUP BY who, department, kind, thing
    ORDER BY who NULLS LAST, kind NULLS LAST, asks DESC NULLS LAST, thing NULLS LAST, department NULLS LAST)",
                                            since));
  return Output{.tables = {std::move(table)}};
}

}  // namespace

analysis::Analysis UseAnalysis() {
  return analysis::Declare<NoParams>(
      {.id = "data.use",
       .title = {"What the data are used for", "Для чего используются данные"},
       .help = {"Metrics and fields ranked by the decisions of ninety days that name them and by how often each "
                "department asked for them; what nobody used in that time is named. People are counted, not named.",
                "Показатели и поля по числу решений за девяносто дней, где они названы, и по тому, как часто каждый "
                "отдел их запрашивал; названы те, которыми за это время никто не пользовался. Люди считаются, но не "
                "называются."},
       .right = "import",
       .tables = {ThingsSpec(), DepartmentsSpec(), RecordSpec()},
       .is_cacheable = false},
      &RunUse);
}

analysis::Analysis AskedAnalysis() {
  return analysis::Declare<NoParams>(
      {.id = "data.asked",
       .title = {"Who asked for what", "Кто что запрашивал"},
       .help = {"By person: analyses, metrics and fields asked for in ninety days, with counts and the last day.",
                "По людям: какие анализы, показатели и поля запрашивались за девяносто дней, сколько раз и когда в "
                "последний."},
       .right = "audit",
       .tables = {AskedSpec()},
       .is_cacheable = false},
      &RunAsked);
}

}  // namespace weir::workspace
