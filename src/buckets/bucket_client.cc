#include "buckets/bucket_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <set>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/plain_line.h"
#include "base/text.h"

namespace weir::buckets {
namespace {

using std::chrono::milliseconds;

constexpr int kOk = 200;
constexpr int kPartial = 206;
constexpr int kRedirects = 300;
constexpr int kRefusals = 400;
constexpr int kForbidden = 403;
constexpr int kNothingThere = 404;
constexpr int kChanged = 412;
constexpr int kBeyond = 416;
constexpr int kTooMany = 429;
constexpr int kBroken = 500;
constexpr int kPageObjects = 1000;

std::string_view HeaderOf(const pulls::HttpAnswer& answer, const char* name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? std::string_view() : std::string_view(found->second);
}

// Without quotes and the mark of a weak one, which not all services write alike.
std::string_view BareTag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return etag;
}

// Where the part of a 206 begins: "bytes 5-9/10".
std::optional<std::uint64_t> BeginOfRange(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  std::uint64_t begin = 0;
  if (!text.starts_with(kUnit)) return std::nullopt;
  const char* const first = text.data() + kUnit.size();
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), begin);
  if (error != std::errc() || end == text.data() + text.size() || *end != '-') return std::nullopt;
  return begin;
}

std::optional<milliseconds> AskedToWait(const pulls::HttpAnswer& answer) {
  const std::string_view text = HeaderOf(answer, "retry-after");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr std::int64_t kMost = 1'000'000;
  if (text.empty() || error != std::errc() || seconds < 0) return std::nullopt;
  return milliseconds(std::min(seconds, kMost) * 1000);
}

Error OfSystem(const std::filesystem::path& path) {
  return Unavailable("cannot write to the inbox: {}", std::generic_category().message(errno)).At(path.string());
}

}  // namespace

// The file that an object is written to, as far as it has come.
class BucketClient::ToFile final : public pulls::HttpSink {
 public:
  ToFile(const BucketObject& object, std::filesystem::path path) : object_(object), path_(std::move(path)) {}
  ToFile(const ToFile&) = delete;
  ToFile& operator=(const ToFile&) = delete;
  ~ToFile() override {
    if (file_ >= 0) ::close(file_);
    if (!is_whole_) ::unlink(path_.c_str());
  }

  Status Open() {
    ::unlink(path_.c_str());
    file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return file_ < 0 ? Status(Fail(OfSystem(path_))) : Status();
  }

  Status Begin(const pulls::HttpAnswer& head) override {
    // A server that knows no ranges, or that has another object now, begins anew.
    const std::string_view etag = HeaderOf(head, "etag");
    if (!object_.etag.empty() && !etag.empty() && BareTag(etag) != BareTag(object_.etag)) {
      return Fail(Conflict("the object has changed since it was listed"));
    }
    std::uint64_t begin = 0;
    if (head.status == kPartial) {
      const auto said = BeginOfRange(HeaderOf(head, "content-range"));
      if (!said || *said != written_) return Fail(BadInput("another part of the object came than was asked for"));
      begin = *said;
    }
    if (begin == written_) return {};
    if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) return Fail(OfSystem(path_));
    written_ = 0;
    return {};
  }

  Status Take(std::string_view bytes) override {
    if (bytes.size() > object_.bytes - written_) return Fail(BadInput("the object is larger than the list says"));
    while (!bytes.empty()) {
      const ssize_t count = ::write(file_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return Fail(OfSystem(path_));
      written_ += static_cast<std::uint64_t>(count);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  // The time at which it was stored is what its rows are as of.
  Status Finish() {
    std::array<timespec, 2> times{};
    times[0].tv_sec = times[1].tv_sec = object_.modified.micros / kMicrosPerSecond;
    times[0].tv_nsec = times[1].tv_nsec = object_.modified.micros % kMicrosPerSecond * 1000;
    if (::futimens(file_, times.data()) != 0) return Fail(OfSystem(path_));
    is_whole_ = true;
    return {};
  }

  std::uint64_t written() const { return written_; }
  bool has_all() const { return written_ == object_.bytes; }

 private:
  const BucketObject& object_;
  std::filesystem::path path_;
  int file_ = -1;
  std::uint64_t written_ = 0;
  bool is_whole_ = false;
};

BucketClient::BucketClient(const BucketSettings& settings, std::optional<AccessKey> key, pulls::HttpClient& client,
                           pulls::PullClock& clock, pulls::Patience patience)
    : settings_(settings),
      key_(std::move(key)),
      client_(client),
      clock_(clock),
      patience_(patience),
      rate_({settings.rate, 1}, clock),
      chance_(static_cast<std::uint64_t>(clock.Now().micros), "buckets") {}

std::string BucketClient::What(std::string_view key) const {
  return PlainLine(fmt::format("{}: {}/{}", settings_.name, settings_.bucket, key));
}

std::string BucketClient::Quoted(const std::string& text) const {
  constexpr std::size_t kMost = 300;
  std::string plain = PlainLine(key_ ? pulls::WithoutSecrets(text, key_->All()) : text);
  if (plain.size() > kMost) plain.resize(kMost);
  while (!IsValidUtf8(plain)) plain.pop_back();
  return plain;
}

BucketClient::Target BucketClient::TargetFor(std::string_view key,
                                             std::vector<std::pair<std::string, std::string>> query) const {
  const std::size_t host = settings_.endpoint.find("://") + 3;
  Target target;
  target.request.host = settings_.endpoint.substr(host);
  target.request.path = fmt::format("/{}", key);
  if (settings_.is_path_style) {
    target.request.path = fmt::format("/{}/{}", settings_.bucket, key);
    if (key.empty()) target.request.path.pop_back();
  } else {
    target.request.host = settings_.bucket + "." + target.request.host;
  }
  target.request.query = std::move(query);
  target.address = settings_.endpoint.substr(0, host) + target.request.host + TargetOf(target.request);
  return target;
}

BucketClient::Target BucketClient::ListTarget(const std::string& prefix, const std::string& token, int most) const {
  std::vector<std::pair<std::string, std::string>> query{
      {"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", fmt::format("{}", most)}};
  if (!prefix.empty()) query.emplace_back("prefix", prefix);
  if (!token.empty()) query.emplace_back("continuation-token", token);
  return TargetFor("", std::move(query));
}

std::string BucketClient::ListAddress() const { return ListTarget(settings_.prefix, "", kPageObjects).address; }

Result<ListPage> BucketClient::Page(const std::string& prefix, const std::string& token, int most) {
  const std::string what = What(prefix);
  // A list that was cut is asked for once more: its XML does not end.
  for (int tried = 1;; ++tried) {
    WEIR_TRY(const pulls::HttpAnswer answer, Ask(ListTarget(prefix, token, most), what, nullptr));
    auto page = ReadListPage(answer.body);
    if (page || tried > 1) {
      if (page) return page;
      return Fail(BadInput("{} gives no list that can be read: {}", what, page.error().phrase())
                      .Mend("Check the endpoint: it must speak the S3 protocol"));
    }
  }
}

Status BucketClient::List(const std::string& prefix, const std::function<Status(std::vector<BucketObject>)>& take) {
  std::string token;
  std::set<std::string> seen;
  while (true) {
    WEIR_TRY(ListPage page, Page(prefix, token, kPageObjects));
    std::erase_if(page.objects, [&](const BucketObject& object) { return !object.key.starts_with(prefix); });
    WEIR_TRY(take(std::move(page.objects)));
    if (page.next.empty()) return {};
    token = std::move(page.next);
    if (!seen.insert(token).second || seen.size() > settings_.max_objects + kPageObjects) {
      return Fail(BadInput("{} gives the same page again and again", What(prefix)));
    }
  }
}

Result<std::optional<BucketObject>> BucketClient::Look(const std::string& key) {
  WEIR_TRY(ListPage page, Page(key, "", 1));
  const auto found = std::ranges::find(page.objects, key, &BucketObject::key);
  if (found == page.objects.end()) return std::optional<BucketObject>();
  return std::optional(std::move(*found));
}

Status BucketClient::Fetch(const BucketObject& object, const std::filesystem::path& file) {
  const std::string what = What(object.key);
  ToFile sink(object, file);
  WEIR_TRY(sink.Open());
  Target target = TargetFor(object.key, {});
  if (!object.etag.empty()) {
    target.request.headers["if-match"] = fmt::format("\"{}\"", BareTag(object.etag));
  }
  WEIR_TRY(Ask(std::move(target), what, &sink));
  bytes_ += sink.written();
  return sink.Finish();
}

Result<pulls::HttpAnswer> BucketClient::Ask(Target target, const std::string& what, ToFile* sink) {
  std::uint64_t had = 0;
  for (int tried = 1;; ++tried) {
    is_over_ = false;
    // An answer that brought a good part gives the right to ask as often again.
    constexpr std::uint64_t kGoodPart = 1 << 20;
    if (sink != nullptr && sink->written() >= had + kGoodPart) {
      had = sink->written();
      tried = 1;
    }
    if (sink != nullptr && sink->written() > 0) {
      target.request.headers["range"] = fmt::format("bytes={}-", sink->written());
    }
    pulls::HttpRequest request{.url = target.address, .sink = sink};
    if (key_) {
      request.headers = Sign(target.request, *key_, settings_.region, clock_.Now());
    } else {
      for (const auto& [name, value] : target.request.headers) {
        request.headers.push_back(fmt::format("{}: {}", name, value));
      }
    }
    rate_.Wait();
    ++requests_;
    auto answer = client_.Send(request);
    Error problem = Unavailable("{} does not come whole", what);
    std::optional<milliseconds> asked;
    if (!answer) {
      if (answer.error().code() == Code::kConflict) return Fail(answer.error());
      if (answer.error().code() == Code::kForbidden) {
        is_over_ = true;
        return Fail(Forbidden("{} is not asked: {}", what, answer.error().phrase()).Mend("Check the endpoint"));
      }
      if (answer.error().code() != Code::kUnavailable || !answer.error().place().file.empty()) {
        return Fail(MakeError(answer.error().code(), "{}: {}", what, answer.error().Whole()));
      }
      problem = Unavailable("{} does not answer: {}", what, answer.error().phrase());
      is_over_ = true;
    } else if (answer->status == kOk || answer->status == kPartial) {
      if (sink == nullptr || sink->has_all()) return answer;
    } else {
      const Refusal refusal = ReadRefusal(answer->body);
      const bool may_pass = answer->status == kTooMany || answer->status >= kBroken ||
                            refusal.code == "RequestTimeout" || refusal.code == "SlowDown";
      problem = RefusalOf(*answer, what);
      if (!may_pass) return Fail(std::move(problem));
      asked = AskedToWait(*answer);
    }
    if (tried >= patience_.attempts) return Fail(std::move(problem));
    const double part = chance_.Uniform(0.5, 1.0);
    const auto doubled = std::min(patience_.longest, patience_.first * (1 << std::min(tried - 1, 16)));
    const auto backoff = milliseconds(static_cast<std::int64_t>(static_cast<double>(doubled.count()) * part));
    const milliseconds wait = asked.value_or(backoff);
    if (wait > patience_.asked_for) {
      is_over_ = true;
      return Fail(
          Busy("{} asks to come again in {} minutes", what, std::chrono::ceil<std::chrono::minutes>(wait).count())
              .Mend("Pull again then: it goes on from here"));
    }
    constexpr milliseconds kWorthSaying{3'000};
    if (tell && wait >= kWorthSaying) {
      tell(MakePhrase("{}: waiting {} s", what, std::chrono::ceil<std::chrono::seconds>(wait).count()));
    }
    clock_.Sleep(wait);
  }
}

// What the bucket says, in its own code, and what helps.
Error BucketClient::RefusalOf(const pulls::HttpAnswer& answer, const std::string& what) {
  Refusal refusal = ReadRefusal(answer.body);
  if (refusal.region.empty()) refusal.region = HeaderOf(answer, "x-amz-bucket-region");
  const std::string code = Quoted(refusal.code);
  const std::string said = code.empty() ? fmt::format("{}", answer.status) : fmt::format("{} {}", answer.status, code);
  const std::string& message = refusal.code.empty() ? answer.body : refusal.message;
  const auto as = [&](Code kind) { return MakeError(kind, "{} answers {}: {}", what, said, Quoted(message)); };
  const std::string key_place =
      settings_.key_from == KeyFrom::kFile ? settings_.key_file.string() : std::string("AWS_SECRET_ACCESS_KEY");
  if (answer.status == kChanged) return as(Code::kConflict);
  if (answer.status == kBeyond) return as(Code::kConflict).Mend("Pull again: the object has changed");
  if (refusal.code == "NoSuchKey") return as(Code::kNotFound);
  if (refusal.code == "NoSuchBucket") {
    is_over_ = true;
    return as(Code::kBadInput).Mend("Check bucket and endpoint in the settings");
  }
  if (!refusal.region.empty() && refusal.region != settings_.region && answer.status <= kRefusals) {
    is_over_ = true;
    return as(Code::kBadInput).Mend("The bucket is elsewhere: write region = \"{}\"", Quoted(refusal.region));
  }
  if (answer.status >= kRedirects && answer.status < kRefusals) {
    is_over_ = true;
    return as(Code::kForbidden).Mend("Nothing is asked of another host: check endpoint, region and path_style");
  }
  if (refusal.code == "SignatureDoesNotMatch") {
    is_over_ = true;
    return as(Code::kUnauthenticated).Mend("Check secret_access_key and region: {}", key_place);
  }
  if (refusal.code == "InvalidAccessKeyId" || refusal.code == "InvalidClientTokenId") {
    is_over_ = true;
    return as(Code::kUnauthenticated).Mend("Check access_key_id: {}", key_place);
  }
  if (refusal.code == "ExpiredToken" || refusal.code == "InvalidToken") {
    is_over_ = true;
    return as(Code::kUnauthenticated).Mend("Get a new session_token: {}", key_place);
  }
  if (refusal.code == "RequestTimeTooSkewed") {
    is_over_ = true;
    return as(Code::kUnauthenticated).Mend("Set the clock of this machine");
  }
  if (refusal.code == "InvalidObjectState") {
    return as(Code::kForbidden).Mend("It lies in an archive: restore it, or leave it out with skip");
  }
  if (answer.status == kForbidden) {
    if (!key_) return as(Code::kForbidden).Mend("Not anybody may read it: name a key_file");
    return as(Code::kForbidden)
        .Mend("Allow this key s3:ListBucket on {} and s3:GetObject on {}/{}*", settings_.bucket, settings_.bucket,
              PlainLine(settings_.prefix));
  }
  if (answer.status == kNothingThere) return as(Code::kNotFound);
  if (answer.status == kTooMany || answer.status >= kBroken) {
    is_over_ = true;
    return as(Code::kBusy).Mend("Pull again later: it goes on from here");
  }
  return as(Code::kBadInput);
}

}  // namespace weir::buckets
