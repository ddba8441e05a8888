#include "leaks/unowned.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "leaks/money.h"

namespace weir::leaks {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::EmptyTable;
using analysis::Evidence;
using analysis::Maybe;
using analysis::Of;
using analysis::OrNull;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::Text;
using analysis::TextOf;
using store::Value;

struct UnownedParams {
  std::string team = {};
  std::string segment = {};
  std::string department = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "team",
                 .help = {"Only leaks of this team and those below it", "Только утечки этой команды и входящих в неё"}},
                team);
    visitor.Add({.name = "segment", .help = {"Only leaks of this segment", "Только утечки этого сегмента"}}, segment);
    visitor.Add({.name = "department",
                 .help = {"Only what this department owns", "Только этого отдела"},
                 .allowed = {"marketing", "sales", "success", "finance", "operations"}},
                department);
  }
};

TableSpec ThingsTable() {
  return {.name = "unowned",
          .title = {"What nobody owns", "У чего нет ответственного"},
          .key = {"thing"},
          .columns = {TextOf("thing", "What", "Что"), TextOf("kind", "Kind", "Вид"), TextOf("name", "Name", "Название"),
                      TextOf("title_en", "Of", "Какая"), TextOf("title_ru", "Of (Russian)", "Какая (по-русски)"),
                      TextOf("department", "Department", "Отдел"),
                      Of("amount", ColumnType::kMoney, "Lost or expected to be", "Потеряно или ожидается"),
                      Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть"),
                      TextOf("why", "Why", "Почему"), TextOf("owner", "Who left", "Кто ушёл"),
                      Of("since", ColumnType::kDate, "Without an owner since", "Без ответственного с"),
                      CountOf("days", "Days", "Дней"), TextOf("went_to", "Went up to", "Перешло к"),
                      Of("went_at", ColumnType::kDate, "Went up", "Когда перешло"),
                      CountOf("level", "Steps up", "Ступеней вверх"),
                      TextOf("note_en", "Why no further", "Почему не дальше"),
                      TextOf("note_ru", "Why no further (Russian)", "Почему не дальше (по-русски)")}};
}

TableSpec PeopleTable() {
  return {.name = "people",
          .title = {"To whom it went", "К кому перешло"},
          .key = {"person"},
          .columns = {TextOf("person", "Person", "Кто"), CountOf("leaks", "Leaks", "Утечек"),
                      Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть"),
                      CountOf("processes", "Processes", "Процессов"),
                      CountOf("departments", "Departments whose metrics nobody owns",
                              "Отделов, чьи показатели без ответственного"),
                      Of("oldest", ColumnType::kDate, "Longest, since", "Дольше всего, с")}};
}

TableSpec SummaryTable() {
  return {.name = "summary",
          .title = {"All together", "Вместе"},
          .key = {"days"},
          .columns = {CountOf("days", "Goes up after days", "Переходит через дней"),
                      CountOf("leaks", "Leaks", "Утечек"), CountOf("processes", "Processes", "Процессов"),
                      CountOf("metrics", "Definitions of metrics", "Определений показателей"),
                      CountOf("waiting", "Leaks whose first days are not over", "Утечек, у которых срок ещё не вышел"),
                      Of("won_back", ColumnType::kMoney, "Can be won back", "Можно вернуть")}};
}

// One line of the answer.
struct Thing {
  std::string id = {};
  std::string kind = {};
  std::string name = {};
  Text title = {};
  std::string department = {};
  Value amount = {};
  Value won_back = {};
  Unowned unowned = {};
  std::int64_t count = 1;  // of definitions
};

std::optional<Date> DayOf(const Value& value) {
  if (const auto* day = std::get_if<Date>(&value)) return *day;
  if (const auto* instant = std::get_if<Instant>(&value)) return DateOf(*instant);
  return std::nullopt;
}

class Row {
 public:
  Row(const Table& table, const std::vector<Value>& row) : table_(table), row_(row) {}
  std::string Text(std::string_view column) const { return store::ToText(At(column)); }
  const Value& At(std::string_view column) const { return row_[table_.IndexOf(column)]; }

 private:
  const Table& table_;
  const std::vector<Value>& row_;
};

struct Asked {
  const UnownedParams& params;
  const Hierarchy& hierarchy;
  Date today;
  int every;
};

Status AddLeaks(const Asked& asked, Context& context, std::vector<Thing>& things, std::int64_t& waiting) {
  analysis::RawParams raw;
  if (!asked.params.team.empty()) raw["team"] = {asked.params.team};
  if (!asked.params.segment.empty()) raw["segment"] = {asked.params.segment};
  if (!asked.params.department.empty()) raw["department"] = {asked.params.department};
  WEIR_TRY(const Output list, context.Run("leaks.list", raw));
  const Table& leaks = *list.Find("leaks");
  for (const auto& cells : leaks.rows) {
    const Row row(leaks, cells);
    if (!row.Text("counted_by").empty()) continue;
    const auto unowned = UnownedOf({.state = row.Text("state"),
                                    .assignee = row.Text("assignee"),
                                    .owner_id = row.Text("owner_id"),
                                    .team_id = row.Text("team_id"),
                                    .department = row.Text("department"),
                                    .since = DayOf(row.At("since"))},
                                   asked.hierarchy, asked.today, asked.every);
    if (!unowned) continue;
    if (unowned->up.is_waiting) {
      ++waiting;
      continue;
    }
    const std::string name = row.Text("name");
    things.push_back({.id = row.Text("leak"),
                      .kind = "leak",
                      .name = name.empty() ? row.Text("account") : name,
                      .title = {row.Text("title_en"), row.Text("title_ru")},
                      .department = row.Text("department"),
                      .amount = row.At("amount"),
                      .won_back = row.At("won_back"),
                      .unowned = *unowned});
  }
  return {};
}

// Processes of the register without an owner, or whose owner left.
Status AddProcesses(const Asked& asked, Context& context, std::vector<Thing>& things) {
  auto answer = context.Run("processes", {});
  if (!answer && answer.error().code() == Code::kNotFound) return {};
  if (!answer) return Fail(std::move(answer).error());
  const Table& processes = *answer->Find("processes");
  for (const auto& cells : processes.rows) {
    const Row row(processes, cells);
    const std::string state = row.Text("state");
    if (state == "retired" || state == "ended") continue;
    const std::string department = row.Text("department");
    if (!asked.params.department.empty() && department != asked.params.department) continue;
    const std::string owner = row.Text("owner");
    const Person* person = owner.empty() ? nullptr : asked.hierarchy.Named(owner);
    if (!owner.empty() && (person == nullptr || person->is_active)) continue;
    Unowned unowned{.left = owner};
    const Way way =
        person == nullptr ? asked.hierarchy.AboveTeam("", department) : asked.hierarchy.AbovePerson(*person);
    unowned.up =
        Escalate(way, person == nullptr ? DayOf(row.At("changed_at")) : person->left_on, asked.today, asked.every);
    if (unowned.up.is_waiting) continue;
    things.push_back({.id = "process:" + row.Text("id"),
                      .kind = "process",
                      .name = row.Text("name"),
                      .department = department,
                      .unowned = std::move(unowned)});
  }
  return {};
}

// "sales, finance"
bool HasAnyOf(const std::string& owners, const Hierarchy& hierarchy) {
  for (std::size_t at = 0; at < owners.size();) {
    const std::size_t comma = std::min(owners.find(", ", at), owners.size());
    if (hierarchy.HasAnybody(owners.substr(at, comma - at))) return true;
    at = comma + 2;
  }
  return false;
}

// A definition belongs to departments; where none of them has anybody, nobody decides on it.
Status AddMetrics(const Asked& asked, Context& context, std::vector<Thing>& things, Output& output) {
  if (!asked.hierarchy.knows_departments()) {
    output.warnings.push_back(
        {.code = "no_people",
         .message =
             MakePhrase("who works in which department is not known, so nobody can be told what to own: bring the "
                        "list of users of your CRM, or name departments under Settings, People")});
    return {};
  }
  WEIR_TRY(const Output catalog, context.Run("metrics.catalog", {}));
  const Table& definitions = *catalog.Find("definitions");
  std::map<std::string, std::int64_t> counts;
  for (const auto& cells : definitions.rows) {
    const std::string owners = Row(definitions, cells).Text("department");
    if (!HasAnyOf(owners, asked.hierarchy)) ++counts[owners];
  }
  for (const auto& [owners, count] : counts) {
    if (!asked.params.department.empty() && owners != asked.params.department) continue;
    const Way way = asked.hierarchy.AboveTeam("", owners);
    Unowned unowned{.up = Escalate(way, asked.hierarchy.EmptySince(owners), asked.today, asked.every)};
    if (unowned.up.is_waiting) continue;
    things.push_back(
        {.id = "metric:" + owners,
         .kind = "metric",
         .name = owners,
         .title = {fmt::format("{} definitions of metrics", count), fmt::format("определений показателей: {}", count)},
         .department = owners,
         .unowned = std::move(unowned),
         .count = count});
  }
  return {};
}

std::string_view WhyOf(const Thing& thing) {
  if (!thing.unowned.left.empty()) return "owner_left";
  return thing.kind == "metric" ? "department_empty" : "no_owner";
}

Int128 UnitsOf(const Value& value) {
  const auto* amount = std::get_if<Decimal>(&value);
  const auto scaled = amount == nullptr ? std::nullopt : Rescale(*amount, kAmountScale);
  return scaled ? scaled->units : Int128{0};
}

void Fill(const std::vector<Thing>& things, std::int64_t waiting, int every, Output& output) {
  struct Load {
    std::map<std::string, std::int64_t> counts = {};
    std::optional<Decimal> won_back = {};
    std::optional<Date> oldest = {};
  };
  std::map<std::string, Load> people;
  Load all;
  std::int64_t definitions = 0;
  for (const Thing& thing : things) {
    const Escalation& up = thing.unowned.up;
    output.tables[0].rows.push_back({thing.id, thing.kind, OrNull(thing.name), OrNull(thing.title.en),
                                     OrNull(thing.title.ru), OrNull(thing.department), thing.amount, thing.won_back,
                                     std::string(WhyOf(thing)), OrNull(thing.unowned.left), Maybe(up.since),
                                     Maybe(up.days), up.to == nullptr ? Value() : Value(up.to->name),
                                     Maybe(up.to_since), up.level, OrNull(up.note.en), OrNull(up.note.ru)});
    definitions += thing.kind == "metric" ? thing.count : 0;
    for (Load* load : {&all, &people[up.to == nullptr ? std::string() : up.to->name]}) {
      ++load->counts[thing.kind];
      if (const auto* won_back = std::get_if<Decimal>(&thing.won_back)) AddTo(load->won_back, *won_back);
      if (up.since && (!load->oldest || up.since->days < load->oldest->days)) load->oldest = up.since;
    }
  }
  for (auto& [person, load] : people) {
    output.tables[1].rows.push_back({person, load.counts["leak"], Maybe(load.won_back), load.counts["process"],
                                     load.counts["metric"], Maybe(load.oldest)});
  }
  std::ranges::stable_sort(output.tables[1].rows, {}, [](const std::vector<Value>& row) { return -UnitsOf(row[2]); });
  output.tables[2].rows.push_back({static_cast<std::int64_t>(every), all.counts["leak"], all.counts["process"],
                                   definitions, waiting, Maybe(all.won_back)});
}

Result<Output> RunUnowned(const UnownedParams& params, Context& context) {
  WEIR_TRY(const Hierarchy hierarchy, Hierarchy::Read(context));
  WEIR_TRY(const int every, EscalationDays(context));
  const Asked asked{.params = params, .hierarchy = hierarchy, .today = context.LocalAsOfDate(), .every = every};
  Output output;
  const std::string& currency = context.settings().currency;
  output.tables = {EmptyTable(ThingsTable(), currency), EmptyTable(PeopleTable(), currency),
                   EmptyTable(SummaryTable(), currency)};
  std::vector<Thing> things;
  std::int64_t waiting = 0;
  WEIR_TRY(AddLeaks(asked, context, things, waiting));
  // What leaks belongs to teams; processes and definitions to the whole company.
  if (params.team.empty() && params.segment.empty()) {
    WEIR_TRY(AddProcesses(asked, context, things));
    WEIR_TRY(AddMetrics(asked, context, things, output));
  }
  std::ranges::stable_sort(things, {}, [](const Thing& thing) {
    return std::tuple(thing.kind == "leak" ? 0 : thing.kind == "process" ? 1 : 2, -UnitsOf(thing.won_back), thing.id);
  });
  Fill(things, waiting, asked.every, output);
  return output;
}

Result<Evidence> ExplainUnowned(const UnownedParams&, const std::string& table, const std::vector<std::string>& key,
                                Context& context) {
  if (table != "unowned" || key.empty()) return Fail(BadUsage("only leaks have rows behind them").Field("explain"));
  WEIR_TRY(const Output list, context.Run("leaks.list", {}));
  const Table& leaks = *list.Find("leaks");
  for (const auto& cells : leaks.rows) {
    const Row row(leaks, cells);
    if (row.Text("leak") == key.front()) return Evidence{.table = row.Text("entity"), .ids = {row.Text("record_id")}};
  }
  return Fail(NotFound("there is no leak '{}'", key.front()).Field("leak").Mend("'weir leaks' lists them"));
}

}  // namespace

std::optional<Unowned> UnownedOf(const Owned& line, const Hierarchy& hierarchy, Date today, int every) {
  if (line.state != "open" && line.state != "assigned") return std::nullopt;
  const Person* owner = line.assignee.empty() ? hierarchy.Find(line.owner_id) : hierarchy.Named(line.assignee);
  const bool has_name = !line.assignee.empty() || !line.owner_id.empty();
  if (has_name && (owner == nullptr || owner->is_active)) return std::nullopt;
  if (owner == nullptr) {
    return Unowned{.up = Escalate(hierarchy.AboveTeam(line.team_id, line.department), line.since, today, every)};
  }
  std::optional<Date> since = line.since;
  if (owner->left_on && (!since || owner->left_on->days > since->days)) since = owner->left_on;
  return Unowned{.left = owner->name, .up = Escalate(hierarchy.AbovePerson(*owner), since, today, every)};
}

analysis::Analysis UnownedAnalysis() {
  return analysis::Declare<UnownedParams>(
      {.id = "leaks.unowned",
       .title = {"What nobody owns", "У чего нет ответственного"},
       .help =
           {"Leaks, processes and definitions of metrics that have had no owner, or one who left, for as many days as "
            "the setting escalation_days says: to whom they went, one step up the hierarchy for each such span, and "
            "since when.",
            "Утечки, процессы и определения показателей, у которых дольше escalation_days дней нет ответственного или "
            "он ушёл: к кому они перешли, по ступени вверх за каждый такой срок, и когда."},
       .asks = {"leaks.list", "metrics.catalog", "?processes"},
       .needs = {"member", "team", "leak_state", "setting"},
       .tables = {ThingsTable(), PeopleTable(), SummaryTable()},
       .is_cacheable = false},  // what is said of leaks changes without new data
      &RunUnowned, &ExplainUnowned);
}

}  // namespace weir::leaks
