// Decides, before any other code sees a request, whether its head is one that every HTTP program would read in the
// same way. What can be read in two ways is refused, not mended: that is what request smuggling and DNS rebinding
// live on. The head is the request line and the headers, up to and with the empty line.
//
// Pure functions of bytes; O(bytes); any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace weir::server {

// How the length of the body is told.
enum class Framing : std::uint8_t { kNone, kLength, kChunked };

struct GuardLimits {
  std::size_t head_bytes = 32 * 1024;
  std::size_t target_bytes = 8 * 1024;
  std::size_t header_bytes = 8 * 1024;  // one line
  std::size_t headers = 100;
};

struct RequestHead {
  std::string method;
  std::string target;  // origin form: begins with '/'
  int minor_version = 1;
  // In the order of the request; names in lower case, values without blanks around them.
  std::vector<std::pair<std::string, std::string>> headers;
  Framing framing = Framing::kNone;
  std::uint64_t content_length = 0;  // with kLength
  bool keep_alive = true;
  bool expects_continue = false;

  // The value of a header by its lower-case name; empty if absent. The guard has refused repeated ones that matter.
  std::string_view Find(std::string_view name) const;
  bool Has(std::string_view name) const;
};

// Why a request is not served: an HTTP status and words for the person who sent it.
struct Refusal {
  int status = 400;
  Phrase reason = {};
};

class RequestGuard {
 public:
  // `hosts`: the values of Host that mean this server, in lower case: "127.0.0.1:7979". Any other is refused.
  RequestGuard(GuardLimits limits, std::vector<std::string> hosts);

  // Bytes of the head at the beginning of `bytes`, or 0 while more are needed. Refuses as soon as no further byte
  // could make it acceptable.
  tl::expected<std::size_t, Refusal> FindEnd(std::string_view bytes) const;

  // Reads a whole head, as FindEnd measured it.
  tl::expected<RequestHead, Refusal> Check(std::string_view head) const;

 private:
  class Reader;

  GuardLimits limits_;
  std::vector<std::string> hosts_;
};

}  // namespace weir::server
