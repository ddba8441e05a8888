// One request over HTTP. The only part of Weir that speaks to other machines of its own accord, and only when a person
// has named them in the settings of the workspace.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::pulls {

struct HttpLimits {
  std::chrono::milliseconds connect{15'000};
  std::chrono::milliseconds whole{120'000};
  std::uint64_t answer_bytes = std::uint64_t{64} << 20;  // after it is unpacked
  std::uint64_t header_bytes = std::uint64_t{256} << 10;
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // by name in lower case; the last of a name
  std::string body;
};

// Takes what is too large for the memory, as it comes. The answer ends with the first error.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  // Before the first byte; without its body.
  virtual Status Begin(const HttpAnswer& head) = 0;
  virtual Status Take(std::string_view bytes) = 0;
};

struct HttpRequest {
  bool is_post = false;
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"
  std::string body = {};                  // of a POST
  std::string content_type = {};          // of it
  // Where the body of an answer of 200 to 299 goes, byte by byte as it was stored: nothing is unpacked, `answer_bytes`
  // does not bound it, and it may take any time as long as bytes come.
  HttpSink* sink = nullptr;
  std::stop_token stop = {};  // ends it early
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Whatever the status: an answer. Redirects are answers too. Fails with kUnavailable where none came whole in its
  // time, with kTooLarge where it was too large, with kForbidden where it is not whom it says it is, with what the sink
  // says, and says neither the address nor what was sent.
  virtual Result<HttpAnswer> Send(const HttpRequest& request) = 0;
};

struct CurlOptions {
  HttpLimits limits;
  std::string ca_file;  // certificates of authorities; empty: the system's
};

// Through libcurl, which is looked for only now. Certificates are verified; without TLS it speaks to this machine
// alone.
Result<std::unique_ptr<HttpClient>> OpenCurl(const CurlOptions& options);

// "https://host:port" of an address, in lower case; empty for what is no address of http or https, or names a user.
std::string OriginOf(std::string_view url);
// Whether the origin is this machine: 127.0.0.1, ::1 or localhost.
bool IsLoopback(std::string_view origin);

}  // namespace weir::pulls
