// A person who may sign in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/role.h"
#include "access/staff.h"
#include "analysis/principal.h"
#include "base/time.h"

namespace weir::access {

struct Account {
  std::string name;          // signs in with it; never changes, never given twice
  std::string email;         // signs in with it as well; may be empty
  std::string display_name;  // shown; may be empty
  Role role = Role::kViewer;
  std::string department;
  std::vector<std::string> teams;   // team ids of the model
  bool sees_all_rows = false;       // else the rows of `teams`
  bool sees_personal_data = false;  // names, addresses and phones of customers' people; else masked
  bool is_active = true;
  bool is_removed = false;
  std::string password_hash;  // empty: no password yet, so nobody can sign in
  std::string language;       // en, ru; empty: as the browser says
  std::string theme;          // auto, light, dark; empty: as the browser says
  Instant created_at;
  std::optional<Instant> last_login_at;

  bool CanSignIn() const { return is_active && !is_removed && !password_hash.empty(); }
};

// What is asked of a new account, or of a change; what is absent stays as it is, or has the role's default.
struct AccountFields {
  std::optional<std::string> email;
  std::optional<std::string> display_name;
  std::optional<std::string> role;
  std::optional<std::string> department;
  std::optional<std::vector<std::string>> teams;
  std::optional<std::string> rows;      // all, teams
  std::optional<std::string> personal;  // shown, masked
};

// The account with the fields applied; checks each, and that role, rows and teams go together.
Result<Account> WithFields(Account account, const AccountFields& fields, bool is_new);
// The fields of an account as JSON, for decisions: never its password.
std::string FieldsJson(const Account& account);
Result<AccountFields> FieldsFromJson(std::string_view text);

// A name: letters, digits, dot, dash, underscore; lower case; at most 64. As it is kept.
Result<std::string> CheckName(std::string_view name);

// What the account may do and see. `address`: where it speaks from; `tied`: the member of the model with its e-mail. A
// member sees one team: that of the tied member, who sees none after leaving; without one, the team that the account
// names. Other roles that see teams see those that the account names, else the tied member's.
analysis::Principal PrincipalOf(const Account& account, std::string address,
                                const std::optional<StaffMember>& tied = std::nullopt);

}  // namespace weir::access
