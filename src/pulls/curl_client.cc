#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include <curl/curl.h>

#include "pulls/http.h"
#include "pulls/libcurl.h"

namespace weir::pulls {
namespace {

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// What comes in while a request runs.
struct Incoming {
  HttpAnswer answer;
  const HttpLimits* limits = nullptr;
  HttpSink* sink = nullptr;
  bool has_begun = false;             // the sink
  std::optional<Error> refusal = {};  // of the sink
  std::uint64_t header_bytes = 0;
  bool is_too_large = false;

  bool GoesToSink() const { return sink != nullptr && answer.status / 100 == 2; }
  // What the sink says; nothing more is taken after an error.
  bool Sink(const Status& said) {
    if (!said) refusal = said.error();
    return said.has_value();
  }
  bool Begin() {
    if (std::exchange(has_begun, true)) return true;
    return Sink(sink->Begin(answer));
  }
};

// "HTTP/1.1 206 Partial Content"; 0 for what is none.
int StatusOf(std::string_view line) {
  int status = 0;
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return 0;
  std::from_chars(line.data() + blank + 1, line.data() + line.size(), status);
  return status;
}

std::size_t TakeBody(char* data, std::size_t size, std::size_t count, void* to) {
  auto& incoming = *static_cast<Incoming*>(to);
  const std::size_t bytes = size * count;
  if (incoming.GoesToSink()) return incoming.Begin() && incoming.Sink(incoming.sink->Take({data, bytes})) ? bytes : 0;
  if (incoming.answer.body.size() + bytes > incoming.limits->answer_bytes) {
    incoming.is_too_large = true;
    return 0;
  }
  incoming.answer.body.append(data, bytes);
  return bytes;
}

std::size_t TakeHeader(char* data, std::size_t size, std::size_t count, void* to) {
  auto& incoming = *static_cast<Incoming*>(to);
  const std::size_t bytes = size * count;
  incoming.header_bytes += bytes;
  if (incoming.header_bytes > incoming.limits->header_bytes) {
    incoming.is_too_large = true;
    return 0;
  }
  const std::string_view line = Trimmed({data, bytes});
  if (line.starts_with("HTTP/")) {
    incoming.answer.headers.clear();  // after a 100 Continue, or of a proxy
    incoming.answer.status = StatusOf(line);
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bytes;
  std::string name(Trimmed(line.substr(0, colon)));
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  incoming.answer.headers[name] = Trimmed(line.substr(colon + 1));
  return bytes;
}

// Asked at least once a second: whether to go on.
int LookForStop(void* from, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(from)->stop_requested() ? 1 : 0;
}

class CurlClient final : public HttpClient {
 public:
  CurlClient(const Libcurl* curl, CURL* handle, CurlOptions options)
      : curl_(curl), handle_(handle, curl->cleanup), options_(std::move(options)) {
    if (options_.ca_file.empty()) options_.ca_file = SystemCertificates();
  }

  Result<HttpAnswer> Send(const HttpRequest& request) override {
    CURL* handle = handle_.get();
    curl_->reset(handle);  // connections stay open
    Incoming incoming;
    incoming.limits = &options_.limits;
    incoming.sink = request.sink;
    const bool is_loopback = IsLoopback(OriginOf(request.url));
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr, curl_->free_list);
    const auto add = [&](const std::string& header) {
      // A list that has begun keeps its head.
      curl_slist* head = curl_->append(headers.get(), header.c_str());
      if (headers == nullptr) headers.reset(head);
    };
    for (const std::string& header : request.headers) add(header);
    add("Expect:");
    curl_->set(handle, CURLOPT_URL, request.url.c_str());
    curl_->set(handle, CURLOPT_PROTOCOLS_STR, is_loopback ? "http,https" : "https");
    curl_->set(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_->set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_->set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_->set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options_.ca_file.empty()) curl_->set(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
    if (is_loopback) curl_->set(handle, CURLOPT_NOPROXY, "*");
    curl_->set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    curl_->set(handle, CURLOPT_NOSIGNAL, 1L);
    curl_->set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.limits.connect.count()));
    if (request.sink == nullptr) {
      curl_->set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.limits.whole.count()));
      curl_->set(handle, CURLOPT_ACCEPT_ENCODING, "gzip");  // unpacked as it comes, so that the limit holds
    } else {
      // Large, so that only silence tells that nothing more comes.
      constexpr std::int64_t kMillis = 1000;
      curl_->set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_->set(handle, CURLOPT_LOW_SPEED_TIME,
                 static_cast<long>(std::max<std::int64_t>(1, options_.limits.whole.count() / kMillis)));
    }
    curl_->set(handle, CURLOPT_USERAGENT, "Weir");
    if (request.stop.stop_possible()) {
      curl_->set(handle, CURLOPT_NOPROGRESS, 0L);
      curl_->set(handle, CURLOPT_XFERINFOFUNCTION, &LookForStop);
      curl_->set(handle, CURLOPT_XFERINFODATA, &request.stop);
    }
    if (request.is_post) {
      add("Content-Type: " + request.content_type);
      curl_->set(handle, CURLOPT_POST, 1L);
      curl_->set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      curl_->set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    } else {
      curl_->set(handle, CURLOPT_HTTPGET, 1L);
    }
    curl_->set(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_->set(handle, CURLOPT_WRITEFUNCTION, &TakeBody);
    curl_->set(handle, CURLOPT_WRITEDATA, &incoming);
    curl_->set(handle, CURLOPT_HEADERFUNCTION, &TakeHeader);
    curl_->set(handle, CURLOPT_HEADERDATA, &incoming);
    const CURLcode code = curl_->perform(handle);
    if (incoming.refusal) return Fail(*std::move(incoming.refusal));
    if (incoming.is_too_large) {
      constexpr int kMegabyte = 20;
      return Fail(TooLarge("the answer is larger than {} MiB", options_.limits.answer_bytes >> kMegabyte));
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) return Fail(Cancelled("stopped before it was done"));
    // Asking again makes no certificate better.
    if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
        code == CURLE_UNSUPPORTED_PROTOCOL) {
      return Fail(Forbidden("{}", curl_->error(code)));
    }
    if (code != CURLE_OK) return Fail(Unavailable("{}", curl_->error(code)));
    long status = 0;
    curl_->info(handle, CURLINFO_RESPONSE_CODE, &status);
    incoming.answer.status = static_cast<int>(status);
    // A body without a byte.
    if (incoming.GoesToSink() && !incoming.Begin()) return Fail(*std::move(incoming.refusal));
    return std::move(incoming.answer);
  }

 private:
  const Libcurl* curl_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  CurlOptions options_;
};

}  // namespace

Result<std::unique_ptr<HttpClient>> OpenCurl(const CurlOptions& options) {
  WEIR_TRY(const Libcurl* curl, LoadLibcurl());
  CURL* handle = curl->init();
  if (handle == nullptr)
    return Fail(Unavailable("libcurl, which speaks HTTP, cannot be used here: {}", "curl_easy_init"));
  return std::unique_ptr<HttpClient>(std::make_unique<CurlClient>(curl, handle, options));
}

}  // namespace weir::pulls
