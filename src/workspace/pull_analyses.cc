#include "workspace/pull_analyses.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "base/russian.h"
#include "buckets/bucket_settings.h"
#include "buckets/bucket_state.h"
#include "pulls/pull_run.h"
#include "pulls/pull_settings.h"
#include "pulls/pull_state.h"
#include "pulls/puller.h"
#include "sources/feed_inbox.h"
#include "workspace/store_file.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;
using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using store::Value;

struct NoParams {
  void Describe(analysis::ParamVisitor& /*visitor*/) {}
};

TableSpec PullsTable() {
  return {.name = "pulls",
          .title = {"Pulls and buckets", "Запросы к API и хранилища"},
          .key = {"source"},
          .columns = {TextOf("source", "Source", "Источник"), TextOf("kind", "Kind", "Вид"),
                      TextOf("state", "State", "Состояние"),
                      CountOf("records", "Records of the last run", "Записей в последний раз"),
                      CountOf("objects", "Objects", "Объектов"), CountOf("failed", "Objects that failed", "С ошибкой"),
                      Of("began_at", ColumnType::kInstant, "Last begun", "Начат последний раз"),
                      Of("ended_at", ColumnType::kInstant, "Last ended", "Закончен последний раз"),
                      Of("succeeded_at", ColumnType::kInstant, "Last without a failure", "Последний без ошибок"),
                      Of("known_to", ColumnType::kInstant, "Known up to", "Известно по"),
                      Of("due_at", ColumnType::kInstant, "Next due", "Следующий — не позже"),
                      TextOf("reason", "What failed, and what helps", "Что не удалось и что поможет"),
                      TextOf("reason_ru", "What failed, and what helps", "Что не удалось и что поможет")}};
}

TableSpec ObjectsTable() {
  return {.name = "objects",
          .title = {"Objects", "Объекты"},
          .key = {"source", "object"},
          .columns = {TextOf("source", "Source", "Источник"), TextOf("object", "Object", "Объект"),
                      TextOf("state", "State", "Состояние"),
                      CountOf("records", "Records of the last run", "Записей в последний раз"),
                      Of("asked_at", ColumnType::kInstant, "Last read to its end", "Прочитан до конца"),
                      Of("known_to", ColumnType::kInstant, "Known up to", "Известно по"),
                      CountOf("waiting", "Records still to be asked for", "Ещё предстоит запросить"),
                      TextOf("reason", "Why not", "Причина"), TextOf("reason_ru", "Why not", "Причина")}};
}

template <typename T>
Value OrNull(const std::optional<T>& value) {
  return value ? Value(*value) : Value();
}
Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

class PullsReader {
 public:
  explicit PullsReader(fs::path home) : home_(std::move(home)) {}

  Output Read() {
    std::error_code ignored;
    if (fs::exists(home_ / "weir.toml", ignored)) {
      if (const auto read = ReadSettings(); !read) Broken(read.error());
    }
    Output output;
    output.tables = {std::move(pulls_), std::move(objects_)};
    return output;
  }

 private:
  struct Shown {
    std::string source;
    std::string kind;
    fs::path inbox;
    std::optional<int> every_h;
    std::optional<Instant> known_to;
  };

  Status ReadSettings() {
    WEIR_TRY(const sources::MappingCatalog mappings, sources::LoadMappings(home_ / "sources"));
    WEIR_TRY(const pulls::PullerCatalog pullers, pulls::LoadPullers(home_, mappings));
    WEIR_TRY(const pulls::PullConfiguration configuration, pulls::ReadPullSettings(home_, pullers));
    std::vector<std::string> taken;
    taken.reserve(pullers.pullers.size());
    for (const pulls::Puller& puller : pullers.pullers) taken.push_back(puller.source);
    WEIR_TRY(const buckets::BucketConfiguration buckets, buckets::ReadBucketSettings(home_, taken));
    for (const pulls::PullSettings& settings : configuration.pulls) AddPull(settings, *pullers.Find(settings.source));
    for (const buckets::BucketSettings& settings : buckets.buckets) AddBucket(settings);
    return {};
  }

  // The settings themselves cannot be read, so that no pull runs.
  void Broken(const Error& error) {
    std::vector<Value> row(pulls_.columns.size());
    row[pulls_.IndexOf("source")] = std::string("weir.toml");
    row[pulls_.IndexOf("kind")] = std::string("settings");
    row[pulls_.IndexOf("state")] = std::string("failing");
    row[pulls_.IndexOf("reason")] = error.ToString();
    row[pulls_.IndexOf("reason_ru")] = InRussian(error.Whole());
    pulls_.rows.push_back(std::move(row));
  }

  void AddPull(const pulls::PullSettings& settings, const pulls::Puller& puller) {
    const fs::path inbox = pulls::InboxOf(home_, settings.source);
    const pulls::PullState state =
        pulls::ReadPullState(sources::FeedInbox::PeekState(inbox)).value_or(pulls::PullState{});
    const pulls::PullRun run = pulls::LastRun(inbox).value_or(pulls::PullRun{});
    std::optional<Instant> known_to;
    for (const pulls::PullObject& object : puller.objects) {
      if (!settings.Wants(object)) continue;
      const auto known = state.objects.find(object.name);
      const pulls::ObjectState of = known == state.objects.end() ? pulls::ObjectState{} : known->second;
      // What a pull goes on from is the oldest of what its objects go on from.
      if (of.since) known_to = std::min(known_to.value_or(*of.since), *of.since);
      const auto said = std::ranges::find(run.objects, object.name, &pulls::RunObject::object);
      const pulls::RunObject last = said == run.objects.end() ? pulls::RunObject{} : *said;
      const std::string object_state = said != run.objects.end() ? last.state : (of.asked ? "pulled" : "never");
      objects_.rows.push_back({settings.source, object.name, object_state,
                               said == run.objects.end() ? Value() : Value(last.records), OrNull(of.asked),
                               OrNull(of.since), static_cast<std::int64_t>(of.queue.size()), TextOrNull(last.reason),
                               TextOrNull(last.reason_ru)});
    }
    Add({settings.source, "api", inbox, settings.every_h, known_to}, run);
  }

  void AddBucket(const buckets::BucketSettings& settings) {
    const fs::path inbox = buckets::InboxOf(home_, settings.name);
    const buckets::BucketState state =
        buckets::ReadBucketState(sources::FeedInbox::PeekState(inbox)).value_or(buckets::BucketState{});
    const pulls::PullRun run = pulls::LastRun(inbox).value_or(pulls::PullRun{});
    for (const pulls::RunObject& table : run.objects) {
      objects_.rows.push_back({settings.name, table.object, table.state, table.records, OrNull(run.ended), Value(),
                               std::int64_t{0}, TextOrNull(table.reason), TextOrNull(table.reason_ru)});
    }
    Add({settings.name, "bucket", inbox, settings.every_h, state.pulled}, run);
  }

  void Add(const Shown& shown, const pulls::PullRun& run) {
    std::int64_t records = 0;
    std::int64_t failed = 0;
    const pulls::RunObject* first = nullptr;
    for (const pulls::RunObject& object : run.objects) {
      records += object.records;
      if (object.state != "failed") continue;
      ++failed;
      if (first == nullptr) first = &object;
    }
    const bool is_unfinished = run.began && (!run.ended || *run.ended < *run.began);
    const std::string state = !run.began ? "never" : is_unfinished ? "unfinished" : run.HasFailed() ? "failing" : "ok";
    std::optional<Instant> due;
    constexpr std::int64_t kHour = 3'600'000'000;
    if (shown.every_h && run.began) due = Instant{run.began->micros + *shown.every_h * kHour};
    const bool is_whole = !run.reason.empty() || first == nullptr;
    pulls_.rows.push_back(
        {shown.source, shown.kind, state, run.ended ? Value(records) : Value(),
         static_cast<std::int64_t>(run.objects.size()), failed, OrNull(run.began), OrNull(run.ended),
         OrNull(run.succeeded), OrNull(shown.known_to), OrNull(due),
         TextOrNull(is_whole ? run.reason : fmt::format("{}: {}", first->object, first->reason)),
         TextOrNull(is_whole ? run.reason_ru : fmt::format("{}: {}", first->object, first->reason_ru))});
  }

  fs::path home_;
  analysis::Table pulls_ = analysis::EmptyTable(PullsTable());
  analysis::Table objects_ = analysis::EmptyTable(ObjectsTable());
};

// The folder of the store is the workspace's; a past state of the data, which is kept elsewhere, had none.
Result<Output> RunPulls(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT path FROM duckdb_databases() WHERE database_name = current_database()"));
  const fs::path store = rows.rows.empty() ? fs::path() : fs::path(rows.TextAt(0, 0));
  return PullsReader(store == StorePath(store.parent_path()) ? store.parent_path() : fs::path()).Read();
}

}  // namespace

std::vector<analysis::Analysis> PullAnalyses() {
  analysis::Analysis pulls = analysis::Declare<NoParams>(
      {.id = "sources.pulls",
       .title = {"Pulls and buckets", "Запросы к API и хранилища"},
       .help = {"What the settings let Weir fetch, when it last did, what came of it, and what is due",
                "Что Weir разрешено запрашивать, когда это было, что получено и что пора повторить"},
       .right = "import",
       .tables = {PullsTable(), ObjectsTable()},
       .is_cacheable = false},
      &RunPulls);
  return {std::move(pulls)};
}

}  // namespace weir::workspace
