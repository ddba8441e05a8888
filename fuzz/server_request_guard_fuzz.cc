// Whatever the guard lets through, Beast's parser must read in the same way: method, target, length of the body, and
// where the head ends. That is the whole point of the guard.
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "server/request_guard.h"
#include "server/target.h"

namespace {

namespace http = boost::beast::http;

void Require(bool claim) {
  if (!claim) std::abort();
}

void CompareWithBeast(std::string_view head, const weir::server::RequestHead& ours) {
  http::request_parser<http::buffer_body> parser;
  parser.header_limit(1024 * 1024);
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // none would refuse every body in 1.74
  boost::beast::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(head.data(), head.size()), error);
  Require(!error || error == http::error::need_buffer);
  Require(used == head.size());
  Require(parser.is_header_done());
  const auto& theirs = parser.get();
  Require(std::string_view(theirs.method_string().data(), theirs.method_string().size()) == ours.method);
  Require(theirs.version() == 10U + static_cast<unsigned>(ours.minor_version));
  Require(parser.chunked() == (ours.framing == weir::server::Framing::kChunked));
  const auto length = parser.content_length();
  Require(length.has_value() == (ours.framing == weir::server::Framing::kLength));
  Require(!length || *length == ours.content_length);
  // We close where "close" and "keep-alive" stand together, as RFC 9112, section 9.3, asks; Beast stays in HTTP/1.0.
  Require(parser.keep_alive() || !ours.keep_alive);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using weir::server::RequestGuard;
  static const RequestGuard guard({}, {"127.0.0.1:7979", "localhost:7979", "[::1]:7979"});
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto end = guard.FindEnd(text);
  if (!end || *end == 0) return 0;
  Require(*end <= size);
  Require(guard.FindEnd(text.substr(0, *end)).value_or(0) == *end);
  const auto head = guard.Check(text.substr(0, *end));
  if (!head) {
    Require(head.error().status >= 400 && head.error().status < 600);
    return 0;
  }
  Require(head->target.starts_with('/'));
  static_cast<void>(weir::server::ParseTarget(head->target));
  CompareWithBeast(text.substr(0, *end), *head);
  return 0;
}
