#include "engine/stored_answers.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/whole_file.h"
#include "engine/answer_bytes.h"

namespace weir::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".answer";

std::string PrefixOf(std::int64_t known_at) { return fmt::format("v{}-", known_at); }

// Its files, and what unfinished ones a killed process left.
std::vector<fs::directory_entry> FilesIn(const fs::path& folder) {
  std::vector<fs::directory_entry> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) files.push_back(*at);
  }
  return files;
}

// When this store and its newest version were made, and the newest decision: numbers come again in another store.
constexpr const char* kStoreStamp =
    "SELECT concat_ws(' ', (SELECT min(committed_at) FROM meta.data_version), (SELECT max(committed_at) FROM "
    "meta.data_version), (SELECT max(decided_at) FROM meta.decision))";

std::optional<std::string> KeyIn(Snapshot& snapshot, const std::string& key) {
  const auto stamp = snapshot.session().QueryValue(kStoreStamp);
  return stamp ? std::optional(fmt::format("{}|store:{}", key, store::ToText(*stamp))) : std::nullopt;
}

void Remove(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
}

}  // namespace

fs::path StoredAnswers::PathOf(const std::string& key, std::int64_t known_at) const {
  return folder_ / fmt::format("{}{:016x}{}", PrefixOf(known_at), HashText(key), kSuffix);
}

std::shared_ptr<const Answer> StoredAnswers::Find(const Asked& asked, const Question& question, Standing standing,
                                                  const analysis::Principal& principal, Snapshot& snapshot) const {
  standing.warnings.clear();
  const auto key = KeyIn(snapshot, asked.Key(question, standing, principal));
  if (!key) return nullptr;
  std::shared_ptr<Answer> answer = Find(*key, snapshot.known_at());
  if (!answer) return nullptr;
  for (analysis::Warning& warning : snapshot.warnings()) answer->output.warnings.push_back(std::move(warning));
  return answer;
}

void StoredAnswers::Put(const Asked& asked, const Question& question, const Standing& standing,
                        const analysis::Principal& principal, Snapshot& snapshot, const Answer& answer) const {
  if (!snapshot.warnings().empty()) return;
  const auto key = KeyIn(snapshot, asked.Key(question, standing, principal));
  if (key) Put(*key, answer, snapshot.is_committed());
}

std::shared_ptr<Answer> StoredAnswers::Find(const std::string& key, std::int64_t known_at) const {
  std::ifstream file(PathOf(key, known_at), std::ios::binary | std::ios::ate);
  if (!file) return nullptr;
  std::string bytes(static_cast<std::size_t>(file.tellg()), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return nullptr;
  // Two keys may have one hash, and the program may be another now.
  const std::string head = program_ + "\n" + key + "\n";
  if (!bytes.starts_with(head)) return nullptr;
  std::optional<Answer> answer = FromBytes(std::string_view(bytes).substr(head.size()));
  return answer ? std::make_shared<Answer>(*std::move(answer)) : nullptr;
}

void StoredAnswers::Put(const std::string& key, const Answer& answer, bool is_committed) const {
  const std::lock_guard lock(mutex_);
  // Once, when it rises: beside the newest may lie what was asked of one that is about to be committed.
  if (is_committed && answer.known_at > newest_) RemoveOthers(answer.known_at);
  if (answer.known_at < newest_) return;  // it was under way when the version rose
  const std::string bytes = program_ + "\n" + key + "\n" + ToBytes(answer);
  if (bytes.size() > kMostBytes / 2) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  fs::permissions(folder_, fs::perms::owner_all, error);
  if (!WriteWholeFile(PathOf(key, answer.known_at), bytes)) return;
  std::vector<std::pair<fs::file_time_type, fs::directory_entry>> files;
  for (const fs::directory_entry& entry : FilesIn(folder_)) files.emplace_back(entry.last_write_time(error), entry);
  std::ranges::sort(files, std::greater{}, [](const auto& file) { return file.first; });
  std::uint64_t all = 0;
  for (const auto& [written, entry] : files) {
    const std::uint64_t size = entry.file_size(error);
    all += error ? 0 : size;
    if (all > kMostBytes) Remove(entry.path());
  }
}

void StoredAnswers::KeepOnly(std::int64_t known_at) const {
  const std::lock_guard lock(mutex_);
  if (known_at >= newest_) RemoveOthers(known_at);
}

void StoredAnswers::RemoveOthers(std::int64_t known_at) const {
  newest_ = known_at;
  const std::string prefix = PrefixOf(known_at);
  for (const fs::directory_entry& entry : FilesIn(folder_)) {
    if (!entry.path().filename().string().starts_with(prefix)) Remove(entry.path());
  }
}

std::string ThisProgram() {
  std::error_code error;
  const fs::path path = fs::read_symlink("/proc/self/exe", error);
  if (error) return "unknown";
  const auto written = fs::last_write_time(path, error).time_since_epoch().count();
  const std::uint64_t size = fs::file_size(path, error);
  return fmt::format("{} {} {}", path.string(), size, written);
}

}  // namespace weir::engine
