#include "workspace/actions.h"
#include "workspace/demo_data.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"
#include "sources/import.h"
#include "workspace/account_actions.h"
#include "workspace/comments.h"
#include "workspace/correction_actions.h"
#include "workspace/diagnosis_seal.h"
#include "workspace/forecast_words.h"
#include "workspace/identity_actions.h"
#include "workspace/importer.h"
#include "workspace/kept_items.h"
#include "workspace/leak_states.h"
#include "workspace/ledger.h"
#include "workspace/mapping_actions.h"
#include "workspace/match_form.h"
#include "workspace/mend_actions.h"
#include "workspace/metric_actions.h"
#include "workspace/people_actions.h"
#include "workspace/registers.h"
#include "workspace/setting_values.h"
#include "workspace/settings_actions.h"
#include "workspace/subscriptions.h"
#include "workspace/survey_links.h"

namespace weir::workspace {
namespace {

using analysis::Action;
using analysis::ColumnType;
using analysis::Decision;
using analysis::Info;
using analysis::NoParams;
using analysis::ParamVisitor;
using analysis::RawParams;
using analysis::TableSpec;
using analysis::Text;

struct UndoImportParams {
  std::int64_t import_id = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "import_id",
                 .help = {"Which import", "Какой импорт"},
                 .allowed = {},
                 .required = true,
                 .positional = true},
                import_id);
  }
};

struct ReplayParams {
  std::string source;
  std::string object;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "source", .help = {"Source", "Источник"}, .allowed = {}, .required = true, .positional = true},
                source);
    visitor.Add({.name = "object", .help = {"Object", "Объект"}, .allowed = {}, .required = true, .positional = true},
                object);
  }
};

struct UndoDecisionParams {
  std::int64_t decision_id = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "decision_id",
                 .help = {"Which decision", "Какое решение"},
                 .allowed = {},
                 .required = true,
                 .positional = true},
                decision_id);
  }
};

struct ImportParams {
  std::vector<std::string> uploads;
  bool dry_run = false;
  std::string mapping;
  std::string exported_at;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "uploads",
                 .help = {"Ids of uploaded files", "Идентификаторы загруженных файлов"},
                 .allowed = {},
                 .required = true},
                uploads);
    visitor.Add({.name = "dry_run", .help = {"Only show what would happen", "Только показать, что произойдёт"}},
                dry_run);
    visitor.Add({.name = "mapping",
                 .help = {"Read with this mapping (source/object)", "Читать по этому сопоставлению (источник/объект)"}},
                mapping);
    visitor.Add({.name = "exported_at", .help = {"When the export was taken", "Когда сделана выгрузка"}}, exported_at);
  }
};

template <typename P>
Action Declared(std::string id, Text title, Text help, std::string right, std::vector<TableSpec> tables) {
  Info info;
  info.id = std::move(id);
  info.title = std::move(title);
  info.help = std::move(help);
  info.right = std::move(right);
  info.tables = std::move(tables);
  return {.info = std::move(info), .params = analysis::SpecsOf<P>(), .inverse = {}};
}

Result<Effect> UndoImport(store::Connection& connection, const UndoImportParams& params, std::int64_t version) {
  WEIR_TRY(sources::UndoImport(connection, params.import_id, version));
  return Effect{.kind = "undo",
                .subject = fmt::format("import:{}", params.import_id),
                .before = "committed",
                .after = "undone",
                .undoes = {},
                .output = {}};
}

Result<Effect> Replay(store::Connection& connection, const ReplayParams& params, const ActionSetup& setup,
                      std::int64_t version) {
  const sources::Mapping* mapping = setup.mappings.Find(params.source, params.object);
  if (mapping == nullptr)
    return Fail(NotFound("there is no mapping {}/{}", params.source, params.object).Field("object"));
  WEIR_TRY(const analysis::Settings settings, ReadSettings(connection, version));
  sources::ImportContext context;
  context.data_version = version;
  WEIR_TRY(context.reporting_zone, TimeZone::Find(settings.time_zone));
  context.default_region = settings.default_region;
  context.default_currency = settings.currency == kNoCurrency ? "" : settings.currency;
  context.now = setup.now;
  context.stop = setup.stop;
  WEIR_TRY(context.import_id, sources::BeginImport(connection, "replay", version, setup.now));
  WEIR_TRY(std::vector<sources::ImportReport> reports, sources::ReplayRejects(connection, *mapping, context));
  WEIR_TRY(sources::FinishImport(connection, context.import_id, WallClockNow()));
  std::vector<FileOutcome> outcomes;
  for (sources::ImportReport& report : reports) {
    FileOutcome outcome;
    outcome.file = report.file;
    outcome.state = "imported";
    outcome.source = report.source;
    outcome.object = report.object;
    outcome.score = 1.0;
    outcome.import_id = context.import_id;
    outcome.report = std::move(report);
    outcomes.push_back(std::move(outcome));
  }
  return Effect{.kind = "import",
                .subject = fmt::format("rejects:{}/{}", params.source, params.object),
                .before = nullptr,
                .after = fmt::format("import:{}", context.import_id),
                .undoes = {},
                .output = ImportOutput(outcomes)};
}

IdentitySetup IdentitySetupOf(const ActionSetup& setup, std::int64_t version) {
  return {.host = setup.host, .principal = setup.principal, .now = setup.now, .version = version};
}

Result<Effect> UndoDecision(store::Connection& connection, const RawParams& params, const ActionSetup& setup,
                            std::int64_t version) {
  WEIR_TRY(const DecisionRow decision, FindUndone(connection, params));
  if (IsPeopleAction(decision.action)) return UndoPeopleChange(connection, decision, version);
  if (decision.action == kCorrect || decision.action == kMend) return UndoCorrection(connection, decision, version);
  if (IsIdentityAction(decision.action)) return UndoIdentity(connection, decision, IdentitySetupOf(setup, version));
  if (!IsSettingsAction(decision.action)) {
    return Fail(Conflict("a decision of {} is not undone this way", decision.action)
                    .Field("decision_id")
                    .Mend(decision.action == "sources.undo" ? MakePhrase("Import the file again")
                                                            : MakePhrase("Take back its import with sources.undo")));
  }
  return UndoSettings(connection, decision, version);
}

Result<Effect> Apply(store::Connection& connection, std::string_view action, const RawParams& raw,
                     const ActionSetup& setup, std::int64_t version) {
  if (setup.mapping != nullptr)
    return ApplyMapping(connection, *setup.mapping, version, setup.principal.user, setup.now);
  if (IsSettingsAction(action)) return ApplySettings(connection, action, raw, version);
  if (action == "sources.undo") {
    WEIR_TRY(const UndoImportParams params, analysis::Bind<UndoImportParams>(raw));
    return UndoImport(connection, params, version);
  }
  if (action == kRemoveDemo) return RemoveDemoData(connection, version);
  if (action == "sources.replay") {
    WEIR_TRY(const ReplayParams params, analysis::Bind<ReplayParams>(raw));
    return Replay(connection, params, setup, version);
  }
  if (action == kUndoDecision) return UndoDecision(connection, raw, setup, version);
  if (action == kCorrect) {
    return CorrectRecord(connection, setup.corrections.front(),
                         {.mappings = setup.mappings, .reason = setup.reason, .now = setup.now, .version = version});
  }
  if (action == kMend) {
    return MendRecords(connection, raw, setup.corrections,
                       {.mappings = setup.mappings, .reason = setup.reason, .now = setup.now, .version = version});
  }
  if (IsPeopleAction(action)) return ChangePeople(connection, action, raw, version);
  if (IsIdentityAction(action)) return DecideIdentity(connection, action, raw, IdentitySetupOf(setup, version));
  return Fail(BadUsage("'{}' is not done this way", action));
}

}  // namespace

TableSpec DecisionTable() {
  return {.name = "decision",
          .title = {"Decision", "Решение"},
          .key = {"decision_id"},
          .columns = {{"decision_id", ColumnType::kInteger, "", {"Decision", "Решение"}},
                      {"data_version", ColumnType::kInteger, "", {"Data version", "Версия данных"}},
                      {"action", ColumnType::kText, "", {"Action", "Действие"}},
                      {"subject", ColumnType::kText, "", {"What", "Что"}},
                      {"before", ColumnType::kJson, "", {"Before", "Было"}},
                      {"after", ColumnType::kJson, "", {"After", "Стало"}}},
          .chart = {}};
}

Decision DecisionOf(const DecisionRow& row, analysis::Output output) {
  const TableSpec spec = DecisionTable();
  output.tables.push_back({.name = spec.name,
                           .key = spec.key,
                           .columns = spec.columns,
                           .rows = {{row.id, row.data_version, row.action, row.subject, row.before, row.after}},
                           .next_cursor = {},
                           .total_rows = {}});
  return {.subject = row.subject, .before = row.before, .after = row.after, .output = std::move(output)};
}

Result<DecisionRow> FindUndone(store::Session& session, const RawParams& raw) {
  WEIR_TRY(const UndoDecisionParams params, analysis::Bind<UndoDecisionParams>(raw));
  WEIR_TRY(DecisionRow decision, FindDecision(session, params.decision_id));
  if (decision.undone_by) {
    return Fail(Conflict("decision {} is already undone by {}", decision.id, *decision.undone_by).Field("decision_id"));
  }
  return decision;
}

std::vector<Action> WorkspaceActions() {
  std::vector<Action> all;
  all.push_back(Declared<ImportParams>(
      "sources.import", {"Import files", "Импорт файлов"},
      {"Recognise uploaded files and bring them in", "Распознать загруженные файлы и принять их"}, "import",
      ImportTables()));
  all.push_back(Declared<UndoImportParams>(
      "sources.undo", {"Take an import back", "Отменить импорт"},
      {"Its rows no longer count; nothing is deleted", "Его строки больше не учитываются; ничего не удаляется"},
      "import", {DecisionTable()}));
  all.push_back(Declared<NoParams>(
      std::string(kRemoveDemo), {"Remove the demo data", "Убрать демонстрационные данные"},
      {"All imports of invented files are taken back at once; your own imports, decisions and settings stay",
       "Все импорты придуманных файлов отменяются разом; ваши импорты, решения и настройки остаются"},
      "import", {DecisionTable()}));
  all.push_back(Declared<ReplayParams>("sources.replay", {"Read rejected rows again", "Прочитать отказы заново"},
                                       {"After a mapping was mended", "После исправления сопоставления"}, "import",
                                       ImportTables()));
  for (Action& action : MappingActions()) all.push_back(std::move(action));
  for (Action& action : SettingsActions()) all.push_back(std::move(action));
  all.push_back(Declared<UndoDecisionParams>(std::string(kUndoDecision), {"Undo a decision", "Отменить решение"},
                                             {"Puts back what was before", "Возвращает то, что было"}, "decide",
                                             {DecisionTable()}));
  all.push_back(Declared<NoParams>("model.build", {"Build the model", "Построить модель"},
                                   {"Brings the model to the newest data; does nothing where nothing changed",
                                    "Приводит модель к последним данным; если ничего не изменилось, ничего не делает"},
                                   "import", {}));
  for (Action& action : PeopleActions()) all.push_back(std::move(action));
  all.push_back(CorrectAction());
  all.push_back(MendAction());
  for (Action& action : IdentityActions()) all.push_back(std::move(action));
  all.push_back(MatchAction());
  for (Action& action : AccountActions()) all.push_back(std::move(action));
  for (Action& action : MetricActions()) all.push_back(std::move(action));
  for (Action& action : KeptActions()) all.push_back(std::move(action));
  for (Action& action : CommentActions()) all.push_back(std::move(action));
  for (Action& action : DiagnosisSealActions()) all.push_back(std::move(action));
  for (Action& action : SurveyActions()) all.push_back(std::move(action));
  for (Action& action : ForecastActions()) all.push_back(std::move(action));
  for (Action& action : LeakActions()) all.push_back(std::move(action));
  for (Action& action : DeliveryActions()) all.push_back(std::move(action));
  for (Action& action : RegisterActions()) all.push_back(std::move(action));
  return all;
}

Result<Decision> Decide(store::Connection& connection, std::string_view action, Effect effect, std::int64_t version,
                        const Decider& by) {
  WEIR_TRY(CommitVersion(connection, version, effect.kind, effect.subject, by.who, by.now));
  DecisionRow row{.id = 0,
                  .data_version = version,
                  .action = std::string(action),
                  .subject = effect.subject,
                  .before = effect.before.dump(),
                  .after = effect.after.dump(),
                  .undone_by = {}};
  WEIR_TRY(row.id, AppendDecision(connection, row, by.who, by.reason, by.now, effect.undoes));
  return DecisionOf(row, std::move(effect.output));
}

Result<Decision> PerformAction(store::Connection& connection, std::string_view action, const RawParams& params,
                               const ActionSetup& setup) {
  const store::StopGuard interrupt(setup.stop, [&] { connection.Interrupt(); });
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  const std::int64_t version = newest + 1;
  WEIR_TRY(Effect effect, Apply(connection, action, params, setup, version));
  WEIR_TRY(Decision decision, Decide(connection, action, std::move(effect), version,
                                     {.who = setup.principal.user, .reason = setup.reason, .now = setup.now}));
  WEIR_TRY(transaction.Commit());
  return decision;
}

}  // namespace weir::workspace
