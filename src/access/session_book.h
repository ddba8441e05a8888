// Who is signed in. A session is a random cookie of 256 bits; kept is its hash. It ends when it was not used for a
// while, after a time at the latest, when its person signs out, and when the account or its password changes.
// Looking one up is O(log n) in memory and never touches the disk; what was last used is written now and then by
// Maintain. Safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/tables.h"
#include "base/result.h"
#include "base/time.h"

namespace weir::access {

struct SessionLimits {
  std::int64_t idle_micros = std::int64_t{3} * 24 * 3600 * kMicrosPerSecond;
  std::int64_t longest_micros = std::int64_t{30} * 24 * 3600 * kMicrosPerSecond;
  std::size_t per_account = 20;  // more, and the one that was used least recently ends
};

// Where a session was opened, for its person to recognise it.
struct Visitor {
  std::string address;
  std::string agent;  // as the browser calls itself
};

struct Session {
  std::string id;  // tells sessions of an account apart; of no use to whoever learns it
  std::string account;
  Instant created_at;
  Instant last_used_at;
  Visitor visitor;
};

inline constexpr std::size_t kSessionTokenSize = 64;  // hexadecimal digits

class SessionBook {
 public:
  SessionBook(Tables& tables, SessionLimits limits) : tables_(tables), limits_(limits) {}
  Status Open();

  // Gives the token that goes into the cookie.
  Result<std::string> Begin(const std::string& account, const Visitor& visitor, Instant now);
  // The session of a token, if it has one that is not over; it counts as used now.
  std::optional<Session> Use(std::string_view token, Instant now);
  // The same without counting as use.
  std::optional<Session> Find(std::string_view token, Instant now) const;
  // The newest use first.
  std::vector<Session> Of(const std::string& account, Instant now) const;

  Status End(std::string_view token);
  Status EndById(const std::string& account, const std::string& id);
  // All of an account but one, which may be empty.
  Status EndAll(const std::string& account, std::string_view except_token);

  // Writes down what was used and drops what is over.
  Status Maintain(Instant now);

 private:
  bool IsOver(const Session& session, Instant now) const;
  Status EndHashes(const std::vector<std::string>& hashes);

  Tables& tables_;
  const SessionLimits limits_;
  mutable std::mutex mutex_;
  std::map<std::string, Session> sessions_;  // by hash
  std::set<std::string> used_;               // hashes whose use is not written yet
};

}  // namespace weir::access
