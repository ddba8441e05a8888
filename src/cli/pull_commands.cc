// What is fetched from the API of other products and from buckets, for those that the settings of the workspace name.
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "base/russian.h"
#include "buckets/bucket_client.h"
#include "buckets/bucket_settings.h"
#include "cli/backend.h"
#include "cli/bucket_importer.h"
#include "cli/commands.h"
#include "cli/feed_importer.h"
#include "cli/progress.h"
#include "pulls/http.h"
#include "pulls/pull.h"
#include "pulls/pull_plan.h"
#include "pulls/pull_run.h"
#include "pulls/pull_settings.h"
#include "pulls/puller.h"
#include "sources/feed_inbox.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using analysis::Column;
using analysis::ColumnType;
using store::Value;

// What all forms of the command begin with.
struct Known {
  fs::path home;
  sources::MappingCatalog mappings;
  pulls::PullerCatalog pullers;
  pulls::PullConfiguration configuration;
  buckets::BucketConfiguration buckets;
};

// What a command is about.
struct Chosen {
  std::vector<pulls::PullSettings> pulls;
  std::vector<buckets::BucketSettings> buckets;
};

Result<Known> Look(const Globals& globals) {
  Known known;
  known.home = workspace::DefaultHome(globals.home);
  WEIR_TRY(known.mappings, sources::LoadMappings(known.home / "sources"));
  WEIR_TRY(known.pullers, pulls::LoadPullers(known.home, known.mappings));
  WEIR_TRY(known.configuration, pulls::ReadPullSettings(known.home, known.pullers));
  std::vector<std::string> taken;
  taken.reserve(known.pullers.pullers.size());
  for (const pulls::Puller& puller : known.pullers.pullers) taken.push_back(puller.source);
  WEIR_TRY(known.buckets, buckets::ReadBucketSettings(known.home, taken));
  return known;
}

// Read without the lock of the inbox: it is only shown.
pulls::PullState StateOf(const fs::path& home, const std::string& source) {
  return pulls::ReadPullState(sources::FeedInbox::PeekState(pulls::InboxOf(home, source))).value_or(pulls::PullState{});
}

engine::Answer AnswerOf(analysis::Table table) {
  engine::Answer answer;
  answer.analysis = "pull";
  answer.definition_id = "pull";
  answer.definition_version = 1;
  answer.as_of = WallClockNow();
  answer.output.tables.push_back(std::move(table));
  return answer;
}

Column TextColumn(std::string name, std::string en, std::string ru) {
  return {.name = std::move(name), .type = ColumnType::kText, .unit = {}, .title = {std::move(en), std::move(ru)}};
}
Column CountColumn(std::string name, std::string en, std::string ru) {
  return {
      .name = std::move(name), .type = ColumnType::kInteger, .unit = "count", .title = {std::move(en), std::move(ru)}};
}
Column InstantColumn(std::string name, std::string en, std::string ru) {
  return {.name = std::move(name), .type = ColumnType::kInstant, .unit = {}, .title = {std::move(en), std::move(ru)}};
}

std::string Join(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

int List(const Globals& globals, const Known& known) {
  analysis::Table table{
      .name = "pulls",
      .key = {"source"},
      .columns = {TextColumn("source", "Source", "Источник"), TextColumn("state", "State", "Состояние"),
                  TextColumn("needs", "Settings it needs", "Какие настройки нужны"),
                  TextColumn("objects", "Objects", "Объекты"),
                  InstantColumn("pulled_at", "Last pulled", "Когда запрашивали")},
      .rows = {},
      .next_cursor = {},
      .total_rows = {}};
  for (const pulls::Puller& puller : known.pullers.pullers) {
    const pulls::PullSettings* settings = known.configuration.Find(puller.source);
    std::vector<std::string> needs{"token_file"};
    for (const pulls::PullSetting& setting : puller.settings) needs.push_back(setting.name);
    std::vector<std::string> objects;
    for (const pulls::PullObject& object : puller.objects) {
      if (settings == nullptr ? !object.is_optional : settings->Wants(object)) objects.push_back(object.name);
    }
    std::optional<Instant> pulled;
    for (const auto& [name, object] : StateOf(known.home, puller.source).objects) {
      if (object.asked) pulled = std::max(pulled.value_or(*object.asked), *object.asked);
    }
    table.rows.push_back({puller.source, settings == nullptr ? "off" : "on", Join(needs), Join(objects),
                          pulled ? Value(*pulled) : Value()});
  }
  for (const buckets::BucketSettings& bucket : known.buckets.buckets) {
    const buckets::BucketState state = StateOfBucket(known.home, bucket.name);
    table.rows.push_back({bucket.name, "on", Value(), fmt::format("{}/{}", bucket.bucket, bucket.prefix),
                          state.pulled ? Value(*state.pulled) : Value()});
  }
  return Print(globals, AnswerOf(std::move(table)));
}

// What the services would be asked first; nothing is sent, and no token is read.
int DryRun(const Globals& globals, const Known& known, const Chosen& chosen) {
  analysis::Table table{
      .name = "requests",
      .key = {"source", "object"},
      .columns = {TextColumn("source", "Source", "Источник"), TextColumn("object", "Object", "Объект"),
                  TextColumn("kind", "What is asked", "Что запрашивается"), TextColumn("method", "Method", "Метод"),
                  TextColumn("address", "Address", "Адрес"), TextColumn("body", "Body", "Тело запроса"),
                  InstantColumn("since", "Since", "Начиная с"), TextColumn("mappings", "Read as", "Читается как")},
      .rows = {},
      .next_cursor = {},
      .total_rows = {}};
  for (const pulls::PullSettings& settings : chosen.pulls) {
    const pulls::Puller& puller = *known.pullers.Find(settings.source);
    // Where the address is the secret, it is not shown.
    const bool is_secret = puller.auth == pulls::AuthKind::kAddress;
    const auto base = is_secret ? Result<std::string>("***") : pulls::BaseOf(puller, settings, {});
    if (!base) return PrintError(globals, base.error());
    for (const pulls::PlannedRequest& planned :
         pulls::PlanPull(puller, settings, StateOf(known.home, settings.source), WallClockNow())) {
      table.rows.push_back({settings.source, planned.object, planned.kind, planned.method, *base + planned.target,
                            planned.body.empty() ? Value() : Value(planned.body),
                            planned.since ? Value(*planned.since) : Value(), planned.mappings});
    }
  }
  class Nobody final : public pulls::HttpClient {
    Result<pulls::HttpAnswer> Send(const pulls::HttpRequest& /*request*/) override {
      return Fail(Forbidden("nothing is asked"));
    }
  } nobody;
  pulls::PullClock clock;
  for (const buckets::BucketSettings& settings : chosen.buckets) {
    const buckets::BucketClient client(settings, std::nullopt, nobody, clock);
    table.rows.push_back({settings.name, fmt::format("{}/{}", settings.bucket, settings.prefix), "list", "GET",
                          client.ListAddress(), Value(), Value(), Value()});
  }
  return Print(globals, AnswerOf(std::move(table)));
}

Error NothingSetUp(const Known& known) {
  return BadUsage("no pull is set up, so nothing is asked")
      .At(known.configuration.file.string())
      .Mend("Name a source there, as docs/pulls.md shows; 'weir pull --list' says which there are");
}

Result<Chosen> Choose(const Known& known, const PullOptions& options) {
  Chosen chosen;
  for (const std::string& source : options.sources) {
    if (const buckets::BucketSettings* bucket = known.buckets.Find(source)) {
      chosen.buckets.push_back(*bucket);
      continue;
    }
    const pulls::PullSettings* settings = known.configuration.Find(source);
    if (settings == nullptr && known.pullers.Find(source) == nullptr) {
      return Fail(NotFound("there is no puller of '{}'", source)
                      .Field("source")
                      .Mend("'weir pull --list' says which there are"));
    }
    if (settings == nullptr) {
      return Fail(BadUsage("'{}' is not set up, so nothing is asked", source)
                      .At(known.configuration.file.string())
                      .Mend("Write the table [pull.{}] there, as docs/pulls.md shows", source));
    }
    chosen.pulls.push_back(*settings);
  }
  if (options.sources.empty()) chosen = {known.configuration.pulls, known.buckets.buckets};
  if (chosen.pulls.empty() && chosen.buckets.empty()) return Fail(NothingSetUp(known));
  if (options.only.empty()) return chosen;
  for (pulls::PullSettings& settings : chosen.pulls) {
    const pulls::Puller& puller = *known.pullers.Find(settings.source);
    for (const std::string& object : options.only) {
      if (puller.Find(object) == nullptr && chosen.pulls.size() == 1 && chosen.buckets.empty()) {
        return Fail(NotFound("{} has no object '{}'", settings.source, object).Field("only"));
      }
    }
    settings.only = options.only;
  }
  for (buckets::BucketSettings& settings : chosen.buckets) settings.only = options.only;
  return chosen;
}

// One service, from its token to the last import.
class PullOne {
 public:
  PullOne(const Globals& globals, Backend& backend, const Known& known, const pulls::PullSettings& settings)
      : globals_(globals),
        backend_(backend),
        known_(known),
        settings_(settings),
        puller_(*known.pullers.Find(settings.source)) {}

  Result<pulls::PullReport> Run() {
    WEIR_TRY(const pulls::Credentials credentials, pulls::ReadCredentials(puller_, settings_));
    WEIR_TRY(const std::string base, pulls::BaseOf(puller_, settings_, credentials));
    WEIR_TRY(sources::FeedInbox inbox, sources::FeedInbox::Open(pulls::InboxOf(known_.home, settings_.source)));
    pulls::CurlOptions options;
    options.limits.whole = settings_.timeout;
    options.limits.connect = std::min<std::chrono::milliseconds>(options.limits.connect, settings_.timeout);
    options.ca_file = settings_.ca_file;
    WEIR_TRY(const std::unique_ptr<pulls::HttpClient> client, pulls::OpenCurl(options));
    pulls::PullClock clock;
    pulls::Requester requester(puller_, settings_, credentials, base, *client, clock);
    FeedImporter importer(globals_, backend_,
                          {.product = "pull/" + settings_.source,
                           .keeps = true,
                           .mappings =
                               [&](const std::string& stream) {
                                 const pulls::PullObject* object = puller_.Find(stream);
                                 return object == nullptr ? std::vector<std::string>() : object->maps;
                               },
                           .is_of_now = true});
    ProgressLine progress(globals_);
    const auto tell = [&](const Phrase& stage) {
      progress.Callback()(MakePhrase("{}: {}", settings_.source, stage), -1);
    };
    requester.tell = tell;
    const pulls::PullSinks sinks{.import =
                                     [&](const auto& segments, bool are_whole) {
                                       progress.Clear();
                                       return importer.Import(segments, are_whole);
                                     },
                                 .tell = tell};
    auto report = pulls::Pull(puller_, settings_, base, inbox, requester, clock, sinks);
    progress.Clear();
    failed_ = importer.failed();
    return report;
  }

  std::size_t failed() const { return failed_; }

 private:
  const Globals& globals_;
  Backend& backend_;
  const Known& known_;
  const pulls::PullSettings& settings_;
  const pulls::Puller& puller_;
  std::size_t failed_ = 0;
};

analysis::Table ObjectsTable() {
  return {.name = "objects",
          .key = {"source", "object"},
          .columns = {TextColumn("source", "Source", "Источник"), TextColumn("object", "Object", "Объект"),
                      TextColumn("state", "State", "Состояние"), CountColumn("records", "Records", "Записей"),
                      CountColumn("missing", "Gone meanwhile", "Уже удалены"),
                      TextColumn("reason", "Why not", "Причина"), TextColumn("reason_ru", "Why not", "Причина")},
          .rows = {},
          .next_cursor = {},
          .total_rows = {}};
}

// Adds the objects of one service; the errors among them.
std::vector<Error> AddReport(const std::string& source, const pulls::PullReport& report, analysis::Table& table) {
  std::vector<Error> errors;
  for (const pulls::ObjectReport& object : report.objects) {
    const Phrase reason = object.error ? object.error->Whole()
                          : object.is_absent
                              ? MakePhrase("this account has no such object, or the token may not read it")
                          : object.is_not_emptied ? MakePhrase("the list came without a record; nothing was deleted")
                                                  : Phrase();
    table.rows.push_back({source, object.object,
                          object.error       ? "failed"
                          : object.is_absent ? "absent"
                                             : "pulled",
                          static_cast<std::int64_t>(object.records), static_cast<std::int64_t>(object.missing),
                          reason.text.empty() ? Value() : Value(reason.text),
                          reason.text.empty() ? Value() : Value(InRussian(reason))});
    if (object.error) errors.push_back(*object.error);
  }
  return errors;
}

// What the page of the sources shows of a run. That it cannot be written spoils no pull: it is said.
class RunRecord {
 public:
  RunRecord(const Globals& globals, fs::path folder) : globals_(globals), folder_(std::move(folder)) {
    pulls::PullRun begun = pulls::LastRun(folder_).value_or(pulls::PullRun{});
    run_.succeeded = begun.succeeded;
    begun.began = run_.began = WallClockNow();
    Save(begun);
  }
  RunRecord(const RunRecord&) = delete;
  RunRecord& operator=(const RunRecord&) = delete;
  ~RunRecord() {
    run_.ended = WallClockNow();
    if (!run_.HasFailed()) run_.succeeded = run_.ended;
    Save(run_);
  }

  void Fails(const Error& error) {
    if (run_.reason.empty()) run_.Fails(error);
  }
  void Add(pulls::RunObject object) { run_.objects.push_back(std::move(object)); }
  void Add(const analysis::Table& objects, std::size_t row) {
    const auto cell = [&](std::string_view name) { return objects.rows[row][objects.IndexOf(name)]; };
    Add({.object = store::ToText(cell("object")),
         .state = store::ToText(cell("state")),
         .records = std::get<std::int64_t>(cell("records")),
         .reason = store::ToText(cell("reason")),
         .reason_ru = store::ToText(cell("reason_ru"))});
  }

 private:
  void Save(const pulls::PullRun& run) {
    const auto saved = pulls::SaveRun(folder_, run);
    if (!saved) Warn(globals_, saved.error().ToString(), InRussian(saved.error().Whole()));
  }

  const Globals& globals_;
  fs::path folder_;
  pulls::PullRun run_;
};

// One after another; one that cannot be asked leaves the others.
class PullAll {
 public:
  PullAll(const Globals& globals, Backend& backend, const Known& known, std::size_t asked)
      : globals_(globals), backend_(backend), known_(known), asked_(asked) {}

  void Pull(const pulls::PullSettings& settings) {
    RunRecord record(globals_, pulls::InboxOf(known_.home, settings.source));
    PullOne one(globals_, backend_, known_, settings);
    const auto report = one.Run();
    failed_ += one.failed();
    if (one.failed() > 0) {
      record.Fails(BadInput("{} files of it could not be imported", one.failed())
                       .Mend("The next pull tries again; 'weir sources' shows the imports"));
    }
    if (!report) {
      record.Fails(report.error());
      Note(settings.source, report.error());
      return;
    }
    const std::size_t before = objects_.rows.size();
    const std::vector<Error> errors = AddReport(settings.source, *report, objects_);
    for (std::size_t i = before; i < objects_.rows.size(); ++i) record.Add(objects_, i);
    for (const Error& error : errors) Note(settings.source, error);
  }

  void Pull(const buckets::BucketSettings& settings) {
    RunRecord record(globals_, buckets::InboxOf(known_.home, settings.name));
    const auto report = PullBucket(globals_, backend_, known_.home, known_.mappings, settings);
    if (!report) {
      record.Fails(report.error());
      if (asked_ > 1) return NoteSaid(report.error());
      failure_ = report.error();  // said at the end
      return;
    }
    for (const Phrase& notice : report->notices) Say(globals_, notice.text, InRussian(notice));
    for (const auto& [table, one] : report->tables) {
      record.Add({.object = table,
                  .state = one.failed > 0 ? "failed" : (one.unknown > 0 ? "unknown" : "pulled"),
                  .records = static_cast<std::int64_t>(one.records),
                  .reason = {},
                  .reason_ru = {}});
    }
    for (const Error& error : report->errors) {
      record.Fails(error);
      NoteSaid(error);
    }
    AddBucket(settings.name, *report, buckets_);
    has_bucket_ = true;
  }

  int Finish() {
    if (asked_ == 1 && objects_.rows.empty() && buckets_.rows.empty() && failure_) {
      return PrintError(globals_, *failure_);
    }
    engine::Answer answer = AnswerOf(std::move(objects_));
    if (has_bucket_) {
      if (answer.output.tables.front().rows.empty()) answer.output.tables.clear();
      answer.output.tables.push_back(std::move(buckets_));
    }
    const int printed = Print(globals_, answer);
    if (failure_) return InfoOf(failure_->code()).exit_status;
    return failed_ > 0 ? InfoOf(Code::kBadInput).exit_status : printed;
  }

 private:
  void Note(const std::string& source, const Error& error) {
    if (!failure_) failure_ = error;
    Warn(globals_, fmt::format("{}: {}", source, error.ToString()),
         fmt::format("{}: {}", source, InRussian(error.Whole())));
  }
  // An error that names the bucket itself.
  void NoteSaid(const Error& error) {
    if (!failure_) failure_ = error;
    Warn(globals_, error.ToString(), InRussian(error.Whole()));
  }

  const Globals& globals_;
  Backend& backend_;
  const Known& known_;
  std::size_t asked_;
  analysis::Table objects_ = ObjectsTable();
  analysis::Table buckets_ = BucketsTable();
  std::optional<Error> failure_;
  std::size_t failed_ = 0;
  bool has_bucket_ = false;
};

}  // namespace

int RunPull(const Globals& globals, const PullOptions& options) {
  const auto known = Look(globals);
  if (!known) return PrintError(globals, known.error());
  for (const Error& problem : known->pullers.problems) Warn(globals, problem.ToString(), InRussian(problem.Whole()));
  if (options.lists) return List(globals, *known);
  const auto chosen = Choose(*known, options);
  if (!chosen) return PrintError(globals, chosen.error());
  if (options.dry_run) return DryRun(globals, *known, *chosen);
  const auto backend = OpenBackend({.open = globals.Open(workspace::Access::kWrite, true), .writes = true});
  if (!backend) return PrintError(globals, backend.error());
  PullAll all(globals, **backend, *known, chosen->pulls.size() + chosen->buckets.size());
  for (const pulls::PullSettings& settings : chosen->pulls) all.Pull(settings);
  for (const buckets::BucketSettings& settings : chosen->buckets) all.Pull(settings);
  return all.Finish();
}

}  // namespace weir::cli
