#include "server/sessions.h"

#include <algorithm>

#include <fcntl.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "access/session_book.h"
#include "workspace/descriptor.h"

namespace weir::server {
namespace {

constexpr std::size_t kCookieBytes = access::kSessionTokenSize / 2;
constexpr std::size_t kTokenBytes = 24;

std::string Hex(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

bool IsHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// The media type without its parameters, in lower case.
std::string MediaTypeOf(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::ranges::transform(type, type.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type;
}

}  // namespace

SessionKey LoadSessionKey(const std::filesystem::path& home) {
  WEIR_CHECK(sodium_init() >= 0);
  const std::filesystem::path path = home / "session.key";
  SessionKey key{};
  const workspace::Descriptor present(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (present.is_open() && ::read(present.get(), key.data(), key.size()) == static_cast<ssize_t>(key.size()))
    return key;
  randombytes_buf(key.data(), key.size());
  ::unlink(path.c_str());
  const workspace::Descriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!made.is_open() || ::write(made.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    spdlog::warn("{} cannot be written: pages must be loaded again after the server was", path.string());
  }
  return key;
}

Sessions::Sessions(int port, const SessionKey& key) : cookie_name_(fmt::format("weir_session_{}", port)), key_(key) {}

std::optional<std::string> Sessions::CookieOf(const RequestHead& head) const {
  std::string_view list = head.Find("cookie");
  while (!list.empty()) {
    const std::size_t semicolon = std::min(list.find(';'), list.size());
    std::string_view pair = list.substr(0, semicolon);
    list.remove_prefix(std::min(semicolon + 1, list.size()));
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    if (!pair.starts_with(cookie_name_) || !pair.substr(cookie_name_.size()).starts_with('=')) continue;
    const std::string_view value = pair.substr(cookie_name_.size() + 1);
    if (value.size() == kCookieBytes * 2 && IsHex(value)) return std::string(value);
  }
  return std::nullopt;
}

std::string Sessions::TokenOf(std::string_view cookie) const {
  std::array<unsigned char, kTokenBytes> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(cookie.data()), cookie.size(),
                     key_.data(), key_.size());
  return Hex(hash.data(), hash.size());
}

Sessions::Session Sessions::Begin(std::string cookie, bool is_secure, std::int64_t seconds) const {
  std::string token = TokenOf(cookie);
  std::string set = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax", cookie_name_, cookie);
  if (is_secure) set += "; Secure";
  if (seconds > 0) set += fmt::format("; Max-Age={}", seconds);
  return {std::move(cookie), std::move(token), std::move(set)};
}

Sessions::Session Sessions::BeginAnew(bool is_secure) const {
  std::array<unsigned char, kCookieBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return Begin(Hex(bytes.data(), bytes.size()), is_secure, 0);
}

Sessions::Session Sessions::Open(const RequestHead& head, bool is_secure) const {
  if (auto cookie = CookieOf(head)) {
    std::string token = TokenOf(*cookie);
    return {std::move(*cookie), std::move(token), {}};
  }
  return BeginAnew(is_secure);
}

Status Sessions::CheckUnsafe(const RequestHead& head, bool is_secure) const {
  const std::string_view site = head.Find("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    return Fail(Forbidden("this request comes from another site").Field("sec-fetch-site"));
  }
  if (head.Has("origin") &&
      head.Find("origin") != fmt::format("{}://{}", is_secure ? "https" : "http", head.Find("host"))) {
    return Fail(Forbidden("this request comes from another page").Field("origin"));
  }
  const auto cookie = CookieOf(head);
  const bool is_browser = cookie || !site.empty() || head.Has("origin") || head.Has("referer");
  if (!is_browser) {
    // No page of another site can send these without asking first, and we never allow it when asked.
    const std::string type = MediaTypeOf(head.Find("content-type"));
    const bool is_simple = type.empty() || type == "text/plain" || type == "multipart/form-data" ||
                           type == "application/x-www-form-urlencoded";
    if (head.method != "POST" || !is_simple || head.Has("x-file-name")) return {};
    return Fail(Forbidden("a request without a session names its content: Content-Type: application/json"));
  }
  const std::string_view token = head.Find("x-csrf-token");
  const std::string expected = cookie ? TokenOf(*cookie) : std::string();
  if (!expected.empty() && token.size() == expected.size() &&
      sodium_memcmp(token.data(), expected.data(), expected.size()) == 0) {
    return {};
  }
  return Fail(Forbidden("the session is over or was never opened")
                  .Field("x-csrf-token")
                  .Mend("Load the page again; a program asks GET /api/v1/session for a cookie and a token."));
}

}  // namespace weir::server
