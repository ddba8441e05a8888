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

Status TieAccounts(const store::Database& database, access::Access& access) {
  WEIR_TRY(store::Connection connection, database.Connect());
  WEIR_TRY(const bool has_members, HasMembers(connection));
  if (!has_members) return {};
  WEIR_TRY(const store::Rows rows, connection.Query(R"(
    SELECT lower(m.email), m.member_id, m.name, m.team_id, m.department,
      CASE WHEN m.ended_origin = 'decision' THEN m.ended_at > b.newest ELSE coalesce(m.is_active, TRUE) END
    FROM model.member_standing AS m
    JOIN meta.built AS b ON m.valid_from <= b.newest AND (m.valid_to IS NULL OR m.valid_to > b.newest)
    WHERE m.email IS NOT NULL AND NOT m.is_deleted
    ORDER BY m.member_id NULLS LAST)"));
  access::Staff::Members members;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    members.try_emplace(rows.TextAt(i, 0), access::StaffMember{.member_id = rows.TextAt(i, 1),
                                                               .name = rows.TextAt(i, 2),
                                                               .team_id = rows.TextAt(i, 3),
                                                               .department = rows.TextAt(i, 4),
                                                               .is_active = std::get<bool>(rows.rows[i][5])});
  }
  access.staff().Set(std::move(members));
  return {};
}

}  // namespace weir::workspace
