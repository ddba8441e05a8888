// What each role may do, in one table. Rights say which analyses and actions; which rows and columns is said by the
// account's teams and flags (account.h). Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::access {

enum class Role : std::uint8_t { kOwner, kAdmin, kAnalyst, kManager, kMember, kViewer };

std::string_view NameOf(Role role);
std::vector<std::string> RoleNames();
Result<Role> RoleFrom(std::string_view name);

// view, export, decide, import, people, sql, settings, audit, users.
const std::vector<std::string>& RightsOf(Role role);

// Which rows a role sees. kAsSet: the account says.
enum class Sight : std::uint8_t { kAllRows, kTeams, kAsSet };
Sight SightOf(Role role);
// Whether the teams of an account bring their subteams along.
bool SeesSubteams(Role role);
// Whether personal data is shown where the account does not say.
bool SeesPersonalData(Role role);

}  // namespace weir::access
