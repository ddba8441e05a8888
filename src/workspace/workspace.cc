#include "workspace/workspace.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <list>
#include <mutex>

#include "base/random.h"
#include "engine/everything.h"
#include "sources/mapping.h"
#include "store/database.h"
#include "workspace/actions.h"
#include "workspace/analyses.h"
#include "workspace/builder.h"
#include "workspace/importer.h"
#include "workspace/known.h"
#include "workspace/ledger.h"
#include "workspace/lock.h"
#include "workspace/migrations.h"
#include "workspace/snapshots.h"

namespace weir::workspace {
namespace {

constexpr std::size_t kKnownKept = 3;  // past models kept open

std::filesystem::path StorePath(const std::filesystem::path& home) { return home / "weir.duckdb"; }

Status MakeHome(const OpenOptions& options) {
  std::error_code error;
  if (std::filesystem::exists(StorePath(options.home), error)) return {};
  if (!options.create) {
    return Fail(NotFound("there is no workspace")
                    .At(options.home.string())
                    .Mend("Make one with 'weir init', or drop exports in with 'weir up FILES'"));
  }
  std::filesystem::create_directories(options.home, error);
  if (error) return Fail(Unavailable("cannot make the workspace: {}", error.message()).At(options.home.string()));
  std::filesystem::permissions(options.home, std::filesystem::perms::owner_all, error);
  if (error) return Fail(Unavailable("cannot protect the workspace: {}", error.message()).At(options.home.string()));
  return {};
}

store::OpenOptions StoreOptions(const OpenOptions& options) {
  store::OpenOptions store;
  store.read_only = options.access == Access::kRead;
  store.threads = options.threads;
  store.memory_limit = options.memory_limit;
  return store;
}

// A new workspace has an empty model from the first moment, so that every question has an answer.
Status BuildFirst(const store::Database& database, const sources::MappingCatalog& mappings) {
  WEIR_TRY(store::Connection connection, database.Connect());
  WEIR_TRY(const std::int64_t views,
           connection.QueryInteger("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'scoped'"));
  if (views > 0) return {};
  WEIR_TRY(BuildStore(connection, mappings, {}, {}));
  return {};
}

std::string FingerprintOf(const sources::MappingCatalog& mappings) {
  std::string text;
  for (const sources::Mapping& mapping : mappings.mappings) text += fmt::format("{:x}", mapping.fingerprint);
  return fmt::format("{:x}", HashText(text));
}

Result<std::optional<Instant>> ParseMoment(const std::string& text, const std::string& zone_name) {
  if (text.empty()) return std::optional<Instant>{};
  WEIR_TRY(const TimeZone zone, TimeZone::Find(zone_name));
  if (const auto date = ParseIsoDate(text)) return std::optional<Instant>(zone.StartOfDay(*date));
  if (const auto instant = ParseIsoInstant(text)) return std::optional<Instant>(*instant);
  return Fail(BadUsage("'{}' is not a moment", text)
                  .Field("exported_at")
                  .Mend("Use a date (2026-11-23) or an instant (2026-11-23T09:40:00Z)"));
}

// Where nothing came in, not a byte of the workspace changes, unless an earlier run was stopped before its build.
Result<bool> NeedsBuild(store::Connection& connection, const std::vector<FileOutcome>& outcomes) {
  if (std::ranges::find(outcomes, "imported", &FileOutcome::state) != outcomes.end()) return true;
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  WEIR_TRY(const std::int64_t built, connection.QueryInteger("SELECT max(data_version) FROM meta.built"));
  return built != newest;
}

// An import of which no file could be read has failed: the error of the only file, or of the first few.
std::optional<Error> FailureOfAll(const std::vector<FileOutcome>& outcomes) {
  constexpr std::size_t kNamed = 5;
  if (outcomes.empty()) return std::nullopt;
  if (!std::ranges::all_of(outcomes, [](const FileOutcome& outcome) { return outcome.error.has_value(); })) {
    return std::nullopt;
  }
  if (outcomes.size() == 1) return outcomes.front().error;
  std::string reasons;
  for (std::size_t i = 0; i < std::min(outcomes.size(), kNamed); ++i) {
    reasons += (i == 0 ? "" : "; ") + outcomes[i].error->ToString();
  }
  return BadInput("none of the {} files could be read: {}{}", outcomes.size(), reasons,
                  outcomes.size() > kNamed ? "; ..." : "");
}

}  // namespace

// A model of the past, with the readers of its own store.
struct KnownModel {
  std::int64_t version = 0;
  store::Database database;
  std::shared_ptr<ReaderPool> readers;
};

class Workspace::State {
 public:
  State(OpenOptions with, std::optional<WorkspaceLock> held, store::Database opened, sources::MappingCatalog loaded)
      : options(std::move(with)),
        lock(std::move(held)),
        database(std::move(opened)),
        mappings(std::move(loaded)),
        readers(std::make_shared<ReaderPool>(database)) {}

  OpenOptions options;
  std::optional<WorkspaceLock> lock;
  store::Database database;
  sources::MappingCatalog mappings;
  std::string definitions;
  std::shared_ptr<ReaderPool> readers;
  std::unique_ptr<engine::Engine> engine;

  std::mutex writing;  // one writer at a time
  std::mutex known_mutex;
  std::list<std::shared_ptr<KnownModel>> known;  // most recently used first

  std::mutex listeners_mutex;
  std::vector<std::function<void(std::int64_t)>> listeners;

  void Tell(std::int64_t version) {
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
};

Result<std::shared_ptr<KnownModel>> Workspace::State::Known(std::int64_t version, std::stop_token stop) {
  const std::lock_guard guard(known_mutex);
  for (auto at = known.begin(); at != known.end(); ++at) {
    if ((*at)->version != version) continue;
    known.splice(known.begin(), known, at);
    return known.front();
  }
  WEIR_TRY(store::Connection from, database.Connect());
  // Readers of a workspace that they may not write to build the past in memory.
  const std::filesystem::path path = options.access == Access::kWrite
                                         ? options.home / "known" / fmt::format("{}.duckdb", version)
                                         : std::filesystem::path();
  store::OpenOptions store = StoreOptions(options);
  store.read_only = false;
  WEIR_TRY(store::Database past, BuildKnown(from, version, path, mappings, store, stop));
  auto model = std::make_shared<KnownModel>(KnownModel{version, std::move(past), nullptr});
  model->readers = std::make_shared<ReaderPool>(model->database);
  known.push_front(model);
  while (known.size() > kKnownKept) known.pop_back();
  return model;
}

std::filesystem::path DefaultHome(std::string_view home_flag) {
  if (!home_flag.empty()) return home_flag;
  const char* from_environment = std::getenv("WEIR_HOME");
  if (from_environment != nullptr && *from_environment != '\0') return from_environment;
  return ".weir";
}

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::~Workspace() = default;

Result<std::unique_ptr<Workspace>> Workspace::Open(const OpenOptions& options) {
  WEIR_TRY(MakeHome(options));
  std::optional<WorkspaceLock> lock;
  if (options.access == Access::kWrite) {
    WEIR_TRY(WorkspaceLock taken, WorkspaceLock::Take(options.home, options.lock_wait));
    lock.emplace(std::move(taken));
  }
  WEIR_TRY(store::Database database, store::Database::Open(StorePath(options.home), StoreOptions(options)));
  if (options.access == Access::kWrite) {
    WEIR_TRY(store::Connection connection, database.Connect());
    WEIR_TRY(Migrate(connection));
  }
  WEIR_TRY(const sources::RecordSchema records, sources::LoadRecordSchema());
  WEIR_TRY(sources::MappingCatalog mappings, sources::LoadMappings(records, options.home / "sources"));
  if (options.access == Access::kWrite) WEIR_TRY(BuildFirst(database, mappings));
  auto state = std::make_unique<State>(options, std::move(lock), std::move(database), std::move(mappings));
  WEIR_TRY(engine::Everything everything, engine::LoadEverything(options.home));
  state->definitions = FingerprintOf(state->mappings) + everything.definitions_fingerprint;
  for (analysis::Analysis& analysis : WorkspaceAnalyses()) everything.analyses.push_back(std::move(analysis));
  std::unique_ptr<Workspace> workspace(new Workspace(std::move(state)));
  workspace->state_->engine =
      std::make_unique<engine::Engine>(engine::Catalog(std::move(everything.analyses), WorkspaceActions()), *workspace);
  return workspace;
}

const std::filesystem::path& Workspace::home() const { return state_->options.home; }
engine::Engine& Workspace::engine() { return *state_->engine; }

void Workspace::OnChange(std::function<void(std::int64_t)> listener) {
  const std::lock_guard guard(state_->listeners_mutex);
  state_->listeners.push_back(std::move(listener));
}

Result<engine::Answer> Workspace::Import(const ImportRequest& request, const analysis::Principal& principal,
                                         const analysis::Progress& progress, std::stop_token stop) {
  if (!principal.Has("import")) return Fail(Forbidden("importing needs the right 'import'"));
  WEIR_TRY(state_->RequireWriter());
  std::vector<FileOutcome> outcomes;
  bool needs_build = false;
  {
    const std::lock_guard guard(state_->writing);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    const store::StopGuard interrupt(stop, [&] { connection.Interrupt(); });
    WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
    ImportSetup setup{
        .mappings = state_->mappings, .settings = {}, .who = principal.user, .now = WallClockNow(), .exported_at = {}};
    WEIR_TRY(setup.settings, ReadSettings(connection, newest));
    WEIR_TRY(setup.exported_at, ParseMoment(request.exported_at, setup.settings.time_zone));
    WEIR_TRY(outcomes, ImportAll(connection, request, setup, progress, stop));
    WEIR_TRY(needs_build, NeedsBuild(connection, outcomes));
  }
  if (auto failure = FailureOfAll(outcomes)) return Fail(std::move(*failure));
  if (!request.dry_run && needs_build) WEIR_TRY(Build(progress, stop));
  WEIR_TRY(std::unique_ptr<engine::Snapshot> snapshot, Take(std::nullopt, stop));
  return engine::Answer{.analysis = "sources.import",
                        .definition_id = "sources.import",
                        .definition_version = 1,
                        .params = {},
                        .scope = principal.Fingerprint(),
                        .as_of = snapshot->newest(),
                        .known_at = snapshot->known_at(),
                        .data_version = snapshot->data_version(),
                        .currency = snapshot->settings().currency,
                        .seed = 0,
                        .output = ImportOutput(outcomes)};
}

Status Workspace::Build(const analysis::Progress& progress, std::stop_token stop) {
  WEIR_TRY(state_->RequireWriter());
  BuildOutcome outcome;
  {
    const std::lock_guard guard(state_->writing);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    WEIR_TRY(outcome, BuildStore(connection, state_->mappings, progress, stop));
  }
  if (outcome.changed) state_->Tell(outcome.data_version);
  return {};
}

Result<std::unique_ptr<engine::Snapshot>> Workspace::Take(std::optional<std::int64_t> known_at, std::stop_token stop) {
  WEIR_TRY(std::unique_ptr<engine::Snapshot> present, TakeSnapshot(state_->readers, state_->definitions));
  if (!known_at || *known_at == present->data_version()) return present;
  if (*known_at > present->data_version() || *known_at < 0) {
    return Fail(BadUsage("there is no data version {}; the newest is {}", *known_at, present->data_version())
                    .Field("known_at"));
  }
  present.reset();
  WEIR_TRY(std::shared_ptr<KnownModel> model, state_->Known(*known_at, stop));
  // The snapshot keeps its pool alive, and the pool its model.
  std::shared_ptr<ReaderPool> readers(model, model->readers.get());
  return TakeSnapshot(std::move(readers), state_->definitions);
}

Result<analysis::Decision> Workspace::Perform(std::string_view action, const analysis::RawParams& params,
                                              std::string_view reason, const analysis::Principal& principal,
                                              const analysis::Progress& progress, std::stop_token stop) {
  WEIR_TRY(state_->RequireWriter());
  if (action == "model.build") {
    WEIR_TRY(Build(progress, stop));
    return analysis::Decision{};
  }
  analysis::Decision decision;
  {
    const std::lock_guard guard(state_->writing);
    WEIR_TRY(store::Connection connection, state_->database.Connect());
    const ActionSetup setup{.mappings = state_->mappings,
                            .who = principal.user,
                            .reason = std::string(reason),
                            .now = WallClockNow(),
                            .progress = progress,
                            .stop = stop};
    WEIR_TRY(decision, PerformAction(connection, action, params, setup));
  }
  WEIR_TRY(Build(progress, stop));
  return decision;
}

}  // namespace weir::workspace
