#include "workspace/workspace.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <list>
#include <mutex>

#include "engine/cache.h"
#include "people/vocabulary.h"
#include "store/database.h"
#include "workspace/account_actions.h"
#include "workspace/account_teams.h"
#include "workspace/actions.h"
#include "workspace/aside_actions.h"
#include "workspace/ask_before_commit.h"
#include "workspace/builder.h"
#include "workspace/comments.h"
#include "workspace/definitions.h"
#include "workspace/exclusion_actions.h"
#include "workspace/first_screen.h"
#include "workspace/forecast_words.h"
#include "workspace/importer.h"
#include "workspace/known.h"
#include "workspace/known_model.h"
#include "workspace/leak_states.h"
#include "workspace/ledger.h"
#include "workspace/lifecycle_actions.h"
#include "workspace/lock.h"
#include "workspace/mapping_actions.h"
#include "workspace/marts.h"
#include "workspace/match_desk.h"
#include "workspace/mend_actions.h"
#include "workspace/metric_change.h"
#include "workspace/migrations.h"
#include "workspace/people_actions.h"
#include "workspace/reading.h"
#include "workspace/setting_values.h"
#include "workspace/settings_actions.h"
#include "workspace/snapshots.h"
#include "workspace/store_file.h"
#include "workspace/subscriptions.h"
#include "workspace/use_count.h"
#include "workspace/writing.h"

namespace weir::workspace {
namespace {

constexpr std::string_view kImport = "sources.import";
constexpr std::size_t kKnownKept = 3;  // past models kept open

std::filesystem::path KnownFolder(const std::filesystem::path& home) { return home / "known"; }

}  // namespace

class Workspace::State {
 public:
  State(OpenOptions with, std::optional<WorkspaceLock> held, store::Database opened, ReadBy by)
      : options(std::move(with)),
        lock(std::move(held)),
        database(std::move(opened)),
        problems(by.definitions->mappings.problems),
        readers(std::make_shared<ReaderPool>(database)),
        read_by_(std::move(by)) {}

  OpenOptions options;
  std::optional<WorkspaceLock> lock;
  store::Database database;
  std::vector<Error> problems;  // of own mappings that are left out
  std::shared_ptr<ReaderPool> readers;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<access::Access> access;
  std::unique_ptr<Deliveries> deliveries;
  std::unique_ptr<MatchDesk> match;

  Writers writers;
  std::atomic<std::uint64_t> words_on_leaks = 0;
  FilesToCome to_come;  // what an import of the first part left
  std::mutex known_mutex;
  std::list<std::shared_ptr<KnownModel>> known;  // most recently used first
  std::int64_t known_files = 0;                  // made so far: each past model has a file of its own

  std::mutex listeners_mutex;
  std::vector<std::function<void(std::int64_t)>> listeners;

  // By what the newest model is read.
  ReadBy Reading() const {
    const std::lock_guard guard(reading_mutex_);
    ReadBy now = read_by_;
    if (auto warning = to_come.Warning()) now.warnings.push_back(std::move(*warning));
    return now;
  }
  std::shared_ptr<const Definitions> InForce() const { return Reading().definitions; }
  // From now on by these: the engine's own catalogue is that of the opening.
  void ReadFrom(std::shared_ptr<const Definitions> definitions) {
    const std::lock_guard guard(reading_mutex_);
    read_by_.definitions = std::move(definitions);
    read_by_.is_past = true;
  }

  // Whether it is an agreement on a metric, or takes one back.
  Result<bool> IsOnMetric(std::string_view action, const analysis::RawParams& params) const {
    if (action != kUndoDecision) return IsMetricAction(action);
    WEIR_TRY(store::Connection connection, database.Connect());
    WEIR_TRY(const DecisionRow decision, FindUndone(connection, params));
    return IsMetricAction(decision.action);
  }

  std::optional<access::StaffMember> MemberOf(const analysis::Principal& principal) const {
    const std::optional<access::Account> account = access->accounts().Find(principal.user);
    return account ? access->staff().Find(account->email) : std::nullopt;
  }
  // Of the member whom the account is tied to, else what the account says.
  std::string DepartmentOf(const analysis::Principal& principal) const {
    const std::optional<access::Account> account = access->accounts().Find(principal.user);
    if (!account) return {};
    const auto member = MemberOf(principal);
    const std::string& said = member && !member->department.empty() ? member->department : account->department;
    return people::CodeOf(people::Departments(), said).value_or(said);
  }

  void Tell(std::int64_t version) {
    if (engine) engine->NoteVersion(version);
    if (match) match->NoteVersion(version);
    std::vector<std::function<void(std::int64_t)>> told;
    {
      const std::lock_guard guard(listeners_mutex);
      told = listeners;
    }
    for (const auto& listener : told) listener(version);
  }

  Status RequireWriter() const {
    if (options.access == Access::kWrite) return {};
    return Fail(Forbidden("the workspace is open for reading only").At(options.home.string()));
  }

  Result<std::shared_ptr<KnownModel>> Known(std::int64_t version, std::stop_token stop);
  Result<ReadBy> DefinitionsOf(std::int64_t version, store::Session& session) const;

 private:
  mutable std::mutex reading_mutex_;
  ReadBy read_by_;
};

Result<ReadBy> Workspace::State::DefinitionsOf(std::int64_t version, store::Session& session) const {
  WEIR_TRY(const std::optional<DefinitionSet> set, DefinitionsAt(session, version));
  ReadBy now = Reading();
  if (!set || set->Fingerprint() == now.definitions->fingerprint) {
    now.warnings.clear();
    return now;
  }
  auto understood = Understand(*set);
  if (!understood) {
    return Fail(std::move(understood)
                    .error()
                    .Mend("This is a definition of data version {}: ask with the program that wrote it", version));
  }
  return ReadBy{.definitions = std::move(*understood), .is_past = true, .warnings = {}};
}

Result<std::shared_ptr<KnownModel>> Workspace::State::Known(std::int64_t version, std::stop_token stop) {
  const std::lock_guard guard(known_mutex);
  for (auto at = known.begin(); at != known.end(); ++at) {
    if ((*at)->version() != version) continue;
    known.splice(known.begin(), known, at);
    return known.front();
  }
  WEIR_TRY(store::Connection from, database.Connect());
  // Readers of a workspace that they may not write to build the past in memory.
  const std::filesystem::path path =
      options.access == Access::kWrite ? KnownFolder(options.home) / fmt::format("{}-{}.duckdb", version, ++known_files)
                                       : std::filesystem::path();
  store::OpenOptions store = StoreOptions(options);
  store.read_only = false;
  WEIR_TRY(ReadBy by, DefinitionsOf(version, from));
  WEIR_TRY(store::Database past, BuildKnown(from, version, path, *by.definitions, store, stop));
  auto model = std::make_shared<KnownModel>(version, path, std::move(past), std::move(by));
  known.push_front(model);
  while (known.size() > kKnownKept) known.pop_back();
  return model;
}

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::~Workspace() {
  state_->match.reset();  // it reads in a thread of its own
  EndUse(*state_->access, state_->options);
}

Result<std::unique_ptr<Workspace>> Workspace::Open(const OpenOptions& options) {
  WEIR_TRY(MakeHome(options));
  std::optional<WorkspaceLock> lock;
  if (options.access == Access::kWrite) {
    WEIR_TRY(WorkspaceLock taken, WorkspaceLock::Take(options.home, options.lock_wait));
    lock.emplace(std::move(taken));
  }
  WEIR_TRY(const DefinitionSet set, ReadDefinitions(options.home));
  std::optional<store::Database> database;
  ReadBy by;
  if (options.access == Access::kWrite) {
    std::error_code ignored;
    std::filesystem::remove_all(KnownFolder(options.home), ignored);  // of a process that was killed
    // A set that is not understood is not recorded.
    WEIR_TRY(by.definitions, Understand(set));
    WEIR_TRY(database, OpenToWrite(options, set, *by.definitions));
  } else {
    WEIR_TRY(database, OpenStore(options));
    WEIR_TRY(by, PrepareToRead(options, set, database));
  }
  engine::Catalog catalog = by.definitions->catalog;
  auto state = std::make_unique<State>(options, std::move(lock), std::move(*database), std::move(by));
  state->problems.insert(state->problems.end(), set.problems.begin(), set.problems.end());
  access::AccessOptions accounts = options.accounts;
  accounts.is_writable = options.access == Access::kWrite;
  WEIR_TRY(state->access, access::Access::Open(state->database, std::move(accounts)));
  WEIR_TRY(TieAccounts(state->database, *state->access));
  std::unique_ptr<Workspace> workspace(new Workspace(std::move(state)));
  State& made = *workspace->state_;
  made.engine = std::make_unique<engine::Engine>(std::move(catalog), *workspace, engine::RoomForAnswers());
  made.engine->StoreAnswersIn(options.home / "answers");
  made.deliveries = std::make_unique<Deliveries>(made.database, *made.engine, *made.access, options.home);
  // In the background: half of the threads are left to whoever asks something else.
  made.match = std::make_unique<MatchDesk>(*workspace, (Executor(options.threads).threads() + 1) / 2);
  WEIR_TRY(FollowUse(made.database, *made.access));
  made.engine->OnAnswered(
      [&made](const engine::Question& question, const engine::Answer& answer, const analysis::Principal& principal) {
        const Things things = ThingsAsked(*made.InForce()->metrics, question, answer);
        NoteUse(*made.access, things, principal, made.DepartmentOf(principal));
      });
  return workspace;
}

const std::filesystem::path& Workspace::home() const { return state_->options.home; }
engine::Engine& Workspace::engine() { return *state_->engine; }
access::Access& Workspace::access() { return *state_->access; }
Result<store::Connection> Workspace::Connect() { return state_->database.Connect(); }
std::shared_ptr<const Definitions> Workspace::definitions() const { return state_->InForce(); }
std::vector<std::string> Workspace::LeftBehind() const { return state_->to_come.Titles(); }
Deliveries& Workspace::deliveries() { return *state_->deliveries; }

std::optional<Result<engine::Answer>> Workspace::MatchNow(const analysis::RawParams& params,
                                                          const analysis::Principal& principal) {
  return state_->match->AnswerNow(params, principal);
}

void Workspace::OnChange(std::function<void(std::int64_t)> listener) {
  const std::lock_guard guard(state_->listeners_mutex);
  state_->listeners.push_back(std::move(listener));
}

Result<engine::Answer> Workspace::Import(const ImportRequest& request, const analysis::Principal& principal,
                                         const analysis::Progress& progress, std::stop_token stop) {
  if (!principal.Has("import")) return Fail(Forbidden("importing needs the right 'import'"));
  WEIR_TRY(state_->RequireWriter());
  ImportedFiles imported;
  bool needs_build = false;
  WEIR_CHECK(request.part == ImportPart::kAll || !request.dry_run);
  {
    const Writers::Turn turn(state_->writers);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    const store::StopGuard interrupt(stop, [&] { connection.Interrupt(); });
    WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
    const std::shared_ptr<const Definitions> in_force = state_->InForce();
    ImportSetup setup{.mappings = in_force->mappings,
                      .settings = {},
                      .who = principal.user,
                      .now = WallClockNow(),
                      .exported_at = {},
                      .is_whole = request.is_whole,
                      .threads = state_->options.threads,
                      .behind = state_->to_come.Files()};
    WEIR_TRY(setup.has_large_model, HasLargeModel(connection, *in_force, request.least_observations_served));
    WEIR_TRY(setup.settings, ReadSettings(connection, newest));
    WEIR_TRY(setup.exported_at, ParseMoment(request.exported_at, setup.settings.time_zone));
    auto all = ImportAll(state_->database, connection, request, setup, progress, stop);
    const bool is_lost = request.part == ImportPart::kBehind && (!all || FailureOfAll(all->outcomes));
    if (is_lost) state_->to_come.Set({}, false);  // whoever asked for the import is told why
    WEIR_TRY(imported, std::move(all));
    WEIR_TRY(needs_build, NeedsBuild(connection, imported.outcomes));
    if (request.part == ImportPart::kBehind) needs_build = true;  // what the first screen did not need waits
    if (request.part == ImportPart::kFirstScreen) state_->to_come.Set(imported.behind, setup.has_large_model);
  }
  auto failure = imported.behind.empty() ? FailureOfAll(imported.outcomes) : std::nullopt;
  if (failure) return Fail(std::move(*failure));
  if (!request.dry_run) {
    for (const FileOutcome& outcome : imported.outcomes) {
      if (outcome.import_id > 0)
        state_->access->Record(principal, kImport, fmt::format("import:{}", outcome.import_id));
    }
  }
  if (!request.dry_run && needs_build) {
    const WhoAsks who{
        .engine = *state_->engine, .principal = principal, .least_observations = request.least_observations_served};
    const bool is_all = imported.behind.empty();
    WEIR_TRY(Build(is_all ? BuildReach::kAll : BuildReach::kFirstScreen, is_all ? &who : nullptr, progress, stop));
  }
  if (request.part == ImportPart::kBehind) {  // only now is all complete; a write, so that no answer says otherwise
    const Writers::Turn turn(state_->writers);
    state_->to_come.Set({}, false);
  }
  WEIR_TRY(std::unique_ptr<engine::Snapshot> snapshot, Take(std::nullopt, stop));
  analysis::Output output = ImportOutput(imported.outcomes);
  if (!request.dry_run && needs_build) WEIR_TRY(AddNotices(*state_->engine, principal, stop, output));
  WarnOfMappings(state_->problems, output);
  return ImportAnswer(*snapshot, principal, std::move(output));
}

Status Workspace::Build(const analysis::Progress& progress, std::stop_token stop) {
  return Build(BuildReach::kAll, nullptr, progress, std::move(stop));
}

Status Workspace::Build(BuildReach reach, const WhoAsks* who, const analysis::Progress& progress,
                        std::stop_token stop) {
  WEIR_TRY(state_->RequireWriter());
  BuildOutcome outcome;
  {
    const Writers::Turn turn(state_->writers);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    const ReadBy read_by = state_->Reading();
    BuildOptions options{.reach = reach, .least_rows_by_parts = state_->options.least_rows_by_parts};
    if (who != nullptr) {
      options.before_commit = [&] { return AskBeforeCommit(connection, *who, read_by, progress, stop); };
    }
    WEIR_TRY(outcome, BuildStore(connection, *read_by.definitions, progress, stop, options));
  }
  WEIR_TRY(TieAccounts(state_->database, *state_->access));
  WEIR_TRY(FollowUse(state_->database, *state_->access));
  if (outcome.changed) {
    KeepUse(*state_->access, state_->options);
    state_->Tell(outcome.data_version);
  }
  return {};
}

Result<bool> Workspace::KeepMarts(std::stop_token stop) {
  WEIR_TRY(state_->RequireWriter());
  const Writers::Turn turn(state_->writers);
  return workspace::KeepMarts(state_->database, *state_->InForce(), std::move(stop));
}

std::optional<std::uint64_t> Workspace::writes() const { return state_->writers.count(); }
std::uint64_t Workspace::words_on_leaks() const { return state_->words_on_leaks; }

Result<std::unique_ptr<engine::Snapshot>> Workspace::Take(std::optional<std::int64_t> known_at, std::stop_token stop) {
  WEIR_TRY(std::unique_ptr<engine::Snapshot> present, TakeSnapshot(state_->readers, state_->Reading()));
  if (!known_at || *known_at == present->data_version()) return present;
  if (*known_at > present->data_version() || *known_at < 0) {
    return Fail(BadUsage("there is no data version {}; the newest is {}", *known_at, present->data_version())
                    .Field("known_at"));
  }
  present.reset();
  WEIR_TRY(std::shared_ptr<KnownModel> model, state_->Known(*known_at, stop));
  // The snapshot keeps its pool alive, and the pool its model.
  std::shared_ptr<ReaderPool> readers(model, model->readers());
  return TakeSnapshot(std::move(readers), model->read_by());
}

Result<analysis::Decision> Workspace::Perform(std::string_view action, const analysis::RawParams& params,
                                              std::string_view reason, const analysis::Principal& principal,
                                              const analysis::Progress& progress, std::stop_token stop) {
  if (action == kMatch) {
    WEIR_TRY(analysis::Output output, state_->match->Answer(params, principal, stop));
    return analysis::Decision{.output = std::move(output)};
  }
  WEIR_TRY(state_->RequireWriter());
  if (action == "model.build") {
    WEIR_TRY(Build(progress, stop));
    return analysis::Decision{};
  }
  analysis::Decision decision;
  WEIR_TRY(std::optional<analysis::Decision> taken, PerformAside(action, params, reason, principal));
  if (taken) {
    if (IsLeakAction(action) || action == kUndoDecision) ++state_->words_on_leaks;
    state_->access->Record(principal, action, taken->subject);
    return std::move(*taken);
  }
  WEIR_TRY(const bool is_on_metric, state_->IsOnMetric(action, params));
  if (is_on_metric) return PerformOnMetric(action, params, reason, principal, progress, stop);
  analysis::RawParams with = params;
  if (action == kAcceptSetup) {
    WEIR_TRY(with, WithProposals(*state_->engine, params, principal, stop));
  }
  WEIR_TRY(const auto corrections, CorrectionsFor(*state_->engine, action, params, principal, stop));
  std::vector<analysis::Warning> warnings;
  if (action == kSetExclusion) {
    WEIR_TRY(warnings, JudgeExclusion(*state_->engine, params, principal, stop));
  }
  {
    const Writers::Turn turn(state_->writers);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    const std::shared_ptr<const Definitions> in_force = state_->InForce();
    WEIR_TRY(const std::optional<MappingChange> mapping, MappingChangeOf(connection, action, params));
    const ActionSetup setup{.mappings = in_force->mappings,
                            .mapping = mapping ? &*mapping : nullptr,
                            .host = *this,
                            .principal = principal,
                            .reason = std::string(reason),
                            .now = WallClockNow(),
                            .progress = progress,
                            .stop = stop,
                            .corrections = corrections};
    std::optional<MappingFile> file;
    if (mapping) {
      WEIR_TRY(MappingFile put, MappingFile::Put(state_->options.home, *mapping));
      file.emplace(std::move(put));
    }
    WEIR_TRY(decision, PerformAction(connection, action, with, setup));
    if (mapping) {
      file->Keep();
      std::erase_if(state_->problems, [&](const Error& problem) { return problem.place().file == mapping->path; });
      state_->ReadFrom(mapping->definitions);
    }
  }
  std::ranges::move(warnings, std::back_inserter(decision.output.warnings));
  state_->access->Record(principal, action, decision.subject);
  WEIR_TRY(Build(progress, stop));
  return decision;
}

Result<analysis::Decision> Workspace::PerformOnMetric(std::string_view action, const analysis::RawParams& params,
                                                      std::string_view reason, const analysis::Principal& principal,
                                                      const analysis::Progress& progress, std::stop_token stop) {
  std::optional<engine::Answer> sealed;
  if (action == kSealMetric) {
    WEIR_TRY(const engine::Question question, QuestionOfSeal(params));
    WEIR_TRY(sealed, state_->engine->Ask(question, principal, progress, stop));
  }
  analysis::Decision decision;
  BuildOutcome outcome;
  {
    const Writers::Turn turn(state_->writers);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    const store::StopGuard interrupt(stop, [&] { connection.Interrupt(); });
    const MetricActionSetup setup{.principal = principal,
                                  .department = state_->DepartmentOf(principal),
                                  .reason = std::string(reason),
                                  .now = WallClockNow(),
                                  .sealed = sealed ? &*sealed : nullptr};
    WEIR_TRY(MetricChange changed, ChangeMetric(connection, state_->options.home, action, params, setup));
    decision = std::move(changed.decision);
    if (changed.in_force) state_->ReadFrom(std::move(changed.in_force));
    const std::shared_ptr<const Definitions> in_force = state_->InForce();
    WEIR_TRY(outcome, BuildStore(connection, *in_force, progress, stop,
                                 {.least_rows_by_parts = state_->options.least_rows_by_parts}));
  }
  state_->access->Record(principal, action, decision.subject);
  WEIR_TRY(TieAccounts(state_->database, *state_->access));
  if (outcome.changed) state_->Tell(outcome.data_version);
  return decision;
}

// Changes of accounts, of what people keep and say, and their undoing, which wait for no import. Whoever undoes a
// decision needs the right that taking it needs. Nothing if the action is of another kind.
Result<std::optional<analysis::Decision>> Workspace::PerformAside(std::string_view action,
                                                                  const analysis::RawParams& params,
                                                                  std::string_view reason,
                                                                  const analysis::Principal& principal) {
  const AccountActionSetup setup{
      .access = *state_->access, .principal = principal, .reason = std::string(reason), .now = WallClockNow()};
  const KeptSetup of_kept{
      .principal = principal,
      .reason = setup.reason,
      .now = setup.now,
      .department = state_->DepartmentOf(principal),
      .member = state_->MemberOf(principal),
      .is_account = [&](const std::string& name) { return state_->access->accounts().Find(name).has_value(); },
      .sees = [&](const std::string& subject) { return IsSubjectSeen(*this, principal, subject); },
      .seen = [&] { return SeenNow(*this, principal); },
      .leaks = [&] { return LeaksSeenBy(*state_->engine, principal); },
      .figures = [&] { return FiguresSeenBy(*state_->engine, principal); }};
  if (!IsAccountAction(action) && !IsAsideAction(action) && action != kUndoDecision) {
    return std::optional<analysis::Decision>();
  }
  WEIR_TRY(store::Connection connection, state_->database.Connect());
  if (IsAsideAction(action)) {
    WEIR_TRY(state_->deliveries->CheckChannel(action, params));
    WEIR_TRY(analysis::Decision decision, PerformAsideAction(connection, action, params, of_kept));
    return std::optional(std::move(decision));
  }
  if (IsAccountAction(action)) {
    WEIR_TRY(AccountTeams meant, TeamsMeant(params, connection));
    WEIR_TRY(analysis::Decision decision, PerformAccountAction(action, meant.params, setup));
    std::ranges::move(meant.warnings, std::back_inserter(decision.output.warnings));
    return std::optional(std::move(decision));
  }
  WEIR_TRY(const DecisionRow undone, FindUndone(connection, params));
  const analysis::Action* taken = state_->engine->catalog().FindAction(undone.action);
  if (taken != nullptr && !principal.Has(taken->info.right)) {
    return Fail(Forbidden("undoing '{}' needs the right '{}'", undone.action, taken->info.right));
  }
  if (IsAsideAction(undone.action)) {
    WEIR_TRY(analysis::Decision decision, UndoAsideDecision(connection, undone, of_kept));
    return std::optional(std::move(decision));
  }
  if (!IsAccountAction(undone.action)) return std::optional<analysis::Decision>();
  WEIR_TRY(analysis::Decision decision, UndoAccountDecision(undone, setup));
  return std::optional(std::move(decision));
}

}  // namespace weir::workspace
