// The registers as they are read: entries with their state and what they lack, the history of one, a preview of a
// sheet. What exports brought of processes, agreements and goals is listed beside what was entered.
#include <algorithm>
#include <array>
#include <map>

#include "analysis/columns.h"
#include "base/decimal.h"
#include "base/time.h"
#include "people/vocabulary.h"
#include "workspace/register_reading.h"
#include "workspace/register_sheet.h"
#include "workspace/registers.h"

namespace weir::workspace {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::TableSpec;
using analysis::TextOf;
using nlohmann::json;
using store::Value;

constexpr std::size_t kMostNamed = 5;
constexpr std::array<std::string_view, 8> kOver{"closed",   "done",     "ended",     "retired",
                                                "inactive", "archived", "cancelled", "dropped"};

// One line of a register, entered or from an export.
struct Line {
  std::string id = {};
  json fields = json::object();
  std::string origin = {};  // "register", else the source
  std::string state = {};
  std::vector<std::string> needs = {};
  std::string unit = {};
  std::int64_t parts = 0;
  std::optional<Decimal> parts_sum = {};
  std::optional<Decimal> difference = {};
  std::string note = {};
  std::string changed_by = {};
  Value changed_at = {};
  std::int64_t version = 0;
  bool is_over = false;  // an export says so

  std::string Text(std::string_view field) const {
    const auto found = fields.find(field);
    return found != fields.end() && found->is_string() ? found->get<std::string>() : "";
  }
  std::string Name() const {
    std::string name = Text("name");
    return name.empty() ? Text("metric") : name;
  }
};

struct ListParams {
  std::string department;
  bool all = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "department", .help = {"Only those of this department", "Только этого отдела"}}, department);
    visitor.Add({.name = "all", .help = {"Retired ones, too", "И снятые тоже"}}, all);
  }
};

Column ColumnOfField(const RegisterField& field) {
  ColumnType type = ColumnType::kText;
  if (IsSeveral(field.kind)) type = ColumnType::kJson;
  if (field.kind == FieldKind::kDate) type = ColumnType::kDate;
  if (field.kind == FieldKind::kNumber) type = ColumnType::kDecimal;
  return Of(std::string(field.name), type, field.title.en, field.title.ru);
}

TableSpec EntriesTable(const RegisterKind& kind) {
  TableSpec table{.name = std::string(kind.plural),
                  .title = kind.title,
                  .key = {"id"},
                  .columns = {TextOf("id", "Number", "Номер")}};
  for (const RegisterField& field : kind.fields) table.columns.push_back(ColumnOfField(field));
  if (&kind == &Goals()) {
    table.columns.push_back(TextOf("unit", "Unit", "Единица"));
    table.columns.push_back(analysis::CountOf("parts", "Parts", "Частей"));
    table.columns.push_back(Of("parts_sum", ColumnType::kDecimal, "Sum of parts", "Сумма частей"));
    table.columns.push_back(Of("parts_difference", ColumnType::kDecimal, "Target less parts", "План минус части"));
  }
  for (Column& column : std::vector<Column>{
           TextOf("state", "State", "Состояние"), TextOf("needs", "Lacks", "Чего не хватает"),
           TextOf("origin", "Origin", "Откуда"), Of("version", ColumnType::kInteger, "Version", "Версия"),
           TextOf("note", "Note", "Примечание"), TextOf("changed_by", "Last changed by", "Кем изменено"),
           Of("changed_at", ColumnType::kInstant, "Last changed", "Когда изменено")}) {
    table.columns.push_back(std::move(column));
  }
  return table;
}

Result<std::vector<Line>> EnteredLines(Context& context, const RegisterKind& kind, bool with_retired) {
  const std::array<Value, 1> values{std::string(kind.plural)};
  WEIR_TRY(const store::Rows rows, context.session().Query(R"(
SELECT number, fields, is_retired, note, changed_by, changed_at, versions
FROM (SELECT *, row_number() OVER (PARTITION BY number ORDER BY decision_id DESC NULLS LAST) AS from_the_last,
        count(*) OVER (PARTITION BY number) AS versions
      FROM meta.register_entry WHERE register = ?) AS all_versions
WHERE from_the_last = 1 AND NOT is_removed
ORDER BY number NULLS LAST)",
                                                           values));
  std::vector<Line> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_retired = std::get<bool>(rows.rows[i][2]);
    if (is_retired && !with_retired) continue;
    lines.push_back({.id = fmt::format("{}", rows.IntegerAt(i, 0)),
                     .fields = json::parse(rows.TextAt(i, 1)),
                     .origin = "register",
                     .state = is_retired ? "retired" : "",
                     .note = rows.TextAt(i, 3),
                     .changed_by = rows.TextAt(i, 4),
                     .changed_at = rows.rows[i][5],
                     .version = rows.IntegerAt(i, 6)});
  }
  return lines;
}

std::string_view ImportedSql(const RegisterKind& kind) {
  if (&kind == &Processes()) {
    return R"(SELECT p.process_id AS id, p.source, p.status, p.name, p.description AS purpose, p.department, m.name AS owner
FROM scoped.process AS p LEFT JOIN scoped.member AS m ON m.member_id = p.owner_id ORDER BY id NULLS LAST)";
  }
  if (&kind == &Agreements()) {
    return R"(SELECT a.agreement_id AS id, a.source, a.status, a.name, a.from_department, a.to_department, a.metric, a.promised,
  a.unit, a.share, a.start_date, a.end_date, m.name AS from_owner
FROM scoped.agreement AS a LEFT JOIN scoped.member AS m ON m.member_id = a.owner_id ORDER BY id NULLS LAST)";
  }
  return R"(SELECT g.goal_id AS id, g.source, CAST(NULL AS VARCHAR) AS status, g.name, g.metric,
  CASE WHEN g.team_id IS NOT NULL THEN 'team' WHEN g.department IS NOT NULL THEN 'department' ELSE 'company' END AS scope,
  coalesce(t.name, g.team_id, g.department) AS scope_of, g.department, g.period_start, g.period_end, g.target,
  CASE WHEN g.currency <> 'XXX' THEN g.currency END AS currency, m.name AS owner, g.parent_goal_id AS parent
FROM scoped.goal AS g
LEFT JOIN scoped.member AS m ON m.member_id = g.owner_id
LEFT JOIN scoped.team AS t ON t.team_id = g.team_id
ORDER BY id NULLS LAST)";
}

Result<std::vector<Line>> ImportedLines(Context& context, const RegisterKind& kind) {
  WEIR_TRY(const store::Rows rows, context.session().Query(ImportedSql(kind)));
  std::vector<Line> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Line line{.id = rows.TextAt(i, 0), .origin = rows.TextAt(i, 1)};
    line.is_over = std::ranges::find(kOver, rows.TextAt(i, 2)) != kOver.end();
    for (std::size_t column = 3; column < rows.columns.size(); ++column) {
      if (store::IsNull(rows.rows[i][column])) continue;
      const std::string& name = rows.columns[column].name;
      std::string text = store::ToText(rows.rows[i][column]);
      if (const auto* number = std::get_if<Decimal>(&rows.rows[i][column])) text = FormatDecimal(*number);
      const bool is_department =
          name.ends_with("department") || (name == "scope_of" && line.Text("scope") == "department");
      line.fields[name] = is_department ? people::CodeOf(people::Departments(), text).value_or(text) : text;
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<Date> DayOf(const Line& line, std::string_view field) { return ParseIsoDate(line.Text(field)); }

std::string StateOf(const RegisterKind& kind, const Line& line, Date today) {
  if (!line.state.empty()) return line.state;
  const std::optional<Date> first = DayOf(line, &kind == &Goals() ? "period_start" : "start_date");
  const std::optional<Date> last = DayOf(line, &kind == &Goals() ? "period_end" : "end_date");
  if (line.is_over || (last && *last < today)) return "ended";
  return first && *first > today ? "planned" : "active";
}

std::vector<std::string> NeedsOf(const RegisterKind& kind, const Line& line, Date today,
                                 const std::map<std::string, bool>& actives) {
  std::vector<std::string> needs;
  if (line.state == "retired" || line.state == "ended") return needs;
  const auto missing = [&](std::string_view field) { return line.Text(field).empty(); };
  const auto owner = [&](std::string_view field) {
    if (missing(field)) {
      needs.push_back(fmt::format("no_{}", field));
    } else if (const auto found = actives.find(line.Text(field)); found != actives.end() && !found->second) {
      needs.push_back(fmt::format("{}_left", field));
    }
  };
  if (&kind == &Agreements()) {
    owner("from_owner");
    // What an export brings of an agreement has one owner.
    if (line.origin == "register") owner("to_owner");
  } else {
    owner("owner");
  }
  if (&kind == &Processes() && missing("department")) needs.emplace_back("no_department");
  if (&kind == &Processes() && line.origin == "register" && !line.fields.contains("metrics"))
    needs.emplace_back("no_metrics");
  if (&kind != &Goals() && line.origin == "register") {
    const std::optional<Date> review = DayOf(line, "review_on");
    if (!review) needs.emplace_back("no_review");
    if (review && *review <= today) needs.emplace_back("review_due");
  }
  return needs;
}

// Whether the targets of the parts may be added up: of one metric and currency, and of a stock only for the same days.
bool AddUp(const Line& whole, const std::vector<const Line*>& parts, metrics::Additivity additivity) {
  if (additivity != metrics::Additivity::kAdditive && additivity != metrics::Additivity::kSemiAdditive) return false;
  return std::ranges::all_of(parts, [&](const Line* part) {
    const bool is_alike =
        part->Text("metric") == whole.Text("metric") && part->Text("currency") == whole.Text("currency");
    const bool has_same_days = part->Text("period_start") == whole.Text("period_start") &&
                               part->Text("period_end") == whole.Text("period_end");
    return is_alike && (additivity == metrics::Additivity::kAdditive || has_same_days);
  });
}

std::optional<Decimal> SumOf(const std::vector<const Line*>& parts) {
  Decimal sum{.units = 0, .scale = 12};
  for (const Line* part : parts) {
    const std::optional<Decimal> target = ParsePlainDecimal(part->Text("target"));
    const std::optional<Decimal> fine = target ? Rescale(*target, sum.scale) : std::nullopt;
    if (!fine) return std::nullopt;
    sum.units += fine->units;
  }
  return sum;
}

Decimal Short(Decimal value) {
  while (value.scale > 0 && value.units % 10 == 0) {
    value.units /= 10;
    --value.scale;
  }
  return value;
}

Status JudgeGoals(Context& context, std::vector<Line>& lines) {
  const MetricFinder finder = MetricsOf(context.session(), context.known_at());
  std::map<std::string, std::vector<const Line*>> parts_of;
  for (const Line& line : lines) {
    const std::string parent = line.Text("parent");
    if (!parent.empty() && line.state != "retired") parts_of[parent].push_back(&line);
  }
  for (Line& line : lines) {
    WEIR_TRY(const std::optional<metrics::Metric> metric, finder(line.Text("metric")));
    const bool counts = line.state != "retired" && line.state != "ended";
    if (!metric) {
      if (counts) line.needs.emplace_back("unknown_metric");
      continue;
    }
    line.unit = metrics::NameOf(metric->unit);
    const auto parts = parts_of.find(line.id);
    if (parts == parts_of.end()) continue;
    line.parts = static_cast<std::int64_t>(parts->second.size());
    if (!AddUp(line, parts->second, metric->additivity)) continue;
    const std::optional<Decimal> sum = SumOf(parts->second);
    const std::optional<Decimal> target = ParsePlainDecimal(line.Text("target"));
    const std::optional<Decimal> fine = target ? Rescale(*target, 12) : std::nullopt;
    if (!sum || !fine) continue;
    line.parts_sum = Short(*sum);
    line.difference = Short(Decimal{.units = fine->units - sum->units, .scale = 12});
    if (counts && line.difference->units != 0) line.needs.emplace_back("parts_differ");
  }
  return {};
}

Value CellOf(const Line& line, const RegisterField& field) {
  const auto found = line.fields.find(field.name);
  if (found == line.fields.end()) return {};
  if (IsSeveral(field.kind)) return found->dump();
  std::string text = found->get<std::string>();
  if (field.kind == FieldKind::kDate) {
    const std::optional<Date> date = ParseIsoDate(text);
    return date ? Value(*date) : Value();
  }
  if (field.kind == FieldKind::kNumber) {
    const std::optional<Decimal> number = ParsePlainDecimal(text);
    return number ? Value(*number) : Value();
  }
  return TextOrNull(std::move(text));
}

std::vector<Value> RowOf(const RegisterKind& kind, const Line& line) {
  std::vector<Value> row{line.id};
  for (const RegisterField& field : kind.fields) row.push_back(CellOf(line, field));
  if (&kind == &Goals()) {
    row.emplace_back(TextOrNull(line.unit));
    row.emplace_back(line.parts);
    row.emplace_back(line.parts_sum ? Value(*line.parts_sum) : Value());
    row.emplace_back(line.difference ? Value(*line.difference) : Value());
  }
  const bool is_entered = line.origin == "register";
  row.emplace_back(line.state);
  row.emplace_back(TextOrNull(fmt::format("{}", fmt::join(line.needs, ", "))));
  row.emplace_back(line.origin);
  row.emplace_back(is_entered ? Value(line.version) : Value());
  row.emplace_back(TextOrNull(line.note));
  row.emplace_back(TextOrNull(line.changed_by));
  row.push_back(line.changed_at);
  return row;
}

// Whether the people whom owners may name still work here, by name.
Result<std::map<std::string, bool>> ActiveMembers(Context& context) {
  WEIR_TRY(
      const store::Rows rows,
      context.session().Query("SELECT name, bool_or(coalesce(is_active, TRUE)) FROM scoped.member WHERE name IS NOT "
                              "NULL GROUP BY name ORDER BY name NULLS LAST"));
  std::map<std::string, bool> actives;
  for (std::size_t i = 0; i < rows.size(); ++i) actives[rows.TextAt(i, 0)] = std::get<bool>(rows.rows[i][1]);
  return actives;
}

void WarnOfOwners(const std::vector<Line>& lines, Output& output) {
  std::vector<std::string> names;
  std::size_t count = 0;
  for (const Line& line : lines) {
    const bool has_none = std::ranges::any_of(
        line.needs, [](const std::string& need) { return need.starts_with("no_") && need.ends_with("owner"); });
    if (!has_none) continue;
    ++count;
    if (names.size() < kMostNamed) names.push_back(line.Name());
  }
  if (count == 0) return;
  output.warnings.push_back({.code = "register_no_owner",
                             .message = MakePhrase("{} entries have no owner: {}", count, fmt::join(names, ", ")),
                             .params = {{"count", fmt::format("{}", count)}}});
}

Result<Output> RunList(const RegisterKind& kind, const ListParams& params, Context& context) {
  WEIR_TRY(std::vector<Line> lines, EnteredLines(context, kind, params.all));
  WEIR_TRY(std::vector<Line> imported, ImportedLines(context, kind));
  std::ranges::move(imported, std::back_inserter(lines));
  WEIR_TRY(const auto actives, ActiveMembers(context));
  const Date today = context.LocalAsOfDate();
  for (Line& line : lines) {
    line.state = StateOf(kind, line, today);
    line.needs = NeedsOf(kind, line, today, actives);
  }
  if (&kind == &Goals()) WEIR_TRY(JudgeGoals(context, lines));
  const std::string department = people::CodeOf(people::Departments(), params.department).value_or(params.department);
  if (!department.empty()) {
    std::erase_if(lines, [&](const Line& line) {
      return std::ranges::none_of(kind.departments,
                                  [&](std::string_view field) { return line.Text(field) == department; });
    });
  }
  // What is in force comes first.
  std::ranges::sort(lines, {}, [](const Line& line) {
    const bool is_past = line.state == "ended" || line.state == "retired";
    return std::tuple(is_past, line.origin != "register", line.Name(), line.id);
  });
  const TableSpec spec = EntriesTable(kind);
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (const Line& line : lines) table.rows.push_back(RowOf(kind, line));
  Output output{.tables = {std::move(table)}};
  WarnOfOwners(lines, output);
  return output;
}

analysis::Text HelpOf(const RegisterKind& kind) {
  if (&kind == &Processes()) {
    return {"Who answers for each, what it is judged by, when it is looked at again",
            "Кто отвечает за каждый, по чему его оценивают, когда к нему вернутся"};
  }
  if (&kind == &Agreements()) {
    return {"What one department promises another, since when, and what happens when it is broken",
            "Что один отдел обещает другому, с какого дня и что бывает, если слово нарушено"};
  }
  return {"Targets of metrics by scope and period; those of parts beside the whole",
          "Планы по показателям, охвату и периоду; части рядом с целым"};
}

}  // namespace

std::vector<analysis::Analysis> RegisterAnalyses() {
  std::vector<analysis::Analysis> all;
  all.reserve(RegisterKinds().size() * 3);
  for (const RegisterKind* kind : RegisterKinds()) {
    std::vector<std::string> needs{"member", std::string(kind->noun)};
    all.push_back(DeclaredFor<ListParams>(*kind,
                                          {.id = std::string(kind->plural),
                                           .title = kind->title,
                                           .help = HelpOf(*kind),
                                           .right = "view",
                                           .needs = std::move(needs),
                                           .tables = {EntriesTable(*kind)}},
                                          &RunList));
    all.push_back(HistoryOfEntry(*kind));
    if (HasSheet(*kind)) all.push_back(PreviewOfSheet(*kind));
  }
  return all;
}

}  // namespace weir::workspace
