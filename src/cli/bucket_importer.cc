#include "cli/bucket_importer.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "base/plain_line.h"
#include "base/random.h"
#include "base/russian.h"
#include "buckets/bucket_client.h"
#include "cli/feed_importer.h"
#include "cli/progress.h"
#include "pulls/http.h"
#include "pulls/requester.h"
#include "sources/feed_inbox.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using analysis::Column;
using analysis::ColumnType;
using buckets::FetchedObject;
using buckets::ImportedObject;
using buckets::ObjectFate;

// Of all that decides how an object is read.
std::string DefinitionsOf(const sources::MappingCatalog& mappings, const buckets::BucketSettings& settings) {
  std::string text = WEIR_VERSION;
  for (const sources::Mapping& mapping : mappings.mappings) text += fmt::format(";{:x}", mapping.fingerprint);
  for (const auto& [glob, mapping] : settings.mappings) text += fmt::format(";{}={}", glob, mapping);
  return fmt::format("{:016x}", HashText(text));
}

// Which of the objects a row of the answer is about: the file itself, a list or a sheet within it, or a member of it.
std::optional<std::size_t> ObjectOf(const std::map<std::string, std::size_t, std::less<>>& names,
                                    std::string_view file) {
  if (const auto exact = names.find(file); exact != names.end()) return exact->second;
  for (std::size_t at = file.find_last_of("/#"); at != std::string_view::npos && at > 0;
       at = file.find_last_of("/#", at - 1)) {
    if (const auto found = names.find(file.substr(0, at)); found != names.end()) return found->second;
  }
  return std::nullopt;
}

// The object is named where this is said.
std::string WithoutPlace(std::string reason, const std::string& name) {
  const std::string place = PlainLine(name) + ": ";
  return reason.starts_with(place) ? reason.substr(place.size()) : std::move(reason);
}

// What became of each object: in where a part of it is, and no part is broken.
std::vector<ImportedObject> FatesOf(const std::vector<FetchedObject>& objects, const engine::Answer& answer) {
  std::vector<ImportedObject> fates(objects.size());
  std::map<std::string, std::size_t, std::less<>> names;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    names.emplace(PlainLine(objects[i].name), i);
    fates[i].fate = ObjectFate::kUnknown;
  }
  std::vector<bool> are_in(objects.size(), false);
  const analysis::Table* files = answer.output.Find("files");
  if (files == nullptr) return fates;
  for (const auto& row : files->rows) {
    const auto cell = [&](const char* column) { return store::ToText(row[files->IndexOf(column)]); };
    const auto at = ObjectOf(names, cell("file"));
    if (!at) continue;
    ImportedObject& fate = fates[*at];
    const std::string state = cell("state");
    if (state == "imported") {
      are_in[*at] = true;
      if (const auto* read = std::get_if<std::int64_t>(&row[files->IndexOf("read")])) {
        fate.records += static_cast<std::uint64_t>(*read);
      }
    }
    const bool is_error = state == "error";
    if ((is_error && fate.fate != ObjectFate::kFailed) || (state != "imported" && fate.reason.empty())) {
      fate.reason = WithoutPlace(cell("reason"), objects[*at].name);
      fate.reason_ru = WithoutPlace(cell("reason_ru"), objects[*at].name);
    }
    if (is_error) fate.fate = ObjectFate::kFailed;
  }
  for (std::size_t i = 0; i < fates.size(); ++i) {
    if (are_in[i] && fates[i].fate != ObjectFate::kFailed) fates[i].fate = ObjectFate::kIn;
  }
  return fates;
}

Result<std::vector<ImportedObject>> ImportObjects(const Globals& globals, Backend& backend,
                                                  const std::vector<FetchedObject>& objects) {
  workspace::ImportRequest request;
  std::vector<int> descriptors;
  for (const FetchedObject& object : objects) {
    descriptors.push_back(::open(object.path.c_str(), O_RDONLY | O_CLOEXEC));
    request.inputs.push_back(
        {.path = object.path, .descriptor = descriptors.back(), .name = object.name, .mappings = object.mappings});
  }
  ProgressLine progress(globals);
  const auto answer = backend.Import(request, progress.Callback());
  progress.Clear();
  for (const int descriptor : descriptors) {
    if (descriptor >= 0) ::close(descriptor);
  }
  if (answer) return FatesOf(objects, *answer);
  if (answer.error().code() != Code::kBadInput) return Fail(answer.error());
  // Not one of them could be read.
  const Phrase reason = answer.error().Whole();
  return std::vector<ImportedObject>(
      objects.size(),
      {.fate = ObjectFate::kFailed, .records = 0, .reason = reason.text, .reason_ru = InRussian(reason)});
}

Column TextColumn(std::string name, std::string en, std::string ru) {
  return {.name = std::move(name), .type = ColumnType::kText, .unit = {}, .title = {std::move(en), std::move(ru)}};
}
Column CountColumn(std::string name, std::string unit, std::string en, std::string ru) {
  return {.name = std::move(name),
          .type = ColumnType::kInteger,
          .unit = std::move(unit),
          .title = {std::move(en), std::move(ru)}};
}

}  // namespace

buckets::BucketState StateOfBucket(const fs::path& home, const std::string& name) {
  const std::string state = sources::FeedInbox::PeekState(buckets::InboxOf(home, name));
  return buckets::ReadBucketState(state).value_or(buckets::BucketState{});
}

Result<buckets::BucketReport> PullBucket(const Globals& globals, Backend& backend, const fs::path& home,
                                         const sources::MappingCatalog& mappings,
                                         const buckets::BucketSettings& settings) {
  for (const auto& [glob, name] : settings.mappings) {
    const std::size_t slash = std::min(name.find('/'), name.size());
    if (mappings.Find(name.substr(0, slash), name.substr(std::min(slash + 1, name.size()))) != nullptr) continue;
    return Fail(BadInput("there is no mapping '{}'", name).Field("mappings"));
  }
  WEIR_TRY(std::optional<buckets::AccessKey> key, buckets::ReadAccessKey(settings));
  pulls::CurlOptions options;
  options.limits.whole = settings.timeout;
  options.limits.connect = std::min<std::chrono::milliseconds>(options.limits.connect, settings.timeout);
  options.limits.answer_bytes = std::uint64_t{16} << 20U;  // a page of a list, or a refusal
  options.ca_file = settings.ca_file;
  WEIR_TRY(const std::unique_ptr<pulls::HttpClient> http, pulls::OpenCurl(options));
  pulls::PullClock clock;
  buckets::BucketClient client(settings, std::move(key), *http, clock);
  ProgressLine progress(globals);
  const auto tell = [&](const Phrase& stage) { progress.Callback()(stage, -1); };
  client.tell = tell;
  const buckets::BucketSinks sinks{.import =
                                       [&](const std::vector<FetchedObject>& objects) {
                                         progress.Clear();
                                         return ImportObjects(globals, backend, objects);
                                       },
                                   .tell = tell,
                                   .definitions = DefinitionsOf(mappings, settings)};
  auto report = buckets::PullBucket(settings, buckets::InboxOf(home, settings.name), client, clock, sinks);
  progress.Clear();
  return report;
}

analysis::Table BucketsTable() {
  return {
      .name = "buckets",
      .key = {"source", "table"},
      .columns = {TextColumn("source", "Bucket", "Хранилище"), TextColumn("table", "Table or file", "Таблица или файл"),
                  CountColumn("fetched", "count", "Objects fetched", "Получено объектов"),
                  CountColumn("unchanged", "count", "Unchanged", "Без изменений"),
                  CountColumn("gone", "count", "Gone from the bucket", "Нет в хранилище"),
                  CountColumn("unknown", "count", "Not recognised", "Не распознано"),
                  CountColumn("failed", "count", "Failed", "С ошибкой"),
                  CountColumn("records", "count", "Records read", "Прочитано записей"),
                  CountColumn("bytes", "count", "Bytes fetched", "Получено байтов")},
      .rows = {},
      .next_cursor = {},
      .total_rows = {}};
}

void AddBucket(const std::string& name, const buckets::BucketReport& report, analysis::Table& table) {
  const auto count = [](std::uint64_t number) { return store::Value(static_cast<std::int64_t>(number)); };
  for (const auto& [of, one] : report.tables) {
    table.rows.push_back({name, of, count(one.fetched), count(one.unchanged), count(one.gone), count(one.unknown),
                          count(one.failed), count(one.records), count(one.bytes)});
  }
}

}  // namespace weir::cli
