#include "server/callers.h"

#include <algorithm>

namespace weir::server {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// All values of a list header that may come several times, in their order.
std::vector<std::string_view> ValuesOf(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, text] : head.headers) {
    if (key != name) continue;
    std::string_view rest = text;
    for (;;) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      values.push_back(Trim(rest.substr(0, comma)));
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return values;
}

bool IsAddress(std::string_view text) {
  return !text.empty() && text.size() <= 45 && text.find_first_not_of("0123456789abcdefABCDEF.:") == text.npos;
}

}  // namespace

bool Callers::IsProxy(std::string_view address) const { return std::ranges::find(proxies_, address) != proxies_.end(); }

// Each proxy appends whom it heard, so the last entry that is no proxy of ours is the client. What stands before it may
// be anybody's invention.
Origin Callers::OriginOf(const RequestHead& head, const std::string& peer) const {
  Origin origin{.address = peer};
  if (!IsProxy(peer)) return origin;
  origin.is_direct = false;
  const auto hops = ValuesOf(head, "x-forwarded-for");
  for (auto hop = hops.rbegin(); hop != hops.rend() && IsAddress(*hop); ++hop) {
    origin.address = *hop;
    if (!IsProxy(*hop)) break;
  }
  const auto schemes = ValuesOf(head, "x-forwarded-proto");
  origin.is_secure = !schemes.empty() && schemes.back() == "https";
  return origin;
}

std::optional<access::Caller> Callers::CallerOf(const RequestHead& head, const Origin& origin) const {
  if (!access_.IsInForce()) {
    access::Caller local{.principal = analysis::Principal::LocalOwner()};
    local.principal.address = origin.address;
    return local;
  }
  const auto cookie = sessions_.CookieOf(head);
  if (!cookie) return std::nullopt;
  return access_.CallerOf(*cookie, origin.address);
}

bool Callers::StillHolds(const RequestHead& head, const access::Caller& caller) const {
  if (!caller.account) return !access_.IsInForce();
  const auto cookie = sessions_.CookieOf(head);
  return cookie && access_.StillHolds(*cookie, caller);
}

}  // namespace weir::server
