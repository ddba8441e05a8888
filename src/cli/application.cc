#include "cli/application.h"

#include <deque>
#include <exception>
#include <functional>
#include <map>

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include "analysis/only_asks.h"
#include "base/embedded.h"
#include "cli/commands.h"
#include "cli/conflict_commands.h"
#include "cli/forecast_command.h"
#include "cli/globals.h"
#include "cli/link_command.h"
#include "cli/mine_command.h"
#include "cli/report.h"
#include "engine/everything.h"
#include "simulate/simulate.h"
#include "workspace/actions.h"
#include "workspace/analyses.h"

namespace weir::cli {
namespace {

using analysis::ParamSpec;
using analysis::ParamType;
using analysis::RawParams;

// What one catalogue command collects while the line is parsed.
struct Collected {
  std::map<std::string, std::vector<std::string>> values;
  std::string explain;
  std::string reason;
};

class Application {
 public:
  int Run(int argc, char** argv);

 private:
  void AddGlobals();
  void AddMainPath();
  void AddAround();
  void AddFileKernels();
  void AddForecast();
  void AddMine();
  void AddCatalog();
  CLI::App* CommandFor(const std::string& id);
  void AddParams(CLI::App& command, const std::vector<ParamSpec>& params, Collected& collected);
  static RawParams ParamsOf(const Collected& collected);
  // The command that was named last on the line decides what runs.
  void OnRun(CLI::App* command, std::function<int()> run) { runs_[command] = std::move(run); }
  Status RefuseUnused(const CLI::App& chosen) const;
  int RunChosen();

  CLI::App app_{"Weir joins the exports of your revenue tools into one truth and shows what it says.", "weir"};
  Globals globals_;
  std::optional<engine::Catalog> catalog_;
  std::map<CLI::App*, std::function<int()>> runs_;
  std::deque<Collected> collected_;
  ImportOptions import_;
  ProposeOptions propose_;
  ConflictOptions conflict_;
  UpOptions up_;
  ServeOptions serve_;
  SimulateOptions simulate_;
  ReportOptions report_;
  std::string docs_directory_;
  bool no_open_ = false;
  bool no_serve_ = false;
  bool serve_first_ = false;
  bool no_password_ = false;
  std::string user_;
  std::string feed_ = "singer";
  PullOptions pull_;
  PatchOptions patch_;
  LinkCommandOptions link_;
  ForecastCommandOptions forecast_;
  MineCommandOptions mine_;
};

std::string Choose(const Globals& globals, const analysis::Text& text) {
  return globals.Language() == "ru" ? text.ru : text.en;
}

void Application::AddGlobals() {
  app_.fallthrough();
  app_.require_subcommand(1);
  app_.set_version_flag("--version", std::string("weir ") + WEIR_VERSION);
  app_.add_option("--home", globals_.home, "Workspace directory; default $WEIR_HOME, else ./.weir");
  app_.add_option("--format", globals_.format, "table, json or csv")->check(CLI::IsMember({"table", "json", "csv"}));
  app_.add_option("--lang", globals_.language, "en or ru")->check(CLI::IsMember({"en", "ru"}));
  app_.add_option("--as-of", globals_.as_of, "What was true at this moment; a date is the end of that day");
  app_.add_option("--in-currency", globals_.in_currency,
                  "Show amounts in this currency of the setting display_currencies, each converted at its own day");
  app_.add_option("--known-at", globals_.known_at, "Only what was known at this data version");
  app_.add_option("--table", globals_.table, "Only this table of the result");
  app_.add_option("--limit", globals_.limit, "At most so many rows a table")->check(CLI::NonNegativeNumber);
  app_.add_option("--cursor", globals_.cursor, "Continue after the page that gave this cursor");
  app_.add_option("--sort", globals_.sort, "Sort by this column; -column for the other way round");
  app_.add_option("--seed", globals_.seed, "Seed of whatever is random");
  app_.add_option("--threads", globals_.threads,
                  "Threads of the store, of the simulator and of link; default: all cores")
      ->check(CLI::NonNegativeNumber);
  app_.add_option("--memory", globals_.memory, "Memory limit of the store, such as 2GiB");
  app_.add_flag("-q,--quiet", globals_.is_quiet, "No progress on standard error");
  app_.add_flag("--timings", globals_.tells_times, "What each step took, on standard error at the end");
}

void AddImportOptions(CLI::App& command, ImportOptions& options) {
  command.add_option("PATH", options.paths, "Exports: files or folders")->required();
  command.add_flag("--recursive", options.recursive, "Folders below the named ones too");
  command.add_option("--mapping", options.mapping, "Read with this mapping (source/object) instead of recognising");
  command.add_option("--exported-at", options.exported_at, "When the export was taken (date or instant)");
}

void AddServeOptions(CLI::App& command, ServeOptions& options) {
  command.add_option("--address", options.address, "Address to listen on");
  command.add_option("--port", options.port, "Port; 0 for any free one")->check(CLI::Range(0, 65535));
  command.add_option("--host", options.hosts,
                     "A name by which it is reached, such as weir.example.com; may be repeated");
  command.add_option("--proxy", options.proxies,
                     "Address of a proxy in front whose X-Forwarded-For and X-Forwarded-Proto are believed");
  command.add_flag("--next-port", options.next_port, "If the port is in use, take the next free one");
}

void Application::AddMainPath() {
  CLI::App* up = app_.add_subcommand("up", "Import exports, build, serve and print the address");
  AddImportOptions(*up, up_.import);
  AddServeOptions(*up, up_.serve);
  up->add_flag("--no-open", no_open_, "Do not open a browser");
  up->add_flag("--no-serve", no_serve_, "Stop after the build");
  up->add_flag(
      "--serve-first,!--serve-last", serve_first_,
      "Serve once the first page stands and read what it can do without (activities, calls, tickets, usage) "
      "meanwhile, or serve when all is read; default: the first where more than 200 MB can wait, and where a large "
      "company stands from before");
  OnRun(up, [this, up] {
    up_.serves = !no_serve_;
    if (up->count("--serve-first") > 0) up_.serves_first = serve_first_;
    up_.serve.opens_browser = !no_open_;
    return RunUp(globals_, up_);
  });
  OnRun(app_.add_subcommand("init", "Make an empty workspace"), [this] { return RunInit(globals_); });
  CLI::App* import = app_.add_subcommand("import", "Bring exports in");
  AddImportOptions(*import, import_);
  import->add_flag("--dry-run", import_.dry_run, "Only show what was recognised and what would happen");
  OnRun(import, [this] { return RunImport(globals_, import_); });
  CLI::App* propose = app_.add_subcommand("propose", "Propose a mapping for a file that nothing recognises");
  propose->add_option("FILE", propose_.path, "The file")->required();
  propose->add_option("--part", propose_.part, "A sheet, a member of a zip, a list within: as an import names it");
  propose->add_option("--of", propose_.of, "What its rows are: a record table such as deal or invoice_line");
  propose->add_option("--source", propose_.source, "The system that it comes from; its files refer to each other");
  propose->add_option("--out", propose_.out, "Write the mapping to this file; - for standard output");
  propose->add_flag("--save", propose_.saves, "Save the mapping in the workspace, for this and later imports");
  OnRun(propose, [this] { return RunPropose(globals_, propose_); });
  CLI::App* conflict = app_.add_subcommand("conflict", "Compare a sheet that somebody brought with what Weir says");
  conflict->add_option("FILE", conflict_.path, "CSV in any encoding, or a workbook")->required();
  conflict->add_option("--sheet", conflict_.sheet, "Which sheet of the workbook, or which part of the file");
  conflict->add_option("--metric", conflict_.metric, "The metric of columns that name none: months, or an amount");
  conflict->add_option("--match", conflict_.match,
                       "What a column is: Column=metric, =dimension, =period, =record or =none; may be repeated");
  conflict->add_option("--from", conflict_.from, "First day, where the sheet names no period");
  conflict->add_option("--to", conflict_.to, "Last day");
  conflict->add_option("--where", conflict_.where, "Only rows that meet this");
  conflict->add_option("--team", conflict_.team, "Only this team and those below it");
  conflict->add_option("--segment", conflict_.segment, "Only this segment");
  conflict->add_flag("--json", conflict_.json, "The same as --format json");
  OnRun(conflict, [this] { return RunConflict(globals_, conflict_); });
  OnRun(app_.add_subcommand("build", "Build the model from what was imported"), [this] { return RunBuild(globals_); });
  CLI::App* serve = app_.add_subcommand("serve", "Serve the workspace on this machine");
  AddServeOptions(*serve, serve_);
  OnRun(serve, [this] { return RunServe(globals_, serve_); });
  OnRun(app_.add_subcommand("stop", "Stop the server of the workspace"), [this] { return RunStop(globals_); });
}

void Application::AddAround() {
  CLI::App* simulate =
      app_.add_subcommand("simulate", "Write the exports of an invented company, with the truth beside them");
  simulate->add_option("DIR", simulate_.directory, "Directory to write to")->required();
  simulate->add_option("--seed", simulate_.seed, "The same seed gives the same bytes");
  simulate->add_option("--accounts", simulate_.accounts, "Companies in the market")
      ->check(CLI::Range(1, simulate::kMostAccounts));
  simulate->add_option("--months", simulate_.months, "Months of business")
      ->check(CLI::Range(simulate::kLeastMonths, simulate::kMostMonths));
  simulate->add_option("--locale", simulate_.locale, "en or ru")->check(CLI::IsMember({"en", "ru"}));
  simulate->add_option("--crm", simulate_.crm, "Whose exports the CRM gives: salesforce, amocrm or bitrix24")
      ->check(CLI::IsMember({"salesforce", "amocrm", "bitrix24"}));
  simulate->add_option("--scenario", simulate_.scenario, "Which story");
  simulate->add_option("--difficulty", simulate_.difficulty, "easy, normal or hard")
      ->check(CLI::IsMember({"easy", "normal", "hard"}));
  simulate->add_option("--exports", simulate_.exports, "Successive exports, a month apart")->check(CLI::Range(1, 24));
  simulate->add_option("--until", simulate_.until, "Day of the last export");
  OnRun(simulate, [this] { return RunSimulate(globals_, simulate_); });
  OnRun(app_.add_subcommand("compact", "Write the store anew, without the room that removed rows left"),
        [this] { return RunCompact(globals_); });
  OnRun(app_.add_subcommand("doctor", "Check the workspace and this program"), [this] { return RunDoctor(globals_); });
  CLI::App* report = app_.add_subcommand("report", "Write Pulse or the weekly report as one file to pass on");
  report->add_option("FILE,--out", report_.path,
                     "Where to: .html, or .xlsx of the weekly report; - for standard output; default "
                     "weir-pulse-DAY.html or weir-week-MONDAY.html here");
  report->add_flag("--weekly", report_.is_weekly,
                   "The weekly report: the brief, the funnel, recurring revenue, leaks, what is missing, definitions");
  report->add_option("--from", report_.from, "First day; else that of the current fiscal quarter");
  report->add_option("--to", report_.to, "Last day; else that of as-of");
  report->add_option("--team", report_.team, "Only this team and those below it");
  report->add_option("--segment", report_.segment, "Only this segment");
  OnRun(report, [this] { return RunReport(globals_, report_); });
  CLI::App* feed = app_.add_subcommand("feed", "Take records that another program streams");
  CLI::App* singer = feed->add_subcommand("singer", "Take what a Singer tap writes to standard input");
  singer->add_option("--name", feed_, "Name of the feed: its product, such as pipedrive");
  OnRun(singer, [this] { return RunFeedSinger(globals_, feed_); });
  CLI::App* postgres = feed->add_subcommand("postgres", "Read tables of a PostgreSQL database");
  postgres->add_option("FILE", feed_, "What to read from where (docs/feeds.md)")->required();
  OnRun(postgres, [this] { return RunFeedPostgres(globals_, feed_); });
  CLI::App* state = feed->add_subcommand("state", "The last state of a feed, for the tap to go on from");
  state->add_option("name", feed_, "Name of the feed")->required();
  OnRun(state, [this] { return RunFeedState(globals_, feed_); });
  for (CLI::App* command : {feed, singer, postgres, state}) command->fallthrough();
  CLI::App* pull = app_.add_subcommand(
      "pull", "Fetch records from the API of the products, and files from the buckets, that weir.toml names");
  pull->add_option("SOURCE", pull_.sources, "Only these, such as stripe, or a bucket");
  pull->add_option("--only", pull_.only, "Only these objects, such as deal; of a bucket, globs of keys")
      ->delimiter(',');
  pull->add_flag("--list", pull_.lists, "What can be pulled, what is set up, and how far it has come");
  pull->add_flag("--dry-run", pull_.dry_run, "Say what would be asked, and ask nothing");
  OnRun(pull, [this] { return RunPull(globals_, pull_); });
  OnRun(app_.add_subcommand("deliver", "Send what is due, where no server does"),
        [this] { return RunDeliver(globals_); });
  CLI::App* patch = app_.add_subcommand("patch", "Bring corrections back into the source that they are about");
  CLI::App* patch_export = patch->add_subcommand("export", "Write them as CSV in the source's own headers and words");
  patch_export->add_option("--source", patch_.source, "Which source, such as salesforce")->required();
  patch_export->add_option("--since", patch_.since, "Only what was decided on this day or later (UTC)");
  patch_export->add_option("--out", patch_.out, "Folder to write to")->required();
  OnRun(patch_export, [this] { return RunPatchExport(globals_, patch_); });
  for (CLI::App* command : {patch, patch_export}) command->fallthrough();
  CLI::App* docgen = app_.add_subcommand("docgen", "Write the reference pages and the OpenAPI description");
  docgen->add_option("DIR", docs_directory_, "Directory to write to")->required();
  OnRun(docgen, [this] { return RunDocgen(globals_, *catalog_, docs_directory_); });
}

// What works on plain files, with no workspace.
void Application::AddFileKernels() {
  CLI::App* link = app_.add_subcommand(
      "link", "Find the records of a file, or of two, that are the same person, company or thing (docs/link.md)");
  link->add_option("FILE", link_.paths,
                   "One file: its duplicates; two: what of the one is in the other. Any form that an import reads; a "
                   "part of one is named after it, such as book.xlsx/March")
      ->required()
      ->expected(1, 2);
  link->add_option("--id", link_.id_columns,
                   "The column of ids; given twice, of the first and of the second file. Default: a column named id, "
                   "key, *_id or the like whose values are all different, else the number of the row")
      ->expected(1, 2)
      ->allow_extra_args(false);
  link->add_option("--spec", link_.spec, "What to compare as what, as --print-spec prints it; default: chosen");
  link->add_option("--truth", link_.truth, "Two columns of ids that are known to be one: precision, recall and F1");
  link->add_option(
      "--labels", link_.labels,
      "Pairs that people judged: two columns of ids and one of yes or no. They hold, and probabilities are "
      "drawn to them");
  CLI::Option* out = link->add_option("--out", link_.out, "Folder for links.csv and clusters.csv");
  link->add_flag("--golden", link_.makes_golden,
                 "With --out: golden.csv as well, a row a cluster of the values that survive")
      ->needs(out);
  link->add_flag("--print-spec", link_.prints_spec, "Print what would be compared, to be edited; link nothing");
  OnRun(link, [this] { return RunLink(globals_, link_); });
  AddForecast();
  AddMine();
}

void Application::AddForecast() {
  CLI::App* forecast = app_.add_subcommand("forecast",
                                           "Say what comes next in each series of a file, with intervals "
                                           "(docs/forecast-files.md), or answer a question about "
                                           "the workspace");
  forecast->add_option("FILE", forecast_.path,
                       "Series in long form: unique_id, ds, y, a row a value. Any form that an import reads");
  // Neither is required by the parser, since questions about the workspace (weir forecast deals) have neither.
  forecast->add_option("--horizon", forecast_.horizon, "How many steps to look ahead; required with a file");
  forecast->add_option("--season", forecast_.season,
                       "Steps after which a pattern comes again; 1: there is none. Default: found, series by series");
  forecast
      ->add_option("--level", forecast_.levels, "Intervals in per cent, with commas; none: without, which is quicker")
      ->capture_default_str();
  forecast->add_option("--method", forecast_.method, "combination, or one of them alone: ets, arima, theta, ...")
      ->capture_default_str();
  forecast->add_option("--out", forecast_.out, "File to write to: unique_id,ds,mean,lo-80,hi-80,...");
  forecast->add_option("--id", forecast_.columns.id, "Header of the column that names the series");
  forecast->add_option("--time", forecast_.columns.time, "Header of the column of times");
  forecast->add_option("--value", forecast_.columns.value, "Header of the column of values");
  OnRun(forecast, [this] { return RunForecast(globals_, forecast_); });
}

void Application::AddMine() {
  CLI::App* mine = app_.add_subcommand("mine", "Say how the cases of an event log really run (docs/mine.md)");
  mine->add_option("LOG", mine_.input.path,
                   "XES, a table of events in any form that an import reads, or OCEL 2.0 in JSON; packed or not")
      ->required();
  mine->add_option("--case", mine_.input.columns.case_id,
                   "Header of the column of cases; of an object-centric log the type of objects that are cases");
  mine->add_option("--activity", mine_.input.columns.activity, "Header of the column of activities");
  mine->add_option("--time", mine_.input.columns.time, "Header of the column of times");
  mine->add_option("--classifier", mine_.input.classifier,
                   "Attributes of XES that name an activity, joined by +; default: concept:name");
  mine->add_option("--variants", mine_.top_variants, "How many of the most frequent ways to tell")
      ->capture_default_str();
  mine->add_option("--miner", mine_.miner, "How to find a model: inductive (default) or heuristics");
  mine->add_option("--noise", mine_.noise,
                   "What is rarer than this share of the most frequent is left out of the model; default: 0");
  mine->add_flag("--conformance", mine_.checks_conformance,
                 "How well the log fits the model, and where cases leave it");
  mine->add_option("--out", mine_.out, "Folder for model.bpmn and model.pnml");
  OnRun(mine, [this] { return RunMine(globals_, mine_); });
}

// "pipeline.waterfall" is the command waterfall of the command pipeline.
CLI::App* Application::CommandFor(const std::string& id) {
  CLI::App* command = &app_;
  std::size_t start = 0;
  while (start <= id.size()) {
    const std::size_t end = std::min(id.find('.', start), id.size());
    const std::string word = id.substr(start, end - start);
    const auto known = command->get_subcommands([&](const CLI::App* each) { return each->get_name() == word; });
    CLI::App* next = known.empty() ? nullptr : known.front();
    if (next == nullptr) {
      next = command->add_subcommand(word);
      next->fallthrough();
    }
    command = next;
    start = end + 1;
  }
  return command;
}

void Application::AddParams(CLI::App& command, const std::vector<ParamSpec>& params, Collected& collected) {
  for (const ParamSpec& spec : params) {
    std::vector<std::string>& values = collected.values[spec.info.name];
    std::string flag = spec.info.name;
    std::ranges::replace(flag, '_', '-');
    const std::string help = Choose(globals_, spec.info.help);
    CLI::Option* option = nullptr;
    if (spec.info.positional) {
      option = command.add_option(spec.info.name, values, help);
      option->expected(spec.type == ParamType::kList ? -1 : 1);
      // Otherwise the first positional would take the words of those after it.
      option->allow_extra_args(spec.type == ParamType::kList);
    } else if (spec.type == ParamType::kBoolean) {
      option = command.add_flag_callback("--" + flag, [&values] { values = {"true"}; }, help);
    } else {
      option = command.add_option("--" + flag, values, help);
      option->expected(spec.type == ParamType::kList ? -1 : 1);
    }
    if (spec.info.required) option->required();
  }
}

RawParams Application::ParamsOf(const Collected& collected) {
  RawParams params;
  for (const auto& [name, values] : collected.values) {
    if (!values.empty()) params[name] = values;
  }
  return params;
}

std::optional<engine::ExplainRequest> ExplainOf(const std::string& text) {
  if (text.empty()) return std::nullopt;
  engine::ExplainRequest request;
  const std::size_t colon = text.find(':');
  request.table = text.substr(0, colon);
  std::string rest = colon == std::string::npos ? "" : text.substr(colon + 1);
  for (std::size_t start = 0; start <= rest.size();) {
    const std::size_t end = std::min(rest.find('|', start), rest.size());
    request.key.push_back(rest.substr(start, end - start));
    start = end + 1;
  }
  return request;
}

void Application::AddCatalog() {
  for (const analysis::Analysis& analysis : catalog_->analyses()) {
    CLI::App* command = CommandFor(analysis.info.id);
    command->description(Choose(globals_, analysis.info.help));
    Collected& collected = collected_.emplace_back();
    AddParams(*command, analysis.params, collected);
    if (analysis.explain)
      command->add_option("--explain", collected.explain, "The rows behind TABLE:KEY (values joined by |)");
    OnRun(command, [this, id = analysis.info.id, &collected] {
      return RunAnalysis(globals_, id, ParamsOf(collected), ExplainOf(collected.explain));
    });
  }
  for (const analysis::Action& action : catalog_->actions()) {
    if (action.info.id == "sources.import" || action.info.id == "model.build") continue;  // import and build
    CLI::App* command = CommandFor(action.info.id);
    command->description(Choose(globals_, action.info.help));
    Collected& collected = collected_.emplace_back();
    AddParams(*command, action.params, collected);
    if (!analysis::OnlyAsks(action)) command->add_option("--reason", collected.reason, "Why; kept with the decision");
    if (action.info.id == "user.add") {
      command->add_flag("--no-password", no_password_, "Set no password yet");
      OnRun(command,
            [this, &collected] { return RunUserAdd(globals_, ParamsOf(collected), collected.reason, no_password_); });
      continue;
    }
    OnRun(command, [this, id = action.info.id, only_asks = analysis::OnlyAsks(action), &collected] {
      return RunAction(globals_, id, ParamsOf(collected), collected.reason, only_asks);
    });
  }
  CLI::App* password = CommandFor("user.password");
  password->description("Set a password: read from the terminal unseen, or from standard input");
  password->add_option("name", user_, "Name of the account")->required();
  OnRun(password, [this] { return RunUserPassword(globals_, user_); });
  CommandFor("user")->description("Who may sign in");
  // The word that people look for.
  if (CLI::App* rejects = CommandFor("quarantine")) {
    rejects->description("Rows that were not accepted, with line, column and reason");
    Collected& collected = collected_.emplace_back();
    AddParams(*rejects, catalog_->FindAnalysis("sources.rejects")->params, collected);
    OnRun(rejects,
          [this, &collected] { return RunAnalysis(globals_, "sources.rejects", ParamsOf(collected), std::nullopt); });
  }
}

// What was given to a command that one of its subcommands was then chosen of: "forecast --horizon 3 deals".
Status Application::RefuseUnused(const CLI::App& chosen) const {
  for (const CLI::App* above = chosen.get_parent(); above != nullptr && above != &app_; above = above->get_parent()) {
    for (const CLI::Option* option : above->get_options()) {
      if (option->count() == 0) continue;
      return Fail(BadUsage("'{}' belongs to 'weir {}' and means nothing to '{}'", option->get_name(), above->get_name(),
                           chosen.get_name())
                      .Mend("Leave it out"));
    }
  }
  return {};
}

int Application::RunChosen() {
  CLI::App* chosen = &app_;
  while (!chosen->get_subcommands().empty()) chosen = chosen->get_subcommands().front();
  if (const Status status = RefuseUnused(*chosen); !status) return PrintError(globals_, status.error());
  const auto found = runs_.find(chosen);
  if (found == runs_.end()) {
    fmt::print(stderr, "{}", chosen->help());
    return InfoOf(Code::kBadUsage).exit_status;
  }
  return found->second();
}

// Texts of the commands follow the language, which therefore has to be known before they are made.
void FindLanguage(int argc, char** argv, Globals& globals) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--lang") globals.language = argv[i + 1];
  }
}

int Application::Run(int argc, char** argv) {
  FindLanguage(argc, argv, globals_);
  AddGlobals();
  AddMainPath();
  AddAround();
  AddFileKernels();
  auto everything = engine::LoadEverything(engine::CatalogFiles::BuiltIn());
  if (!everything) return PrintError(globals_, everything.error());
  for (analysis::Analysis& analysis : workspace::WorkspaceAnalyses()) {
    everything->analyses.push_back(std::move(analysis));
  }
  catalog_.emplace(std::move(everything->analyses), workspace::WorkspaceActions(), std::move(everything->producers));
  AddCatalog();
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app_.exit(error);
    if (globals_.format == "json") return PrintError(globals_, BadUsage("{}", error.what()));
    app_.exit(error);
    return InfoOf(Code::kBadUsage).exit_status;
  }
  return RunChosen();
}

}  // namespace

int Run(int argc, char** argv) {
  try {
    Application application;
    return application.Run(argc, argv);
  } catch (const std::exception& bug) {
    fmt::print(stderr, "weir: a bug: {}\nPlease report it with what you did.\n", bug.what());
    return InfoOf(Code::kBug).exit_status;
  }
}

}  // namespace weir::cli
