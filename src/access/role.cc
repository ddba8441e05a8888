#include "access/role.h"

#include <algorithm>
#include <array>

namespace weir::access {
namespace {

struct RoleRow {
  std::string_view name;
  std::vector<std::string> rights;
  Sight sight;
  bool sees_subteams;
  bool sees_personal_data;
};

const std::array<RoleRow, 6>& Rows() {
  static const std::vector<std::string> kAll{"view", "export",   "decide", "import", "people",
                                             "sql",  "settings", "audit",  "users"};
  static const std::array<RoleRow, 6> rows{{
      {"owner", kAll, Sight::kAllRows, true, true},
      {"admin", kAll, Sight::kAllRows, true, true},
      {"analyst", {"view", "export", "decide", "import", "people", "sql"}, Sight::kAllRows, true, true},
      {"manager", {"view", "export", "decide", "sql"}, Sight::kTeams, true, true},
      {"member", {"view", "decide"}, Sight::kTeams, false, true},
      {"viewer", {"view", "sql"}, Sight::kAsSet, true, false},
  }};
  return rows;
}

const RoleRow& RowOf(Role role) { return Rows().at(static_cast<std::size_t>(role)); }

}  // namespace

std::string_view NameOf(Role role) { return RowOf(role).name; }

std::vector<std::string> RoleNames() {
  std::vector<std::string> names;
  for (const RoleRow& row : Rows()) names.emplace_back(row.name);
  return names;
}

Result<Role> RoleFrom(std::string_view name) {
  const auto found = std::ranges::find(Rows(), name, &RoleRow::name);
  if (found != Rows().end()) return static_cast<Role>(found - Rows().begin());
  return Fail(
      BadUsage("there is no role '{}'", name).Field("role").Mend("Use one of {}", fmt::join(RoleNames(), ", ")));
}

const std::vector<std::string>& RightsOf(Role role) { return RowOf(role).rights; }
Sight SightOf(Role role) { return RowOf(role).sight; }
bool SeesSubteams(Role role) { return RowOf(role).sees_subteams; }
bool SeesPersonalData(Role role) { return RowOf(role).sees_personal_data; }

}  // namespace weir::access
