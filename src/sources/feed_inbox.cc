#include "sources/feed_inbox.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

namespace weir::sources {

namespace fs = std::filesystem;
using json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kMostStreams = 1000;  // each has a file open
constexpr std::string_view kPart = ".part";
constexpr std::string_view kSealed = ".jsonl";
constexpr std::string_view kWhole = ".whole";
constexpr std::string_view kCollecting = ".collecting";

Error OfSystem(const fs::path& path) {
  return Unavailable("cannot write to the inbox: {}", std::generic_category().message(errno)).At(path.string());
}

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// A name that is safe as that of a file, and no two of which are the same.
std::string Encoded(std::string_view stream) {
  std::string name;
  for (const char c : stream)
    name += IsPlain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return name;
}

std::string Decoded(std::string_view name) {
  std::string stream;
  for (std::size_t i = 0; i < name.size(); ++i) {
    unsigned code = 0;
    if (name[i] == '%' && i + 2 < name.size() &&
        std::from_chars(name.data() + i + 1, name.data() + i + 3, code, 16).ec == std::errc()) {
      stream += static_cast<char>(code);
      i += 2;
    } else {
      stream += name[i];
    }
  }
  return stream;
}

// The number in STREAM.N.jsonl; nothing for another name.
std::optional<std::int64_t> NumberOf(const std::string& file) {
  const std::size_t end = file.rfind('.');
  const std::size_t begin = end == std::string::npos ? end : file.rfind('.', end - 1);
  if (begin == std::string::npos) return std::nullopt;
  std::int64_t number = 0;
  const auto [at, error] = std::from_chars(file.data() + begin + 1, file.data() + end, number);
  if (error != std::errc() || at != file.data() + end) return std::nullopt;
  return number;
}

}  // namespace

// An open file to which lines are appended.
struct FeedInbox::File {
  static Result<std::unique_ptr<File>> Open(const fs::path& path) {
    auto file = std::make_unique<File>();
    file->path = path;
    file->stream = std::fopen(path.c_str(), "abe");
    if (file->stream == nullptr) return Fail(OfSystem(path));
    return file;
  }
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (stream != nullptr) std::fclose(stream);
  }

  Status Append(std::string_view line) {
    if (std::fwrite(line.data(), 1, line.size(), stream) != line.size() || std::fputc('\n', stream) == EOF) {
      return Fail(OfSystem(path));
    }
    return {};
  }
  Status Sync() {
    if (std::fflush(stream) != 0 || ::fsync(::fileno(stream)) != 0) return Fail(OfSystem(path));
    return {};
  }

  fs::path path;
  std::FILE* stream = nullptr;
};

FeedInbox::FeedInbox(fs::path folder) : folder_(std::move(folder)) {}

FeedInbox::FeedInbox(FeedInbox&& other) noexcept
    : folder_(std::move(other.folder_)),
      lock_(std::exchange(other.lock_, -1)),
      state_(std::move(other.state_)),
      next_(other.next_),
      streams_(std::move(other.streams_)),
      sealed_(std::move(other.sealed_)) {}

FeedInbox::~FeedInbox() {
  if (lock_ >= 0) ::close(lock_);
}

Result<FeedInbox> FeedInbox::Open(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(folder.string()));
  FeedInbox inbox(folder);
  WEIR_TRY(inbox.Lock());
  WEIR_TRY(inbox.ReadState());
  WEIR_TRY(inbox.Tidy());
  return inbox;
}

Status FeedInbox::Lock() {
  const fs::path path = folder_ / "lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return Fail(OfSystem(path));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    return Fail(Conflict("another feed writes to this inbox")
                    .At(folder_.string())
                    .Mend("Wait until it ends, or give this one another --name"));
  }
  return {};
}

std::string FeedInbox::PeekState(const fs::path& folder) {
  std::ifstream file(folder / "state.json");
  if (!file) return {};
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("state") || !document.at("state").is_string()) return {};
  return document.at("state").get<std::string>();
}

Status FeedInbox::ReadState() {
  const fs::path path = folder_ / "state.json";
  std::ifstream file(path);
  if (!file) return {};
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const json document = json::parse(text, nullptr, false);
  const auto broken = [&] {
    return Fail(BadInput("the state of the feed cannot be read")
                    .At(path.string())
                    .Mend("Move the folder away: the tap then sends everything again"));
  };
  if (!document.is_object()) return broken();
  try {
    state_ = document.value("state", std::string());
    next_ = document.value("next", std::int64_t{1});
    if (document.contains("streams")) {
      for (const auto& [name, said] : document.at("streams").items()) {
        Stream& stream = streams_[name];
        if (said.contains("active")) stream.active = said.at("active").get<std::int64_t>();
        if (said.contains("collected")) stream.collected = said.at("collected").get<std::int64_t>();
        stream.collected_bytes = said.value("bytes", std::uint64_t{0});
      }
    }
  } catch (const json::exception&) {
    return broken();
  }
  return {};
}

// What lies in the folder from the last time.
Status FeedInbox::Tidy() {
  std::vector<std::pair<std::int64_t, FeedSegment>> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    const std::string file = entry.path().filename().string();
    const std::string stream = Decoded(file.substr(0, file.find('.')));
    if (file.ends_with(kPart)) {
      fs::remove(entry.path(), error);
    } else if (file.ends_with(kCollecting)) {
      const auto known = streams_.find(stream);
      const bool is_of_state =
          known != streams_.end() && known->second.collected && known->second.collected_bytes > 0 &&
          entry.path() == PathOf(stream, fmt::format(".v{}{}", *known->second.collected, kCollecting)) &&
          entry.file_size(error) >= known->second.collected_bytes;
      if (is_of_state) {
        fs::resize_file(entry.path(), known->second.collected_bytes, error);
      } else {
        fs::remove(entry.path(), error);
      }
    } else if (const auto number = NumberOf(file); number && (file.ends_with(kSealed) || file.ends_with(kWhole))) {
      found.emplace_back(*number, FeedSegment{stream, entry.path(), file.ends_with(kWhole)});
      next_ = std::max(next_, *number + 1);
    }
    if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(entry.path().string()));
  }
  if (error) return Fail(Unavailable("cannot read the inbox: {}", error.message()).At(folder_.string()));
  std::ranges::sort(found, {}, [](const auto& each) { return each.first; });
  for (auto& [number, segment] : found) sealed_.push_back(std::move(segment));
  return {};
}

fs::path FeedInbox::PathOf(const std::string& stream, std::string_view ending) const {
  return folder_ / (Encoded(stream) + std::string(ending));
}

Status FeedInbox::SyncFolder() const {
  const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return Fail(OfSystem(folder_));
  const bool is_done = ::fsync(folder) == 0;
  ::close(folder);
  if (!is_done) return Fail(OfSystem(folder_));
  return {};
}

Status FeedInbox::Append(const std::string& name, std::optional<std::int64_t> version, std::string_view record) {
  const auto known = streams_.find(name);
  if (known == streams_.end() && streams_.size() >= kMostStreams) {
    return Fail(TooLarge("the feed has more than {} streams", kMostStreams).Mend("Select fewer in the tap"));
  }
  Stream& stream = known == streams_.end() ? streams_[name] : known->second;
  // The first version that is heard of replaces nothing.
  if (version && !stream.active) stream.active = version;
  if (version && *version != *stream.active) return Collect(name, stream, *version, record);
  if (stream.part == nullptr) {
    WEIR_TRY(stream.part, File::Open(PathOf(name, fmt::format(".{}{}", next_, kPart))));
    ++next_;
  }
  return stream.part->Append(record);
}

Status FeedInbox::Collect(const std::string& name, Stream& stream, std::int64_t version, std::string_view record) {
  if (stream.collected != version) {
    if (stream.collected) {  // that table will never be complete
      stream.collecting.reset();
      std::error_code ignored;
      fs::remove(PathOf(name, fmt::format(".v{}{}", *stream.collected, kCollecting)), ignored);
    }
    stream.collected = version;
    stream.collected_bytes = 0;
  }
  if (stream.collecting == nullptr) {
    WEIR_TRY(stream.collecting, File::Open(PathOf(name, fmt::format(".v{}{}", version, kCollecting))));
  }
  return stream.collecting->Append(record);
}

Result<Activation> FeedInbox::Activate(const std::string& name, std::int64_t version) {
  Stream& stream = streams_[name];
  const bool is_news = stream.active && *stream.active != version;
  stream.active = version;
  if (!is_news) return Activation::kKnown;
  if (stream.collected != version) return Activation::kEmpty;
  const fs::path from = PathOf(name, fmt::format(".v{}{}", version, kCollecting));
  if (stream.collecting != nullptr) WEIR_TRY(stream.collecting->Sync());
  stream.collecting.reset();
  stream.collected.reset();
  stream.collected_bytes = 0;
  // What came before it of the version that it replaces lies in a segment of a lower number.
  const fs::path to = PathOf(name, fmt::format(".{}{}", next_++, kWhole));
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(from.string()));
  if (stream.part != nullptr) {  // and is replaced by it
    const fs::path part = stream.part->path;
    stream.part.reset();
    fs::remove(part, error);
  }
  sealed_.push_back({name, to, true});
  return Activation::kWhole;
}

Result<std::vector<FeedSegment>> FeedInbox::Seal() {
  for (auto& [name, stream] : streams_) {
    if (stream.collecting != nullptr) WEIR_TRY(stream.collecting->Sync());
    if (stream.part == nullptr) continue;
    WEIR_TRY(stream.part->Sync());
    const fs::path from = stream.part->path;
    stream.part.reset();
    fs::path to = from;
    to.replace_extension(kSealed);
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(from.string()));
    sealed_.push_back({name, to, false});
  }
  WEIR_TRY(SyncFolder());
  std::ranges::stable_sort(sealed_, {},
                           [](const FeedSegment& each) { return NumberOf(each.path.filename().string()).value_or(0); });
  return std::exchange(sealed_, {});
}

Status FeedInbox::Done(const FeedSegment& segment) {
  std::error_code error;
  fs::remove(segment.path, error);
  if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(segment.path.string()));
  return {};
}

Status FeedInbox::SaveState(std::string_view state) {
  state_ = state;
  json document{{"state", state_}, {"next", next_}, {"streams", json::object()}};
  for (auto& [name, stream] : streams_) {
    json said = json::object();
    if (stream.active) said["active"] = *stream.active;
    if (stream.collected) {
      if (stream.collecting != nullptr) {
        std::error_code error;
        stream.collected_bytes = fs::file_size(stream.collecting->path, error);
        if (error) return Fail(Unavailable("cannot read the inbox: {}", error.message()).At(folder_.string()));
      }
      said["collected"] = *stream.collected;
      said["bytes"] = stream.collected_bytes;
    }
    if (!said.empty()) document["streams"][name] = std::move(said);
  }
  const fs::path path = folder_ / "state.json";
  const fs::path fresh = folder_ / "state.json.new";
  {
    std::error_code ignored;
    fs::remove(fresh, ignored);
    WEIR_TRY(const std::unique_ptr<File> file, File::Open(fresh));
    WEIR_TRY(file->Append(document.dump(-1, ' ', false, json::error_handler_t::replace)));
    WEIR_TRY(file->Sync());
  }
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return Fail(Unavailable("cannot write to the inbox: {}", error.message()).At(path.string()));
  return SyncFolder();
}

std::vector<std::string> FeedInbox::collecting() const {
  std::vector<std::string> names;
  for (const auto& [name, stream] : streams_) {
    if (stream.collected) names.push_back(name);
  }
  return names;
}

}  // namespace weir::sources
