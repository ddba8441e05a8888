#include "workspace/mapping_actions.h"

#include <algorithm>
#include <array>
#include <system_error>

#include "analysis/columns.h"
#include "base/whole_file.h"
#include "sources/mapping.h"
#include "sources/plain_sql.h"
#include "workspace/actions.h"

namespace weir::workspace {
namespace {

using analysis::ParamVisitor;
using nlohmann::json;

constexpr std::size_t kLongest = 256U << 10U;  // bytes of a mapping

struct SaveParams {
  std::string mapping;
  bool replace = false;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "mapping",
                 .help = {"The text of the mapping", "Текст сопоставления"},
                 .required = true,
                 .positional = true},
                mapping);
    visitor.Add({.name = "replace",
                 .help = {"Take the place of one of the same source and object",
                          "Заменить сопоставление того же источника и объекта"}},
                replace);
  }
};

struct RemoveParams {
  std::string source;
  std::string object;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "source",
                 .help = {"Source of the mapping", "Источник сопоставления"},
                 .required = true,
                 .positional = true},
                source);
    visitor.Add({.name = "object",
                 .help = {"Object of the mapping", "Объект сопоставления"},
                 .required = true,
                 .positional = true},
                object);
  }
};

Result<DefinitionSet> SetInForce(store::Session& session) {
  WEIR_TRY(const std::int64_t newest, NewestVersion(session));
  WEIR_TRY(std::optional<DefinitionSet> set, DefinitionsAt(session, newest));
  WEIR_CHECK(set.has_value());  // whoever opens to write records them
  return std::move(*set);
}

// The set with the change, understood as a whole: an own mapping that is not sound would be left out silently.
Status Complete(MappingChange& change, DefinitionSet set) {
  change.from = set;
  std::erase_if(set.files, [&](const DefinitionFile& file) { return file.path == change.path; });
  if (change.after) set.files.push_back({.path = change.path, .text = *change.after, .is_own = true});
  std::ranges::sort(set.files, {}, &DefinitionFile::path);
  WEIR_TRY(change.definitions, Understand(set));
  for (const Error& problem : change.definitions->mappings.problems) {
    if (problem.place().file == change.path) return Fail(Error(problem));
  }
  change.set = std::move(set);
  return {};
}

// The file of the workspace that has the mapping of this source and object.
const DefinitionFile* FileOf(const DefinitionSet& set, const sources::Mapping& mapping, bool is_own) {
  const auto found = std::ranges::find_if(set.files, [&](const DefinitionFile& file) {
    const std::string_view folder = is_own ? "sources/" : "catalog/sources/";
    if (file.is_own != is_own || !file.path.starts_with(folder)) return false;
    const auto other = sources::ParseMapping(file.text, file.path);
    return other && other->source == mapping.source && other->object == mapping.object;
  });
  return found == set.files.end() ? nullptr : &*found;
}

json Shown(const MappingChange& change, const std::optional<std::string>& text) {
  return {{"path", change.path}, {"text", text ? json(*text) : json(nullptr)}};
}

std::optional<std::string> TextIn(const json& shown) {
  if (!shown.is_object() || !shown.contains("text") || !shown["text"].is_string()) return std::nullopt;
  return shown["text"].get<std::string>();
}

Result<std::int64_t> FilesBy(store::Session& session, const std::string& source, const std::string& object) {
  const std::array<store::Value, 2> values{source, object};
  return session.QueryInteger(
      "SELECT count(*) FROM meta.import_file WHERE state = 'committed' AND source = ? AND object = ?", values);
}

analysis::TableSpec MappingsTable() {
  using analysis::ColumnType;
  return {.name = "mappings",
          .title = {"Mappings", "Сопоставления"},
          .key = {"path"},
          .columns = {{"path", ColumnType::kText, "", {"File", "Файл"}},
                      {"source", ColumnType::kText, "", {"Source", "Источник"}},
                      {"object", ColumnType::kText, "", {"Object", "Объект"}},
                      {"title", ColumnType::kText, "", {"Title", "Название"}},
                      {"title_ru", ColumnType::kText, "", {"Title (Russian)", "Название (по-русски)"}},
                      {"tables", ColumnType::kText, "", {"What its rows become", "Чем становятся строки"}},
                      {"files", ColumnType::kInteger, "count", {"Files imported by it", "Импортировано файлов"}},
                      {"text", ColumnType::kText, "", {"Text", "Текст"}}},
          .chart = {}};
}

Result<analysis::Output> RunMappings(const analysis::NoParams&, analysis::Context& context) {
  const analysis::TableSpec spec = MappingsTable();
  analysis::Table table{
      .name = spec.name, .key = spec.key, .columns = spec.columns, .rows = {}, .next_cursor = {}, .total_rows = {}};
  WEIR_TRY(const std::optional<DefinitionSet> set, DefinitionsAt(context.session(), context.known_at()));
  for (const DefinitionFile& file : set ? set->files : std::vector<DefinitionFile>{}) {
    if (!file.is_own || !file.path.starts_with("sources/")) continue;
    const auto mapping = sources::ParseMapping(file.text, file.path);
    if (!mapping) continue;  // is not in force, which the workspace tells of when it is opened
    std::string tables;
    for (const sources::Emit& emit : mapping->emits) tables += (tables.empty() ? "" : ", ") + emit.table;
    WEIR_TRY(const std::int64_t files, FilesBy(context.session(), mapping->source, mapping->object));
    table.rows.push_back(
        {file.path, mapping->source, mapping->object, mapping->title_en, mapping->title_ru, tables, files, file.text});
  }
  analysis::Output output;
  output.tables.push_back(std::move(table));
  return output;
}

Result<MappingChange> PrepareMapping(store::Session& session, const analysis::RawParams& raw) {
  WEIR_TRY(const SaveParams params, analysis::Bind<SaveParams>(raw));
  if (params.mapping.size() > kLongest) {
    return Fail(TooLarge("a mapping has at most {} bytes", kLongest).Field("mapping"));
  }
  WEIR_TRY(const sources::Mapping mapping, sources::ParseMapping(params.mapping, "mapping"));
  WEIR_TRY(sources::CheckPlainSql(mapping));
  WEIR_TRY(DefinitionSet set, SetInForce(session));
  if (FileOf(set, mapping, false) != nullptr) {
    return Fail(Conflict("{}/{} is a mapping of the program", mapping.source, mapping.object)
                    .Field("object")
                    .Mend("Give the source or the object another name"));
  }
  MappingChange change;
  change.subject = fmt::format("mapping:{}/{}", mapping.source, mapping.object);
  change.path = fmt::format("sources/{}-{}.toml", mapping.source, mapping.object);
  change.after = params.mapping;
  if (const DefinitionFile* same = FileOf(set, mapping, true)) {
    change.path = same->path;
    change.before = same->text;
    if (!params.replace && same->text != params.mapping) {
      return Fail(Conflict("{}/{} is mapped already, by {}", mapping.source, mapping.object, same->path)
                      .Field("object")
                      .Mend("Give the object another name, or replace the mapping that is there"));
    }
  }
  WEIR_TRY(Complete(change, std::move(set)));
  return change;
}

// What was imported by a mapping is read by it whenever the model is built.
Status CheckUnused(store::Session& session, const std::string& source, const std::string& object,
                   const std::string& path, const std::string& field) {
  WEIR_TRY(const std::int64_t files, FilesBy(session, source, object));
  if (files == 0) return {};
  return Fail(Conflict("{} files were imported by the mapping {}", files, path)
                  .Field(field)
                  .Mend("Take back their imports first"));
}

Result<MappingChange> PrepareRemoval(store::Session& session, const analysis::RawParams& raw) {
  WEIR_TRY(const RemoveParams params, analysis::Bind<RemoveParams>(raw));
  WEIR_TRY(DefinitionSet set, SetInForce(session));
  sources::Mapping wanted;
  wanted.source = params.source;
  wanted.object = params.object;
  const DefinitionFile* file = FileOf(set, wanted, true);
  if (file == nullptr) {
    return Fail(
        NotFound("the workspace has no mapping {}/{} of its own", params.source, params.object).Field("object"));
  }
  MappingChange change;
  change.path = file->path;
  change.subject = fmt::format("mapping:{}/{}", params.source, params.object);
  change.before = file->text;
  WEIR_TRY(CheckUnused(session, params.source, params.object, change.path, "object"));
  WEIR_TRY(Complete(change, std::move(set)));
  return change;
}

Result<MappingChange> PrepareMappingUndo(store::Session& session, const DecisionRow& decision) {
  const json before = json::parse(decision.before);
  const json after = json::parse(decision.after);
  MappingChange change;
  change.path = after.at("path").get<std::string>();
  change.subject = decision.subject;
  change.before = TextIn(after);
  change.after = TextIn(before);
  change.undoes = decision.id;
  WEIR_TRY(DefinitionSet set, SetInForce(session));
  const auto now = std::ranges::find(set.files, change.path, &DefinitionFile::path);
  const std::optional<std::string> text = now == set.files.end() ? std::nullopt : std::optional(now->text);
  if (text != change.before) {
    return Fail(Conflict("the mapping {} has been changed since", change.path).Field("decision_id"));
  }
  if (!change.after) {
    const std::string pair = decision.subject.substr(decision.subject.find(':') + 1);
    const std::size_t slash = pair.find('/');
    WEIR_TRY(CheckUnused(session, pair.substr(0, slash), pair.substr(slash + 1), change.path, "decision_id"));
  }
  WEIR_TRY(Complete(change, std::move(set)));
  return change;
}

}  // namespace

std::vector<analysis::Action> MappingActions() {
  std::vector<analysis::Action> actions;
  actions.push_back({.info = {.id = std::string(kSaveMapping),
                              .title = {"Save a mapping", "Сохранить сопоставление"},
                              .help = {"Files of its kind are read by it from then on",
                                       "С этого момента файлы такого вида читаются по нему"},
                              .right = "import",
                              .tables = {DecisionTable()}},
                     .params = analysis::SpecsOf<SaveParams>()});
  actions.push_back({.info = {.id = std::string(kRemoveMapping),
                              .title = {"Remove a mapping", "Удалить сопоставление"},
                              .help = {"One of the workspace's own, by which no file that counts was imported",
                                       "Собственное, по которому нет действующих импортов"},
                              .right = "import",
                              .tables = {DecisionTable()}},
                     .params = analysis::SpecsOf<RemoveParams>()});
  return actions;
}

analysis::Analysis MappingsAnalysis() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "sources.mappings",
       .title = {"Own mappings", "Собственные сопоставления"},
       .help = {"Those that were saved in this workspace, as files to pass on",
                "Сохранённые в этой рабочей области — файлами, которые можно передать другим"},
       .right = "import",
       .tables = {MappingsTable()},
       .is_cacheable = false},
      &RunMappings);
}

Result<std::optional<MappingChange>> MappingChangeOf(store::Session& session, std::string_view action,
                                                     const analysis::RawParams& params) {
  std::optional<MappingChange> change;
  if (action == kSaveMapping) {
    WEIR_TRY(change, PrepareMapping(session, params));
  } else if (action == kRemoveMapping) {
    WEIR_TRY(change, PrepareRemoval(session, params));
  } else if (action == kUndoDecision) {
    WEIR_TRY(const DecisionRow undone, FindUndone(session, params));
    if (undone.action == kSaveMapping || undone.action == kRemoveMapping) {
      WEIR_TRY(change, PrepareMappingUndo(session, undone));
    }
  }
  return change;
}

Result<MappingFile> MappingFile::Put(const std::filesystem::path& home, const MappingChange& change) {
  const std::filesystem::path path = home / change.path;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (change.after) {
    WEIR_TRY(WriteWholeFile(path, *change.after));
  } else {
    std::filesystem::remove(path, error);
    if (error) return Fail(Unavailable("cannot remove the file: {}", error.message()).At(path.string()));
  }
  return MappingFile(path, change.before);
}

MappingFile::MappingFile(MappingFile&& other) noexcept
    : path_(std::move(other.path_)), before_(std::move(other.before_)), is_kept_(other.is_kept_) {
  other.is_kept_ = true;
}

MappingFile::~MappingFile() {
  if (is_kept_) return;
  std::error_code ignored;
  if (!before_) {
    std::filesystem::remove(path_, ignored);
    return;
  }
  // What cannot be put back is seen by the next opening, which takes the file as it lies.
  const Status put_back = WriteWholeFile(path_, *before_);
  static_cast<void>(put_back);
}

Result<Effect> ApplyMapping(store::Connection& connection, const MappingChange& change, std::int64_t version,
                            std::string_view who, Instant now) {
  WEIR_TRY(RecordChange(connection, change.from, change.set, version, who, now));
  return Effect{.kind = "definitions",
                .subject = change.subject,
                .before = Shown(change, change.before),
                .after = Shown(change, change.after),
                .undoes = change.undoes,
                .output = {}};
}

}  // namespace weir::workspace
