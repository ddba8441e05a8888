// Tells requests of our own page from those that another page makes a browser send. A session is a random cookie; its
// token is a keyed hash of the cookie, so only the key is kept and nothing can be guessed. Whose session it is, if
// anybody's, is known by access/session_book.h. Safe from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/request_guard.h"

namespace weir::server {

using SessionKey = std::array<unsigned char, 32>;

// The key of the workspace, made where there is none: a page that is open stays signed in when the server is started
// again. If it can neither be read nor written, it is one for this run only.
SessionKey LoadSessionKey(const std::filesystem::path& home);

class Sessions {
 public:
  // Cookies know no ports, so that of each server has the port in its name.
  Sessions(int port, const SessionKey& key);

  struct Session {
    std::string cookie;      // its value
    std::string token;       // for X-CSRF-Token
    std::string set_cookie;  // value of Set-Cookie if the session is new, else empty
  };
  // The session of the request, or a new one. `is_secure`: the browser speaks TLS, so the cookie travels by it alone.
  Session Open(const RequestHead& head, bool is_secure) const;
  // The session of a cookie that was just given out, with the value of Set-Cookie.
  Session Begin(std::string cookie, bool is_secure, std::int64_t seconds) const;
  // A session of nobody, in the place of one that has ended.
  Session BeginAnew(bool is_secure) const;
  // The cookie of the request, if it has the form of one.
  std::optional<std::string> CookieOf(const RequestHead& head) const;

  // Whether a request that changes something comes from our page, or from a program that is no browser.
  Status CheckUnsafe(const RequestHead& head, bool is_secure) const;

 private:
  std::string TokenOf(std::string_view cookie) const;

  std::string cookie_name_;
  SessionKey key_;
};

}  // namespace weir::server
