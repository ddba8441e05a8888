#include "workspace/account_teams.h"

#include "workspace/people_actions.h"

namespace weir::workspace {

Result<AccountTeams> ResolveTeams(analysis::RawParams params, const people::Directory& directory) {
  AccountTeams meant{.params = std::move(params), .warnings = {}};
  const auto teams = meant.params.find("teams");
  if (teams == meant.params.end()) return meant;
  for (std::string& team : teams->second) {
    if (team.empty()) continue;
    WEIR_TRY(std::string id, directory.ValueOf("team", team));
    if (directory.HasTeam(id)) {
      team = std::move(id);
    } else {
      meant.warnings.push_back(
          {.code = "unknown_team",
           .message = MakePhrase("no team is called '{}': the account sees nothing of it until there is one", team),
           .params = {{"team", team}}});
    }
  }
  return meant;
}

Result<AccountTeams> TeamsMeant(analysis::RawParams params, store::Connection& connection) {
  WEIR_TRY(const bool has_members, HasMembers(connection));
  if (!has_members) return AccountTeams{.params = std::move(params), .warnings = {}};
  WEIR_TRY(const people::Directory directory, ReadDirectory(connection));
  return ResolveTeams(std::move(params), directory);
}

}  // namespace weir::workspace
