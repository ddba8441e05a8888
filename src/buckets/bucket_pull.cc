#include "buckets/bucket_pull.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/plain_line.h"
#include "base/text.h"
#include "sources/feed_inbox.h"
#include "sources/partition.h"
#include "sources/reader.h"

namespace weir::buckets {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSaid = 20;  // of a kind, by name

// Keys become names that are shown and that speak for recognition: what could pass for another place or hide is none.
bool IsPlainKey(std::string_view key) {
  constexpr std::size_t kLongest = 1024;
  if (key.size() > kLongest || !IsValidUtf8(key) || PlainLine(key) != key) return false;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view part = key.substr(begin, end - begin);
    if (part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

// What engines keep beside their tables: _SUCCESS, _temporary/, .part-0.crc. A partition may begin so: _day=1.
bool IsOfEngine(std::string_view key) {
  for (std::size_t begin = 0; begin < key.size();) {
    const std::size_t end = std::min(key.find('/', begin), key.size());
    const std::string_view part = key.substr(begin, end - begin);
    if ((part.starts_with('_') || part.starts_with('.')) && part.find('=') == std::string_view::npos) return true;
    begin = end + 1;
  }
  return false;
}

// Whether one of the folders, which end with a slash, holds the key.
bool LiesIn(const std::set<std::string, std::less<>>& folders, std::string_view key) {
  if (folders.empty()) return false;
  if (folders.contains(std::string_view())) return true;
  for (std::size_t at = key.find('/'); at != std::string_view::npos; at = key.find('/', at + 1)) {
    if (folders.contains(key.substr(0, at + 1))) return true;
  }
  return false;
}

// The first of them, for a sentence.
std::string Some(const std::vector<std::string>& names) {
  std::string some;
  for (std::size_t i = 0; i < std::min(names.size(), kMostSaid); ++i) some += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kMostSaid ? some + ", ..." : some;
}

// The key that the whole table would have as one object: "unload/crm/deals.parquet".
std::string TableNameOf(const std::string& key) {
  const sources::FileInput file{
      .name = key, .path = {}, .descriptor = -1, .member = {}, .sheet = {}, .records = {}, .modified_at = {}};
  if (!sources::IsPartOfTable(file) || key.find('/') == std::string::npos) return key;
  const fs::path name = fs::path(sources::TableNameOf(file)).filename();
  fs::path folder;
  for (const fs::path& part : fs::path(key).parent_path()) {
    if (part.string().find('=') != std::string::npos) break;
    folder /= part;
  }
  // Called as its folder, or by a name of its own within it.
  const bool is_of_folder = name.string().starts_with(folder.filename().string() + ".");
  return ((is_of_folder ? folder.parent_path() : folder) / name).string();
}

class BucketPull {
 public:
  BucketPull(const BucketSettings& settings, const fs::path& folder, sources::FeedInbox& inbox, BucketState state,
             BucketClient& client, pulls::PullClock& clock, const BucketSinks& sinks, const BucketLimits& limits)
      : settings_(settings),
        objects_(folder / "objects"),
        inbox_(inbox),
        state_(std::move(state)),
        client_(client),
        clock_(clock),
        sinks_(sinks),
        limits_(limits) {}

  Result<BucketReport> Run() {
    WEIR_TRY(Clear());
    WEIR_TRY(const std::vector<BucketObject> listed, List());
    WEIR_TRY(std::vector<BucketObject> wanted, Choose(listed));
    std::ranges::sort(wanted, [](const BucketObject& a, const BucketObject& b) {
      return std::tie(a.modified, a.key) < std::tie(b.modified, b.key);
    });
    const Status fetched = FetchAll(wanted);
    const Status imported = Import();  // what came before it ended is kept
    WEIR_TRY(Clear());
    if (fetched) state_.pulled = clock_.Now();
    WEIR_TRY(inbox_.SaveState(ToText(state_)));
    if (!imported) return Fail(imported.error());
    if (!fetched) return Fail(fetched.error());
    SayWhatIsNotIn();
    report_.requests = client_.requests();
    return std::move(report_);
  }

 private:
  // Objects of a pull that was stopped.
  Status Clear() {
    std::error_code error;
    fs::remove_all(objects_, error);
    fs::create_directories(objects_, error);
    if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(objects_.string()));
    return {};
  }

  Result<std::vector<BucketObject>> List() {
    std::vector<BucketObject> listed;
    std::set<std::string, std::less<>> keys;
    WEIR_TRY(client_.List(settings_.prefix, [&](std::vector<BucketObject> page) -> Status {
      for (BucketObject& object : page) {
        if (keys.insert(object.key).second) listed.push_back(std::move(object));
      }
      if (listed.size() > settings_.max_objects) {
        return Fail(TooLarge("{}: there are more than {} objects", settings_.name, settings_.max_objects)
                        .Mend("Name a prefix, or raise max_objects"));
      }
      Tell(MakePhrase("{}: {} objects listed", settings_.name, listed.size()));
      return {};
    }));
    return listed;
  }

  std::string NameOf(const std::string& key) const { return fmt::format("pull/{}/{}", settings_.name, key); }

  BucketTable& TableOf(const std::string& key) { return report_.tables[TableNameOf(key)]; }

  // What is to be fetched; counts what is not.
  Result<std::vector<BucketObject>> Choose(const std::vector<BucketObject>& listed) {
    std::set<std::string, std::less<>> logged;
    for (const BucketObject& object : listed) {
      if (const auto folder = sources::FolderOfTableLog(object.key)) logged.emplace(*folder);
    }
    for (const std::string& folder : logged) {
      report_.notices.push_back(MakePhrase(
          "{}: {} is a table of Delta Lake, Iceberg or Hudi, which holds files that count no more; it is not "
          "read. Unload it as plain Parquet",
          settings_.name, PlainLine(folder)));
    }
    std::vector<BucketObject> wanted;
    std::vector<std::string> odd;
    std::set<std::string, std::less<>> present;
    std::uint64_t bytes = 0;
    for (const BucketObject& object : listed) {
      const bool is_meant = settings_.Wants(object.key) && !LiesIn(logged, object.key);
      const bool is_plain = IsPlainKey(object.key);
      if (is_meant && !is_plain) odd.push_back(PlainLine(object.key));
      if (!is_meant || !is_plain || IsOfEngine(std::string_view(object.key).substr(settings_.prefix.size()))) {
        ++report_.left_out;
        continue;
      }
      present.insert(object.key);
      const auto known = state_.objects.find(object.key);
      if (known != state_.objects.end()) known->second.gone.reset();
      const bool is_known = known != state_.objects.end() && known->second.IsOf(object) &&
                            (known->second.fate == ObjectFate::kIn || known->second.definitions == sinks_.definitions);
      if (is_known) {
        BucketTable& table = TableOf(object.key);
        ++(known->second.fate == ObjectFate::kIn        ? table.unchanged
           : known->second.fate == ObjectFate::kUnknown ? table.unknown
                                                        : table.failed);
        continue;
      }
      bytes += object.bytes;
      wanted.push_back(object);
    }
    if (!odd.empty()) {
      report_.notices.push_back(
          MakePhrase("{}: {} objects have names that are not taken: {}", settings_.name, odd.size(), Some(odd)));
    }
    NoteGone(present);
    if (bytes > settings_.max_bytes) {
      constexpr unsigned kGigabyte = 30;
      return Fail(TooLarge("{}: {} GiB are new, more than the {} GiB of one pull", settings_.name,
                           (bytes >> kGigabyte) + 1, settings_.max_bytes >> kGigabyte)
                      .Mend("Name a prefix, or raise max_gib"));
    }
    return wanted;
  }

  // Objects that were in and are in the list no more, of those that these settings mean.
  void NoteGone(const std::set<std::string, std::less<>>& present) {
    std::vector<std::string> names;
    for (auto& [key, known] : state_.objects) {
      if (present.contains(key) || !key.starts_with(settings_.prefix) || !settings_.Wants(key)) continue;
      if (!known.gone) {
        known.gone = clock_.Now();
        names.push_back(key);
      }
      ++TableOf(key).gone;
    }
    if (names.empty()) return;
    report_.notices.push_back(MakePhrase("{}: {} objects are gone; what came from them stays: {}", settings_.name,
                                         names.size(), Some(names)));
  }

  Status FetchAll(const std::vector<BucketObject>& wanted) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      Tell(MakePhrase("{}: object {} of {}", settings_.name, i + 1, wanted.size()));
      BucketObject object = wanted[i];
      const fs::path path = objects_ / fmt::format("{:08}", i);
      Status fetched = client_.Fetch(object, path);
      if (!fetched && fetched.error().code() == Code::kConflict) {
        // It was stored anew between the list and now; twice is not tried.
        WEIR_TRY(const std::optional<BucketObject> now, client_.Look(object.key));
        if (now) object = *now;
        fetched = now ? client_.Fetch(object, path)
                      : Status(Fail(NotFound("{}: {} is gone", settings_.name, PlainLine(object.key))));
      }
      if (!fetched) {
        const bool is_over = client_.is_over() || fetched.error().code() == Code::kUnavailable;
        if (is_over || ++failed_in_a_row_ > kMostSaid) return Fail(fetched.error());
        if (fetched.error().code() == Code::kNotFound) {
          ++TableOf(object.key).gone;
          report_.notices.push_back(MakePhrase("{}: {} is gone", settings_.name, PlainLine(object.key)));
          continue;
        }
        ++TableOf(object.key).failed;
        report_.errors.push_back(fetched.error());
        continue;
      }
      failed_in_a_row_ = 0;
      BucketTable& table = TableOf(object.key);
      ++table.fetched;
      table.bytes += object.bytes;
      batch_bytes_ += object.bytes;
      batch_.push_back(
          {.object = object, .path = path, .name = NameOf(object.key), .mappings = settings_.MappingsOf(object.key)});
      if (batch_.size() >= limits_.batch_objects || batch_bytes_ >= limits_.batch_bytes) {
        WEIR_TRY(Import());
        WEIR_TRY(inbox_.SaveState(ToText(state_)));
      }
    }
    return {};
  }

  Status Import() {
    if (batch_.empty()) return {};
    const std::vector<FetchedObject> batch = std::exchange(batch_, {});
    batch_bytes_ = 0;
    WEIR_TRY(const std::vector<ImportedObject> imported, sinks_.import(batch));
    WEIR_CHECK(imported.size() == batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      std::error_code ignored;
      fs::remove(batch[i].path, ignored);
      const BucketObject& object = batch[i].object;
      BucketTable& table = TableOf(object.key);
      table.records += imported[i].records;
      if (imported[i].fate == ObjectFate::kUnknown) ++table.unknown;
      if (imported[i].fate == ObjectFate::kFailed) ++table.failed;
      state_.objects[object.key] = {.etag = object.etag,
                                    .bytes = object.bytes,
                                    .modified = object.modified,
                                    .fate = imported[i].fate,
                                    .reason = imported[i].reason,
                                    .reason_ru = imported[i].reason_ru,
                                    .definitions = sinks_.definitions,
                                    .gone = {}};
    }
    return {};
  }

  // Each time, so that nobody takes the bucket for whole.
  void SayWhatIsNotIn() {
    std::size_t failed = 0;
    std::size_t unknown = 0;
    for (const auto& [key, known] : state_.objects) {
      if (known.fate == ObjectFate::kIn || known.gone || !settings_.Wants(key)) continue;
      const Phrase reason = InBoth(known.reason, known.reason_ru);
      if (known.fate == ObjectFate::kFailed) {
        if (++failed <= kMostSaid) report_.errors.push_back(BadInput("{}: {}: {}", settings_.name, key, reason));
      } else if (++unknown <= kMostSaid) {
        report_.notices.push_back(MakePhrase("{}: {}: {}", settings_.name, key, reason));
      }
    }
    if (failed > kMostSaid) {
      report_.errors.push_back(BadInput("{}: {} more objects cannot be read", settings_.name, failed - kMostSaid));
    }
    if (unknown > kMostSaid) {
      report_.notices.push_back(
          MakePhrase("{}: {} more objects are not recognised", settings_.name, unknown - kMostSaid));
    }
  }

  void Tell(const Phrase& stage) const {
    if (sinks_.tell) sinks_.tell(stage);
  }

  const BucketSettings& settings_;
  fs::path objects_;
  sources::FeedInbox& inbox_;
  BucketState state_;
  BucketClient& client_;
  pulls::PullClock& clock_;
  const BucketSinks& sinks_;
  BucketLimits limits_;
  BucketReport report_;
  std::vector<FetchedObject> batch_;
  std::uint64_t batch_bytes_ = 0;
  std::size_t failed_in_a_row_ = 0;
};

}  // namespace

Result<BucketReport> PullBucket(const BucketSettings& settings, const fs::path& folder, BucketClient& client,
                                pulls::PullClock& clock, const BucketSinks& sinks, const BucketLimits& limits) {
  WEIR_TRY(sources::FeedInbox inbox, sources::FeedInbox::Open(folder));
  WEIR_TRY(BucketState state, ReadBucketState(inbox.state()));
  const std::string account = fmt::format("{}/{}", settings.endpoint, settings.bucket);
  if (state.account != account) state = {.account = account, .pulled = {}, .objects = {}};
  return BucketPull(settings, folder, inbox, std::move(state), client, clock, sinks, limits).Run();
}

}  // namespace weir::buckets
