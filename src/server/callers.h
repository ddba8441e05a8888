// Who makes a request, and from where. This is the one place where a request becomes a Principal: by the cookie of a
// session now; a bearer token or an identity provider would be looked at here as well. Safe from any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "server/request_guard.h"
#include "server/sessions.h"

namespace weir::server {

struct Origin {
  std::string address;     // of the client, behind whatever proxies are trusted
  bool is_secure = false;  // the client speaks TLS
  bool is_direct = true;   // no proxy in between that we know of
};

class Callers {
 public:
  // `proxies`: the addresses whose X-Forwarded-For and X-Forwarded-Proto are believed. Those of others are ignored.
  Callers(access::Access& access, const Sessions& sessions, std::vector<std::string> proxies)
      : access_(access), sessions_(sessions), proxies_(std::move(proxies)) {}

  Origin OriginOf(const RequestHead& head, const std::string& peer) const;
  // Nobody, where one must sign in and has not.
  std::optional<access::Caller> CallerOf(const RequestHead& head, const Origin& origin) const;
  // Whether whoever was that caller still is, and may and sees the same.
  bool StillHolds(const RequestHead& head, const access::Caller& caller) const;

 private:
  bool IsProxy(std::string_view address) const;

  access::Access& access_;
  const Sessions& sessions_;
  std::vector<std::string> proxies_;
};

}  // namespace weir::server
