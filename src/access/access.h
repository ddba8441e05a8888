// Who may do what: signing in, who a request comes from, accounts and the audit log together. Weir without an account
// belongs to the user of the machine; once an owner has a password, everybody signs in. Safe from any thread; what
// hashes a password takes about 0.1 s and is for threads that may wait.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/account_book.h"
#include "access/audit_log.h"
#include "access/login_throttle.h"
#include "access/password.h"
#include "access/session_book.h"
#include "access/use_book.h"
#include "analysis/principal.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace weir::access {

struct AccessOptions {
  PasswordCost cost = {};
  SessionLimits sessions = {};
  ThrottleLimits throttle = {};
  std::function<Instant()> clock = WallClockNow;
  bool is_writable = true;
};

// Whoever makes a request.
struct Caller {
  analysis::Principal principal;
  std::string session = {};             // its id; empty: none, as for the user of the machine
  std::optional<Account> account = {};  // empty: the user of the machine
};

// Too many failures: nothing is listened to for so long.
struct TryLater {
  std::int64_t seconds = 0;
};

class Access {
 public:
  // The tables must be there (Migrations), except in a workspace of an older program that is open for reading.
  static Result<std::unique_ptr<Access>> Open(const store::Database& database, AccessOptions options = {});

  bool IsInForce() const { return accounts_.IsInForce(); }
  const AccountBook& accounts() const { return accounts_; }
  // Whom of the model accounts are tied to; to be told after each build.
  Staff& staff() { return staff_; }
  // What the account may do and see now, as the member whom it is tied to.
  analysis::Principal PrincipalOf(const Account& account, std::string address) const;

  std::int64_t longest_session_seconds() const { return options_.sessions.longest_micros / kMicrosPerSecond; }

  // For how long an attempt to sign in would not be listened to.
  TryLater WaitOf(const std::string& login, const std::string& address);
  // The token of a new session. The error never tells whether the account exists.
  Result<std::string> SignIn(const std::string& login, std::string_view password, const Visitor& visitor);
  // Ends a session that a new one takes the place of.
  Status DropSession(std::string_view token) { return sessions_.End(token); }
  Status SignOut(std::string_view token, const analysis::Principal& who);
  // Who holds the token of a session, speaking from the address. The session counts as used.
  std::optional<Caller> CallerOf(std::string_view token, const std::string& address);
  // Whether the session still lets its holder do and see the same; it does not count as used.
  bool StillHolds(std::string_view token, const Caller& caller) const;

  std::vector<Session> SessionsOf(const std::string& account) const { return sessions_.Of(account, options_.clock()); }
  Status EndSession(const std::string& id, const analysis::Principal& who);

  // One's own password, which needs the present one; ends the account's other sessions.
  Status ChangePassword(const std::string& account, std::string_view present, std::string_view password,
                        std::string_view token, const analysis::Principal& who);
  // Somebody else's; ends all sessions of the account.
  Status ResetPassword(const std::string& account, std::string_view password, const analysis::Principal& who);
  Status SetPreferences(const std::string& account, const std::string& language, const std::string& theme);

  // Changes of accounts; see AccountBook. They end the sessions of whoever can no longer sign in.
  Result<AccountChange> Add(std::string_view name, const AccountFields& fields, const analysis::Principal& by,
                            const Witness& witness);
  Result<AccountChange> Set(std::string_view name, const AccountFields& fields, const analysis::Principal& by,
                            const Witness& witness);
  Result<AccountChange> SetActive(std::string_view name, bool is_active, const analysis::Principal& by,
                                  const Witness& witness);
  Result<AccountChange> SetRemoved(std::string_view name, bool is_removed, const analysis::Principal& by,
                                   const Witness& witness);

  // Into the audit log. What cannot be written there is told to the program's log and fails nothing.
  void Record(const analysis::Principal& who, std::string_view what, std::string_view subject,
              std::string_view outcome = "done");
  void RecordReading(const analysis::Principal& who, std::string_view what, std::string_view subject);

  Instant Now() const { return options_.clock(); }
  // What the data are used for.
  UseBook& uses() { return uses_; }

  // To be called now and then.
  Status Maintain();

 private:
  Access(store::Connection connection, AccessOptions options);
  void Write(const AuditEvent& event);

  AccessOptions options_;
  Tables tables_;
  AccountBook accounts_;
  Staff staff_;
  SessionBook sessions_;
  AuditLog audit_;
  UseBook uses_;
  LoginThrottle throttle_;
};

}  // namespace weir::access
