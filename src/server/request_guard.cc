#include "server/request_guard.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace weir::server {
namespace {

using Refused = tl::unexpected<Refusal>;

template <typename... Args>
Refused Refuse(int status, fmt::format_string<Args...> format, Args&&... args) {
  return Refused(Refusal{status, MakePhrase(format, std::forward<Args>(args)...)});
}

// RFC 9110, section 5.6.2.
bool IsTokenByte(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) { return !text.empty() && std::ranges::all_of(text, IsTokenByte); }

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// Visible ASCII, blanks and bytes above 127; no control bytes.
bool IsValueByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view lower) { return Lower(a) == lower; }

// Headers that mean something to us: two of them would leave it open which one counts.
constexpr std::array<std::string_view, 15> kSingleHeaders{
    "authorization", "content-encoding", "content-length", "content-type", "cookie",         "expect",
    "host",          "if-none-match",    "last-event-id",  "origin",       "sec-fetch-site", "transfer-encoding",
    "upgrade",       "x-csrf-token",     "x-file-name"};

// Whether a comma-separated list of words names `word`; nothing if something else than words is in it.
std::optional<bool> ListNames(std::string_view list, std::string_view word) {
  bool is_named = false;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view item = TrimBlanks(list.substr(0, comma));
    if (!item.empty() && !IsToken(item)) return std::nullopt;
    is_named = is_named || EqualsIgnoringCase(item, word);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return is_named;
}

// A LF without its CR: some programs take it for the end of a line, others do not.
bool HasBareNewline(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    if (at == 0 || bytes[at - 1] != '\r') return true;
  }
  return false;
}

// Digits only, so short that it cannot overflow.
std::optional<std::uint64_t> ParseLength(std::string_view text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::uint64_t length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return length;
}

}  // namespace

std::string_view RequestHead::Find(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

bool RequestHead::Has(std::string_view name) const {
  return std::ranges::find(headers, name, &std::pair<std::string, std::string>::first) != headers.end();
}

RequestGuard::RequestGuard(GuardLimits limits, std::vector<std::string> hosts)
    : limits_(limits), hosts_(std::move(hosts)) {}

tl::expected<std::size_t, Refusal> RequestGuard::FindEnd(std::string_view bytes) const {
  if (bytes.empty()) return 0;
  if (!IsTokenByte(bytes.front())) {
    if (bytes.front() == '\x16') return Refuse(400, "this port speaks plain HTTP, not TLS: use http://");
    return Refuse(400, "a request begins with its method");
  }
  const std::size_t line = bytes.find('\n');
  // A method of 16 bytes, two blanks and the version stand beside the target.
  if (std::min(line, bytes.size()) > limits_.target_bytes + 32) return Refuse(414, "the address is too long");
  const std::size_t end = bytes.find("\r\n\r\n");
  if (HasBareNewline(bytes.substr(0, end))) return Refuse(400, "a line ends in LF alone; CR LF is asked for");
  if (end != std::string_view::npos && end + 4 <= limits_.head_bytes) return end + 4;
  if (bytes.size() >= limits_.head_bytes) {
    return Refuse(431, "the headers are longer than {} bytes", limits_.head_bytes);
  }
  return 0;
}

// Walks over one head, line by line.
class RequestGuard::Reader {
 public:
  Reader(const RequestGuard& guard, std::string_view rest) : guard_(guard), rest_(rest) {}

  tl::expected<RequestHead, Refusal> Read() {
    if (auto refused = ReadRequestLine()) return Refused(std::move(*refused));
    for (;;) {
      const auto line = NextLine();
      if (!line) return Refuse(400, "a line does not end in CR LF, or holds one of them alone");
      if (line->empty()) break;
      if (auto refused = ReadHeader(*line)) return Refused(std::move(*refused));
    }
    if (!rest_.empty()) return Refuse(400, "bytes after the end of the headers");
    if (auto refused = CheckHost()) return Refused(std::move(*refused));
    if (auto refused = CheckFraming()) return Refused(std::move(*refused));
    if (auto refused = CheckConnection()) return Refused(std::move(*refused));
    return std::move(head_);
  }

 private:
  using Verdict = std::optional<Refusal>;

  template <typename... Args>
  static Verdict No(int status, fmt::format_string<Args...> format, Args&&... args) {
    return Refusal{status, MakePhrase(format, std::forward<Args>(args)...)};
  }

  // The next line without its CR LF; nothing if it has a CR or LF of its own, or no end.
  std::optional<std::string_view> NextLine() {
    const std::size_t end = rest_.find_first_of("\r\n");
    if (end == std::string_view::npos || rest_.substr(end, 2) != "\r\n") return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 2);
    return line;
  }

  Verdict ReadRequestLine() {
    const auto line = NextLine();
    if (!line) return No(400, "the request line does not end in CR LF");
    const std::size_t first = line->find(' ');
    const std::size_t last = line->rfind(' ');
    if (first == std::string_view::npos || first == last)
      return No(400, "the request line is not 'METHOD target HTTP/1.1'");
    const std::string_view method = line->substr(0, first);
    const std::string_view target = line->substr(first + 1, last - first - 1);
    const std::string_view version = line->substr(last + 1);
    if (!IsToken(method) || method.size() > 16) return No(400, "the method is not a word");
    if (version == "HTTP/1.0") {
      head_.minor_version = 0;
    } else if (version != "HTTP/1.1") {
      if (version.starts_with("HTTP/")) return No(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
      return No(400, "the request line does not end in an HTTP version");
    }
    head_.method = method;
    return ReadTarget(target);
  }

  Verdict ReadTarget(std::string_view target) {
    if (target.size() > guard_.limits_.target_bytes) {
      return No(414, "the address is longer than {} bytes", guard_.limits_.target_bytes);
    }
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (target.empty() || !std::ranges::all_of(target, is_visible)) {
      return No(400, "the address holds blanks, control bytes or bytes above 127; percent-encode them");
    }
    if (target.find('#') != std::string_view::npos) return No(400, "the address holds a fragment");
    // The absolute form, which a server must take (RFC 9112, section 3.2.2), though it was meant for proxies.
    if (EqualsIgnoringCase(target.substr(0, 7), "http://")) {
      target.remove_prefix(7);
      const std::size_t slash = std::min(target.find_first_of("/?"), target.size());
      if (!IsOurs(target.substr(0, slash))) return ForeignHost(target.substr(0, slash));
      target.remove_prefix(slash);
      if (!target.starts_with('/')) head_.target = "/";
    } else if (!target.starts_with('/')) {
      return No(400, "the address does not begin with '/'");
    }
    head_.target += target;
    return std::nullopt;
  }

  Verdict ReadHeader(std::string_view line) {
    if (IsBlank(line.front())) return No(400, "a header is folded over two lines");
    if (line.size() > guard_.limits_.header_bytes) {
      return No(431, "a header is longer than {} bytes", guard_.limits_.header_bytes);
    }
    if (head_.headers.size() >= guard_.limits_.headers) {
      return No(431, "more than {} headers", guard_.limits_.headers);
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
      return No(400, "a header has no name, or one with blanks or other bytes that names do not have");
    }
    const std::string_view value = TrimBlanks(line.substr(colon + 1));
    if (!std::ranges::all_of(value, IsValueByte)) return No(400, "a header holds control bytes");
    std::string name = Lower(line.substr(0, colon));
    if (std::ranges::find(kSingleHeaders, name) != kSingleHeaders.end() && head_.Has(name)) {
      return No(400, "the header {} is there twice", name);
    }
    head_.headers.emplace_back(std::move(name), value);
    return std::nullopt;
  }

  bool IsOurs(std::string_view host) const {
    return std::ranges::find(guard_.hosts_, Lower(host)) != guard_.hosts_.end();
  }

  Verdict ForeignHost(std::string_view host) const {
    const bool is_printable = std::ranges::all_of(host, [](char c) { return c > 0x20 && c < 0x7F; });
    const Phrase named = is_printable && host.size() <= 100 ? AsIs(std::string(host)) : MakePhrase("that host");
    return No(421, "this server is not {}; it answers as {} only", named, fmt::join(guard_.hosts_, ", "));
  }

  Verdict CheckHost() const {
    if (!head_.Has("host")) return No(400, "the header Host is missing");
    const std::string_view host = head_.Find("host");
    if (!IsOurs(host)) return ForeignHost(host);
    return std::nullopt;
  }

  Verdict CheckFraming() {
    const bool has_length = head_.Has("content-length");
    if (head_.Has("transfer-encoding")) {
      if (head_.minor_version == 0) return No(400, "HTTP/1.0 has no Transfer-Encoding");
      if (has_length) return No(400, "both Content-Length and Transfer-Encoding are given");
      if (!EqualsIgnoringCase(head_.Find("transfer-encoding"), "chunked")) {
        return No(501, "the only Transfer-Encoding taken is chunked");
      }
      head_.framing = Framing::kChunked;
    } else if (has_length) {
      const auto length = ParseLength(head_.Find("content-length"));
      if (!length) return No(400, "Content-Length is not a number");
      head_.framing = Framing::kLength;
      head_.content_length = *length;
    }
    return std::nullopt;
  }

  Verdict CheckConnection() {
    bool closes = false;
    bool stays = false;
    for (const auto& [name, value] : head_.headers) {
      if (name != "connection") continue;
      const auto names_close = ListNames(value, "close");
      if (!names_close) return No(400, "Connection is not a list of words");
      closes = closes || *names_close;
      stays = stays || *ListNames(value, "keep-alive");
    }
    head_.keep_alive = !closes && (head_.minor_version == 1 || stays);
    if (!head_.Has("expect")) return std::nullopt;
    if (!EqualsIgnoringCase(head_.Find("expect"), "100-continue")) {
      return No(417, "the only Expect met is 100-continue");
    }
    head_.expects_continue = head_.minor_version == 1;
    return std::nullopt;
  }

  const RequestGuard& guard_;
  std::string_view rest_;
  RequestHead head_;
};

tl::expected<RequestHead, Refusal> RequestGuard::Check(std::string_view head) const {
  return Reader(*this, head).Read();
}

}  // namespace weir::server
