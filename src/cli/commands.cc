#include "cli/commands.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/plain_line.h"
#include "cli/backend.h"
#include "cli/progress.h"
#include "docgen/reference.h"
#include "server/server.h"
#include "simulate/simulate.h"
#include "sources/demo_manifest.h"
#include "store/database.h"
#include "workspace/compaction.h"
#include "workspace/local_client.h"
#include "workspace/lock.h"

extern char** environ;

namespace weir::cli {
namespace {

// Where texts for people go: standard output carries only the result.
void Say(const Globals& globals, std::string_view text) {
  if (!globals.is_quiet) fmt::print(stderr, "{}\n", text);
}

workspace::ImportRequest RequestOf(const ImportOptions& options) {
  workspace::ImportRequest request;
  for (const std::string& path : options.paths)
    request.inputs.push_back({.path = path, .descriptor = -1, .name = path});
  request.dry_run = options.dry_run;
  request.recursive = options.recursive;
  request.mapping = options.mapping;
  request.exported_at = options.exported_at;
  return request;
}

// Lines for people, in their language.
void SayNotices(const Globals& globals, const engine::Answer& answer) {
  const analysis::Table* notices = answer.output.Find("notices");
  if (notices == nullptr) return;
  const std::size_t text = notices->IndexOf(globals.Language() == "ru" ? "ru" : "en");
  for (const auto& row : notices->rows) Say(globals, "! " + PlainLine(store::ToText(row[text])));
}

// What to do about files that nothing recognised.
void SayUnrecognised(const Globals& globals, const engine::Answer& answer) {
  const analysis::Table* files = answer.output.Find("files");
  if (files == nullptr) return;
  const std::size_t state = files->IndexOf("state");
  const auto count =
      std::ranges::count_if(files->rows, [&](const auto& row) { return store::ToText(row[state]) == "unrecognised"; });
  if (count == 0) return;
  const bool is_russian = globals.Language() == "ru";
  Say(globals, is_russian
                   ? fmt::format("! Не распознано файлов: {} из {}. Сопоставьте их столбцы на странице «Источники» "
                                 "или командой weir propose ФАЙЛ --save и загрузите их ещё раз.",
                                 count, files->rows.size())
                   : fmt::format("! Not recognised: {} of {} files. Map their columns on the page Sources or by "
                                 "weir propose FILE --save, and import them again.",
                                 count, files->rows.size()));
}

// People want the files and the problems; the columns of every file only on a dry run.
int PrintImport(const Globals& globals, Result<engine::Answer> answer, bool dry_run) {
  if (!answer || globals.format != "table" || !globals.table.empty()) return Print(globals, answer);
  const engine::Answer whole = *answer;
  std::erase_if(answer->output.tables, [&](const analysis::Table& table) {
    return (table.name == "columns" && !dry_run) || table.name == "notices" ||
           (table.name != "files" && table.rows.empty());
  });
  const int status = Print(globals, answer);
  SayNotices(globals, whole);
  SayUnrecognised(globals, whole);
  return status;
}

// Where a dry run without a workspace happens: it must not leave one behind.
class TrialHome {
 public:
  explicit TrialHome(const std::filesystem::path& home) {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-trial-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    std::error_code ignored;
    const auto recursive = std::filesystem::copy_options::recursive;
    std::filesystem::copy(home / "sources", path_ / "sources", recursive, ignored);  // mappings of one's own
  }
  TrialHome(const TrialHome&) = delete;
  TrialHome& operator=(const TrialHome&) = delete;
  ~TrialHome() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void OpenBrowser(const std::string& url) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
  std::string program = "xdg-open";
  std::string address = url;
  char* arguments[] = {program.data(), address.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments, environ) == 0) {
    std::signal(SIGCHLD, SIG_IGN);  // nobody waits for a browser
  }
}

// `then` is called once it listens.
int Serve(const Globals& globals, workspace::Workspace& workspace, const ServeOptions& options,
          const std::function<void()>& then = {}) {
  server::ServeOptions serve;
  serve.address = options.address;
  serve.port = options.port;
  serve.allow_next_port = options.next_port;
  serve.hosts = options.hosts;
  serve.proxies = options.proxies;
  serve.on_ready = [&](const std::string& url) {
    fmt::print("{}\n", globals.Language() == "ru" ? fmt::format("Weir открыт: {}  (остановить: Ctrl+C)", url)
                                                  : fmt::format("Weir is ready: {}  (stop with Ctrl+C)", url));
    std::fflush(stdout);
    if (options.opens_browser) OpenBrowser(url);
    if (then) then();
  };
  const auto served = server::Serve(workspace, serve, {});
  return served ? 0 : PrintError(globals, served.error());
}

}  // namespace

int RunInit(const Globals& globals) {
  const auto open = globals.Open(workspace::Access::kWrite, true);
  const auto workspace = workspace::Workspace::Open(open);
  if (!workspace) return PrintError(globals, workspace.error());
  if (const auto built = (*workspace)->Build({}, {}); !built) return PrintError(globals, built.error());
  Say(globals, fmt::format("workspace {}", std::filesystem::absolute(open.home).lexically_normal().string()));
  return 0;
}

int RunImport(const Globals& globals, const ImportOptions& options) {
  ProgressLine progress(globals);
  workspace::OpenOptions open = globals.Open(workspace::Access::kWrite, true);
  std::optional<TrialHome> trial;
  if (options.dry_run && !std::filesystem::exists(open.home / "weir.duckdb")) {
    open.home = trial.emplace(open.home).path();
  }
  const auto backend = OpenBackend({.open = open, .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  auto answer = (*backend)->Import(RequestOf(options), progress.Callback());
  progress.Clear();
  return PrintImport(globals, std::move(answer), options.dry_run);
}

int RunBuild(const Globals& globals) {
  ProgressLine progress(globals);
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kWrite, false), .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  const auto built = (*backend)->Build(progress.Callback());
  progress.Clear();
  return built ? 0 : PrintError(globals, built.error());
}

int RunServe(const Globals& globals, const ServeOptions& options) {
  ProgressLine progress(globals);
  const auto workspace = workspace::Workspace::Open(globals.Open(workspace::Access::kWrite, true));
  if (!workspace) return PrintError(globals, workspace.error());
  if (const auto built = (*workspace)->Build(progress.Callback(), {}); !built)
    return PrintError(globals, built.error());
  progress.Clear();
  return Serve(globals, **workspace, options);
}

namespace {

// A server has the workspace already: it takes the files, and its address is what was asked for.
int UpOnServer(const Globals& globals, const UpOptions& options, const workspace::LocalClient& server) {
  ProgressLine progress(globals);
  auto answer = server.Import(RequestOf(options.import), progress.Callback());
  progress.Clear();
  const int status = PrintImport(globals, std::move(answer), false);
  if (status != 0 || !options.serves) return status;
  const auto running = server.GetStatus();
  if (!running) return PrintError(globals, running.error());
  Say(globals, fmt::format("Weir is running: {}", running->url));
  return 0;
}

}  // namespace

int RunStop(const Globals& globals) {
  const auto server = workspace::LocalClient::Find(workspace::DefaultHome(globals.home));
  if (!server) return PrintError(globals, server.error());
  if (!*server) {
    Say(globals, "no server runs for this workspace");
    return 0;
  }
  const auto stopped = (*server)->Stop();
  return stopped ? 0 : PrintError(globals, stopped.error());
}

// The files that the first screen did without come in while people look at it.
int ServeAndReadOn(const Globals& globals, workspace::Workspace& workspace, const UpOptions& options) {
  std::jthread reading;
  const int status = Serve(globals, workspace, options.serve, [&] {
    const std::size_t left = workspace.LeftBehind().size();
    Say(globals, globals.Language() == "ru"
                     ? fmt::format("тем временем читаются файлы: ещё {}", left)
                     : fmt::format("{} more {} read meanwhile", left, left == 1 ? "file is" : "files are"));
    reading = std::jthread([&](const std::stop_token& stop) {
      // Whoever opened the first page now waits for it alone: reading begins when it is computed.
      engine::Question first_page;
      first_page.id = "pulse";
      first_page.is_own = true;
      const auto computed = workspace.engine().Ask(first_page, analysis::Principal::LocalOwner(), {}, stop);
      if (!computed && !stop.stop_requested()) PrintError(globals, computed.error());
      ProgressLine progress(globals);
      // When the exports were taken, and whether they are whole, holds for all of them.
      workspace::ImportRequest rest = RequestOf(options.import);
      rest.part = workspace::ImportPart::kBehind;
      auto answer = workspace.Import(rest, analysis::Principal::LocalOwner(), progress.Callback(), stop);
      progress.Clear();
      if (stop.stop_requested()) return;  // the next `weir up` goes on from what came in
      PrintImport(globals, std::move(answer), false);
      std::fflush(stdout);
    });
  });
  return status;
}

int RunUp(const Globals& globals, const UpOptions& options) {
  const auto server = workspace::LocalClient::Find(workspace::DefaultHome(globals.home));
  if (server && *server) return UpOnServer(globals, options, **server);
  ProgressLine progress(globals);
  const auto workspace = workspace::Workspace::Open(globals.Open(workspace::Access::kWrite, true));
  if (!workspace) return PrintError(globals, workspace.error());
  workspace::ImportRequest request = RequestOf(options.import);
  if (options.serves && options.serves_first.value_or(true)) request.part = workspace::ImportPart::kFirstScreen;
  if (options.serves_first) {
    request.least_bytes_behind = 0;
    request.least_observations_served = 0;
  }
  auto answer = (*workspace)->Import(request, analysis::Principal::LocalOwner(), progress.Callback(), {});
  progress.Clear();
  // Where all files come in behind a model that stands, there is nothing to tell yet.
  const bool is_told = !answer || (*workspace)->LeftBehind().empty() || !answer->output.Find("files")->rows.empty();
  const int status = is_told ? PrintImport(globals, std::move(answer), false) : 0;
  if (status != 0 || !options.serves) return status;
  if (!(*workspace)->LeftBehind().empty()) return ServeAndReadOn(globals, **workspace, options);
  return Serve(globals, **workspace, options.serve);
}

int RunSimulate(const Globals& globals, const SimulateOptions& options) {
  ProgressLine progress(globals);
  simulate::SimulateParams params;
  params.directory = options.directory;
  params.seed = options.seed;
  params.accounts = options.accounts;
  params.months = options.months;
  params.locale = options.locale;
  params.crm = options.crm;
  params.scenario = options.scenario;
  params.difficulty = options.difficulty;
  params.exports = options.exports;
  params.threads = globals.threads;
  if (!options.until.empty()) {
    const auto until = ParseIsoDate(options.until);
    if (!until)
      return PrintError(
          globals, BadUsage("'{}' is not a date", options.until).Field("until").Mend("Use a date such as 2026-10-31"));
    params.until = *until;
  }
  const auto summary = simulate::Simulate(params, progress.Callback(), {});
  progress.Clear();
  if (!summary) return PrintError(globals, summary.error());
  // So that an import of them is known to be of invented data.
  if (auto marked = sources::WriteDemoManifests(options.directory); !marked) return PrintError(globals, marked.error());
  Say(globals, fmt::format("{} accounts, {} leads, {} deals ({} won), {} events; {} rows in {} files of {}",
                           summary->accounts, summary->leads, summary->deals, summary->deals_won, summary->events,
                           summary->rows, summary->files.size(), options.directory));
  return 0;
}

int RunCompact(const Globals& globals) {
  const auto compacted = workspace::Compact(globals.Open(workspace::Access::kWrite, false));
  if (!compacted) return PrintError(globals, compacted.error());
  if (globals.format == "json") {
    fmt::print("{{\"bytes_before\":{},\"bytes_after\":{}}}\n", compacted->bytes_before, compacted->bytes_after);
  } else if (globals.format == "csv") {
    fmt::print("bytes_before,bytes_after\n{},{}\n", compacted->bytes_before, compacted->bytes_after);
  } else {
    const auto megabytes = [](std::uint64_t bytes) { return (bytes + (1U << 20U) - 1) >> 20U; };
    fmt::print("{}\n", globals.Language() == "ru"
                           ? fmt::format("хранилище: было {} МиБ, стало {} МиБ", megabytes(compacted->bytes_before),
                                         megabytes(compacted->bytes_after))
                           : fmt::format("store: {} MiB before, {} MiB now", megabytes(compacted->bytes_before),
                                         megabytes(compacted->bytes_after)));
  }
  return 0;
}

int RunDoctor(const Globals& globals) {
  const auto home = workspace::DefaultHome(globals.home);
  fmt::print("program     weir {}\n", WEIR_VERSION);
  fmt::print("store       DuckDB {}\n", store::Database::LibraryVersion());
  fmt::print("web pages   {}\n", EmbeddedFiles("web").empty() ? "not built in" : "built in");
  fmt::print("mappings    {} built in\n", EmbeddedFiles("catalog").size());
  fmt::print("workspace   {}\n", std::filesystem::absolute(home).lexically_normal().string());
  std::error_code error;
  const auto space =
      std::filesystem::space(std::filesystem::exists(home, error) ? home : std::filesystem::current_path(error), error);
  if (!error) fmt::print("free disk   {} GiB\n", space.available >> 30U);
  const std::string holder = workspace::LockHolder(home);
  fmt::print("in use by   {}\n", holder.empty() ? "nobody" : holder);
  if (!holder.empty()) return 0;
  const auto workspace = workspace::Workspace::Open(globals.Open(workspace::Access::kRead, false));
  if (!workspace) return PrintError(globals, workspace.error());
  engine::Question question;
  question.id = "status";
  return Print(globals, (*workspace)->engine().Ask(question, analysis::Principal::LocalOwner()));
}

int RunAnalysis(const Globals& globals, const std::string& id, const analysis::RawParams& params,
                const std::optional<engine::ExplainRequest>& explain) {
  ProgressLine progress(globals);
  workspace::OpenOptions open = globals.Open(workspace::Access::kRead, false);
  open.progress = progress.Callback();  // of the build that a cut-off one left to whoever asks next
  const auto backend = OpenBackend({.open = std::move(open), .writes = false});
  progress.Clear();
  if (!backend) return PrintError(globals, backend.error());
  engine::Question question;
  question.id = id;
  question.params = params;
  question.as_of = globals.as_of;
  question.in_currency = globals.in_currency;
  question.known_at = globals.known_at;
  question.is_export = globals.format == "csv";
  question.seed = globals.seed;
  question.page = {.table = globals.table, .limit = globals.limit, .cursor = globals.cursor, .sort = globals.sort};
  question.explain = explain;
  const auto answer = (*backend)->Ask(question, progress.Callback());
  progress.Clear();
  return Print(globals, answer);
}

int RunAction(const Globals& globals, const std::string& id, const analysis::RawParams& params,
              const std::string& reason, bool only_asks) {
  ProgressLine progress(globals);
  const workspace::Access opened = only_asks ? workspace::Access::kRead : workspace::Access::kWrite;
  const auto backend = OpenBackend({.open = globals.Open(opened, false), .writes = !only_asks});
  if (!backend) return PrintError(globals, backend.error());
  const auto answer = (*backend)->Act(id, params, reason, progress.Callback());
  progress.Clear();
  return Print(globals, answer);
}

int RunDocgen(const Globals& globals, const engine::Catalog& catalog, const std::string& directory) {
  const auto written = docgen::WriteReference(catalog, WEIR_VERSION, directory);
  return written ? 0 : PrintError(globals, written.error());
}

}  // namespace weir::cli
