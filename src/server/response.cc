#include "server/response.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "base/internet.h"
#include "base/russian.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/engine.h"

namespace weir::server {
namespace {

struct StatusPhrase {
  int status;
  std::string_view phrase;
};

constexpr std::array<StatusPhrase, 27> kPhrases{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
}};

// The name among our twelve codes that a caller may react to.
std::string_view CodeOf(int status) {
  switch (status) {
    case 401:
      return InfoOf(Code::kUnauthenticated).name;
    case 403:
      return InfoOf(Code::kForbidden).name;
    case 404:
      return InfoOf(Code::kNotFound).name;
    case 413:
    case 414:
    case 431:
      return InfoOf(Code::kTooLarge).name;
    case 429:
    case 503:
      return InfoOf(Code::kBusy).name;
    default:
      return status >= 500 ? InfoOf(Code::kUnavailable).name : InfoOf(Code::kBadUsage).name;
  }
}

// The page needs its own scripts and styles and nothing else. Charts write style attributes, hence the one exception.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";

void AddHeader(std::string& head, std::string_view name, std::string_view value) {
  // A line break in a value would begin another header. Nothing foreign comes here unchecked, so this is a bug.
  WEIR_CHECK(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  head.append(name).append(": ").append(value).append("\r\n");
}

// The next item of a list with commas, without the blanks around it.
std::string_view TakeItem(std::string_view& list) {
  const std::size_t comma = std::min(list.find(','), list.size());
  std::string_view item = list.substr(0, comma);
  list.remove_prefix(std::min(comma + 1, list.size()));
  while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
  while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
  return item;
}

// Of an item of Accept-Language, "ru-RU;q=0.8": 0 to 1.
double LikingOf(std::string_view item) {
  const std::size_t at = item.find("q=");
  if (at == std::string_view::npos) return 1;
  double liking = 0;
  std::from_chars(item.data() + at + 2, item.data() + item.size(), liking);
  return liking;
}

bool NamesLanguage(std::string_view item, std::string_view language) {
  const auto is_same = [](char a, char b) { return (a | 0x20) == b; };
  if (item.size() < 2 || !std::ranges::equal(item.substr(0, 2), language, is_same)) return false;
  return item.size() == 2 || std::string_view("-; \t").find(item[2]) != std::string_view::npos;
}

}  // namespace

Payload Payload::Of(std::string text) { return Of(std::make_shared<const std::string>(std::move(text))); }

Payload Payload::Of(std::shared_ptr<const std::string> text) {
  const std::string_view bytes = *text;
  return {std::move(text), bytes};
}

std::string_view PhraseOf(int status) {
  const auto found = std::ranges::find(kPhrases, status, &StatusPhrase::status);
  return found == kPhrases.end() ? std::string_view("Unknown") : found->phrase;
}

Response JsonResponse(int status, std::string json) { return {.status = status, .body = Payload::Of(std::move(json))}; }

Response DocumentResponse(const std::shared_ptr<const engine::Document>& document, const RequestHead& head) {
  // Tags and packed forms are made on the thread that serves all connections; beyond this size the bytes are sent
  // instead.
  constexpr std::size_t kLargest = std::size_t{8} << 20;
  Response response{.cache_control = "private, no-cache", .body = {document, document->json()}};
  if (document->json().size() > kLargest) return response;
  response.etag = document->tag();
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!AcceptsCoding(head.Find("accept-encoding"), "gzip") || document->gzip().empty()) return response;
  response.body.bytes = document->gzip();
  response.etag.insert(response.etag.size() - 1, "-gz");
  response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

Response ProblemResponse(const Error& error, std::string_view request_id) {
  Response response{.status = InfoOf(error.code()).http_status,
                    .content_type = "application/problem+json",
                    .headers = {{"Vary", "Accept-Language"}},
                    .body = Payload::Of(engine::ProblemJson(error, request_id)),
                    .russian_body = Payload::Of(engine::ProblemJson(error, request_id, Language::kRussian))};
  if (error.code() == Code::kBusy) response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response ProblemResponse(int status, const Phrase& detail, std::string_view request_id) {
  const Phrase title{.text = std::string(PhraseOf(status)), .pattern = PhraseOf(status)};
  using nlohmann::ordered_json;
  const auto words = [&](Language language) {
    return ordered_json{{"title", SayIn(language, title)}, {"detail", SayIn(language, detail)}};
  };
  const auto problem = [&](Language language) {
    ordered_json document{{"type", "about:blank"}};
    document.update(words(language));
    document["status"] = status;
    document["code"] = CodeOf(status);
    if (!request_id.empty()) document["request_id"] = request_id;
    document["words"] = {{"en", words(Language::kEnglish)}, {"ru", words(Language::kRussian)}};
    return Payload::Of(document.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  };
  return {.status = status,
          .content_type = "application/problem+json",
          .headers = {{"Vary", "Accept-Language"}},
          .body = problem(Language::kEnglish),
          .russian_body = problem(Language::kRussian)};
}

Language LanguageOf(const RequestHead& head, const Target& target) {
  for (const auto& [name, value] : target.query) {
    if (name == "lang") return LanguageNamed(value);
  }
  double russian = 0;
  double english = 0;
  for (std::string_view list = head.Find("accept-language"); !list.empty();) {
    const std::string_view item = TakeItem(list);
    const double liking = LikingOf(item);
    if (NamesLanguage(item, "ru")) russian = std::max(russian, liking);
    if (NamesLanguage(item, "en") || item.starts_with('*')) english = std::max(english, liking);
  }
  return russian > english ? Language::kRussian : Language::kEnglish;
}

Response Closing(Response response) {
  response.closes = true;
  return response;
}

Response RefusalResponse(const Refusal& refusal, std::string_view request_id) {
  return Closing(refusal.status == 0 ? ProblemResponse(400, MakePhrase("the body ended early"), request_id)
                                     : ProblemResponse(refusal.status, refusal.reason, request_id));
}

bool AcceptsCoding(std::string_view list, std::string_view coding) {
  while (!list.empty()) {
    const std::string_view item = TakeItem(list);
    const std::size_t semicolon = std::min(item.find(';'), item.size());
    if (TrimBlanks(item.substr(0, semicolon)) != coding) continue;
    const std::string_view weight = TrimBlanks(item.substr(std::min(semicolon + 1, item.size())));
    // q=0, q=0.0 and so on refuse; anything else takes.
    return !weight.starts_with("q=0") || weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

bool NamesTag(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    std::string_view item = TakeItem(list);
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (item == "*" || item == tag) return true;
  }
  return false;
}

void ApplyTag(Response& response, const RequestHead& head) {
  // Hashing runs on the thread that serves all connections; beyond this size the bytes are sent instead.
  static constexpr std::size_t kLargest = std::size_t{4} << 20;
  if (response.status != 200 || (response.etag.empty() && response.body.bytes.size() > kLargest)) return;
  if (response.etag.empty()) response.etag = engine::TagOf(response.body.bytes);
  if (!NamesTag(head.Find("if-none-match"), response.etag)) return;
  response.status = 304;
  response.body = {};
}

std::string WriteHead(const Response& response, std::string_view request_id, Ending ending, bool has_length) {
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, PhraseOf(response.status));
  const bool has_body = response.status != 304 && response.status != 204;
  AddHeader(head, "Date", InternetDate(WallClockNow(), "GMT"));
  if (has_body) AddHeader(head, "Content-Type", response.content_type);
  if (has_body && has_length) AddHeader(head, "Content-Length", fmt::format("{}", response.body.bytes.size()));
  AddHeader(head, "Cache-Control", response.cache_control);
  if (!response.etag.empty()) AddHeader(head, "ETag", response.etag);
  AddHeader(head, "Connection", ending == Ending::kClose ? "close" : "keep-alive");
  const bool is_page = response.content_type.starts_with("text/html");
  AddHeader(head, "Content-Security-Policy", is_page ? kPagePolicy : kDataPolicy);
  AddHeader(head, "X-Content-Type-Options", "nosniff");
  AddHeader(head, "X-Frame-Options", "DENY");
  AddHeader(head, "Referrer-Policy", "same-origin");
  AddHeader(head, "Cross-Origin-Resource-Policy", "same-origin");
  AddHeader(head, "Cross-Origin-Opener-Policy", "same-origin");
  if (!request_id.empty()) AddHeader(head, "X-Request-Id", request_id);
  for (const auto& [name, value] : response.headers) AddHeader(head, name, value);
  head += "\r\n";
  return head;
}

}  // namespace weir::server
