#include "access/account_book.h"

#include <algorithm>
#include <array>
#include <mutex>

#include <nlohmann/json.hpp>

namespace weir::access {
namespace {

bool IsOwner(const Account& account) { return account.role == Role::kOwner; }

Status CheckMayChange(const analysis::Principal& by, const Account& account) {
  if (!by.Has("users")) return Fail(Forbidden("changing accounts needs the right 'users'"));
  if (IsOwner(account) && by.role != NameOf(Role::kOwner)) {
    return Fail(Forbidden("the account of an owner is changed by owners alone").Field("name"));
  }
  return {};
}

Error NoAccount(std::string_view name) { return NotFound("there is no account '{}'", name).Field("name"); }

Account AccountOf(const store::Rows& rows, std::size_t row) {
  const auto flag = [&](std::size_t column) { return std::get<bool>(rows.rows[row][column]); };
  Account account;
  account.name = rows.TextAt(row, 0);
  account.email = rows.TextAt(row, 1);
  account.display_name = rows.TextAt(row, 2);
  account.role = RoleFrom(rows.TextAt(row, 3)).value_or(Role::kViewer);
  account.department = rows.TextAt(row, 4);
  account.teams = nlohmann::json::parse(rows.TextAt(row, 5)).get<std::vector<std::string>>();
  account.sees_all_rows = flag(6);
  account.sees_personal_data = flag(7);
  account.is_active = flag(8);
  account.is_removed = flag(9);
  account.password_hash = rows.TextAt(row, 10);
  account.language = rows.TextAt(row, 11);
  account.theme = rows.TextAt(row, 12);
  account.created_at = std::get<Instant>(rows.rows[row][13]);
  if (const auto* at = std::get_if<Instant>(&rows.rows[row][14])) account.last_login_at = *at;
  return account;
}

}  // namespace

Status AccountBook::Open() {
  WEIR_TRY(const store::Rows rows,
           tables_.Read("SELECT name, email, display_name, role, department, teams, sees_all_rows, sees_personal_data, "
                        "is_active, is_removed, password_hash, language, theme, created_at, last_login_at "
                        "FROM access.account ORDER BY name NULLS LAST"));
  for (std::size_t i = 0; i < rows.size(); ++i) Keep(AccountOf(rows, i));
  return {};
}

std::vector<Account> AccountBook::All() const {
  const std::shared_lock lock(holding_);
  std::vector<Account> all;
  for (const auto& [name, account] : accounts_) {
    if (!account.is_removed) all.push_back(account);
  }
  return all;
}

std::optional<Account> AccountBook::Find(std::string_view name) const {
  const std::shared_lock lock(holding_);
  const auto found = accounts_.find(name);
  if (found == accounts_.end() || found->second.is_removed) return std::nullopt;
  return found->second;
}

std::optional<Account> AccountBook::FindLogin(std::string_view login) const {
  std::string lower(login);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (auto account = Find(lower)) return account;
  const std::shared_lock lock(holding_);
  for (const auto& [name, account] : accounts_) {
    if (!account.is_removed && !account.email.empty() && account.email == lower) return account;
  }
  return std::nullopt;
}

Result<AccountChange> AccountBook::Add(std::string_view name, const AccountFields& fields,
                                       const analysis::Principal& by, Instant now, const Witness& witness) {
  const std::lock_guard changing(changing_);
  Account account;
  WEIR_TRY(account.name, CheckName(name));
  AccountFields wanted = fields;
  const bool is_first = All().empty();
  if (is_first && wanted.role.value_or("owner") != "owner") {
    return Fail(BadUsage("the first account is an owner").Field("role").Mend("Add an owner, then the others"));
  }
  if (!wanted.role) wanted.role = is_first ? "owner" : "member";
  account.created_at = now;
  WEIR_TRY(account, WithFields(std::move(account), wanted, true));
  WEIR_TRY(CheckMayChange(by, account));
  WEIR_TRY(CheckUnique(account, true));
  AccountChange change{.before = {}, .after = account};
  const auto insert = [&](store::Session& session) -> Status {
    WEIR_TRY(Save(session, account, true));
    return witness ? witness(session, change) : Status{};
  };
  WEIR_TRY(tables_.Write(insert));
  Keep(account);
  return change;
}

Result<AccountChange> AccountBook::Set(std::string_view name, const AccountFields& fields,
                                       const analysis::Principal& by, const Witness& witness) {
  const Edit edit = [&](Account& account) -> Status {
    WEIR_TRY(account, WithFields(account, fields, false));
    return {};
  };
  return Change(name, edit, &by, witness);
}

Result<AccountChange> AccountBook::SetActive(std::string_view name, bool is_active, const analysis::Principal& by,
                                             const Witness& witness) {
  const Edit edit = [&](Account& account) -> Status {
    account.is_active = is_active;
    return {};
  };
  return Change(name, edit, &by, witness);
}

Result<AccountChange> AccountBook::SetRemoved(std::string_view name, bool is_removed, const analysis::Principal& by,
                                              const Witness& witness) {
  const Edit edit = [&](Account& account) -> Status {
    account.is_removed = is_removed;
    account.password_hash.clear();
    return {};
  };
  return Change(name, edit, &by, witness);
}

Status AccountBook::SetPasswordHash(std::string_view name, std::string hash) {
  const Edit edit = [&](Account& account) -> Status {
    account.password_hash = std::move(hash);
    return {};
  };
  WEIR_TRY(Change(name, edit, nullptr, {}));
  return {};
}

Status AccountBook::SetPreferences(std::string_view name, std::string language, std::string theme) {
  const Edit edit = [&](Account& account) -> Status {
    account.language = std::move(language);
    account.theme = std::move(theme);
    return {};
  };
  WEIR_TRY(Change(name, edit, nullptr, {}));
  return {};
}

Status AccountBook::NoteLogin(std::string_view name, Instant at) {
  const Edit edit = [&](Account& account) -> Status {
    account.last_login_at = at;
    return {};
  };
  WEIR_TRY(Change(name, edit, nullptr, {}));
  return {};
}

Result<AccountChange> AccountBook::Change(std::string_view name, const Edit& edit, const analysis::Principal* by,
                                          const Witness& witness) {
  const std::lock_guard changing(changing_);
  Account before;
  {
    const std::shared_lock lock(holding_);
    const auto found = accounts_.find(name);
    if (found == accounts_.end()) return Fail(NoAccount(name));
    before = found->second;
  }
  Account after = before;
  WEIR_TRY(edit(after));
  // A removed account is there for nothing but being put back.
  if (before.is_removed && after.is_removed) return Fail(NoAccount(name));
  if (by != nullptr) {
    WEIR_TRY(CheckMayChange(*by, before));
    WEIR_TRY(CheckMayChange(*by, after));
  }
  WEIR_TRY(CheckUnique(after, false));
  WEIR_TRY(CheckOwners(after));
  AccountChange change{.before = before, .after = after};
  const auto update = [&](store::Session& session) -> Status {
    WEIR_TRY(Save(session, after, false));
    return witness ? witness(session, change) : Status{};
  };
  WEIR_TRY(tables_.Write(update));
  Keep(after);
  return change;
}

Status AccountBook::CheckUnique(const Account& account, bool is_new) const {
  const std::shared_lock lock(holding_);
  for (const auto& [name, other] : accounts_) {
    if (is_new && name == account.name) {
      return Fail(Conflict("the name '{}' is taken, or was once", name).Field("name").Mend("Choose another name"));
    }
    const bool is_same_email = !account.email.empty() && other.email == account.email;
    if (name != account.name && is_same_email && !other.is_removed && !account.is_removed) {
      return Fail(Conflict("another account has this e-mail address").Field("email"));
    }
  }
  return {};
}

Status AccountBook::CheckOwners(const Account& after) const {
  if (!is_in_force_ || (IsOwner(after) && after.CanSignIn())) return {};
  const std::shared_lock lock(holding_);
  const bool has_other = std::ranges::any_of(accounts_, [&](const auto& one) {
    return one.first != after.name && IsOwner(one.second) && one.second.CanSignIn();
  });
  if (has_other) return {};
  return Fail(Conflict("this is the last owner who can sign in")
                  .Field("name")
                  .Mend("Make somebody else an owner first, with a password"));
}

Status AccountBook::Save(store::Session& session, const Account& account, bool is_new) const {
  const std::array<store::Value, 15> row{account.email,
                                         account.display_name,
                                         std::string(NameOf(account.role)),
                                         account.department,
                                         nlohmann::json(account.teams).dump(),
                                         account.sees_all_rows,
                                         account.sees_personal_data,
                                         account.is_active,
                                         account.is_removed,
                                         account.password_hash,
                                         account.language,
                                         account.theme,
                                         account.created_at,
                                         account.last_login_at ? store::Value(*account.last_login_at) : store::Value(),
                                         account.name};
  static constexpr std::string_view kInsert =
      "INSERT INTO access.account (email, display_name, role, department, teams, sees_all_rows, sees_personal_data, "
      "is_active, is_removed, password_hash, language, theme, created_at, last_login_at, name) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
  static constexpr std::string_view kUpdate =
      "UPDATE access.account SET email = ?, display_name = ?, role = ?, department = ?, teams = ?, sees_all_rows = ?, "
      "sees_personal_data = ?, is_active = ?, is_removed = ?, password_hash = ?, language = ?, theme = ?, "
      "created_at = ?, last_login_at = ? WHERE name = ?";
  WEIR_TRY(session.Execute(is_new ? kInsert : kUpdate, row));
  return {};
}

void AccountBook::Keep(const Account& account) {
  const std::unique_lock lock(holding_);
  accounts_.insert_or_assign(account.name, account);
  is_in_force_ =
      std::ranges::any_of(accounts_, [](const auto& one) { return IsOwner(one.second) && one.second.CanSignIn(); });
}

}  // namespace weir::access
