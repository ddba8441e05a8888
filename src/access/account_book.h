// The accounts of a workspace: kept in its tables, held in memory. Every change is checked here: names and addresses
// are unique, and an active owner with a password remains once there was one. Safe from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "access/account.h"
#include "access/tables.h"
#include "analysis/principal.h"
#include "base/result.h"

namespace weir::access {

// A change as it was made, for the decision that goes into the same transaction.
struct AccountChange {
  std::optional<Account> before;
  Account after;
};
using Witness = std::function<Status(store::Session& session, const AccountChange& change)>;

class AccountBook {
 public:
  explicit AccountBook(Tables& tables) : tables_(tables) {}
  Status Open();

  // Whether somebody can sign in as an owner. From then on everybody must sign in.
  bool IsInForce() const { return is_in_force_.load(); }
  // By name, without removed ones.
  std::vector<Account> All() const;
  std::optional<Account> Find(std::string_view name) const;
  // By name or e-mail, as people type it.
  std::optional<Account> FindLogin(std::string_view login) const;

  // `by` must have the right 'users'; accounts of owners are changed by owners alone.
  Result<AccountChange> Add(std::string_view name, const AccountFields& fields, const analysis::Principal& by,
                            Instant now, const Witness& witness);
  Result<AccountChange> Set(std::string_view name, const AccountFields& fields, const analysis::Principal& by,
                            const Witness& witness);
  Result<AccountChange> SetActive(std::string_view name, bool is_active, const analysis::Principal& by,
                                  const Witness& witness);
  // Its password is forgotten; the rest stays, so that the audit log can be read and the removal undone.
  Result<AccountChange> SetRemoved(std::string_view name, bool is_removed, const analysis::Principal& by,
                                   const Witness& witness);

  // What an account does for itself, or what follows from signing in.
  Status SetPasswordHash(std::string_view name, std::string hash);
  Status SetPreferences(std::string_view name, std::string language, std::string theme);
  Status NoteLogin(std::string_view name, Instant at);

 private:
  using Edit = std::function<Status(Account& account)>;
  Result<AccountChange> Change(std::string_view name, const Edit& edit, const analysis::Principal* by,
                               const Witness& witness);
  Status CheckUnique(const Account& account, bool is_new) const;
  Status CheckOwners(const Account& after) const;
  Status Save(store::Session& session, const Account& account, bool is_new) const;
  void Keep(const Account& account);

  Tables& tables_;
  std::mutex changing_;                // one change at a time
  mutable std::shared_mutex holding_;  // of accounts_
  std::map<std::string, Account, std::less<>> accounts_;
  std::atomic<bool> is_in_force_ = false;
};

}  // namespace weir::access
