#include "workspace/definitions.h"

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <set>

#include <pwd.h>
#include <sodium.h>
#include <unistd.h>

#include "analysis/principal.h"
#include "engine/everything.h"
#include "sources/records.h"
#include "workspace/actions.h"
#include "workspace/analyses.h"
#include "workspace/ledger.h"

namespace weir::workspace {
namespace {

constexpr std::string_view kFreeMail = "catalog/free_mail.csv";
constexpr std::string_view kMappings = "sources/";
constexpr std::string_view kMetrics = "metrics/";
constexpr std::string_view kLeaks = "leaks/";
constexpr std::string_view kOpenings = "openings/";
constexpr std::string_view kSetup = "setup/";
constexpr std::string_view kDiagnosis = "diagnosis/";
constexpr std::string_view kHygiene = "hygiene/";
constexpr std::string_view kLifecycle = "lifecycle.toml";
constexpr std::size_t kNamedInNote = 3;

constexpr std::array<std::string_view, 3> kMigrations{
    "CREATE TABLE meta.definition_text (hash VARCHAR NOT NULL, text VARCHAR NOT NULL)",
    // From which data version the text holds at this path; an empty hash: from then on there is none. Append-only.
    "CREATE TABLE meta.definition (path VARCHAR NOT NULL, hash VARCHAR NOT NULL, data_version BIGINT NOT NULL)",
    // Who brought the texts of a data version, with which release of the program, and when.
    "CREATE TABLE meta.definition_record (data_version BIGINT NOT NULL, who VARCHAR NOT NULL, program VARCHAR NOT "
    "NULL, "
    "recorded_at TIMESTAMP NOT NULL)",
};

using Hashes = std::map<std::string, std::string, std::less<>>;  // of texts, by path

std::string HashOf(std::string_view text) {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  std::string hex;
  for (const unsigned char byte : hash) hex += fmt::format("{:02x}", byte);
  return hex;
}

Hashes HashesOf(const DefinitionSet& set) {
  Hashes hashes;
  for (const DefinitionFile& file : set.files) hashes[file.path] = HashOf(file.text);
  return hashes;
}

std::string FingerprintOf(const Hashes& hashes) {
  std::string text;
  for (const auto& [path, hash] : hashes) text += fmt::format("{}\n{}\n", path, hash);
  return HashOf(text);
}

// The newest hash of each path up to the version; paths that were taken away are left out.
constexpr std::string_view kInForce =
    "SELECT path, hash FROM (SELECT path, max_by(hash, data_version) AS hash FROM meta.definition WHERE data_version "
    "<= "
    "? GROUP BY path) AS newest WHERE hash <> ''";

Result<Hashes> HashesAt(store::Session& session, std::int64_t version) {
  const std::array<store::Value, 1> parameters{version};
  WEIR_TRY(store::Rows rows, session.Query(kInForce, parameters));
  Hashes hashes;
  for (std::size_t i = 0; i < rows.size(); ++i) hashes[rows.TextAt(i, 0)] = rows.TextAt(i, 1);
  return hashes;
}

Result<bool> HasTables(store::Session& session) {
  WEIR_TRY(const std::int64_t tables,
           session.QueryInteger("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'meta' AND "
                                "table_name = 'definition'"));
  return tables > 0;
}

Status WriteTexts(store::Connection& connection, const DefinitionSet& set, const Hashes& changed) {
  WEIR_TRY(store::Rows rows, connection.Query("SELECT hash FROM meta.definition_text"));
  std::set<std::string, std::less<>> kept;
  for (std::size_t i = 0; i < rows.size(); ++i) kept.insert(rows.TextAt(i, 0));
  WEIR_TRY(store::Appender appender, connection.Append("meta", "definition_text"));
  for (const DefinitionFile& file : set.files) {
    const auto found = changed.find(file.path);
    if (found == changed.end() || !kept.insert(found->second).second) continue;
    appender.Text(found->second);
    appender.Text(file.text);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

Status WriteHashes(store::Connection& connection, const Hashes& changed, std::int64_t version) {
  WEIR_TRY(store::Appender appender, connection.Append("meta", "definition"));
  for (const auto& [path, hash] : changed) {
    appender.Text(path);
    appender.Text(hash);
    appender.Integer(version);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

// What differs: the new hash of each path, empty where the path is gone.
Hashes Difference(const Hashes& before, const Hashes& after) {
  Hashes changed;
  for (const auto& [path, hash] : after) {
    const auto found = before.find(path);
    if (found == before.end() || found->second != hash) changed[path] = hash;
  }
  for (const auto& [path, hash] : before) {
    if (!after.contains(path)) changed[path] = "";
  }
  return changed;
}

// "sources/crm-deal.toml, metrics/own.toml and 3 more"; those of the workspace first.
std::string NoteOf(const Hashes& changed) {
  std::vector<std::string> paths;
  for (const auto& [path, hash] : changed) paths.push_back(path);
  std::ranges::stable_partition(paths, IsOwnDefinition);
  const std::size_t named = std::min(paths.size(), kNamedInNote);
  std::string note =
      fmt::format("{}", fmt::join(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(named), ", "));
  if (paths.size() > named) note += fmt::format(" and {} more", paths.size() - named);
  return note;
}

// Files of the program are changed by the program, those of the workspace by its owner.
std::string WhoChanged(const Hashes& changed) {
  const bool has_own = std::ranges::any_of(changed, [](const auto& pair) { return IsOwnDefinition(pair.first); });
  return has_own ? analysis::Principal::LocalOwner().user : "weir";
}

// Whose session runs the program: who edits files has no account to be named by.
std::string LoginName() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const bool is_known =
      ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr;
  return is_known ? found->pw_name : analysis::Principal::LocalOwner().user;
}

Status WriteRecord(store::Connection& connection, std::int64_t version, std::string_view who, Instant now) {
  const std::array<store::Value, 4> row{version, std::string(who), std::string(WEIR_VERSION), now};
  WEIR_TRY(connection.Execute("INSERT INTO meta.definition_record VALUES (?, ?, ?, ?)", row));
  return {};
}

// The files of one folder: those of the program, then those of the workspace, which may take their place.
std::vector<DefinitionFile> Chosen(const DefinitionSet& set, std::string_view folder) {
  std::vector<DefinitionFile> files;
  const std::string built_in = "catalog/" + std::string(folder);
  for (const std::string_view prefix : {std::string_view(built_in), folder}) {
    std::ranges::copy_if(set.files, std::back_inserter(files),
                         [&](const DefinitionFile& file) { return file.path.starts_with(prefix); });
  }
  return files;
}

// A mapping of the workspace whose SQL does not run would stop every build: it is left out like one that is no TOML.
Result<sources::MappingCatalog> UnderstandMappings(const DefinitionSet& set) {
  std::vector<DefinitionFile> files = Chosen(set, kMappings);
  // Most changes of a set are of its metrics: mappings that were read last are not read again.
  static std::mutex mutex;
  static std::string last_key;
  static sources::MappingCatalog last;
  Hashes hashes;
  for (const DefinitionFile& file : files) hashes[file.path] = HashOf(file.text);
  const std::string key = FingerprintOf(hashes);
  {
    const std::lock_guard guard(mutex);
    if (key == last_key) return last;
  }
  std::optional<sources::EmitChecker> checker;
  std::vector<Error> problems;
  for (auto file = files.begin(); file != files.end();) {
    auto mapping = file->is_own ? sources::ParseMapping(file->text, file->path) : Fail(NotFound(""));
    Status checked = {};
    if (mapping) {
      if (!checker) {
        WEIR_TRY(sources::EmitChecker made, sources::EmitChecker::Make());
        checker.emplace(std::move(made));
      }
      checked = checker->Check(*mapping);
    }
    const bool is_sound = checked.has_value();
    if (!is_sound) problems.push_back(std::move(checked).error());
    file = is_sound ? std::next(file) : files.erase(file);
  }
  WEIR_TRY(sources::MappingCatalog mappings, sources::ParseMappings(files));
  mappings.problems.insert(mappings.problems.end(), problems.begin(), problems.end());
  const std::lock_guard guard(mutex);
  last_key = key;
  last = mappings;
  return mappings;
}

Result<std::shared_ptr<const Definitions>> ReadTexts(const DefinitionSet& set, const std::string& fingerprint) {
  WEIR_TRY(sources::MappingCatalog mappings, UnderstandMappings(set));
  WEIR_TRY(engine::Everything everything, engine::LoadEverything({.metrics = Chosen(set, kMetrics),
                                                                  .leaks = Chosen(set, kLeaks),
                                                                  .openings = Chosen(set, kOpenings),
                                                                  .setup = Chosen(set, kSetup),
                                                                  .lifecycle = Chosen(set, kLifecycle),
                                                                  .hygiene = Chosen(set, kHygiene),
                                                                  .explore = BuiltInDefinitions("explore"),
                                                                  .diagnosis = Chosen(set, kDiagnosis)}));
  std::ranges::move(WorkspaceAnalyses(std::make_shared<const sources::MappingCatalog>(mappings)),
                    std::back_inserter(everything.analyses));
  std::string free_mail;
  for (const DefinitionFile& file : set.files) {
    if (file.path == kFreeMail) free_mail = file.text;
  }
  return std::make_shared<const Definitions>(
      Definitions{.mappings = std::move(mappings),
                  .free_mail = std::move(free_mail),
                  .catalog = {std::move(everything.analyses), WorkspaceActions(), std::move(everything.producers)},
                  .fingerprint = fingerprint,
                  .metrics = std::move(everything.metrics)});
}

}  // namespace

std::string DefinitionSet::Fingerprint() const { return FingerprintOf(HashesOf(*this)); }

std::span<const std::string_view> DefinitionMigrations() { return kMigrations; }

Result<DefinitionSet> ReadDefinitions(const std::filesystem::path& home) {
  DefinitionSet set;
  const auto add_own = [&](OwnDefinitionFiles own) {
    std::ranges::move(own.files, std::back_inserter(set.files));
    std::ranges::move(own.problems, std::back_inserter(set.problems));
  };
  set.files.push_back(BuiltInDefinition("free_mail.csv"));
  set.files.push_back(BuiltInDefinition(kLifecycle));
  add_own(OwnDefinition(home / kLifecycle));
  for (const char* folder : {"sources", "metrics", "leaks", "openings", "setup", "diagnosis", "hygiene"}) {
    std::vector<DefinitionFile> built_in = BuiltInDefinitions(folder);
    std::ranges::move(built_in, std::back_inserter(set.files));
    add_own(OwnDefinitions(folder, home / folder));
  }
  std::ranges::sort(set.files, {}, &DefinitionFile::path);
  return set;
}

Result<std::optional<DefinitionSet>> DefinitionsAt(store::Session& session, std::int64_t version) {
  WEIR_TRY(const bool has_tables, HasTables(session));
  if (!has_tables) return std::optional<DefinitionSet>{};
  const std::array<store::Value, 1> parameters{version};
  WEIR_TRY(store::Rows rows,
           session.Query(fmt::format("SELECT d.path, t.text FROM ({}) AS d JOIN meta.definition_text AS "
                                     "t ON t.hash = d.hash ORDER BY d.path NULLS LAST",
                                     kInForce),
                         parameters));
  if (rows.rows.empty()) return std::optional<DefinitionSet>{};
  DefinitionSet set;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string path = rows.TextAt(i, 0);
    set.files.push_back({path, rows.TextAt(i, 1), IsOwnDefinition(path)});
  }
  return std::optional(std::move(set));
}

Result<std::string> RecordedFingerprint(store::Session& session) {
  WEIR_TRY(const bool has_tables, HasTables(session));
  if (!has_tables) return std::string();
  WEIR_TRY(const std::int64_t newest, NewestVersion(session));
  WEIR_TRY(const Hashes hashes, HashesAt(session, newest));
  return hashes.empty() ? std::string() : FingerprintOf(hashes);
}

Result<std::optional<std::int64_t>> RecordDefinitions(store::Connection& connection, const DefinitionSet& set,
                                                      Instant now) {
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  WEIR_TRY(const Hashes before, HashesAt(connection, newest));
  const Hashes changed = Difference(before, HashesOf(set));
  if (changed.empty()) return std::optional<std::int64_t>{};
  WEIR_TRY(WriteTexts(connection, set, changed));
  if (before.empty() || newest == 0) {
    WEIR_TRY(connection.Execute("DELETE FROM meta.definition"));
    WEIR_TRY(connection.Execute("DELETE FROM meta.definition_record"));
    WEIR_TRY(WriteHashes(connection, HashesOf(set), 0));
    WEIR_TRY(WriteRecord(connection, 0, LoginName(), now));
    return std::optional<std::int64_t>{};
  }
  WEIR_TRY(WriteHashes(connection, changed, newest + 1));
  WEIR_TRY(WriteRecord(connection, newest + 1, LoginName(), now));
  WEIR_TRY(CommitVersion(connection, newest + 1, "definitions", NoteOf(changed), WhoChanged(changed), now));
  return std::optional(newest + 1);
}

Status RecordChange(store::Connection& connection, const DefinitionSet& before, const DefinitionSet& after,
                    std::int64_t version, std::string_view who, Instant now) {
  const Hashes changed = Difference(HashesOf(before), HashesOf(after));
  WEIR_TRY(WriteTexts(connection, after, changed));
  WEIR_TRY(WriteHashes(connection, changed, version));
  return WriteRecord(connection, version, who, now);
}

Result<std::shared_ptr<const Definitions>> Understand(const DefinitionSet& set) {
  // Reading hundreds of texts takes longer than most questions: what was understood lately is not read again.
  static std::mutex mutex;
  static std::deque<std::shared_ptr<const Definitions>> lately;
  constexpr std::size_t kKept = 3;
  const std::string fingerprint = set.Fingerprint();
  {
    const std::lock_guard guard(mutex);
    const auto known = std::ranges::find_if(lately, [&](const auto& one) { return one->fingerprint == fingerprint; });
    if (known != lately.end()) return *known;
  }
  WEIR_TRY(std::shared_ptr<const Definitions> understood, ReadTexts(set, fingerprint));
  const std::lock_guard guard(mutex);
  lately.push_front(understood);
  if (lately.size() > kKept) lately.pop_back();
  return understood;
}

}  // namespace weir::workspace
