#include "access/access.h"

#include <spdlog/spdlog.h>

namespace weir::access {
namespace {

// The same words whatever is wrong.
Error NotSignedIn() {
  return Unauthenticated("the name or the password is wrong").Field("password").Mend("Try again, or ask an owner");
}

Result<bool> HasTables(const store::Database& database) {
  WEIR_TRY(store::Connection connection, database.Connect());
  WEIR_TRY(const std::int64_t tables,
           connection.QueryInteger("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'access'"));
  return tables > 0;
}

}  // namespace

Access::Access(store::Connection connection, AccessOptions options)
    : options_(std::move(options)),
      tables_(std::move(connection), options_.is_writable),
      accounts_(tables_),
      sessions_(tables_, options_.sessions),
      audit_(tables_),
      uses_(tables_),
      throttle_(options_.throttle) {}

Result<std::unique_ptr<Access>> Access::Open(const store::Database& database, AccessOptions options) {
  WEIR_TRY(const bool has_tables, HasTables(database));
  WEIR_TRY(store::Connection connection, database.Connect());
  std::unique_ptr<Access> access(new Access(std::move(connection), std::move(options)));
  if (!has_tables) return access;
  WEIR_TRY(access->accounts_.Open());
  WEIR_TRY(access->sessions_.Open());
  WEIR_TRY(access->audit_.Open());
  return access;
}

TryLater Access::WaitOf(const std::string& login, const std::string& address) {
  const std::int64_t micros = throttle_.WaitMicros(login, address, options_.clock());
  return {.seconds = micros <= 0 ? 0 : (micros + kMicrosPerSecond - 1) / kMicrosPerSecond};
}

Result<std::string> Access::SignIn(const std::string& login, std::string_view password, const Visitor& visitor) {
  const std::optional<Account> account = accounts_.FindLogin(login);
  const std::string hash = account && account->CanSignIn() ? account->password_hash : std::string();
  const bool is_right = password.size() <= kLongestPassword && IsPassword(password, hash, options_.cost);
  // What was typed is not written down where it is no name that is known: it may be a password.
  const analysis::Principal who{.user = account ? account->name : std::string("(unknown)"), .address = visitor.address};
  const Instant now = options_.clock();
  if (!is_right) {
    throttle_.Failed(login, visitor.address, now);
    Record(who, "login", "", "refused");
    return Fail(NotSignedIn());
  }
  throttle_.Succeeded(login);
  if (IsCheaper(hash, options_.cost)) {
    WEIR_TRY(std::string dearer, HashPassword(password, options_.cost));
    WEIR_TRY(accounts_.SetPasswordHash(account->name, std::move(dearer)));
  }
  WEIR_TRY(accounts_.NoteLogin(account->name, now));
  WEIR_TRY(std::string token, sessions_.Begin(account->name, visitor, now));
  Record(who, "login", "");
  return token;
}

Status Access::SignOut(std::string_view token, const analysis::Principal& who) {
  WEIR_TRY(sessions_.End(token));
  Record(who, "logout", "");
  return {};
}

analysis::Principal Access::PrincipalOf(const Account& account, std::string address) const {
  return access::PrincipalOf(account, std::move(address), staff_.Find(account.email));
}

std::optional<Caller> Access::CallerOf(std::string_view token, const std::string& address) {
  auto session = sessions_.Use(token, options_.clock());
  if (!session) return std::nullopt;
  auto account = accounts_.Find(session->account);
  if (!account || !account->CanSignIn()) return std::nullopt;
  analysis::Principal principal = PrincipalOf(*account, address);
  return Caller{.principal = std::move(principal), .session = session->id, .account = std::move(account)};
}

bool Access::StillHolds(std::string_view token, const Caller& caller) const {
  const auto session = sessions_.Find(token, options_.clock());
  const auto account = session ? accounts_.Find(session->account) : std::nullopt;
  if (!account || !account->CanSignIn()) return false;
  const analysis::Principal now = PrincipalOf(*account, {});
  return now.user == caller.principal.user && now.role == caller.principal.role &&
         now.Fingerprint() == caller.principal.Fingerprint();
}

Status Access::EndSession(const std::string& id, const analysis::Principal& who) {
  WEIR_TRY(sessions_.EndById(who.user, id));
  Record(who, "session.end", id);
  return {};
}

Status Access::ChangePassword(const std::string& account, std::string_view present, std::string_view password,
                              std::string_view token, const analysis::Principal& who) {
  const std::optional<Account> found = accounts_.Find(account);
  if (!found) return Fail(NotFound("there is no account '{}'", account));
  if (!IsPassword(present, found->password_hash, options_.cost)) {
    throttle_.Failed(account, who.address, options_.clock());
    Record(who, "password", account, "refused");
    return Fail(Forbidden("the present password is wrong").Field("present"));
  }
  WEIR_TRY(CheckPassword(password, found->name, found->email));
  WEIR_TRY(std::string hash, HashPassword(password, options_.cost));
  WEIR_TRY(accounts_.SetPasswordHash(account, std::move(hash)));
  WEIR_TRY(sessions_.EndAll(account, token));
  Record(who, "password", account);
  return {};
}

Status Access::ResetPassword(const std::string& account, std::string_view password, const analysis::Principal& who) {
  if (!who.Has("users")) return Fail(Forbidden("setting passwords needs the right 'users'"));
  const std::optional<Account> found = accounts_.Find(account);
  if (!found) return Fail(NotFound("there is no account '{}'", account).Field("user"));
  if (found->role == Role::kOwner && who.role != NameOf(Role::kOwner)) {
    return Fail(Forbidden("the password of an owner is set by owners alone").Field("user"));
  }
  WEIR_TRY(CheckPassword(password, found->name, found->email));
  WEIR_TRY(std::string hash, HashPassword(password, options_.cost));
  WEIR_TRY(accounts_.SetPasswordHash(account, std::move(hash)));
  WEIR_TRY(sessions_.EndAll(account, {}));
  throttle_.Succeeded(account);
  Record(who, "password", account);
  return {};
}

Status Access::SetPreferences(const std::string& account, const std::string& language, const std::string& theme) {
  if (!language.empty() && language != "en" && language != "ru") {
    return Fail(BadUsage("'{}' is neither en nor ru", language).Field("language"));
  }
  if (!theme.empty() && theme != "auto" && theme != "light" && theme != "dark") {
    return Fail(BadUsage("'{}' is not auto, light or dark", theme).Field("theme"));
  }
  return accounts_.SetPreferences(account, language, theme);
}

Result<AccountChange> Access::Add(std::string_view name, const AccountFields& fields, const analysis::Principal& by,
                                  const Witness& witness) {
  return accounts_.Add(name, fields, by, options_.clock(), witness);
}

Result<AccountChange> Access::Set(std::string_view name, const AccountFields& fields, const analysis::Principal& by,
                                  const Witness& witness) {
  return accounts_.Set(name, fields, by, witness);
}

Result<AccountChange> Access::SetActive(std::string_view name, bool is_active, const analysis::Principal& by,
                                        const Witness& witness) {
  WEIR_TRY(AccountChange change, accounts_.SetActive(name, is_active, by, witness));
  if (!is_active) WEIR_TRY(sessions_.EndAll(change.after.name, {}));
  return change;
}

Result<AccountChange> Access::SetRemoved(std::string_view name, bool is_removed, const analysis::Principal& by,
                                         const Witness& witness) {
  WEIR_TRY(AccountChange change, accounts_.SetRemoved(name, is_removed, by, witness));
  if (is_removed) WEIR_TRY(sessions_.EndAll(change.after.name, {}));
  return change;
}

void Access::Record(const analysis::Principal& who, std::string_view what, std::string_view subject,
                    std::string_view outcome) {
  Write({.who = who.user,
         .address = who.address,
         .what = std::string(what),
         .subject = std::string(subject),
         .outcome = std::string(outcome)});
}

void Access::RecordReading(const analysis::Principal& who, std::string_view what, std::string_view subject) {
  if (!options_.is_writable) return;
  const AuditEvent event{
      .who = who.user, .address = who.address, .what = std::string(what), .subject = std::string(subject)};
  if (const Status kept = audit_.AppendOncePerMinute(event, options_.clock()); !kept) {
    spdlog::error("the audit log cannot be written: {}", kept.error().message());
  }
}

Status Access::Maintain() {
  const Instant now = options_.clock();
  WEIR_TRY(uses_.Maintain(now));
  return sessions_.Maintain(now);
}

void Access::Write(const AuditEvent& event) {
  if (!options_.is_writable) return;
  if (const Status kept = audit_.Append(event, options_.clock()); !kept) {
    spdlog::error("the audit log cannot be written: {}", kept.error().message());
  }
}

}  // namespace weir::access
