#include "workspace/registers.h"

#include <algorithm>
#include <array>
#include <memory>

#include "analysis/columns.h"
#include "metrics/versions.h"
#include "workspace/actions.h"
#include "workspace/register_sheet.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::Decision;
using analysis::ParamVisitor;
using analysis::RawParams;
using nlohmann::json;

constexpr std::array<std::string_view, 2> kMigrations{
    // Each version of an entry is a row; the newest of a number counts. `fields` is a JSON object by the register.
    R"(CREATE TABLE meta.register_entry (
      register VARCHAR NOT NULL, number BIGINT NOT NULL, fields VARCHAR NOT NULL, is_retired BOOLEAN NOT NULL,
      is_removed BOOLEAN NOT NULL, note VARCHAR NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.register_number",
};

enum class Verb : std::uint8_t { kSet, kRetire, kRestore, kImport };
constexpr std::array<std::pair<std::string_view, Verb>, 4> kVerbs{
    {{"set", Verb::kSet}, {"retire", Verb::kRetire}, {"restore", Verb::kRestore}, {"import", Verb::kImport}}};

struct Named {
  const RegisterKind* kind = nullptr;
  Verb verb = Verb::kSet;
};

std::optional<Named> NamedBy(std::string_view action) {
  for (const RegisterKind* kind : RegisterKinds()) {
    for (const auto& [name, verb] : kVerbs) {
      if (verb == Verb::kImport && !HasSheet(*kind)) continue;
      if (action == fmt::format("{}.{}", kind->plural, name)) return Named{.kind = kind, .verb = verb};
    }
  }
  return std::nullopt;
}

struct Change {
  std::optional<RegisterEntry> before;
  std::optional<RegisterEntry> after;  // number 0: a new one
};

json FieldsOf(const std::optional<RegisterEntry>& entry) {
  if (!entry) return nullptr;
  json fields = entry->fields;
  fields["number"] = entry->number;
  fields["retired"] = entry->is_retired;
  return fields;
}

std::optional<RegisterEntry> FromFields(const json& fields) {
  if (!fields.is_object()) return std::nullopt;
  RegisterEntry entry{.number = fields.value("number", std::int64_t{0}),
                      .fields = fields,
                      .is_retired = fields.value("retired", false)};
  entry.fields.erase("number");
  entry.fields.erase("retired");
  return entry;
}

// A decision on one entry tells of it; one that took a sheet tells of the entries in a list.
std::string Told(const std::vector<Change>& changes, std::optional<RegisterEntry> Change::* side, bool is_list) {
  if (!is_list) return FieldsOf(changes.front().*side).dump();
  json list = json::array();
  for (const Change& change : changes) list.push_back(FieldsOf(change.*side));
  return list.dump();
}

std::vector<std::optional<RegisterEntry>> Read(const std::string& told) {
  const json document = json::parse(told, nullptr, false);
  if (!document.is_array()) return {FromFields(document)};
  std::vector<std::optional<RegisterEntry>> entries;
  for (const json& fields : document) entries.push_back(FromFields(fields));
  return entries;
}

bool IsOwn(const RegisterKind& kind, const RegisterEntry& entry, const std::string& department) {
  return std::ranges::any_of(kind.departments, [&](std::string_view field) { return entry.Text(field) == department; });
}

// A manager neither takes an entry of another department nor gives one away to it unseen: both of its states are own.
Status RequireEditor(const RegisterKind& kind, const Change& change, const KeptSetup& setup) {
  if (setup.principal.Has("settings")) return {};
  const bool is_manager = setup.principal.role == "manager" && !setup.department.empty();
  const bool is_own = is_manager && (!change.before || IsOwn(kind, *change.before, setup.department)) &&
                      (!change.after || IsOwn(kind, *change.after, setup.department));
  if (is_own) return {};
  return Fail(Forbidden("an entry of a register is changed by a manager of its department")
                  .Mend("Ask the manager of the department, or an administrator"));
}

struct Writing {
  const RegisterKind& kind;
  std::string_view action;
  const KeptSetup& setup;
  bool is_list = false;
  std::optional<std::int64_t> undoes = {};
};

Status WriteVersion(store::Connection& connection, const Writing& writing, const Change& change,
                    std::int64_t decision) {
  const RegisterEntry& kept = change.after ? *change.after : *change.before;
  const std::array<store::Value, 9> cells{std::string(writing.kind.plural),
                                          kept.number,
                                          kept.fields.dump(),
                                          kept.is_retired,
                                          !change.after,
                                          writing.setup.reason,
                                          writing.setup.principal.user,
                                          writing.setup.now,
                                          decision};
  WEIR_TRY(connection.Execute("INSERT INTO meta.register_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", cells));
  return {};
}

Result<Decision> Write(store::Connection& connection, const Writing& writing, std::vector<Change> changes) {
  for (Change& change : changes) {
    WEIR_TRY(RequireEditor(writing.kind, change, writing.setup));
    if (!change.after || change.after->number != 0) continue;
    WEIR_TRY(change.after->number, connection.QueryInteger("SELECT nextval('meta.register_number')"));
  }
  DecisionRow row{.action = std::string(writing.action),
                  .before = Told(changes, &Change::before, writing.is_list),
                  .after = Told(changes, &Change::after, writing.is_list),
                  .undone_by = {}};
  WEIR_TRY(row.data_version, NewestVersion(connection));
  const Change& first = changes.front();
  row.subject = writing.is_list
                    ? std::string(writing.kind.plural)
                    : fmt::format("{}:{}", writing.kind.noun, first.after ? first.after->number : first.before->number);
  WEIR_TRY(row.id, AppendDecision(connection, row, writing.setup.principal.user, writing.setup.reason,
                                  writing.setup.now, writing.undoes));
  for (const Change& change : changes) WEIR_TRY(WriteVersion(connection, writing, change, row.id));
  return DecisionOf(row);
}

Result<RegisterEntry> Require(const RegisterKind& kind, const std::vector<RegisterEntry>& all, std::int64_t number) {
  const auto found = std::ranges::find(all, number, &RegisterEntry::number);
  if (found != all.end()) return *found;
  return Fail(NotFound("there is no entry {} among {}", number, kind.plural)
                  .Field("id")
                  .Mend("'weir {}' lists them", kind.plural));
}

Result<Change> Set(const RegisterKind& kind, const RawParams& raw, const std::vector<RegisterEntry>& all,
                   const RegisterCheck& check) {
  WEIR_TRY(const EntryParams params, EntryParams::Read(kind, raw));
  Change change;
  RegisterEntry entry{.number = params.id};
  if (params.id != 0) {
    WEIR_TRY(change.before, Require(kind, all, params.id));
    if (change.before->is_retired) {
      return Fail(Conflict("entry {} is retired", params.id).Field("id").Mend("Restore it first"));
    }
    entry.fields = change.before->fields;
  }
  for (const auto& [name, value] : params.fields.items()) entry.fields[name] = value;
  if (!params.period.empty()) {
    WEIR_TRY(const auto days, DaysOfPeriod(params.period));
    entry.fields["period_start"] = days.first;
    entry.fields["period_end"] = days.second;
  }
  // Another department is another scope, unless somebody says both.
  if (params.fields.contains("department") && entry.fields.value("scope", "") == "department" &&
      !params.fields.contains("scope_of")) {
    entry.fields.erase("scope_of");
  }
  WEIR_TRY(entry.fields, CheckFields(kind, entry.fields, check));
  WEIR_TRY(CheckParent(entry, all));
  if (change.before && *change.before == entry) {
    return Fail(Conflict("entry {} says so already", params.id).Field("id"));
  }
  change.after = std::move(entry);
  return change;
}

Result<Change> Settle(const Named& named, const RawParams& raw, const std::vector<RegisterEntry>& all) {
  WEIR_TRY(const RemoveKeptParams params, analysis::Bind<RemoveKeptParams>(raw));
  WEIR_TRY(const RegisterEntry entry, Require(*named.kind, all, params.id));
  const bool retires = named.verb == Verb::kRetire;
  if (entry.is_retired == retires) {
    return Fail(retires ? Conflict("entry {} is retired already", params.id).Field("id")
                        : Conflict("entry {} is not retired", params.id).Field("id"));
  }
  Change change{.before = entry, .after = entry};
  change.after->is_retired = retires;
  return change;
}

struct ImportParams {
  std::string text;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "text",
                 .help = {"The sheet as text, its header first (docs/registers.md)",
                          "Таблица текстом, сначала заголовок (docs/registers.md)"},
                 .required = true,
                 .positional = true},
                text);
  }
};

// All lines or none: whoever has seen the preview knows which to mend.
Result<std::vector<Change>> Import(const RegisterKind& kind, const RawParams& raw,
                                   const std::vector<RegisterEntry>& all, const RegisterCheck& check) {
  WEIR_TRY(const ImportParams params, analysis::Bind<ImportParams>(raw));
  WEIR_TRY(const std::vector<SheetLine> lines, ReadSheet(kind, params.text, all, check));
  std::vector<Change> changes;
  for (const SheetLine& line : lines) {
    if (line.why) {
      return Fail(BadInput("line {}, column '{}': {}", line.line, line.column, line.why->Whole())
                      .Field("text")
                      .Mend("Mend the sheet; '{}.preview' names every line that is refused", kind.plural));
    }
    if (line.verdict != SheetLine::Verdict::kSame) changes.push_back({.before = line.before, .after = line.after});
  }
  if (changes.empty()) return Fail(Conflict("the sheet says nothing new").Field("text"));
  return changes;
}

template <typename P>
Action Declared(const std::string& id, const analysis::Text& title, const analysis::Text& help) {
  return {.info = {.id = id, .title = title, .help = help, .right = "decide", .tables = {DecisionTable()}},
          .params = analysis::SpecsOf<P>(),
          .inverse = {},
          .changes_model = false};
}

Action SetAction(const RegisterKind& kind) {
  return {.info = {.id = fmt::format("{}.set", kind.plural),
                   .title = {fmt::format("Write {}", kind.one.en), fmt::format("Записать {}", kind.one.ru)},
                   .help = {"A new entry, or with its number a changed one; fields that are not given stay",
                            "Новая запись, а с номером — изменённая; поля, которых не назвали, остаются"},
                   .right = "decide",
                   .tables = {DecisionTable()}},
          .params = EntryParams::Specs(kind),
          .inverse = {},
          .changes_model = false};
}

}  // namespace

std::span<const std::string_view> RegisterMigrations() { return kMigrations; }

std::string RegisterEntry::Text(std::string_view field) const {
  const auto found = fields.find(field);
  return found != fields.end() && found->is_string() ? found->get<std::string>() : "";
}

std::vector<analysis::ParamSpec> EntryParams::Specs(const RegisterKind& kind) {
  analysis::SpecCollector collector;
  std::int64_t id = 0;
  collector.Add({.name = "id",
                 .help = {"Number of the entry that this changes; without it a new one is written",
                          "Номер записи, которая меняется; без него — новая"},
                 .positional = true},
                id);
  std::string text;
  std::vector<std::string> list;
  for (const RegisterField& field : kind.fields) {
    analysis::ParamInfo info{.name = std::string(field.name), .help = field.help};
    if (IsSeveral(field.kind)) {
      info.is_whole = field.kind == FieldKind::kList;
      collector.Add(info, list);
    } else {
      collector.Add(info, text);
    }
  }
  if (&kind == &Goals()) {
    collector.Add({.name = "period",
                   .help = {"2026, 2026-Q2 or 2026-05 in the place of the two days",
                            "2026, 2026-Q2 или 2026-05 вместо двух дат"}},
                  text);
  }
  return collector.Take();
}

Result<EntryParams> EntryParams::Read(const RegisterKind& kind, const RawParams& raw) {
  EntryParams params(kind);
  analysis::Binder binder(raw);
  binder.Add({.name = "id", .positional = true}, params.id);
  for (const RegisterField& field : kind.fields) {
    const std::string name(field.name);
    std::string text;
    std::vector<std::string> list;
    if (IsSeveral(field.kind)) {
      binder.Add({.name = name, .is_whole = field.kind == FieldKind::kList}, list);
    } else {
      binder.Add({.name = name}, text);
    }
    if (!raw.contains(name)) continue;
    if (IsSeveral(field.kind)) {
      params.fields[name] = list;
    } else {
      params.fields[name] = text;
    }
  }
  if (&kind == &Goals()) binder.Add({.name = "period"}, params.period);
  WEIR_TRY(binder.Finish());
  return params;
}

Status CheckParent(const RegisterEntry& entry, const std::vector<RegisterEntry>& all) {
  std::string parent = entry.Text("parent");
  for (std::size_t steps = 0; !parent.empty() && steps <= all.size(); ++steps) {
    const std::int64_t number = std::stoll(parent);
    if (entry.number != 0 && number == entry.number) {
      return Fail(BadInput("a goal is no part of itself").Field("parent"));
    }
    const auto above = std::ranges::find(all, number, &RegisterEntry::number);
    if (above == all.end()) {
      return Fail(BadInput("there is no goal {} to be a part of", number)
                      .Field("parent")
                      .Mend("'weir {}' lists them", Goals().plural));
    }
    parent = above->Text("parent");
  }
  return {};
}

Result<std::vector<RegisterEntry>> ReadEntries(store::Session& session, const RegisterKind& kind) {
  const std::array<store::Value, 1> values{std::string(kind.plural)};
  WEIR_TRY(const store::Rows rows, session.Query(R"(
SELECT number, fields, is_retired
FROM (SELECT *, row_number() OVER (PARTITION BY number ORDER BY decision_id DESC NULLS LAST) AS from_the_last
      FROM meta.register_entry WHERE register = ?) AS versions
WHERE from_the_last = 1 AND NOT is_removed
ORDER BY number NULLS LAST)",
                                                 values));
  std::vector<RegisterEntry> entries;
  entries.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    entries.push_back({.number = rows.IntegerAt(i, 0),
                       .fields = json::parse(rows.TextAt(i, 1)),
                       .is_retired = std::get<bool>(rows.rows[i][2])});
  }
  return entries;
}

MetricFinder MetricsOf(store::Session& session, std::int64_t data_version) {
  return [&session, data_version, catalog = std::shared_ptr<const metrics::MetricCatalog>()](
             const std::string& id) mutable -> Result<std::optional<metrics::Metric>> {
    if (!catalog) {
      WEIR_TRY(const std::vector<DefinitionFile> files, metrics::MetricFilesAt(session, data_version));
      WEIR_TRY(metrics::MetricCatalog loaded, metrics::MetricCatalog::Load(files));
      catalog = std::make_shared<const metrics::MetricCatalog>(std::move(loaded));
    }
    const metrics::Metric* found = catalog->FindMetric(id);
    if (found == nullptr || found->is_part) return std::optional<metrics::Metric>();
    return std::optional(*found);
  };
}

Result<std::string> ReportCurrency(store::Session& session, std::int64_t data_version) {
  WEIR_TRY(const analysis::Settings settings, ReadSettings(session, data_version));
  return settings.currency.empty() ? std::string(kNoCurrency) : settings.currency;
}

std::vector<Action> RegisterActions() {
  std::vector<Action> all;
  all.reserve(RegisterKinds().size() * kVerbs.size());
  for (const RegisterKind* kind : RegisterKinds()) {
    all.push_back(SetAction(*kind));
    all.push_back(Declared<RemoveKeptParams>(
        fmt::format("{}.retire", kind->plural),
        {fmt::format("Retire {}", kind->one.en), fmt::format("Снять {}", kind->one.ru)},
        {"It no longer counts, and keeps its history", "Запись больше не действует, её история остаётся"}));
    all.push_back(
        Declared<RemoveKeptParams>(fmt::format("{}.restore", kind->plural),
                                   {fmt::format("Restore {}", kind->one.en), fmt::format("Вернуть {}", kind->one.ru)},
                                   {"One that was retired counts again", "Снятая запись действует снова"}));
    if (!HasSheet(*kind)) continue;
    all.push_back(Declared<ImportParams>(
        fmt::format("{}.import", kind->plural),
        {fmt::format("{} from a sheet", kind->title.en), fmt::format("{} из таблицы", kind->title.ru)},
        {"New entries and changed ones, all lines or none", "Новые и изменённые записи: все строки или ни одной"}));
  }
  return all;
}

bool IsRegisterAction(std::string_view action) { return NamedBy(action).has_value(); }

Result<Decision> PerformRegisterAction(store::Connection& connection, std::string_view action, const RawParams& params,
                                       const KeptSetup& setup) {
  const Named named = *NamedBy(action);
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::vector<RegisterEntry> all, ReadEntries(connection, *named.kind));
  WEIR_TRY(const std::int64_t version, NewestVersion(connection));
  WEIR_TRY(const std::string currency, ReportCurrency(connection, version));
  const MetricFinder finder = MetricsOf(connection, version);
  const RegisterCheck check{.metric = finder, .currency = currency};
  std::vector<Change> changes(1);
  if (named.verb == Verb::kSet) {
    WEIR_TRY(changes.front(), Set(*named.kind, params, all, check));
  } else if (named.verb == Verb::kImport) {
    WEIR_TRY(changes, Import(*named.kind, params, all, check));
  } else {
    WEIR_TRY(changes.front(), Settle(named, params, all));
  }
  const Writing writing{.kind = *named.kind, .action = action, .setup = setup, .is_list = named.verb == Verb::kImport};
  WEIR_TRY(Decision decision, Write(connection, writing, std::move(changes)));
  WEIR_TRY(transaction.Commit());
  return decision;
}

Result<Decision> UndoRegisterDecision(store::Connection& connection, const DecisionRow& decision,
                                      const KeptSetup& setup) {
  const Named named = *NamedBy(decision.action);
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::vector<RegisterEntry> all, ReadEntries(connection, *named.kind));
  const std::vector<std::optional<RegisterEntry>> before = Read(decision.before);
  const std::vector<std::optional<RegisterEntry>> after = Read(decision.after);
  std::vector<Change> changes;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const auto now = std::ranges::find(all, after[i]->number, &RegisterEntry::number);
    if (now == all.end() || *now != *after[i]) {
      return Fail(Conflict("everything that decision {} set has been changed since", decision.id).Field("decision_id"));
    }
    changes.push_back({.before = *now, .after = before[i]});
  }
  const bool is_list = named.verb == Verb::kImport;
  const Writing writing{
      .kind = *named.kind, .action = kUndoDecision, .setup = setup, .is_list = is_list, .undoes = decision.id};
  WEIR_TRY(Decision undone, Write(connection, writing, std::move(changes)));
  WEIR_TRY(transaction.Commit());
  return undone;
}

}  // namespace weir::workspace
