// An answer on its way out, and how its head is written.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/russian.h"
#include "base/time.h"
#include "engine/document.h"
#include "server/request_guard.h"
#include "server/target.h"

namespace weir::server {

// Bytes that are kept alive as long as somebody sends them.
struct Payload {
  std::shared_ptr<const void> owner;
  std::string_view bytes;

  static Payload Of(std::string text);
  static Payload Of(std::shared_ptr<const std::string> text);
  static Payload Static(std::string_view bytes) { return {nullptr, bytes}; }  // lives as long as the program
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string cache_control = "no-store";
  std::string etag = {};  // with its quotes; empty: none
  std::vector<std::pair<std::string, std::string>> headers = {};
  Payload body = {};
  std::optional<Payload> russian_body = {};  // of a problem: for whoever reads Russian
  bool closes = false;                       // the connection ends after it
};

std::string_view PhraseOf(int status);

Response JsonResponse(int status, std::string json);
// An answer that is kept: packed for whoever reads gzip.
Response DocumentResponse(const std::shared_ptr<const engine::Document>& document, const RequestHead& head);
// RFC 9457 documents, in both languages: of an error of ours, and of a status that only HTTP knows.
Response ProblemResponse(const Error& error, std::string_view request_id);
Response ProblemResponse(int status, const Phrase& detail, std::string_view request_id);

// Which language a problem is told in: `lang` of the address, else what Accept-Language likes best of the two.
Language LanguageOf(const RequestHead& head, const Target& target);

// The same response, after which the connection ends.
Response Closing(Response response);
// The answer to a request that the guard or the body refused; status 0: the body ended early.
Response RefusalResponse(const Refusal& refusal, std::string_view request_id);

// Whether a header Accept-Encoding takes the coding, which must be named and not refused by q=0.
bool AcceptsCoding(std::string_view accept_encoding, std::string_view coding);
// Whether If-None-Match names the tag, by weak comparison.
bool NamesTag(std::string_view if_none_match, std::string_view tag);
// Gives the response a tag, and turns it into 304 where the client has these bytes already.
void ApplyTag(Response& response, const RequestHead& head);

enum class Ending : std::uint8_t { kKeepAlive, kClose };

// The status line and all headers, with the empty line. `length` is absent for a body that ends with the connection.
std::string WriteHead(const Response& response, std::string_view request_id, Ending ending, bool has_length);

// "Mon, 23 Nov 2026 09:40:00 GMT"

}  // namespace weir::server
