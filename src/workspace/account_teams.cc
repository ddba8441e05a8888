#include "workspace/account_teams.h"

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

}  // namespace weir::workspace
